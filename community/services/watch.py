"""Watching for words: what a text is checked against, who is shown it, and clearing it.

The writer is never told that a word is watched unless the text is refused: most who are flagged
are honest, and a label would stay with them.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Article, Flag, Greeting, Introduction, Member, Space, WatchWord
from community.trust.words import fold, found_words, text_hash

Level = WatchWord.Level
State = Flag.State
STRICTER = {Level.FLAG: 0, Level.HOLD: 1, Level.REFUSE: 2}
EXCERPT = 200


def check(
    *, what: str, subject: str, member: Member, texts: Mapping[str, str], spaces: Iterable[int]
) -> bool:
    """Look for watched words in ``texts`` (by part); True if the text has to be held.

    A row for each space, part and text; what was cleared stays cleared while the text is the same.
    Flags of parts that were changed are closed. Call it inside the transaction that publishes:
    four queries. Raises DomainError for a word that is refused.
    """
    spaces = list(spaces)
    words = list(WatchWord.objects.filter(Q(space=None) | Q(space__in=spaces)))
    hits = [
        (part, text, [word for word in words if word.folded in set(found)])
        for part, text in texts.items()
        if (found := found_words(text, [word.folded for word in words]))
    ]
    for _part, _text, met in hits:
        refused = [word.word for word in met if word.level == Level.REFUSE]
        if refused:
            raise DomainError(
                _("The rules here leave no room for “%(word)s”. Say it in other words.")
                % {"word": refused[0]}
            )
    return _keep_flags(what, subject, member, hits, spaces)


def _keep_flags(
    what: str,
    subject: str,
    member: Member,
    hits: list[tuple[str, str, list[WatchWord]]],
    spaces: list[int],
) -> bool:
    wanted: dict[tuple[int | None, str, str], Flag] = {}
    for part, text, found in hits:
        digest = text_hash(text)
        for space in spaces or (None,):
            here = [word for word in found if word.space_id in (None, space)]
            if not here:
                continue
            level = max((word.level for word in here), key=lambda level: STRICTER[Level(level)])
            wanted[space, part, digest] = Flag(
                space_id=space,
                member=member,
                what=what,
                subject=subject,
                part=part,
                level=level,
                words=[word.word for word in here],
                excerpt=_around(text, here[0].word),
                text_hash=digest,
            )
    rows = Flag.objects.filter(what=what, subject=subject)
    known = {(row.space_id, row.part, row.text_hash): row for row in rows}
    gone = [f.pk for key, f in known.items() if key not in wanted and f.state == State.OPEN]
    back = [f.pk for key, f in known.items() if key in wanted and f.state == State.GONE]
    Flag.objects.filter(pk__in=gone).update(state=State.GONE, closed_at=clock.now())
    Flag.objects.filter(pk__in=back).update(state=State.OPEN, closed_at=None, found_at=clock.now())
    Flag.objects.bulk_create([flag for key, flag in wanted.items() if key not in known])
    return any(
        flag.level == Level.HOLD
        and (key not in known or known[key].state in (State.OPEN, State.GONE, State.UPHELD))
        for key, flag in wanted.items()
    )


def _around(text: str, word: str) -> str:
    at = text.find(word)
    start = max(0, at - 60) if at > 0 else 0
    return text[start : start + EXCERPT]


def flags_for(viewer: Member) -> QuerySet[Flag]:
    """The flags of the spaces she runs; an operator also sees those of no space."""
    mine = Q(space__in=staffed(viewer))
    if viewer.standing.has_grant("operator"):
        mine |= Q(space=None)
    return Flag.objects.filter(mine).select_related("member", "space", "closed_by")


def staffed(viewer: Member) -> list[int]:
    """The keys of the spaces she runs as owner, manager, assistant or in the atmosphere team."""
    staff = ("owner", "manager", "assistant", "atmosphere")
    return [key for key, role in viewer.standing.spaces.items() if role in staff]


@transaction.atomic
def close(*, flag: Flag, by: Member, state: str, note: str = "") -> None:
    """Clear a flag, or take it up with the writer. Compare-and-swap, so once; a held text comes
    out when none of its flags holds it any more. Raises DomainError if somebody was faster."""
    open_flag = Flag.objects.filter(pk=flag.pk, state=State.OPEN)
    if not open_flag.update(
        state=State(state), closed_by=by, closed_at=clock.now(), note=note[:200]
    ):
        flag.refresh_from_db()
        raise DomainError(
            _("%(name)s has dealt with this already: %(state)s.")
            % {"name": flag.closed_by or _("The writer"), "state": flag.get_state_display().lower()}
        )
    flag.refresh_from_db()
    if flag.level == Level.HOLD and flag.state == State.CLEARED:
        _release(flag)


def _release(flag: Flag) -> None:
    holding = Flag.objects.filter(
        what=flag.what, subject=flag.subject, level=Level.HOLD, state__in=[State.OPEN, State.UPHELD]
    )
    if holding.exists():
        return
    if flag.what == Flag.What.INTRODUCTION:
        Introduction.objects.filter(public_id=flag.subject).update(held_at=None)
        # She waited for staff, not staff for her: the day in which to answer begins now.
        Greeting.objects.filter(
            introduction__public_id=flag.subject, state=Greeting.State.WAITING
        ).update(asked_at=clock.now())
    elif flag.what == Flag.What.ARTICLE:
        Article.objects.filter(public_id=flag.subject).update(held_at=None)


def add_word(*, word: str, level: str, space: Space | None, by: Member) -> WatchWord:
    """Watch for one more word. Raises DomainError if it says nothing or is watched already."""
    folded = fold(word)
    if not folded:
        raise DomainError(_("Write a word to be watched for."), field="word")
    if WatchWord.objects.filter(space=space, folded=folded).exists():
        raise DomainError(_("“%(word)s” is watched already.") % {"word": word}, field="word")
    return WatchWord.objects.create(
        word=word.strip()[:30], level=Level(level), space=space, added_by=by
    )


def words_for(viewer: Member) -> QuerySet[WatchWord]:
    """The words whose list she may change: of the spaces she manages, of all as an operator."""
    manages = [k for k, role in viewer.standing.spaces.items() if role in ("owner", "manager")]
    mine = Q(space__in=manages)
    if viewer.standing.has_grant("operator"):
        mine |= Q(space=None)
    return WatchWord.objects.filter(mine).select_related("space")
