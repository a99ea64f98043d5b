"""The highlights of the demo's camp: two days that went out, and this morning's draft, in which one
author was asked and has not answered yet."""

import datetime as dt
from collections.abc import Mapping

from cohorts.demo import highlight_texts as texts
from cohorts.demo.timeline import Timeline
from cohorts.models import Camp, CheckIn
from cohorts.services import camp_highlights, pasting, starring
from community.models import Digest, Highlight, Member
from community.services import digests, highlight_consent, highlights, inbox
from community.services.digests import Entry, Written

Given = Mapping[tuple[str, int], CheckIn]


def tell(camp: Camp, line: Timeline, people: Mapping[str, Member], given: Given) -> None:
    """Each day as far as it has come by now."""
    _paste(camp, line, -1, texts.EVENING_BEFORE, people["linjie"])
    for row in Highlight.objects.filter(room=camp.room):
        highlight_consent.answer(row=row, answer="named", by=people["linjie"])
    _make(camp, line, -1, texts.BEFORE, people)
    _send(camp, line, -1, people)
    _star(camp, line, 1, given, people)
    _make(camp, line, 1, texts.FIRST, people)
    _send(camp, line, 1, people)
    _star(camp, line, 2, given, people)
    _paste(camp, line, 2, texts.SECOND_EVENING, people["linjie"])
    _make(camp, line, 2, texts.SECOND, people)


def _paste(camp: Camp, line: Timeline, day: int, chat: str, by: Member) -> None:
    date = camp.calendar.date_of(day)
    read = pasting.read(chat.format(date=date.strftime("%Y/%m/%d")), date)
    lines = [str(one.line) for one in read if not one.is_quiet and len(one.text) > texts.WORTH]
    pasting.keep(camp=camp, date=date, read=read, lines=lines, by=by)
    at = line.just_before(line.at(day, "22:40"))
    Highlight.objects.filter(room=camp.room, day=date).update(starred_at=at)


def _star(camp: Camp, line: Timeline, day: int, given: Given, people: Mapping[str, Member]) -> None:
    """What was handed in on that day and is told in its highlights; and what its authors said."""
    date = camp.calendar.date_of(day)
    for handle, answer in texts.ANSWERS[day].items():
        check_in = given.get((handle, day))
        if check_in is None:
            continue
        thing = starring.thing_of(camp, check_in)
        row = highlights.star(room=camp.room, thing=thing, by=people["songzi"], day=date)
        at = line.just_before(line.at(day, "22:30"))
        Highlight.objects.filter(pk=row.pk).update(starred_at=at)
        if answer:
            highlight_consent.ask(row=row, by=people["linjie"])
        if answer in highlight_consent.ANSWERS:
            row.refresh_from_db()
            highlight_consent.answer(row=row, answer=answer, by=row.author)  # type: ignore[arg-type]


def _make(
    camp: Camp,
    line: Timeline,
    day: int,
    told: Mapping[str, texts.Told],
    people: Mapping[str, Member],
) -> None:
    """The draft, with titles and quotes typed where ``told`` has them."""
    date = camp.calendar.date_of(day)
    known = starring.known(starring.of_day(camp, date), highlights.of_day(camp.room, date))
    digest = digests.draft(
        room=camp.room, day=date, place=camp_highlights.place(camp, date), known=known
    )
    rows = list(digest.items.select_related("author").order_by("position"))
    entries = [_entry(row, told) for row in rows]
    written = Written(
        entries, style=texts.STYLES.get(day, "screen"), opening=texts.OPENINGS.get(day, "")
    )
    digests.save(
        digest=digest, version=digest.version, by=people["linjie"], written=written, known=known
    )
    made = line.just_before(line.at(day, "07:00", before=-1))
    Digest.objects.filter(pk=digest.pk).update(made_at=made, changed_at=made)


def _entry(row: Highlight, told: Mapping[str, texts.Told]) -> Entry:
    key = row.author.handle if row.author else row.speaker
    said = told.get(key or "", texts.Told("", row.quote, ""))
    return Entry(row, said.title, said.quote, said.tag, row.phrase)


def _send(camp: Camp, line: Timeline, day: int, people: Mapping[str, Member]) -> None:
    """It went out at half past eight of the next morning, to everybody in the camp."""
    date = camp.calendar.date_of(day)
    digest = digests.find(camp.room, date)
    if digest is None:
        return
    at = line.at(day, "08:30", before=-1)
    digest = digests.approve(digest=digest, version=digest.version, by=people["linjie"])
    at = min(at, line.now)
    moments = {"due_at": at, "approved_at": at - dt.timedelta(minutes=12)}
    Digest.objects.filter(pk=digest.pk).update(**moments)
    run = inbox.notify(
        Digest.WHAT,
        subject=digest.public_id,
        members=Member.objects.filter(
            room_memberships__room=camp.run.room_id, room_memberships__until=None
        ),
        template="community/digest",
        context={"label": digest.label, "room": camp.room.name, "count": digest.items.count()},
        path=digest.path,
        local_date=date + dt.timedelta(days=1),
    )
    run.items.update(created_at=at)
