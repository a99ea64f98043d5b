"""Sitting down with somebody to write: asking, taking it on, giving it back, done."""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import HelpRequest, Member, Space
from community.services import tell
from community.services.answers import one_line
from community.services.watch import staffed

State = HelpRequest.State


def ask(*, member: Member, space: Space, note: str = "") -> HelpRequest:
    """Ask the staff of ``space``; the request that is pending there already, if there is one.
    Raises DomainError if she is not in the space."""
    if space.pk not in member.standing.spaces:
        raise DomainError(_("Ask in a space that you are in."), field="space")
    try:
        with transaction.atomic():
            return HelpRequest.objects.create(member=member, space=space, note=one_line(note)[:200])
    except IntegrityError:
        return HelpRequest.objects.pending().get(member=member, space=space)


def mine(member: Member) -> HelpRequest | None:
    """Her newest request that is not closed. One query."""
    return (
        HelpRequest.objects.pending()
        .filter(member=member)
        .select_related("space", "taken_by")
        .last()
    )


def queue(viewer: Member) -> QuerySet[HelpRequest]:
    """What is pending in the spaces she runs, the oldest first, without her own. One query."""
    return (
        HelpRequest.objects.pending()
        .filter(space__in=staffed(viewer), member__state=Member.State.ACTIVE)
        .exclude(member=viewer)
        .select_related("space", "member", "taken_by")
    )


@transaction.atomic
def take(*, request: HelpRequest, by: Member) -> None:
    """``by`` takes it on, and who asked is told. One UPDATE that repeats its condition: of two, one
    gets it. Taking what is hers already is fine and tells nobody again. Raises DomainError that
    names who was faster."""
    if _move(request, {State.OPEN}, by=by, state=State.TAKEN, taken_by=by, taken_at=clock.now()):
        tell.answered(
            "company",
            subject=request.public_id,
            member=request.member_id,
            template="community/company_taken",
            path=reverse("community:intro_help"),
        )


def give_back(*, request: HelpRequest, by: Member) -> None:
    """``by`` cannot do it after all: it is open again, and as old as it was."""
    _move(request, {State.TAKEN}, by=by, state=State.OPEN, taken_by=None, taken_at=None)


def finish(*, request: HelpRequest, by: Member) -> None:
    """They have written it together."""
    _move(request, {State.TAKEN}, by=by, state=State.DONE, closed_at=clock.now())


def withdraw(*, request: HelpRequest, by: Member) -> None:
    """She does not need it any more; only she herself can say so. Twice is fine."""
    if request.member_id != by.pk:
        raise DomainError(_("Only who asked can withdraw it."))
    HelpRequest.objects.filter(pk=request.pk, state__in=HelpRequest.PENDING).update(
        state=State.WITHDRAWN, closed_at=clock.now()
    )


def _move(request: HelpRequest, expected: set[str], *, by: Member, state: str, **values) -> bool:
    rows = HelpRequest.objects.filter(pk=request.pk, state__in=expected)
    if State.TAKEN in expected:
        rows = rows.filter(taken_by=by)
    if rows.update(state=state, **values):
        request.refresh_from_db()
        return True
    now = HelpRequest.objects.select_related("taken_by").get(pk=request.pk)
    if now.state == state and now.taken_by_id in (by.pk, None):
        return False
    if now.state == State.TAKEN:
        raise DomainError(
            _("%(name)s has taken this on. Choose another one.") % {"name": now.taken_by}
        )
    raise DomainError(
        _("This has changed meanwhile: %(state)s. Look again.")
        % {"state": now.get_state_display().lower()}
    )
