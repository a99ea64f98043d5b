"""The middle of a mail that is each reader's own, as the apps above compose it.

What is registered in ``registry.personal_letters`` is asked once for each batch and template, and told
in the transaction that writes that its messages are over.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Sequence

from django.db import DatabaseError, transaction

from community.models import OutboxMessage
from community.registry import Personal, personal_letters

logger = logging.getLogger(__name__)

Composed = dict[int, Personal | None]


def template_of(row: OutboxMessage) -> str:
    """The template of a message: its own, or that of its run, which must have been fetched."""
    return row.template or (row.run.template if row.run else "")


def _by_template(rows: Iterable[OutboxMessage]) -> dict[str, list[OutboxMessage]]:
    found: dict[str, list[OutboxMessage]] = {}
    for row in rows:
        template = template_of(row)
        if template in personal_letters:
            found.setdefault(template, []).append(row)
    return found


def compose(
    rows: Iterable[OutboxMessage], now: dt.datetime
) -> tuple[Composed, dict[int, Exception]]:
    """What each reader is told, by the key of her message, or None where there is nothing new; and
    what went wrong with which message.

    Only those with a personal letter are in either. The queries of the letters; where one breaks,
    each message is asked for by itself, so that one broken reader keeps back nobody else.
    """
    composed: Composed = {}
    broken: dict[int, Exception] = {}
    for template, some in _by_template(rows).items():
        letter = personal_letters[template]
        try:
            told = letter.compose(some, now)
            composed |= {row.pk: told.get(row.pk) for row in some}
        except DatabaseError:
            raise
        except Exception:
            logger.exception("The personal letter %s broke; asking one by one.", template)
            for row in some:
                try:
                    composed[row.pk] = letter.compose([row], now).get(row.pk)
                except DatabaseError:
                    raise
                except Exception as error:
                    broken[row.pk] = error
    return composed, broken


def is_told(rows: Iterable[OutboxMessage]) -> bool:
    """Whether a letter wants to be told when these are over. Pure."""
    return any(personal_letters[template].settled for template in _by_template(rows))


def settled(rows: Sequence[OutboxMessage]) -> None:
    """Tell the letters that these were sent or had nothing new, inside the caller's transaction.

    A letter that breaks at it keeps no message from being written as sent: its reader is told the
    same once more, which is the lesser evil.
    """
    for template, some in _by_template(rows).items():
        tell = personal_letters[template].settled
        if tell is None:
            continue
        try:
            with transaction.atomic():
                tell(some)
        except DatabaseError:
            raise
        except Exception:
            logger.exception("The personal letter %s was not told that it was sent.", template)
