"""Handing in for a day of a camp (打卡), changing it the same day, taking it back.

Three kinds of days: in the preparation one tries it out (``PRACTICE``), the days of the course are
counted, and on the closing day one leaves three sentences for the next camp.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.models.lesson import LONGEST_CHECK_IN
from cohorts.services import days, learners
from community import clock
from community.errors import DomainError
from community.models import Flag, Highlight, Member, Upload
from community.services import highlights, uploads, watch
from community.trust.markup import INVISIBLE

# The day of a practice check-in. A run has no day 0, so it counts for none.
PRACTICE = 0
LONGEST_LINK = 500
Kind, State = CheckIn.Kind, Enrolment.State


@dataclass(frozen=True)
class Given:
    """What she hands in. Who ``rests`` may have written a line all the same; only staff read it."""

    text: str = ""
    url: str = ""
    upload: Upload | None = None
    rests: bool = False


class AlreadyHandedIn(DomainError):
    """There is something for that day already, and it is another thing. ``check_in`` is that."""

    def __init__(self, check_in: CheckIn) -> None:
        super().__init__(
            _("You have checked in for that day already. Change that one, or take it back first.")
        )
        self.check_in = check_in


def day_now(camp: Camp) -> int | None:
    """For which day one hands in now by the camp's clock: ``PRACTICE``, a day of the course, or the
    day after it for the three sentences. None before, after, and when the camp is off. No query."""
    if camp.state in (Camp.State.CANCELLED, Camp.State.FINISHED):
        return None
    today = camp.calendar.today()
    phase = camp.calendar.phase_on(camp.calendar.date_of(today))
    known = {"preparation": PRACTICE, "course": today, "closing": closing_day(camp)}
    return known.get(phase)


def closing_day(camp: Camp) -> int:
    return camp.run.days + 1


@transaction.atomic
def hand_in(*, enrolment: Enrolment, day: int, given: Given) -> CheckIn:
    """Hand in for ``day``: today, or one that is over, which uses a make-up day. The same thing sent
    twice is one check-in.

    Raises DomainError for the field that is wrong, for a day that has not come, that is not hers or
    can no longer be made up, while she pauses, and when the camp is off or over; AlreadyHandedIn if
    something else stands for that day. Locks the enrolment, so that two windows do not use one
    make-up day twice; that there is one check-in a day is a constraint's business.
    """
    fields = _fields(given)
    camp = enrolment.camp
    row = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    row.camp = camp
    _refuse_who_does_not_learn(row)
    made_up = _is_made_up(row, day)
    try:
        with transaction.atomic():
            made = CheckIn.objects.create(enrolment=row, day=day, made_up=made_up, **fields)
    except IntegrityError:
        other = CheckIn.objects.standing().get(enrolment=row, day=day)
        if _holds(other, fields):
            return other
        raise AlreadyHandedIn(other) from None
    _look_for_words(made, enrolment.member, camp)
    return made


@transaction.atomic
def change(*, check_in: CheckIn, given: Given) -> CheckIn:
    """Write something else, on the day it was handed in. Compare-and-swap on what was read.

    Raises DomainError for the field that is wrong, when the day is over, and when it was changed or
    taken back in another window meanwhile.
    """
    fields = _fields(given)
    if _holds(check_in, fields):
        return check_in
    _refuse_when_the_day_is_over(check_in)
    old = check_in.upload
    as_read = CheckIn.objects.standing().filter(pk=check_in.pk, changed_at=check_in.changed_at)
    if not as_read.update(changed_at=clock.now(), **fields):
        raise DomainError(
            _("This was changed or taken back in another window. Load the page again and look.")
        )
    if old is not None and not CheckIn.objects.filter(upload=old).exists():
        uploads.delete(old)
    check_in.refresh_from_db()
    highlights.hand_down(
        kind=Highlight.Kind.CHECK_IN, source=check_in.public_id,
        text=check_in.text or check_in.url, upload=check_in.upload,
    )  # fmt: skip
    _look_for_words(check_in, check_in.enrolment.member, check_in.enrolment.camp)
    return check_in


@transaction.atomic
def take_back(*, check_in: CheckIn) -> bool:
    """It was not handed in; what was written waits in the form. True if it stood. Raises DomainError
    once the day is over. Four queries."""
    _refuse_when_the_day_is_over(check_in)
    standing = CheckIn.objects.standing().filter(pk=check_in.pk)
    stood = bool(standing.update(taken_back_at=clock.now()))
    if stood:
        Flag.objects.filter(
            what=Flag.What.CHECK_IN, subject=check_in.public_id, state=Flag.State.OPEN
        ).update(state=Flag.State.GONE, closed_at=clock.now())
        highlights.forget(kind=Highlight.Kind.CHECK_IN, sources=[check_in.public_id])
    return stood


def may_change(check_in: CheckIn) -> bool:
    """Whether it is still the day on which it was handed in, by the camp's clock. No query if the
    enrolment came with its camp and run."""
    zone = check_in.enrolment.camp.run.timezone
    return clock.local_date(zone, check_in.handed_in_at) == clock.local_date(zone)


def can_be_made_up(enrolment: Enrolment, standing: days.Days) -> list[int]:
    """The days that are over for which she can still hand in. No query."""
    by_itself = enrolment.makes_up_by_itself
    return [
        dot.day
        for dot in standing.dots
        if dot.state in (days.OPEN, days.MADE_UP)
        and days.may_make_up(standing, dot.day, by_itself=by_itself)
    ]


def make_up_by_itself(*, enrolment: Enrolment, on: bool) -> None:
    """Whether missed days make themselves up, or she picks them. One UPDATE; twice is fine."""
    Enrolment.objects.filter(pk=enrolment.pk).update(makes_up_by_itself=on)
    enrolment.makes_up_by_itself = on


# What is handed in ------------------------------------------------------------


def _fields(given: Given) -> dict[str, Any]:
    """The fields of the row. Raises DomainError at the field that is wrong."""
    text = INVISIBLE.sub("", given.text.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST_CHECK_IN:
        raise DomainError(
            _("This is %(over)d characters too long; at most %(most)d fit.")
            % {"over": len(text) - LONGEST_CHECK_IN, "most": LONGEST_CHECK_IN},
            field="text",
        )
    url = link_of(given.url)
    if given.rests:
        kind = Kind.REST
    elif given.upload is not None:
        kind = Kind.PHOTO
    else:
        kind = Kind.LINK if url else Kind.TEXT
    if kind == Kind.TEXT and not text:
        raise DomainError(
            _("Write a line, give a link or add a picture. A line is enough."), field="text"
        )
    return {"kind": kind, "text": text, "url": url, "upload": given.upload}


def link_of(typed: str) -> str:
    """The link as it is kept; ``example.org/a`` gets its https. Raises DomainError for what leads
    nowhere, such as a link with a space in it."""
    typed = typed.strip()
    if not typed:
        return ""
    wrong = DomainError(
        _("This is no link. Copy the whole address, without spaces, beginning with https://."),
        field="url",
    )
    link = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError as error:  # http://[half an address
        raise wrong from error
    if parts.scheme.lower() not in ("http", "https") or "." not in host.strip("."):
        raise wrong
    if len(link) > LONGEST_LINK or any(sign.isspace() or sign in "<>\"'\\" for sign in link):
        raise wrong
    return link


def _holds(check_in: CheckIn, fields: dict[str, Any]) -> bool:
    return all(getattr(check_in, name) == value for name, value in fields.items())


def _look_for_words(check_in: CheckIn, member: Member, camp: Camp) -> None:
    """Words that are watched are shown to staff; one that holds a text keeps the others from reading
    it until then (``camp_feed``)."""
    watch.check(
        what=Flag.What.CHECK_IN,
        subject=check_in.public_id,
        member=member,
        texts={"text": f"{check_in.text}\n{check_in.url}".strip()},
        spaces=[camp.space_id],
    )


# Whether she may --------------------------------------------------------------


def _refuse_who_does_not_learn(row: Enrolment) -> None:
    camp = row.camp
    if camp.state == Camp.State.CANCELLED:
        raise DomainError(_("%(camp)s was called off.") % {"camp": camp})
    if camp.state == Camp.State.FINISHED:
        raise DomainError(_("%(camp)s is over. What you wrote stays yours.") % {"camp": camp})
    if row.state == State.PAUSED:
        raise DomainError(_("You pause at the moment. Go on first, then check in."))
    if row.state == State.LEFT:
        raise DomainError(_("You are not in this camp any more."))


def _is_made_up(row: Enrolment, day: int) -> bool:
    """Whether handing in for ``day`` uses a make-up day. Raises DomainError when she cannot."""
    camp = row.camp
    now = day_now(camp)
    if now is None:
        first = camp.run.opens_on - dt.timedelta(days=camp.run.preparation_days)
        raise DomainError(
            _("Nothing is handed in now. The camp goes from %(first)s to %(last)s.")
            % {
                "first": date_format(first, "MONTH_DAY_FORMAT"),
                "last": date_format(camp.calendar.date_of(camp.run.days), "MONTH_DAY_FORMAT"),
            }
        )
    if day == now:
        return False
    if day == PRACTICE or day > now or not 1 <= day <= camp.run.days:
        raise DomainError(
            _("D%(day)d has not come yet, or is no day of the course.") % {"day": day}
        )
    if day < row.from_day:
        raise DomainError(
            _("D%(day)d was before you came. Nothing of it is asked of you.") % {"day": day}
        )
    if CheckIn.objects.standing().filter(enrolment=row, day=day).exists():
        return False  # the constraint finds it, and says whether it is the same
    if not days.may_make_up(days_of(row), day, by_itself=row.makes_up_by_itself):
        raise DomainError(
            _("No make-up day is left. That day may stay as it is; today is what counts.")
        )
    return True


def days_of(row: Enrolment) -> days.Days:
    """How her days stand. One query."""
    given = CheckIn.objects.standing().filter(enrolment=row).order_by()
    return learners.days_from(row.camp, row, given.values_list("day", "kind", "made_up"))


def _refuse_when_the_day_is_over(check_in: CheckIn) -> None:
    if not may_change(check_in):
        raise DomainError(
            _("The day on which you handed this in is over, so it stays. An assistant can help.")
        )
