"""``{% form_token %}``: a form that carries it is accepted once."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.services import form_tokens

register = template.Library()


@register.simple_tag
def form_token() -> SafeString:
    """A hidden field with a fresh token; the view is decorated with ``form_tokens.once``."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', form_tokens.FIELD, form_tokens.issue()
    )
