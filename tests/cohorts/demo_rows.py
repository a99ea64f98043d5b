"""Everything that the demo's camps are made of, counted."""

from cohorts.models import (
    Absence,
    Camp,
    CheckIn,
    CheckInPraise,
    ContactNote,
    Enrolment,
    Evidence,
    HandOver,
    Reaction,
    ScriptUse,
    SopTask,
    StaffDecision,
    StaffNote,
    TaskEvent,
    TaskSeen,
)
from community.models import Digest, Highlight, Member, Posting, RoomMembership

MADE = (
    Camp, Enrolment, CheckIn, CheckInPraise, Reaction, SopTask, TaskEvent, TaskSeen, Evidence,
    HandOver, StaffNote, StaffDecision, ContactNote, ScriptUse, Posting, Absence, Member,
    RoomMembership, Digest, Highlight,
)  # fmt: skip


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MADE}
