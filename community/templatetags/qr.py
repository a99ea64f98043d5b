"""A QR code in the page itself, for what must not have an address of its own."""

from django import template
from django.utils.safestring import SafeString

from community.services import claims

register = template.Library()


@register.simple_tag
def qr(text: str) -> SafeString:
    """``text`` as a drawing: dark on light in every theme, because cameras read it."""
    return SafeString(claims.qr_svg(str(text)))
