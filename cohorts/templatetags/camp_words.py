"""How a camp's days, steps and roles are said."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from cohorts.models import Phase, SopStep, StepRole

register = template.Library()


@register.filter
def day_words(day: int) -> str:
    """``D3``, ``D-1``."""
    return f"D{day}"


@register.filter
def day_and(day: int, more: str) -> str:
    """``D3 · 2 March``: a day with what else is to be said of it."""
    return f"{day_words(day)} · {more}"


@register.filter
def due_words(step: SopStep) -> str:
    """When a step is due: ``D4 10:00``, ``daily 08:30``, ``opening −1, 19:30``."""
    time = f"{step.time:%H:%M}"
    if step.every == 1:
        return _("daily %(time)s") % {"time": time}
    if step.every:
        return _("every %(days)d days %(time)s") % {"days": step.every, "time": time}
    return f"{_anchor_words(step.anchor)} {time}"


def _anchor_words(anchor: str) -> str:
    name, sign, days = anchor.partition("-") if "-" in anchor else anchor.partition("+")
    words = {"prep": _("first day"), "opening": "D1", "closing": _("closing")}
    if name == "opening" and sign == "-":
        return f"D-{days}"
    said = words.get(name, name)
    return f"{said} {'−' if sign == '-' else '+'}{days}" if sign else said


@register.filter
def evidence_words(step: SopStep) -> str:
    """What shows that it is done; nothing for a step of one tap."""
    return "" if step.evidence == "none" else step.get_evidence_display()


@register.filter
def role_words(role: str) -> str:
    return str(StepRole(role).label)


@register.filter
def draft_day(draft: dict[str, Any]) -> str:
    """Of which day a draft of a template is."""
    day = draft["day"]
    return f"D{day}" if day.isdigit() else str(Phase(day).label)


@register.filter
def lines(step: SopStep, field: str) -> list[str]:
    return step.lines(field)


@register.filter
def trial_words(item: Any) -> str:
    """A step of a trial run in one line: its time, its name, who does it."""
    return f"{item.time:%H:%M} · {item.step.title} · {item.step.get_role_display()}"
