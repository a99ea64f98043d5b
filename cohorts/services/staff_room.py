"""What the staff of a camp tell each other, and what they agreed to say. No learner reads it."""

from django.db import transaction
from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from cohorts.models import Camp, Enrolment, HandOver, StaffDecision, StaffNote
from cohorts.models.care import LONGEST_NOTE
from community import pages
from community.errors import DomainError
from community.models import Member, RoomMembership
from community.pages import Page
from community.services.answers import one_line

THREADS = 10
LONGEST_QUESTION = 200
LONGEST_TOLD = 120


class ReplacedMeanwhile(DomainError):
    """Somebody has agreed on a newer wording already. ``decision`` is that one."""

    def __init__(self, decision: StaffDecision) -> None:
        super().__init__(
            _(
                "%(name)s has just written a newer wording. Read it, then replace that one or leave it."
            )
            % {"name": decision.by}
        )
        self.decision = decision


def threads(camp: Camp, cursor: str = "") -> Page[StaffNote]:
    """Ten notes, the newest first, each with its answers from the oldest on. Two queries."""
    answers = StaffNote.objects.select_related("by").order_by("at", "pk")
    rows = (
        StaffNote.objects.filter(room=camp.staff_room_id, answers=None)
        .select_related("by", "about__member")
        .prefetch_related(Prefetch("replies", queryset=answers))
    )
    return pages.page(rows, by="-at", cursor=cursor, size=THREADS)


def hand_overs(camp: Camp, cursor: str = "") -> Page[HandOver]:
    """What was handed over on the board, the newest first. One query."""
    rows = HandOver.objects.filter(run=camp.run_id).select_related("by")
    return pages.page(rows, by="-at", cursor=cursor)


def decisions(camp: Camp, cursor: str = "", *, old: bool = False) -> Page[StaffDecision]:
    """What is agreed now, the newest first; with ``old`` what was replaced since. One query."""
    rows = decisions_of(camp).filter(replaced_by__isnull=not old)
    return pages.page(rows, by="-at", cursor=cursor)


def decisions_of(camp: Camp) -> QuerySet[StaffDecision]:
    """All of them, each with who agreed, who tells, what it replaced and what has replaced it."""
    return StaffDecision.objects.filter(room=camp.staff_room_id).select_related(
        "by", "teller", "replaced_by", "replaces"
    )


def staff_of(camp: Camp) -> QuerySet[Member]:
    """Who runs the camp, by name. One query when it is read."""
    places = RoomMembership.objects.active().filter(
        room=camp.run.room_id, role__in=RoomMembership.STAFF_ROLES
    )
    return (
        Member.objects.active()
        .filter(pk__in=places.values("member"))
        .order_by("display_name", "pk")
    )


@transaction.atomic
def write(
    *,
    camp: Camp,
    by: Member,
    text: str,
    about: Enrolment | None = None,
    answers: StaffNote | None = None,
) -> StaffNote:
    """A note, about a learner of the camp or not, or an answer to one. An answer to an answer
    stands in the same thread. Raises DomainError for an empty or too long one, and for a learner
    or a note of another camp."""
    text = text.strip()
    if not text:
        raise DomainError(_("Write a few words."), field="text")
    if len(text) > LONGEST_NOTE:
        raise DomainError(_too_long(text, LONGEST_NOTE), field="text")
    if about is not None and about.camp_id != camp.pk:
        raise DomainError(_("This learner is not in the camp."), field="about")
    if answers is not None and answers.room_id != camp.staff_room_id:
        raise DomainError(_("This note stands in another room."))
    thread = answers.answers if answers is not None and answers.answers_id else answers
    return StaffNote.objects.create(
        room_id=camp.staff_room_id, by=by, text=text, about=about, answers=thread
    )


@transaction.atomic
def decide(
    *,
    camp: Camp,
    by: Member,
    question: str,
    wording: str,
    teller: Member | None = None,
    told: str = "",
    link: str = "",
    replaces: StaffDecision | None = None,
) -> StaffDecision:
    """Agree on a wording. With ``replaces`` it takes the place of that one, which stays to be
    read: of two who replace it at once, one does, and the other gets ReplacedMeanwhile (one
    UPDATE, which only fits while nothing has replaced it). Raises DomainError for what is empty or
    too long."""
    question, wording, told = one_line(question), wording.strip(), one_line(told)
    for field, text, most, needed in (
        ("question", question, LONGEST_QUESTION, True),
        ("wording", wording, LONGEST_NOTE, True),
        ("told", told, LONGEST_TOLD, False),
    ):
        if needed and not text:
            raise DomainError(_("Write a few words."), field=field)
        if len(text) > most:
            raise DomainError(_too_long(text, most), field=field)
    made = StaffDecision.objects.create(
        room_id=camp.staff_room_id, by=by, question=question, wording=wording, teller=teller,
        told=told, link=link,
    )  # fmt: skip
    if replaces is not None:
        current = StaffDecision.objects.filter(
            pk=replaces.pk, room=camp.staff_room_id, replaced_by=None
        )
        if not current.update(replaced_by=made):
            raise ReplacedMeanwhile(_newest(replaces))
    return made


def notes_about(enrolment: Enrolment) -> QuerySet[StaffNote]:
    """What the staff wrote about her, the newest first, with the answers. Two queries."""
    answers = StaffNote.objects.select_related("by").order_by("at", "pk")
    return (
        StaffNote.objects.filter(about=enrolment, room=F("about__camp__staff_room"))
        .select_related("by", "about__member")
        .prefetch_related(Prefetch("replies", queryset=answers))
        .order_by("-at", "-pk")
    )


def _newest(decision: StaffDecision) -> StaffDecision:
    """What stands now in the place of ``decision``. A query for each time it was replaced."""
    found = StaffDecision.objects.select_related("by", "replaced_by__by").get(pk=decision.pk)
    while found.replaced_by_id:
        found = StaffDecision.objects.select_related("by").get(pk=found.replaced_by_id)
    return found


def _too_long(text: str, most: int) -> str:
    return _("This is %(over)d characters too long; at most %(most)d fit.") % {
        "over": len(text) - most,
        "most": most,
    }
