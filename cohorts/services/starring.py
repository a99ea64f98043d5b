"""Stars in a camp: what a check-in or an introduction says is handed down to community when it is
starred, if everybody in the camp may read it."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.services import praise_queue
from community import clock
from community.errors import DomainError
from community.models import Flag, Highlight, Member
from community.models.audience import LEVEL, Audience
from community.services import highlights, jump_phrases, profiles
from community.services.highlights import Thing
from community.services.jump_phrases import Haystack

Kind = Highlight.Kind


def star_check_in(*, camp: Camp, check_in: CheckIn, by: Member) -> Highlight:
    """Raises DomainError for one that its camp may not read: a rest, or one with a word that staff
    have to look at first. About five queries."""
    if not tellable(camp).filter(pk=check_in.pk).exists():
        raise DomainError(
            _("The camp cannot read this at the moment, so it cannot be told either.")
        )
    return highlights.star(room=camp.room, thing=thing_of(camp, check_in), by=by)


def star_introduction(*, camp: Camp, enrolment: Enrolment, by: Member) -> Highlight:
    """The sentence of her introduction and what she is proud of, as far as the camp reads them.
    Raises DomainError when it reads neither. About five queries."""
    row = profiles.introduction_at(enrolment.member, LEVEL[Audience.CAMP])
    text = highlights.words_of(row) if row is not None else ""
    if row is None or not text or enrolment.member.hidden_at is not None:
        raise DomainError(_("There is nothing in this introduction that the whole camp may read."))
    thing = Thing(
        kind=Kind.INTRODUCTION,
        source=row.public_id,
        text=text,
        author=enrolment.member,
        said_at=row.published_at,
        path=reverse("community:profile", args=[enrolment.member.handle]),
    )
    return highlights.star(room=camp.room, thing=thing, by=by)


def tellable(camp: Camp) -> QuerySet[CheckIn]:
    """What was handed in there and the whole camp may read."""
    held = Flag.objects.filter(
        what=Flag.What.CHECK_IN,
        subject=OuterRef("public_id"),
        level="hold",
        state__in=[Flag.State.OPEN, Flag.State.UPHELD],
    )
    return praise_queue.of(camp).filter(~Exists(held), enrolment__member__hidden_at=None)


def of_day(camp: Camp, date: dt.date) -> list[CheckIn]:
    """What was handed in on ``date`` by the camp's clock and may be told, the oldest first. One
    query."""
    zone = camp.run.timezone
    begin = clock.local_to_utc(date, dt.time(0), zone)
    end = clock.local_to_utc(date + dt.timedelta(days=1), dt.time(0), zone)
    rows = tellable(camp).filter(handed_in_at__gte=begin, handed_in_at__lt=end)
    return list(rows.order_by("handed_in_at", "pk"))


def known(check_ins: list[CheckIn], starred: list[Highlight]) -> Haystack:
    """The texts of a day among which a jump phrase has to occur once: what was handed in, and what
    else is starred. A chat is not among them; it was looked through when it was pasted. Pure."""
    texts = {row.public_id: row.text for row in check_ins}
    texts |= {row.source: row.text for row in starred if row.kind not in Highlight.IN_CHAT}
    return jump_phrases.haystack(texts.values())


def thing_of(camp: Camp, row: CheckIn) -> Thing:
    """A check-in as it is handed down. No query if it came with its member and picture."""
    name = "lesson" if 1 <= row.day <= camp.run.days else "camp"
    args = [camp.space.slug, camp.slug, *([row.day] if name == "lesson" else [])]
    return Thing(
        kind=Kind.CHECK_IN,
        source=row.public_id,
        text=row.text or row.url,
        author=row.enrolment.member,
        said_at=row.handed_in_at,
        path=reverse(f"cohorts:{name}", args=args),
        upload=row.upload,
    )
