"""What the pages about learners need to say safely."""

import datetime as dt

from django import template
from django.utils.timesince import timesince

from community import clock

register = template.Library()


@register.filter
def is_web_address(text: str) -> bool:
    """Whether a link may lead there: what somebody handed in is not always one."""
    return str(text).lower().startswith(("https://", "http://"))


@register.filter
def since(moment: dt.datetime) -> str:
    """How long ago that was, in one unit, by the one clock: "2 hours"."""
    return timesince(moment, clock.now(), depth=1)
