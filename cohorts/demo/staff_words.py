"""What the staff of the demo's camp wrote to each other, and with whom they spoke."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from cohorts.demo import staff_texts as texts
from cohorts.demo.timeline import Timeline
from cohorts.models import (
    Camp,
    ContactNote,
    Enrolment,
    HandOver,
    Script,
    ScriptUse,
    StaffDecision,
    StaffNote,
)
from cohorts.services import staff_room
from community.models import Member


def tell(
    camp: Camp,
    line: Timeline,
    people: Mapping[str, Member],
    sums: Callable[[int], Mapping[str, int]],
) -> None:
    """Notes, wordings, hand-overs, talks and scripts; each at its time, nothing before it."""
    places = {row.member.handle: row for row in camp.enrolments.select_related("member")}
    for *thread, about, answers in texts.THREADS:
        write_threads(camp, line, people, [(*thread, answers)], about=places.get(about))
    for question, wording, teller, told, day, time in texts.DECISIONS:
        made = staff_room.decide(
            camp=camp, by=people["wenzhu"], question=question, wording=wording,
            teller=people[teller], told=told,
        )  # fmt: skip
        StaffDecision.objects.filter(pk=made.pk).update(at=line.at(day, time))
    HandOver.objects.bulk_create(
        HandOver(
            run=camp.run, by=people["linjie"], text=text.format(**sums(day)),
            at=line.just_before(line.at(day, "22:26")),
        )
        for day, text in texts.HAND_OVERS
    )  # fmt: skip
    ContactNote.objects.bulk_create(
        ContactNote(
            enrolment=places[learner], by=people[who], channel=how, note=note,
            value_kind=kind, value=value, at=line.at(day, time),
        )
        for learner, who, how, day, time, note, kind, value in texts.CONTACTS
        if learner in places
    )  # fmt: skip
    _use_scripts(camp, line, people)


def write_threads(
    camp: Camp,
    line: Timeline,
    people: Mapping[str, Member],
    threads: Iterable[tuple],
    about: Enrolment | None = None,
) -> None:
    """Notes of (who, day, time, text, answers), with an answer each (who, minutes later, text)."""
    for who, day, time, text, answers in threads:
        at = line.at(day, time)
        note = staff_room.write(camp=camp, by=people[who], text=text, about=about)
        _move(note, at)
        for other, minutes, words in answers:
            answer = staff_room.write(camp=camp, by=people[other], text=words, answers=note)
            _move(answer, at + dt.timedelta(minutes=minutes))


def _move(note: StaffNote, at: dt.datetime) -> None:
    StaffNote.objects.filter(pk=note.pk).update(at=at)


def _use_scripts(camp: Camp, line: Timeline, people: Mapping[str, Member]) -> None:
    scripts = {script.key: script for script in Script.objects.filter(version=camp.run.version_id)}
    ScriptUse.objects.bulk_create(
        ScriptUse(script=scripts[key], run=camp.run, by=people[who], at=at)
        for key, who, day, time in texts.SCRIPT_USES
        if key in scripts and (at := line.at(day, time)) <= line.now
    )
