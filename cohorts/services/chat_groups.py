"""The groups on other platforms (微信群) that a camp's people read: named here, so that one can say
in which of them a text was posted."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import ChatGroup, Member, Room
from community.services import audit

MOST = 20
LONGEST_NAME = 60


@transaction.atomic
def add(
    *, room: Room, name: str, by: Member, platform: str = ChatGroup.Platform.WECHAT
) -> ChatGroup:
    """One more open group of ``room``. Raises DomainError for an empty, long or taken name, and
    beyond ``MOST`` open groups."""
    name = _checked(name)
    if ChatGroup.objects.filter(room=room, closed_at=None).count() >= MOST:
        raise DomainError(
            _("A camp has at most %(count)d open chat groups. Close one first.") % {"count": MOST},
            field="name",
        )
    try:
        with transaction.atomic():
            group = ChatGroup.objects.create(room=room, name=name, platform=platform)
    except IntegrityError as taken:
        raise _taken() from taken
    audit.record("chat_group.added", actor=by, subject=group, space=room.space)
    return group


@transaction.atomic
def rename(*, group: ChatGroup, name: str, by: Member) -> None:
    """Call it otherwise. Raises DomainError for a name that cannot be, or when it is closed."""
    name = _checked(name)
    still_open = ChatGroup.objects.filter(pk=group.pk, closed_at=None)
    try:
        with transaction.atomic():
            renamed = still_open.update(name=name)
    except IntegrityError as taken:
        raise _taken() from taken
    if not renamed:
        raise DomainError(_("This chat group is closed. Add a new one."), field="name")
    group.name = name
    audit.record("chat_group.renamed", actor=by, subject=group, space=group.room.space)


@transaction.atomic
def close(*, group: ChatGroup, by: Member) -> bool:
    """Nothing is posted there any more; what was posted stays known. True if it was open."""
    closed = bool(
        ChatGroup.objects.filter(pk=group.pk, closed_at=None).update(closed_at=clock.now())
    )
    if closed:
        audit.record("chat_group.closed", actor=by, subject=group, space=group.room.space)
    return closed


def _checked(name: str) -> str:
    name = name.strip()
    if not name:
        raise DomainError(_("Give the chat group a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(
            _("The name is too long; %(limit)d characters fit.") % {"limit": LONGEST_NAME},
            field="name",
        )
    return name


def _taken() -> DomainError:
    return DomainError(_("There is a chat group of this name already."), field="name")
