"""A day of a template as somebody would see it: no camp, no row, nothing that could be ticked."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from cohorts.models import Phase, Script, SopStep, StepRole, TemplateVersion
from cohorts.models.calendar import day_of, offset_of
from community.services import placeholders
from community.trust.markup import render_markdown

# Most camps open on one.
A_MONDAY = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class TrialStep:
    """A step that is due on the day, with the words that go with it."""

    step: SopStep
    scripts: list[Script]

    @property
    def time(self) -> dt.time:
        return self.step.time


def days_of(version: TemplateVersion) -> list[int]:
    """All days on which a step is due, in order; also those after the closing. One query."""
    offsets = {offset for step in version.steps.all() for offset in step.due.offsets(version.span)}
    return [day_of(offset) for offset in sorted(offsets)]


def steps_on(version: TemplateVersion, day: int, role: str = "") -> list[TrialStep]:
    """The steps of ``day`` by their time, of one role or of all. Two queries."""
    scripts = {script.key: script for script in version.scripts.all()}
    due = [
        step
        for step in version.steps.all()
        if (not role or step.role == role)
        and day in [day_of(offset) for offset in step.due.offsets(version.span)]
    ]
    due.sort(key=lambda step: (step.time, step.position))
    return [
        TrialStep(step, [scripts[key] for key in step.scripts if key in scripts]) for step in due
    ]


def announcement_on(version: TemplateVersion, day: int) -> str:
    """The draft of ``day``, filled with what the template knows of it and with examples of what
    only a camp knows; "" if the day has none. No query."""
    phase = version.span.phase_of(day)
    wanted = str(day) if phase == "course" else phase
    for draft in version.content.get("announcements", []):
        if draft["day"] == wanted:
            return placeholders.fill(text_of(draft), _example_values(version, day))
    return ""


def _example_values(version: TemplateVersion, day: int) -> dict[str, object]:
    lessons = {lesson["day"]: lesson for lesson in version.content.get("lessons", [])}
    today, tomorrow = lessons.get(day, {}), lessons.get(day + 1, {})
    with translation.override(version.template.language):
        weekday = date_format(A_MONDAY + dt.timedelta(days=offset_of(day)), "l")
        sender = str(StepRole.ASSISTANT.label)
    return {
        "camp.name": version.title,
        "camp.opening_date": "D1",
        "day": day,
        "date": f"D{day}",
        "weekday": weekday,
        "lesson.title": today.get("title", ""),
        "lesson.minutes": today.get("minutes", ""),
        "lesson.link": f"…/lesson/{day}/",
        "next_lesson.title": tomorrow.get("title", ""),
        "homework": today.get("homework", ""),
        "check_in.link": "…/check-in/",
        "check_in.until": version.content.get("check_in_until", "23:00"),
        "sender": sender,
        "reply_to": "…",
    }


def phase_states(version: TemplateVersion, day: int) -> list[tuple[str, str]]:
    """(name, done | current | "") of the phases on ``day``, as the phase bar wants them."""
    names = {phase["key"]: phase["name"] for phase in version.content.get("phases", [])}
    order = [(key, names.get(key) or str(label)) for key, label in Phase.choices]
    now = [key for key, _name in order].index(version.span.phase_of(day))
    return [
        (name, "done" if number < now else "current" if number == now else "")
        for number, (_key, name) in enumerate(order)
    ]


def lesson_of(lesson: dict[str, Any]) -> dict[str, Any]:
    """A lesson of the content with its Markdown as safe HTML. No query."""
    texts = ("body", "example", "exercise", "model_answer")
    return lesson | {f"{name}_html": render_markdown(lesson.get(name, "")) for name in texts}


def text_of(draft: dict[str, Any]) -> str:
    """A draft as one text, its slots joined by blank lines."""
    slots = (draft.get(slot, "") for slot in ("preview", "lesson", "check_in", "encouragement"))
    return draft.get("text") or "\n\n".join(slot for slot in slots if slot)
