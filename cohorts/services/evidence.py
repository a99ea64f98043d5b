"""What shows that a step is done (完成记录): checked for its kind, kept as an attempt, withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from cohorts.models import Evidence, EvidenceKind, SopTask
from community.errors import DomainError
from community.models import ChatGroup, Member, Room, Upload
from community.services import uploads

LONGEST_TEXT = 4_000
LONGEST_LINK = 500
MOST = 1_000_000


@dataclass(frozen=True)
class Given:
    """What somebody hands in: what she typed, or a picture that is stored already."""

    typed: str = ""
    upload: Upload | None = None

    @property
    def is_empty(self) -> bool:
        return not self.typed.strip() and self.upload is None


NOTHING = Given()


def fields_of(kind: str, given: Given) -> dict[str, object]:
    """The fields of an ``Evidence`` of ``kind``. Raises DomainError for the field ``evidence`` (or
    ``photo``) when it is missing or of another kind."""
    if kind == EvidenceKind.PHOTO:
        return {"upload": _photo(given)}
    if given.upload is not None:
        raise DomainError(_("A picture is not what this step asks for."), field="evidence")
    typed = given.typed.strip()
    if kind == EvidenceKind.LINK:
        return {"url": _link(typed)}
    if kind == EvidenceKind.NUMBER:
        return {"number": _number(typed)}
    return {"text": _text(typed)}


def _photo(given: Given) -> Upload:
    if given.upload is None:
        raise DomainError(_("Add a screenshot."), field="photo")
    return given.upload


def _text(typed: str) -> str:
    if not typed:
        raise DomainError(_("Write a few words on what was done."), field="evidence")
    if len(typed) > LONGEST_TEXT:
        raise DomainError(
            _("This is %(over)d characters too long.") % {"over": len(typed) - LONGEST_TEXT},
            field="evidence",
        )
    return typed


def _link(typed: str) -> str:
    if not typed:
        raise DomainError(_("Paste the link."), field="evidence")
    wrong = DomainError(
        _("This is no link. Paste one that begins with https:// or http://."), field="evidence"
    )
    try:
        parts = urlsplit(typed)
        host = parts.hostname
    except ValueError as error:  # http://[half an address
        raise wrong from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise wrong
    if len(typed) > LONGEST_LINK or any(sign.isspace() or sign in "<>\"'\\" for sign in typed):
        raise wrong
    return typed


def _number(typed: str) -> int:
    if not typed:
        raise DomainError(_("Write the number."), field="evidence")
    try:
        number = int(typed.replace(",", "").replace("，", ""))
    except ValueError as error:
        raise DomainError(_("Write a whole number, like 12."), field="evidence") from error
    if not 0 <= number <= MOST:
        raise DomainError(
            _("This number cannot be; write one from 0 to %(most)d.") % {"most": MOST},
            field="evidence",
        )
    return number


def picture(*, file: BinaryIO, by: Member, room: Room) -> Upload:
    """Keep a screenshot for the people of ``room``. Decodes, so call it outside any lock. Raises
    DomainError in words when it is no picture."""
    try:
        return uploads.store_image(
            owner=by, file=file, kind=Upload.Kind.EVIDENCE, audience=Upload.Audience.ROOM, room=room
        )
    except DomainError as refusal:
        raise DomainError(str(refusal), field="photo") from refusal


def kept_picture(*, public_id: str, by: Member, room: Room) -> Upload | None:
    """A picture that she has handed in a moment ago, with a form that was refused. One query."""
    if not public_id:
        return None
    return Upload.objects.filter(
        public_id=public_id, owner=by, kind=Upload.Kind.EVIDENCE, room=room
    ).first()


def keep(
    *, task: SopTask, by: Member, at, fields: dict[str, object], groups: Iterable[ChatGroup]
) -> Evidence:
    """Write the attempt. One INSERT, two with chat groups."""
    row = Evidence.objects.create(task=task, kind=task.step.evidence, by=by, at=at, **fields)
    chosen = list(groups)
    if chosen:
        row.chat_groups.set(chosen)
    return row


def open_groups(room: int) -> list[ChatGroup]:
    """The chat groups of a room that are in use. One query."""
    return list(ChatGroup.objects.filter(room=room, closed_at=None))


def covered(task: SopTask) -> set[int]:
    """The keys of the chat groups that attempts which were not withdrawn show. One query."""
    rows = Evidence.chat_groups.through.objects.filter(
        evidence__task=task, evidence__withdrawn_at=None
    )
    return set(rows.values_list("chatgroup_id", flat=True))
