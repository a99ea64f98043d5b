"""Check-ins that wait for a word from the staff, and saying it.

Everybody is to hear something at least every three days: who has not is at the front, then what was
handed in first. Who rests is left in peace.
"""

import datetime as dt
import re
import unicodedata

from django.db import IntegrityError, transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models import When as If
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from cohorts.models import Camp, CheckIn, CheckInPraise
from cohorts.models.lesson import LONGEST_PRAISE
from cohorts.registry import Ask
from cohorts.services.facts import check_ins_praised
from cohorts.services.learners import HERE
from community import clock
from community.errors import DomainError
from community.models import Flag, Member, Membership
from community.services import tell, watch
from community.services.answers import one_line
from community.services.praise import SHORTEST

AT_LEAST_EVERY = dt.timedelta(days=3)
_MUCH_LATER = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)

# Praise that fits everybody says nothing to anybody. Taken out before what is left is measured.
_HOLLOW = re.compile(
    r"(写得|做得|说得|真的|真是|非常|特别|太|很|真|好|挺)*"
    r"(棒|厉害|不错|优秀|加油|点赞|赞|漂亮|牛|强|好)+(极了|了|啊|呀|哦|的|！|~)*|继续努力|继续加油"
    r"|\b(very|so|really|well|good|great|nice|super|awesome|amazing|excellent|perfect|cool"
    r"|done|job|work|keep|it|up|going|on|bravo|wow|yes|ok|you|are|that|is|this|was|the|best"
    r"|like|love|congratulations|congrats)\b",
    re.IGNORECASE,
)


class PraisedMeanwhile(DomainError):
    """Somebody of the staff was faster. ``praise`` is what they wrote; hers is not sent yet."""

    def __init__(self, praise: CheckInPraise) -> None:
        super().__init__(
            _("%(name)s has just answered. Read it, then send yours as well or leave it.")
            % {"name": praise.by}
        )
        self.praise = praise


def of(camp: Camp) -> QuerySet[CheckIn]:
    """All that was handed in there and stands, by people who learn there now."""
    return (
        CheckIn.objects.standing()
        .filter(
            enrolment__camp=camp,
            enrolment__state__in=HERE,
            enrolment__member__state=Member.State.ACTIVE,
            enrolment__member__memberships__space=camp.space_id,
            enrolment__member__memberships__state=Membership.State.ACTIVE,
        )
        .exclude(kind=CheckIn.Kind.REST)
        .select_related("enrolment__member", "enrolment__camp__space", "upload")
    )


def waiting(camp: Camp) -> QuerySet[CheckIn]:
    """What nobody has answered yet, each with ``heard_at`` (when she last heard something, or when
    she came) and ``never_heard``. Who has heard nothing for three days comes first, the longest
    silence before the others, each with her oldest check-in; then the oldest check-in of all. One query when it is read."""
    told = CheckInPraise.objects.filter(check_in__enrolment=OuterRef("enrolment")).order_by(
        "-given_at"
    )
    last = Subquery(told.values("given_at")[:1], output_field=DateTimeField())
    silence_since = clock.now() - AT_LEAST_EVERY
    unanswered = ~Exists(CheckInPraise.objects.filter(check_in=OuterRef("pk")))
    older = CheckIn.objects.standing().filter(
        unanswered, enrolment=OuterRef("enrolment"), handed_in_at__lt=OuterRef("handed_in_at")
    )
    return (
        of(camp)
        .filter(unanswered)
        .annotate(last_heard_at=last, heard_at=Coalesce(last, F("enrolment__enrolled_at")))
        .order_by(
            Case(
                # One word ends the silence: of several check-ins only the oldest is at the front.
                If(
                    ~Exists(older.exclude(kind=CheckIn.Kind.REST)),
                    heard_at__lt=silence_since,
                    then=F("heard_at"),
                ),
                default=Value(_MUCH_LATER, output_field=DateTimeField()),
            ),
            "handed_in_at",
            "pk",
        )
    )


