"""The learners of the demo's camp: in the camp, in two groups, and with what they handed in."""

import datetime as dt
from collections.abc import Mapping

from cohorts.demo import learner_texts as texts
from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, CheckIn, CheckInPraise, Enrolment, Reaction
from cohorts.services import enrolment
from community.models import Member, Room, RoomMembership
from community.services import rooms

State = Enrolment.State
GROUPS = ("第一组 · 溪", "第二组 · 石")
Praise = tuple[str, str, int, str, int]


def bring_in(camp: Camp, people: Mapping[str, Member], line: Timeline, by: Member) -> None:
    """Everybody who learns, since the day she came, with her reason; one paused meanwhile."""
    came = {
        handle: (reason, line.at(1, "19:10", before=days))
        for handle, reason, days in texts.LEARNERS
    }
    handle, reason = texts.LATE
    came[handle] = (reason, min(line.at(2, "08:12"), line.now))
    enrolment.enrol_all(
        camp=camp,
        people=[people[handle] for handle in came if handle in people],
        by=by,
        way=Enrolment.Way.ROSTER,
    )
    rows = list(Enrolment.objects.filter(camp=camp).select_related("member"))
    for row in rows:
        row.reason, row.enrolled_at = came[row.member.handle]
        row.from_day = 2 if row.member.handle == texts.LATE[0] else 1
        row.makes_up_by_itself = row.member.handle not in texts.CHOOSES_HERSELF
    Enrolment.objects.bulk_update(rows, ["reason", "enrolled_at", "from_day", "makes_up_by_itself"])
    for row in rows:
        if row.member.handle == texts.PAUSED:
            row.camp = camp
            enrolment.pause(enrolment=row, by=row.member, note=texts.PAUSE_NOTE)
    _into_groups(camp, rows, by)


def _into_groups(camp: Camp, rows: list[Enrolment], by: Member) -> None:
    room = camp.run.room
    for number, name in enumerate(GROUPS):
        group = rooms.open_room(
            space=camp.space, kind=Room.Kind.GROUP, name=name, timezone=room.timezone,
            part_of=room, by=by,
        )  # fmt: skip
        inside = [row.member for row in rows[number :: len(GROUPS)]]
        rooms.enter_all(room=group, people=inside, role=RoomMembership.Role.LEARNER, by=by)


def came_when(camp: Camp, line: Timeline) -> None:
    """The places in the camp's rooms began when they did, not all in this second."""
    learners = dict(camp.enrolments.values_list("member", "enrolled_at"))
    places = list(
        RoomMembership.objects.active().filter(room__in=[camp.run.room_id, camp.staff_room_id])
    ) + list(RoomMembership.objects.active().filter(room__part_of=camp.run.room_id))
    for place in places:
        place.since = learners.get(place.member_id, line.at(1, "18:00", before=12))
    RoomMembership.objects.bulk_update(places, ["since"])


def hand_in(camp: Camp, line: Timeline) -> dict[tuple[str, int], CheckIn]:
    """What is there by now of what they hand in, by handle and day."""
    places = {row.member.handle: row for row in camp.enrolments.select_related("member")}
    found = {}
    of_today = 0
    for given in texts.CHECK_INS:
        if given.handle not in places:
            continue
        at = line.at(given.day, given.time)
        if given.day == line.today:
            of_today += 1
            if at > line.now and of_today <= texts.AT_LEAST_TODAY:
                at = line.since_midnight(of_today / (texts.AT_LEAST_TODAY + 1))
        if at > line.now:
            continue
        found[given.handle, given.day] = CheckIn(
            enrolment=places[given.handle],
            day=given.day,
            kind=given.kind,
            text=given.text,
            url=given.url,
            handed_in_at=at,
        )
    CheckIn.objects.bulk_create(found.values())
    return found


def praise(
    given: Mapping[tuple[str, int], CheckIn],
    people: Mapping[str, Member],
    line: Timeline,
    words: tuple[Praise, ...],
) -> list[CheckInPraise]:
    """What the staff answered by now. Who else says something was second."""
    first: set[tuple[str, int]] = set()
    rows = []
    for giver, handle, day, text, minutes in words:
        check_in = given.get((handle, day))
        if check_in is None or giver not in people:
            continue
        at = check_in.handed_in_at + dt.timedelta(minutes=minutes)
        if at > line.now:
            continue
        rows.append(
            CheckInPraise(
                check_in=check_in, by=people[giver], text=text, given_at=at,
                is_first=(handle, day) not in first,
            )
        )  # fmt: skip
        first.add((handle, day))
    return CheckInPraise.objects.bulk_create(rows)


def react(
    given: Mapping[tuple[str, int], CheckIn], people: Mapping[str, Member], line: Timeline
) -> None:
    """A word from those who learn beside her."""
    rows = [
        Reaction(
            check_in=check_in,
            member=people[reader],
            word=word,
            at=min(line.now, check_in.handed_in_at + dt.timedelta(minutes=11 * (number + 1))),
        )
        for handle, day, word, readers in texts.REACTIONS
        if (check_in := given.get((handle, day))) is not None
        for number, reader in enumerate(readers)
        if reader in people
    ]
    Reaction.objects.bulk_create(rows)


def sums(given: Mapping[tuple[str, int], CheckIn], day: int) -> dict[str, int]:
    """How many handed in for ``day``, and how many of them rested."""
    of_day = [row for (_handle, its), row in given.items() if its == day]
    return {
        "given": len(of_day),
        "rest": sum(row.kind == CheckIn.Kind.REST for row in of_day),
    }
