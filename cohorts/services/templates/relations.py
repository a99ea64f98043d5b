"""What has to fit together in a template: days that exist, keys that are there, no circles."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cohorts.models.calendar import DueRule, ImpossibleDay, Span, parse_clock
from cohorts.registry import facts

Found = Iterator[tuple[str, str]]


def problems(data: dict[str, Any]) -> Found:
    """(path, reason) of everything that does not fit. Pure but for the registry of facts."""
    span = Span(data["preparation_days"], data["days"], data["closing_days"])
    for kind in ("phases", "awards", "steps", "scripts", "games", "run_sheets"):
        yield from _twice(data[kind], kind)
    for kind in ("lessons", "announcements"):
        yield from _twice(data[kind], kind, field="day")
    for number, step in enumerate(data["steps"], start=1):
        yield from _step(step, f"steps.{number}", span, data)
    yield from _circles(data["steps"])
    for number, lesson in enumerate(data["lessons"], start=1):
        if lesson["day"] > span.days:
            yield f"lessons.{number}.day", _no_day(lesson["day"], span)
    for number, draft in enumerate(data["announcements"], start=1):
        yield from _draft(draft, f"announcements.{number}", span)
    for number, sheet in enumerate(data["run_sheets"], start=1):
        yield from _sheet(sheet["rows"], f"run_sheets.{number}.rows")


def due_of(step: dict[str, Any]) -> DueRule:
    """The due rule of a step as it stands in a document."""
    anchor, _space, time = step["due"].partition(" ")
    if anchor == "daily":
        return DueRule(step["from"] or "D1", parse_clock(time), step["every"], step["to"])
    return DueRule(anchor, parse_clock(time))


def _no_day(day: int, span: Span) -> str:
    return _("D%(day)d does not exist: the course has %(days)d days.") % {
        "day": day,
        "days": span.days,
    }


def _twice(entries: list[dict[str, Any]], kind: str, field: str = "key") -> Found:
    seen: Counter[Any] = Counter()
    for number, entry in enumerate(entries, start=1):
        seen[entry[field]] += 1
        if seen[entry[field]] == 2:
            yield f"{kind}.{number}.{field}", _("“%s” is used twice.") % entry[field]


def _step(step: dict[str, Any], path: str, span: Span, data: dict[str, Any]) -> Found:
    daily = step["due"].startswith("daily ")
    if daily and not step["to"]:
        yield f"{path}.due", _("Say until when it repeats, as in “to: D14”.")
    elif not daily and (step["from"] or step["to"] or step["every"] != 1):
        yield f"{path}.due", _("Only what is “daily” has from, to and every.")
    else:
        try:
            due_of(step).offsets(span)
        except ImpossibleDay as error:
            yield f"{path}.due", str(error)
    known = {
        "scripts": {script["key"] for script in data["scripts"]},
        "needs": {other["key"] for other in data["steps"]} - {step["key"]},
    }
    for kind, keys in known.items():
        for key in step[kind]:
            if key not in keys:
                yield f"{path}.{kind}", _("There is no “%s”.") % key
    for number, resource in enumerate(step["resources"], start=1):
        if bool(resource["page"]) == bool(resource["url"]):
            yield f"{path}.resources.{number}", _("Give either a page or an address (url).")
    yield from _watch(step["watch"], f"{path}.watch")


def _watch(watch: dict[str, Any], path: str) -> Found:
    if not watch:
        return
    if watch["fact"] not in facts:
        yield (
            f"{path}.fact",
            _("Nobody counts “%(fact)s”. These are counted: %(known)s.")
            % {"fact": watch["fact"], "known": ", ".join(name for name, _fact in facts.items())},
        )
    if "percent" in watch and "at_least" in watch:
        yield path, _("Give percent or at_least, not both.")


def _circles(steps: list[dict[str, Any]]) -> Found:
    """Steps that wait for each other for ever. Each circle is named once, where it is first met."""
    needs = {step["key"]: step["needs"] for step in steps}
    done: set[str] = set()
    for number, step in enumerate(steps, start=1):
        circle = _circle_from(step["key"], needs, done)
        if circle:
            yield (
                f"steps.{number}.needs",
                _("These wait for each other for ever: %s. Take one of the needs out.")
                % " → ".join(circle),
            )
            done.update(circle)


def _circle_from(start: str, needs: dict[str, list[str]], done: set[str]) -> list[str]:
    """The first circle met on the way from ``start``, or []; what is clean goes into ``done``."""
    path: list[str] = []
    ways = [iter([start])]
    while ways:
        key = next(ways[-1], None)
        if key is None:
            ways.pop()
            if path:
                done.add(path.pop())
        elif key in path:
            return [*path[path.index(key) :], key]
        elif key not in done and key in needs:
            path.append(key)
            ways.append(iter(needs[key]))
    return []


def _draft(draft: dict[str, Any], path: str, span: Span) -> Found:
    slots = [slot for slot in ("preview", "lesson", "check_in", "encouragement") if draft[slot]]
    if bool(slots) == bool(draft["text"]):
        yield path, _("Write either the four slots or one text.")
    day = draft["day"]
    if day == "preparation" and not span.preparation_days:
        yield f"{path}.day", _("There is no preparation in this template.")
    elif day == "closing" and not span.closing_days:
        yield f"{path}.day", _("There is no closing day in this template.")
    elif day.isdigit() and int(day) > span.days:
        yield f"{path}.day", _no_day(int(day), span)


def _sheet(rows: list[dict[str, Any]], path: str) -> Found:
    until = 0
    for number, row in enumerate(rows, start=1):
        if row["minute"] < until:
            yield f"{path}.{number}.minute", _("It begins before the row above is over.")
        until = row["minute"] + row["minutes"]