def is_overdue(check_in: CheckIn) -> bool:
    """Of a row of ``waiting``: whether she has heard nothing for three days. No query."""
    heard: dt.datetime = check_in.heard_at  # type: ignore[attr-defined]
    return heard < clock.now() - AT_LEAST_EVERY


def progress(camp: Camp) -> tuple[int, int]:
    """(answered, handed in) of today's check-ins, as the step that watches them counts. One query."""
    run, day = camp.run, camp.calendar.today()
    ask = Ask(
        run.pk, run.room_id, camp.space_id, day, camp.calendar.date_of(day), run.timezone
    )  # fmt: skip
    return check_ins_praised.figures([ask])[ask]


def checked(text: str) -> str:
    """``text`` as it is kept, or DomainError: too little, too much, or praise that names nothing."""
    text = one_line(text)
    if len(text) > LONGEST_PRAISE:
        raise DomainError(
            _("This is %(over)d characters too long; at most %(most)d fit.")
            % {"over": len(text) - LONGEST_PRAISE, "most": LONGEST_PRAISE},
            field="text",
        )
    said = _HOLLOW.sub("", text)
    letters = sum(unicodedata.category(sign)[0] in "LN" for sign in said)
    if letters < SHORTEST:
        raise DomainError(
            _("Name one thing in it: which sentence, what it did to you. “Great” fits everybody."),
            field="text",
        )
    return text


@transaction.atomic
def give(*, check_in: CheckIn, by: Member, text: str, as_first: bool = False) -> CheckInPraise:
    """Answer one thing in ``check_in``, and tell her. Sent twice it is one praise.

    ``as_first`` says that the writer saw nobody's answer: if somebody was faster, nothing is
    written and PraisedMeanwhile holds the other's words. Who is first is decided by a constraint.
    Raises DomainError for too few or too many words, words that fit everybody, what was taken back
    meanwhile, a word that is refused, and a second different one by the same person.
    """
    text = checked(text)
    standing = CheckIn.objects.standing().filter(pk=check_in.pk).exclude(kind=CheckIn.Kind.REST)
    if not standing.exists():
        raise DomainError(_("This was taken back meanwhile. There is nothing to answer."))
    mine = CheckInPraise.objects.filter(check_in=check_in, by=by).first()
    if mine is not None:
        if mine.text == text:
            return mine
        raise DomainError(
            _("You have answered this one already: “%(text)s”.") % {"text": mine.text}
        )
    others = CheckInPraise.objects.filter(check_in=check_in).select_related("by")
    if as_first and (other := others.first()):
        raise PraisedMeanwhile(other)
    praise = _write(check_in, by, text, as_first, others)
    if watch.check(
        what=Flag.What.PRAISE,
        subject=f"d{praise.pk}",
        member=by,
        texts={"text": text},
        spaces=[check_in.enrolment.camp.space_id],
    ):
        raise DomainError(_("This cannot be sent as it is. Say it in other words."), field="text")
    _tell(check_in, by)
    return praise


def _write(
    check_in: CheckIn, by: Member, text: str, as_first: bool, others: QuerySet[CheckInPraise]
) -> CheckInPraise:
    """The row. She is the first if she says so, or if nobody has answered by now."""
    row = {"check_in": check_in, "by": by, "text": text}
    try:
        with transaction.atomic():
            return CheckInPraise.objects.create(**row, is_first=as_first or not others.exists())
    except IntegrityError:
        if others.filter(by=by).exists():  # from two windows at once
            raise DomainError(_("You have answered this one already.")) from None
        other = others.first()
        if as_first and other is not None:
            raise PraisedMeanwhile(other) from None
        return CheckInPraise.objects.create(**row)


def _tell(check_in: CheckIn, by: Member) -> None:
    # Who it was stands on her page: a name in the run would outlive its owner's account.
    camp = check_in.enrolment.camp
    tell.answered(
        "check_in_praise",
        subject=f"{check_in.public_id}:{by.public_id}",
        member=check_in.enrolment.member_id,
        template="cohorts/check_in_praised",
        context={"day": check_in.day},
        path=reverse("cohorts:lesson", args=[camp.space.slug, camp.slug, check_in.day]),
    )
