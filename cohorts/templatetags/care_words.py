"""What the pages about learners need to say safely."""

from django import template

register = template.Library()


@register.filter
def is_web_address(text: str) -> bool:
    """Whether a link may lead there: what somebody handed in is not always one."""
    return str(text).lower().startswith(("https://", "http://"))
