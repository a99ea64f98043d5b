"""What staff have in front of them when they put a day's highlights together."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q

from cohorts.models import Camp, CheckIn
from cohorts.services import camp_highlights, starring
from community.models import Digest, Highlight, Member
from community.services import digest_checks, digests, highlights
from community.services.digest_checks import Check
from community.services.jump_phrases import Haystack, folded


@dataclass
class Desk:
    """``rows`` is what is starred, what stands in ``digest`` first; ``others`` are check-ins of the
    day without a star. ``digest`` has no key while nothing was saved. ``members`` are people of the
    camp by the nickname that a chat gave them."""

    camp: Camp
    date: dt.date
    digest: Digest
    rows: list[Highlight]
    check_ins: list[CheckIn]
    members: dict[str, Member]

    @property
    def is_out(self) -> bool:
        return self.digest.pk is not None and self.digest.is_out()

    @property
    def others(self) -> list[CheckIn]:
        starred = {row.source for row in self.rows}
        return [row for row in self.check_ins if row.public_id not in starred]

    @cached_property
    def known(self) -> Haystack:
        return starring.known(self.check_ins, self.rows)

    @cached_property
    def checks(self) -> list[Check]:
        items = [row for row in self.rows if row.digest_id and row.digest_id == self.digest.pk]
        return digest_checks.checks(self.digest, items)

    @property
    def is_ready(self) -> bool:
        return not digest_checks.any_bad(self.checks)


@dataclass(frozen=True)
class Day:
    """One day in the list of all. ``state`` is none, draft, approved or out."""

    date: dt.date
    day: int
    stars: int
    state: str
    is_yesterday: bool


def desk(camp: Camp, date: dt.date) -> Desk:
    """Four queries, whatever the number of stars and check-ins."""
    digest = digests.find(camp.room, date) or _unsaved(camp, date)
    digest.room = camp.room
    rows = highlights.of_day(camp.room, date)
    strangers = {row.speaker for row in rows if row.author_id is None and row.speaker}
    return Desk(
        camp, date, digest, rows, starring.of_day(camp, date), people_called(camp, strangers)
    )


def _unsaved(camp: Camp, date: dt.date) -> Digest:
    place = camp_highlights.place(camp, date)
    return Digest(
        room=camp.room, day=date, path=place.path, label=place.label, locale=place.locale,
        due_at=digests.usual_hour(camp.room, date),
    )  # fmt: skip


def people_called(camp: Camp, names: Iterable[str]) -> dict[str, Member]:
    """By nickname: who in the camp is called so, where exactly one person is. One query, or none."""
    wanted = {folded(name).strip(): name for name in names}
    if not wanted:
        return {}
    people = Member.objects.active().filter(
        room_memberships__room=camp.run.room_id, room_memberships__until=None
    ).select_related("introduction")  # fmt: skip
    found: dict[str, set[Member]] = {}
    for member in people:
        introduction = getattr(member, "introduction", None)
        for name in {member.display_name, introduction.nickname if introduction else ""}:
            if (key := folded(name).strip()) in wanted:
                found.setdefault(wanted[key], set()).add(member)
    return {name: members.pop() for name, members in found.items() if len(members) == 1}


def who_is(camp: Camp, speaker: str) -> Member | None:
    """The one of the camp whom a chat calls so. One query."""
    return people_called(camp, [speaker]).get(speaker) if speaker else None


def days(camp: Camp) -> list[Day]:
    """The days of the camp up to today, the newest first. Two queries."""
    today = camp.calendar.date_of(camp.calendar.today())
    room = camp.room
    stars = Counter(
        dict(
            Highlight.objects.tellable()
            .filter(room=room)
            .order_by()
            .values_list("day")
            .annotate(Count("pk"))
        )
    )
    made = {row.day: row for row in Digest.objects.filter(Q(room=room))}
    found = []
    for number in camp.calendar.span.all_days():
        date = camp.calendar.date_of(number)
        if date <= today:
            state = _state(made.get(date))
            yesterday = date == today - dt.timedelta(days=1)
            found.append(Day(date, number, stars[date], state, yesterday))
    return found[::-1]


def _state(digest: Digest | None) -> str:
    if digest is None:
        return "none"
    return "out" if digest.is_out() else str(digest.state)
