"""What camps keep about a member: handing it to her, and erasing it with her."""

from typing import Any

from django.db.models import Q

from cohorts.models import (
    Absence,
    CheckIn,
    CheckInPraise,
    ContactNote,
    Enrolment,
    Evidence,
    HandOver,
    Reaction,
    StaffNote,
    TaskEvent,
)
from community.models import Member
from community.registry import erasure_parts, export_parts


def export(member: Member) -> dict[str, Any]:
    """Everything she wrote in camps, and the praise for it; plain values. Six queries.

    What the staff noted about her is left out: it is theirs, and they answer for it.
    """
    hers = CheckIn.objects.filter(enrolment__member=member)
    return {
        "camps": _values(
            Enrolment.objects.filter(member=member),
            *("camp__name", "state", "reason", "from_day", "enrolled_at", "left_at"),
        ),
        "check_ins": _values(
            hers, "enrolment__camp__name", "day", "kind", "text", "url", "handed_in_at"
        ),
        "praise_received": _values(
            CheckInPraise.objects.filter(check_in__in=hers), "check_in__day", "text", "given_at"
        ),
        "praise_given": _values(CheckInPraise.objects.filter(by=member), "text", "given_at"),
        "days_away": _values(
            Absence.objects.filter(member=member), "first_day", "last_day", "note"
        ),
        "hand_overs": _values(HandOver.objects.filter(by=member), "text", "at"),
    }


def erase(member: Member) -> None:
    """Erase what she wrote in camps and what was written about her, and let go of her pictures. For
    ``members.blank``, in its transaction.

    That she was in a camp stays, without a word of hers; so does that a step was done.
    """
    enrolments = Enrolment.objects.filter(member=member)
    check_ins = CheckIn.objects.filter(enrolment__in=enrolments)
    CheckInPraise.objects.filter(Q(check_in__in=check_ins) | Q(by=member)).delete()
    Reaction.objects.filter(Q(check_in__in=check_ins) | Q(member=member)).delete()
    check_ins.delete()
    ContactNote.objects.filter(enrolment__in=enrolments).delete()
    about_her = Q(about__in=enrolments)
    StaffNote.objects.filter(Q(answers__about__in=enrolments)).delete()
    StaffNote.objects.filter(about_her).delete()
    Evidence.objects.filter(Q(by=member) | Q(upload__owner=member)).delete()
    HandOver.objects.filter(by=member).delete()
    TaskEvent.objects.filter(by=member).update(note="")
    Absence.objects.filter(member=member).update(note="")
    enrolments.update(reason="")


def _values(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))


export_parts.register("camps", export)
erasure_parts.register("camps", erase)
