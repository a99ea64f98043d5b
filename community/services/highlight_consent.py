"""Whether an author is named, told without her name, or not told at all: asking, answering, showing.

Nobody is named without a yes. Who is a member is asked under her bell and answers by one tap, and
may answer anew whenever she likes: before the digest goes out it changes the draft, after that the
page and every mail that has not left yet. For who is not a member, staff write down what they heard.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Digest, Highlight, Member, OutboxMessage, Run
from community.services import audit, digest_texts, inbox

Consent = Highlight.Consent
ANSWERS = (Consent.NAMED, Consent.ANONYMOUS, Consent.NO)


@transaction.atomic
def ask(*, row: Highlight, by: Member, author: Member | None = None) -> Highlight:
    """Ask its author under her bell; once. ``author`` says who of the room it is where a chat only
    knows a nickname. Raises DomainError for somebody who is no member, or has answered already."""
    author = row.author or author
    if author is None:
        raise DomainError(_("This person is not in the room here. Ask in the chat, and note it."))
    if row.consent in ANSWERS:
        raise DomainError(_("The author has answered already."))
    unasked = Highlight.objects.starred().filter(
        pk=row.pk, consent__in=[Consent.OPEN, Consent.ASKED]
    )
    unasked.update(consent=Consent.ASKED, asked_by=by, asked_at=clock.now(), author=author)
    row.refresh_from_db()
    inbox.notify(
        "highlight_consent",
        subject=row.public_id,
        members=Member.objects.filter(pk=author.pk),
        template="community/highlight_consent",
        path=reverse("community:highlight_consent", args=[row.public_id]),
        local_date=clock.local_date("UTC", row.starred_at),
    )
    return row


@transaction.atomic
def answer(*, row: Highlight, answer: str, by: Member) -> Highlight:
    """Her answer, or one that staff heard and write down. The newest counts.

    "No" takes it out of its digest, gone out or not; so nothing is left to be read. Raises
    DomainError for no answer of the three, for a name under what a minor said, and when staff write
    down an answer for a member who has answered herself.
    """
    if answer not in ANSWERS:
        raise DomainError(_("Choose one of the three."))
    is_hers = row.author_id == by.pk
    if answer == Consent.NAMED and row.author is not None and row.author.is_minor:
        raise DomainError(
            _("Who is under age is not named. Choose without the name, or not at all.")
        )
    if not is_hers and row.author_id is not None:
        if answer == Consent.NAMED:
            raise DomainError(
                _("A member says so herself. Ask, and the question is under her bell.")
            )
        if row.consent in ANSWERS and row.consent_by_id == row.author_id:
            raise DomainError(_("The author has answered already."))
    fields = {"consent": answer, "consent_by": by, "consent_at": clock.now()}
    if answer == Consent.NO:
        fields |= {"digest": None, "position": 0}
    digest = row.digest
    if digest is not None:
        lock(digest)
    Highlight.objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    audit.record(
        "highlight.consent", actor=by, subject=row, space=row.room.space,
        data={"answer": str(answer), "own": is_hers},
    )  # fmt: skip
    if digest is not None:
        refresh_runs(digest)
    return row


def lock(digest: Digest) -> None:
    """Until the transaction ends nobody plans or writes ``digest``. Taken before its items are
    touched, as who saves it does, so that two never wait for each other. One query."""
    Digest.objects.select_for_update(no_key=True).filter(pk=digest.pk).first()


def refresh_runs(digest: Digest) -> None:
    """What is still to be mailed of it says what the page says now; when nothing is left of it, no
    mail of it leaves any more. Two queries, and one UPDATE for each run, two more then. Under the lock that whoever plans it takes, so that a run made at this moment is seen."""
    lock(digest)
    runs = list(Run.objects.filter(what=Digest.WHAT, subject=digest.public_id))
    if runs:
        context = digest_texts.context_of(digest, digest_texts.rows_of(digest))
        for run in runs:
            note = {"note": run.note} if run.note else {}
            Run.objects.filter(pk=run.pk).update(context=context | note)
        if not context["items"]:
            _stop(runs)


def _stop(runs: list[Run]) -> None:
    """Of who has been told nothing is taken back; the line under her bell leads to a page that says
    that nothing is left."""
    keys, now = [run.pk for run in runs], clock.now()
    Run.objects.open().filter(pk__in=keys).update(
        state=Run.State.SKIPPED, decision=_("Nothing is left of it."), decided_at=now
    )
    waiting = OutboxMessage.objects.filter(run__in=keys, state=OutboxMessage.State.QUEUED)
    waiting.update(
        state=OutboxMessage.State.SUPPRESSED,
        reason=OutboxMessage.Reason.NOTHING_NEW,
        settled_at=now,
    )
