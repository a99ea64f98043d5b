"""What the staff of camps write, of themselves and of others: handing one's own to her, erasing it
with her. What learners hand in is the business of ``learning_data``."""

from typing import Any

from django.db.models import Q

from cohorts.models import (
    Absence,
    ContactNote,
    Enrolment,
    Evidence,
    HandOver,
    StaffNote,
    TaskEvent,
)
from community.models import Member
from community.registry import erasure_parts, export_parts


def export(member: Member) -> dict[str, Any]:
    """What she wrote as one of the staff; plain values. Four queries.

    What others of the staff noted about her is left out: it is theirs, and they answer for it.
    """
    return {
        "days_away": _values(
            Absence.objects.filter(member=member), "first_day", "last_day", "note"
        ),
        "hand_overs": _values(HandOver.objects.filter(by=member), "text", "at"),
        "evidence": _values(Evidence.objects.filter(by=member), "kind", "text", "url", "at"),
        "notes": _values(StaffNote.objects.filter(by=member), "text", "at"),
    }


def erase(member: Member) -> None:
    """Erase what was noted about her, and what she wrote of herself; let go of her pictures. For
    ``members.blank``, in its transaction.

    That a step was done stays, and so do her notes about others: they stand on their cards.
    """
    hers = Enrolment.objects.filter(member=member)
    ContactNote.objects.filter(enrolment__in=hers).delete()
    StaffNote.objects.filter(answers__about__in=hers).delete()
    StaffNote.objects.filter(about__in=hers).delete()
    Evidence.objects.filter(Q(by=member) | Q(upload__owner=member)).delete()
    HandOver.objects.filter(by=member).delete()
    TaskEvent.objects.filter(by=member).update(note="")
    Absence.objects.filter(member=member).update(note="")


def _values(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))


export_parts.register("camp-staff", export)
erasure_parts.register("camp-staff", erase)
