"""Writing the announcements of a camp: one day, many days pasted at once, all days from the template,
and scheduling all that are ready."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cohorts.models import Camp, Lesson
from cohorts.services import announcement_news, camp_texts
from cohorts.services.announcement_calendar import Cell
from community.errors import DomainError
from community.models import Announcement, Member, RoomMembership
from community.services import (
    announcement_checks,
    announcement_corrections,
    announcement_states,
    announcement_writing,
    announcements,
)
from community.services.announcement_paste import Pasted

State = Announcement.State
AT = dt.time(8, 30)


def staff_of(camp: Camp) -> list[Member]:
    """Who may speak to the camp: its staff, leads first. One query."""
    order = {role: place for place, role in enumerate(RoomMembership.STAFF_ROLES)}
    rows = (
        RoomMembership.objects.active()
        .filter(room=camp.run.room_id, role__in=list(order), member__state=Member.State.ACTIVE)
        .select_related("member")
    )
    ordered = sorted(
        rows, key=lambda row: (order[RoomMembership.Role(row.role)], row.since, row.pk)
    )
    return list({row.member_id: row.member for row in ordered}.values())


def blank(camp: Camp, date: dt.date) -> Announcement:
    """An unsaved announcement for a day without one; the preparation gets one for all its days.
    Two queries."""
    calendar = camp.calendar
    day = calendar.day_on(date)
    phase = calendar.phase_on(date)
    days = [day]
    if phase == "preparation":
        days = [one for one in calendar.span.all_days() if one < 0]
    return camp_texts.announcement(
        camp,
        days,
        kind={"preparation": "preparation", "closing": "closing"}.get(phase, "daily"),
        at=AT,
        names=_names(camp),
    )


def _names(camp: Camp) -> dict[int, dict[str, str]]:
    people = staff_of(camp)
    lessons = Lesson.objects.filter(camp=camp).only("camp", "day", "title", "minutes", "homework")
    return camp_texts.names_by_day(camp, lead=people[0] if people else None, lessons=lessons)


@transaction.atomic
def save(
    *,
    camp: Camp,
    row: Announcement,
    version: int,
    text: str,
    by: Member,
    at: dt.time | None = None,
    sender: Member | None = None,
) -> Announcement:
    """Keep ``text`` as what is told on the days of ``row``, which may be a new one. One that was
    scheduled and says something else is asked for again, and the others of the staff are told.

    Raises what ``announcement_writing.change`` raises.
    """
    kept, has_fallen = _keep(camp, row, version, text, by=by, at=at, sender=sender)
    if has_fallen:
        announcement_news.asks_again(camp, [kept], by=by)
    return kept


def _keep(
    camp: Camp, row: Announcement, version: int, text: str, by: Member, **more: Any
) -> tuple[Announcement, bool]:
    """What is kept now, and whether it was scheduled and is no more."""
    text = announcement_writing.cleaned({"text": text})["text"]
    texts = announcement_checks.by_slot(row, text)
    if row.pk is None:
        return _lay_down(camp, row, texts, by=by, **more), False
    was = row.state
    changed = announcement_writing.change(
        announcement=row, version=version, by=by, texts=texts, **more
    )
    return changed, was == State.APPROVED and changed.state != State.APPROVED


def _lay_down(
    camp: Camp, row: Announcement, texts: Mapping[str, str], by: Member, **more: Any
) -> Announcement:
    for name, value in {**texts, **{key: one for key, one in more.items() if one}}.items():
        setattr(row, name, value)
    row.changed_by = by
    announcement_writing.check(texts, several=row.last_day > row.day)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        there = (
            announcements.with_marks()
            .filter(room=camp.run.room_id, day=row.day)
            .exclude(kind=Announcement.Kind.CORRECTION)
            .get()
        )
        raise announcement_writing.ChangedElsewhere(there) from error
    return row


def schedule(*, camp: Camp, row: Announcement, version: int, by: Member) -> Announcement:
    """``by`` wants it sent at its hour; where the space asks for a second person, the leads are
    told. Raises what ``announcement_states.schedule`` raises."""
    done = announcement_states.schedule(announcement=row, version=version, by=by)
    if done.state == State.ASKED:
        announcement_news.waits(camp, [done], by=by)
    return done


# All days -------------------------------------------------------------------


@transaction.atomic
def generate(*, camp: Camp, by: Member) -> int:
    """Write every day that the template has a text for and the camp has not. How many. Days that
    are written stay as they are. Five queries."""
    people = staff_of(camp)
    lessons = list(Lesson.objects.filter(camp=camp))
    lead = people[0] if people else by
    drafts = camp_texts.announcements_of(camp, lead=lead, lessons=lessons)
    rows = Announcement.objects.filter(room=camp.run.room_id)
    written = list(rows.exclude(kind=Announcement.Kind.CORRECTION).values_list("day", "last_day"))
    new = [
        draft
        for draft in drafts
        if not any(first <= draft.last_day and draft.day <= last for first, last in written)
    ]
    for draft in new:
        draft.changed_by = by
    try:
        with transaction.atomic():
            announcement_writing.plan(room=camp.run.room, entries=new)
    except IntegrityError as error:
        raise DomainError(_("Somebody is writing these days just now. Look again.")) from error
    return len(new)


@dataclass
class Plan:
    """What "schedule all" does: the days that are ready, and the others with the reason."""

    ready: list[Cell] = field(default_factory=list)
    left: list[tuple[Cell, str]] = field(default_factory=list)


def plan_all(found: Sequence[Cell]) -> Plan:
    """Of the days of a camp. What is sent, scheduled or over needs nothing and is not named. No
    query."""
    plan = Plan()
    seen: set[int] = set()
    for cell in found:
        if cell.row is not None and cell.row.pk in seen:
            continue
        if cell.row is not None and cell.state not in ("missed", "sent", "posted"):
            seen.add(cell.row.pk)
        if cell.is_schedulable:
            plan.ready.append(cell)
        elif cell.state == "problem":
            plan.left.append((cell, str(cell.why)))
        elif cell.state == "empty":
            plan.left.append((cell, _("Nothing is written for this day.")))
        elif cell.state == "asked":
            plan.left.append((cell, _("It waits for a second person already.")))
        elif cell.state == "cancelled":
            plan.left.append((cell, _("It was cancelled.")))
    return plan


@transaction.atomic
def schedule_all(
    *, camp: Camp, versions: Mapping[str, int], by: Member
) -> tuple[list[Announcement], list[tuple[Announcement, str]]]:
    """Schedule those whose public ids are named, each as it was read in that version: (done, left
    out with the reason). Where the space asks for a second person, the leads are told once of all.
    Five queries for each."""
    rows = Announcement.objects.filter(
        room=camp.run.room_id, public_id__in=list(versions)
    ).select_related("room__space", "sender", "scheduled_by")
    done, left = [], []
    for row in rows:
        try:
            done.append(
                announcement_states.schedule(
                    announcement=row, version=versions[row.public_id], by=by
                )
            )
        except DomainError as refusal:
            left.append((row, str(refusal)))
    announcement_news.waits(camp, [row for row in done if row.state == State.ASKED], by=by)
    return done, left


# Pasted ---------------------------------------------------------------------


@dataclass
class Sheet:
    """One pasted day as it would be kept: ``row`` is what is there (or a new one), ``text`` what
    was pasted; ``refusal`` says why it cannot be kept."""

    pasted: Pasted
    row: Announcement | None = None
    is_new: bool = True
    findings: list[Any] = field(default_factory=list)
    lines: int = 0
    parts: dict[str, str] | None = None
    refusal: str = ""

    @property
    def errors(self) -> int:
        return sum(finding.is_error for finding in self.findings)


def sheets(camp: Camp, pasted: Iterable[Pasted], found: Sequence[Cell]) -> list[Sheet]:
    """What each pasted day would replace, and what the linter says of it. Two queries."""
    by_day = {cell.day: cell for cell in found}
    names = _names(camp)
    made = []
    for one in pasted:
        cell = by_day.get(one.day)
        if cell is None or cell.phase == "preparation":
            made.append(Sheet(one, refusal=_("The camp has no such day. It stays in the field.")))
            continue
        row = cell.row or camp_texts.announcement(
            camp,
            [one.day],
            kind="closing" if cell.phase == "closing" else "daily",
            at=AT,
            names=names,
        )
        made.append(_sheet(one, row, cell))
    return made


def _sheet(one: Pasted, row: Announcement, cell: Cell) -> Sheet:
    draft = announcement_checks.draft_of(row, text=one.text)
    sheet = Sheet(one, row, is_new=cell.row is None)
    sheet.findings = announcement_checks.lint(draft)
    sheet.lines = announcement_checks.lines_of(draft)
    kept = announcement_checks.by_slot(row, one.text)
    sheet.parts = None if kept["text"] else {name: kept[name] for name in kept if name != "text"}
    if cell.state == "sent":
        sheet.refusal = _("It was sent already, and what was sent stays.")
        return sheet
    try:
        announcement_writing.check({"text": one.text}, several=False)
    except announcement_writing.WrongText as wrong:
        sheet.refusal = str(wrong)
    return sheet


@transaction.atomic
def save_pasted(
    *, camp: Camp, made: Iterable[Sheet], versions: Mapping[int, int], by: Member
) -> tuple[list[Sheet], list[Sheet]]:
    """Keep each day that can be kept, where nobody has changed it since its version was shown:
    (kept, left in the field with the reason). The others of the staff are told once of all that
    were scheduled and say something else now. Some queries for each day."""
    kept, left, fallen = [], [], []
    for sheet in made:
        if sheet.refusal or sheet.row is None:
            left.append(sheet)
            continue
        version = versions.get(sheet.pasted.day, sheet.row.version)
        try:
            with transaction.atomic():
                row, has_fallen = _keep(camp, sheet.row, version, sheet.pasted.text, by=by)
        except DomainError as refusal:
            sheet.refusal = str(refusal)
            left.append(sheet)
        else:
            kept.append(sheet)
            fallen += [row] if has_fallen else []
    announcement_news.asks_again(camp, fallen, by=by)
    return kept, left


# Corrections ----------------------------------------------------------------


def correct(*, camp: Camp, row: Announcement, text: str, by: Member) -> Announcement:
    """Send a correction of ``row`` at once, or ask a second person for it. Raises what
    ``announcement_corrections.correct`` raises."""
    made = announcement_corrections.correct(
        announcement=row,
        text=text,
        by=by,
        path_of=lambda public_id: camp_texts.page_of(camp, public_id),
    )
    if made.state == State.ASKED:
        announcement_news.waits(camp, [made], by=by)
    return made
