"""What one can do with a step: for each deed its form, what does it, and how it is said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cohorts.forms.board import CompleteForm, PostponeForm, SkipForm, TaskHandOverForm
from cohorts.models import SopTask
from cohorts.services import evidence, tasks
from cohorts.services.board_rows import local_time
from cohorts.services.evidence import Given
from community.models import Member, Upload


@dataclass(frozen=True)
class Deed:
    """Something one can do with a task: its form, what does it, and what one was about to do."""

    form: Callable[..., forms.Form]
    act: Callable[[SopTask, Member, dict[str, Any], Upload | None], str]
    about: Callable[[], str]


def _complete(task: SopTask, by: Member, data: dict[str, Any], picture: Upload | None) -> str:
    chosen = set(data.get("groups", ()))
    groups = evidence.open_groups(task.run.room_id) if chosen else []
    done = tasks.complete(
        task=task,
        by=by,
        version=data["version"],
        given=Given(data.get("evidence", ""), picture),
        groups=[group for group in groups if group.public_id in chosen],
        reason=data.get("reason", ""),
    )
    if done.is_closed:
        return _("“%(step)s” is done.") % {"step": task.step.title}
    left = _(", ").join(group.name for group in done.missing)
    return _("Kept. Still without evidence: %(groups)s.") % {"groups": left}


def _skip(task: SopTask, by: Member, data: dict[str, Any], picture: Upload | None) -> str:
    tasks.skip(task=task, by=by, version=data["version"], reason=data["reason"])
    return _("“%(step)s” is skipped.") % {"step": task.step.title}


def _hand_over(task: SopTask, by: Member, data: dict[str, Any], picture: Upload | None) -> str:
    to = Member.objects.filter(handle=data["to"]).first() if data["to"] else None
    tasks.hand_over(task=task, by=by, version=data["version"], to=to, note=data["note"])
    name = str(to) if to else task.get_role_display()
    return _("“%(step)s” is handed over to %(name)s.") % {"step": task.step.title, "name": name}


def _postpone(task: SopTask, by: Member, data: dict[str, Any], picture: Upload | None) -> str:
    more = {name: data[name] for name in ("version", "day", "time", "note")}
    tasks.postpone(task=task, by=by, **more)
    return _("“%(step)s” is due on D%(day)d at %(time)s now.") % {
        "step": task.step.title,
        "day": task.day,
        "time": local_time(task),
    }


def _plain(form: type[forms.Form]) -> Callable[..., forms.Form]:
    """A form that does not ask for the body."""
    return lambda body, files=None, **more: form(**more)


def _with_body(form: type[forms.Form]) -> Callable[..., forms.Form]:
    return lambda files=None, **more: form(**more)


DEEDS = {
    "complete": Deed(CompleteForm, _complete, lambda: _("close it")),
    "skip": Deed(_plain(SkipForm), _skip, lambda: _("skip it")),
    "hand_over": Deed(_with_body(TaskHandOverForm), _hand_over, lambda: _("hand it over")),
    "postpone": Deed(_with_body(PostponeForm), _postpone, lambda: _("put it off")),
}

# Beside closing it: (key, what the fold is called, what its button says).
OTHERS = (
    ("skip", lambda: _("Skip, with a reason"), lambda: _("Skip")),
    ("hand_over", lambda: _("Give it to somebody else"), lambda: _("Give it away")),
    ("postpone", lambda: _("Put off"), lambda: _("Put off")),
)
