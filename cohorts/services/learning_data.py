"""What a learner leaves in camps: handing it to her, and erasing it with her."""

from typing import Any

from django.db.models import Q

from cohorts.models import CheckIn, CheckInPraise, Enrolment, Reaction
from community.models import Member


def export(member: Member) -> dict[str, Any]:
    """Her camps with why she came, all that she handed in, and what was said to it; plain values.
    Five queries. What she took back is hers as well."""
    hers = CheckIn.objects.filter(enrolment__member=member).order_by("handed_in_at", "pk")
    return {
        "camps": _values(
            Enrolment.objects.filter(member=member),
            *("camp__name", "state", "reason", "from_day", "enrolled_at", "left_at"),
        ),
        "check_ins": _values(
            hers,
            *("enrolment__camp__name", "day", "kind", "text", "url", "upload__public_id"),
            *("made_up", "handed_in_at", "changed_at", "taken_back_at"),
        ),
        "praise_received": _values(
            CheckInPraise.objects.filter(check_in__enrolment__member=member),
            *("check_in__day", "by__display_name", "text", "given_at"),
        ),
        "praise_given": _values(CheckInPraise.objects.filter(by=member), "text", "given_at"),
        "words_said": _values(Reaction.objects.filter(member=member).order_by("at"), "word", "at"),
    }


def erase(member: Member) -> None:
    """Erase what she handed in, why she came, and what was said to it and by her. For
    ``members.blank``, in its transaction. That she was in a camp stays, without a word of hers; her
    seat is free at the next look."""
    hers = CheckIn.objects.filter(enrolment__member=member)
    Reaction.objects.filter(Q(member=member) | Q(check_in__in=hers)).delete()
    CheckInPraise.objects.filter(Q(by=member) | Q(check_in__in=hers)).delete()
    hers.delete()
    Enrolment.objects.filter(member=member).update(reason="")


def _values(rows: Any, *names: str) -> list[dict[str, Any]]:
    return list(rows.values(*names))
