"""With whom nobody has spoken for days, and noting that somebody has (聊过).

The list is for the staff: it says with whom to talk and about what. What somebody missed is not in
it; a talk that begins with that is no talk.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from cohorts.models import Camp, ContactNote, Enrolment
from cohorts.services import learners
from cohorts.services.learners import HERE
from community import clock
from community.errors import DomainError
from community.models import Member
from community.services.answers import one_line

USUAL_DAYS = 3
MOST_DAYS = 60
LONGEST_NOTE = 500
LONGEST_VALUE = 200


def silent(camp: Camp, days: int = USUAL_DAYS) -> QuerySet[Enrolment]:
    """Those with whom nobody has spoken for ``days`` days (of 24 hours), the longest silence first;
    nobody yet comes before all. One query when it is read."""
    since = clock.now() - dt.timedelta(days=days)
    rows = learners.with_last_contact(learners.of(camp).filter(state__in=HERE))
    return rows.filter(Q(spoken_at=None) | Q(spoken_at__lt=since)).order_by(
        F("spoken_at").asc(nulls_first=True), "enrolled_at", "pk"
    )


def days_asked(text: str) -> int:
    """The number of days that an address asks for; three for none, and for what is none."""
    return int(text) if text.isdecimal() and 1 <= int(text[:3]) <= MOST_DAYS else USUAL_DAYS


@transaction.atomic
def note(
    *,
    enrolment: Enrolment,
    by: Member,
    channel: str,
    text: str = "",
    value_kind: str = "",
    value: str = "",
) -> ContactNote:
    """``by`` has spoken with her. Raises DomainError for too long a note and for a channel or kind
    that there is not."""
    text, value = text.strip(), one_line(value)
    if channel not in ContactNote.Channel.values:
        raise DomainError(_("Choose how you have spoken."), field="channel")
    if value_kind and value_kind not in ContactNote.Value.values:
        raise DomainError(_("Choose one of the three kinds, or none."), field="value_kind")
    for field, words, most in (("note", text, LONGEST_NOTE), ("value", value, LONGEST_VALUE)):
        if len(words) > most:
            raise DomainError(
                _("This is %(over)d characters too long; at most %(most)d fit.")
                % {"over": len(words) - most, "most": most},
                field=field,
            )
    return ContactNote.objects.create(
        enrolment=enrolment, by=by, channel=channel, note=text, value_kind=value_kind, value=value
    )
