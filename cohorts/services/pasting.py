"""A pasted piece of chat: reading it, and keeping of it what was ticked. The rest is not stored."""

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.models import Camp
from community import clock
from community.errors import DomainError
from community.models import Highlight, Member
from community.services import chat_excerpts, highlights, jump_phrases
from community.services.chat_excerpts import MESSAGE, Message
from community.services.highlights import Thing

MOST_AT_ONCE = 20


def read(text: str, date: dt.date) -> list[Message]:
    """What stands in it; a stamp without a date is one of ``date``. Pure."""
    return chat_excerpts.parse(text, day=date)


@transaction.atomic
def keep(
    *, camp: Camp, date: dt.date, read: list[Message], lines: Iterable[str], by: Member
) -> int:
    """Star the messages that begin at ``lines``, each with a jump phrase that occurs once in all that
    was pasted; how many. The same message pasted again is the same star. Raises DomainError for no
    line, and for too many at once."""
    wanted = set(lines)
    chosen = [one for one in read if str(one.line) in wanted and not one.again]
    if not chosen:
        raise DomainError(_("Tick at least one message."))
    if len(chosen) > MOST_AT_ONCE:
        raise DomainError(
            _("%(n)d are ticked; %(most)d can be kept at once, and five are told in the end.")
            % {"n": len(chosen), "most": MOST_AT_ONCE}
        )
    among = jump_phrases.haystack(one.words for one in read if not one.again)
    for one in chosen:
        phrase = jump_phrases.suggest(one.text, among)
        thing = Thing(
            kind=Highlight.Kind.CHAT,
            source=_fingerprint(one),
            text=one.text,
            speaker=one.speaker if one.kind == MESSAGE else "",
            said_at=one.at and clock.local_to_utc(one.at.date(), one.at.time(), camp.run.timezone),
            phrase=phrase,
            phrase_found=1 if phrase else None,
            spots=jump_phrases.spots(one.text, among),
        )
        highlights.star(room=camp.room, thing=thing, by=by, day=date)
    return len(chosen)


def _fingerprint(one: Message) -> str:
    """Who, when to the minute, and what: the same in each format in which it can be copied."""
    at = one.at.strftime("%Y-%m-%d %H:%M") if one.at else ""
    words = "".join(jump_phrases.folded(one.text).split())
    return hashlib.sha256(f"{one.speaker}\n{at}\n{words}".encode()).hexdigest()[:40]
