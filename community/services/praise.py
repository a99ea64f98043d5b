"""Praising one concrete thing, and saying that one knows who somebody is."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Greeting, Introduction, Member, Praise, Recognition
from community.models.flag import Flag
from community.models.praise import LONGEST_HOW, LONGEST_PRAISE
from community.services import greetings, tell, watch
from community.services.answers import one_line
from community.services.watch import staffed

# Fewer letters than this cannot name one concrete thing.
SHORTEST = 4


class AnsweredMeanwhile(DomainError):
    """Somebody of the staff was faster. ``praise`` is what they wrote; hers is not sent yet."""

    def __init__(self, praise: Praise) -> None:
        super().__init__(
            _("%(name)s has just answered. Read it, then send yours as well or leave it.")
            % {"name": praise.by}
        )
        self.praise = praise


@transaction.atomic
def give(
    *, introduction: Introduction, by: Member, part: str, text: str, as_first: bool = False
) -> Praise:
    """Answer one thing in ``introduction``. Staff of a space in which it waits answer it there.

    ``as_first`` says that the writer saw nobody's answer: if somebody was faster, nothing is
    written and AnsweredMeanwhile holds the other's words. The same words sent twice are one
    praise, and she is told once. Whoever comes first is decided by one UPDATE. Raises DomainError for too few or too
    many words, for oneself, and for a word that is refused.
    """
    text = one_line(text)
    if by.pk == introduction.member_id:
        raise DomainError(_("This is your own introduction. Others will answer it."))
    if len(text) < SHORTEST:
        raise DomainError(_("Name one thing that you noticed; a few words will do."), field="text")
    if len(text) > LONGEST_PRAISE:
        raise DomainError(
            _("This is %(over)d characters too long; at most %(most)d fit.")
            % {"over": len(text) - LONGEST_PRAISE, "most": LONGEST_PRAISE},
            field="text",
        )
    same = Praise.objects.filter(introduction=introduction, by=by, text=text, taken_back_at=None)
    if before := same.first():
        return before
    praise = Praise.objects.create(introduction=introduction, by=by, part=part, text=text)
    spaces = staffed(by)
    if watch.check(
        what=Flag.What.PRAISE,
        subject=praise.public_id,
        member=by,
        texts={"text": text},
        spaces=spaces or list(by.standing.spaces),
    ):
        raise DomainError(_("This cannot be sent as it is. Say it in other words."), field="text")
    answered = greetings.answer(praise=praise, by=by, spaces=spaces)
    if as_first and not answered:
        raise AnsweredMeanwhile(_answer_of(introduction, spaces, praise))
    Introduction.objects.filter(pk=introduction.pk, first_praised_at=None).update(
        first_praised_at=clock.now()
    )
    # Who it was stands on her page: a name in the run would outlive its owner's account.
    tell.answered(
        "praise",
        subject=praise.public_id,
        member=introduction.member_id,
        template="community/praised",
        path=introduction.get_absolute_url(),
    )
    return praise


def _answer_of(introduction: Introduction, spaces: list[int], mine: Praise) -> Praise:
    greeting = (
        Greeting.objects.filter(introduction=introduction, space__in=spaces, praise__isnull=False)
        .select_related("praise__by")
        .order_by("-answered_at")
        .first()
    )
    if greeting is None or greeting.praise is None:
        raise DomainError(_("This introduction does not wait for an answer any more. Look again."))
    return greeting.praise


def take_back(*, praise: Praise, by: Member) -> None:
    """Hers to take back, and the praised one's to take off her page. Twice is fine."""
    if by.pk not in (praise.by_id, praise.introduction.member_id):
        raise DomainError(_("Only who wrote it, or whom it is about, can take it back."))
    Praise.objects.filter(pk=praise.pk, taken_back_at=None).update(taken_back_at=clock.now())


@transaction.atomic
def recognise(*, member: Member, by: Member, how: str = "") -> bool:
    """``by`` says with her name that she knows who ``member`` is; True if she had not said so.

    Only somebody who has introduced herself can vouch for another. Raises DomainError otherwise,
    and for oneself.
    """
    if member.pk == by.pk:
        raise DomainError(_("Somebody else has to say that they know you."))
    if not Introduction.objects.published().filter(member=by).exists():
        raise DomainError(
            _("Introduce yourself first: whoever vouches for somebody can be read about, too.")
        )
    how = one_line(how)
    if len(how) > LONGEST_HOW:
        raise DomainError(
            _("This is %(over)d characters too long; at most %(most)d fit.")
            % {"over": len(how) - LONGEST_HOW, "most": LONGEST_HOW},
            field="how",
        )
    try:
        with transaction.atomic():
            Recognition.objects.create(member=member, by=by, how=how)
    except IntegrityError:
        return False
    # The pair and not the row: taking it back and saying it again rings once a day.
    tell.answered(
        "recognition",
        subject=f"{member.public_id}:{by.public_id}",
        member=member.pk,
        template="community/recognised",
        path=reverse("community:profile", args=[member.handle]),
    )
    return True


def unrecognise(*, member: Member, by: Member) -> None:
    """Take it back. Twice is fine."""
    Recognition.objects.filter(member=member, by=by).delete()
