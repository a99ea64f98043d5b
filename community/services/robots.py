"""The robots of staff groups: setting one up, taking it down, and telling the group something.

A robot writes to the people who run a space or a camp, never to learners, and says only how many
and where: numbers, a day and a link.
"""

import datetime as dt
import json
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community import clock
from community.channels.robots import ADAPTERS
from community.errors import DomainError
from community.models import Member, OutboxMessage, Robot, Room, Space
from community.models.run import Run
from community.services import audit, mail, outbox

Kind, Queue = Robot.Kind, OutboxMessage.Queue

# What is told is about today; tomorrow it would only puzzle.
LIFE = dt.timedelta(hours=12)
TEST_LIFE = dt.timedelta(minutes=30)
# The only words that a message may carry besides numbers: where to look, and which day it is about.
WORDS = frozenset({"path", "day"})
LONGEST_KEY = 150
SHOWN_MESSAGES = 5
LATE_PATH = "/ops/late/"


def key_in(platform: str, pasted: str) -> str:
    """The robot's key in what a person pasted. Raises DomainError: no address of that platform."""
    if key := ADAPTERS[platform].key_in(pasted):
        return key
    for other, adapter in ADAPTERS.items():
        if other != platform and "/" in pasted and adapter.key_in(pasted):
            raise DomainError(
                _("This is the address of a robot in %(other)s. Choose that platform.")
                % {"other": Robot.Platform(other).label},
                field="address",
            )
    raise DomainError(
        _(
            "This is no address of a robot in %(platform)s. Copy the whole webhook address that "
            "the app shows after the robot was made."
        )
        % {"platform": Robot.Platform(platform).label},
        field="address",
    )


@transaction.atomic
def set_up(*, space: Space, room: Room | None, by: Member, address: str, **fields: Any) -> Robot:
    """Give a space or one of its camp rooms its robot. Raises DomainError: no such address, or
    there is one already. ``fields`` are those of ``RobotForm``. Two queries."""
    robot = Robot(space=space, room=room, created_by=by, **fields)
    robot.key = key_in(robot.platform, address)
    try:
        with transaction.atomic():
            robot.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(
            _("Somebody has just set up a robot here. Reload the page to see it.")
        ) from error
    _record("robot.set_up", robot, by)
    return robot


@transaction.atomic
def change(*, robot: Robot, by: Member, address: str, secret: str, **fields: Any) -> None:
    """Other settings; another key and secret where they are given. Raises DomainError: no such
    address, or the robot is closed. Three queries.

    A new key begins with no fault: what was wrong with the old one says nothing of it. A new
    address without a secret belongs to a robot that has none.
    """
    row = Robot.objects.open().select_for_update().filter(pk=robot.pk).first()
    if row is None:
        raise DomainError(_("This robot is closed. Set up another one."))
    moved = fields["platform"] != row.platform
    if moved and not address:
        raise DomainError(
            _("Another platform has another robot: paste its address."), field="address"
        )
    for name, value in fields.items():
        setattr(row, name, value)
    if address:
        row.key, row.secret = key_in(row.platform, address), secret
    elif secret:
        row.secret = secret
    if address or secret:
        row.fault, row.said, row.faulty_since, row.worked_at = "", "", None, None
    row.save()
    _record("robot.changed", row, by, {"new_key": bool(address), "new_secret": bool(secret)})


@transaction.atomic
def close(*, robot: Robot, by: Member) -> None:
    """Nothing goes there any more; key and secret are wiped. Raises DomainError: closed already.
    Two queries."""
    changed = Robot.objects.open().filter(pk=robot.pk).update(
        closed_at=clock.now(), key="", secret="", fault="", said="", faulty_since=None
    )  # fmt: skip
    if not changed:
        raise DomainError(_("This robot is closed already."))
    _record("robot.closed", robot, by)


def of(space: Space, room: Room | None) -> Robot | None:
    """The open robot of a space, or of one of its rooms. One query."""
    return Robot.objects.open().of(space, room).select_related("space", "room").first()


def tell(
    place: Room | Space, *, kind: str, key: str, template: str, context: dict[str, Any]
) -> bool:
    """Tell the staff group of a space or a room something; whether there is one that wants it.

    One message in the caller's transaction: a second call with the same ``key`` adds nothing, and
    it is rendered in the robot's language when it is sent. ``template`` is ``<app>/<name>``, a file
    ``templates/<app>/robot/<name>.txt``. ``context`` may hold numbers, ``path`` (a path of this
    site) and ``day`` (a date as text) and nothing else, because a group on another platform is no
    place for what people wrote or are called. Raises ValueError for anything else in it. A part of a
    camp tells the camp's robot, and a room that has none that of its space. Two queries.
    """
    robot = _robot_for(place)
    if robot is None or not robot.tells(kind):
        return False
    queue(robot, kind=kind, key=key, template=template, context=context)
    return True


def _robot_for(place: Room | Space) -> Robot | None:
    """The nearest open one: the room's, that of the camp it is part of, the space's. One query."""
    if isinstance(place, Space):
        return Robot.objects.open().of(place, None).first()
    near = {place.pk, place.part_of_id or place.pk}
    found = Robot.objects.open().filter(Q(room__in=near) | Q(room=None), space=place.space_id)
    return min(found, key=lambda robot: (robot.room_id is None, robot.pk), default=None)


def queue(
    robot: Robot,
    *,
    kind: str,
    key: str,
    template: str,
    context: dict[str, Any],
    urgent: bool = False,
    life: dt.timedelta = LIFE,
) -> None:
    """The row of one message; see ``tell``. One INSERT."""
    _only_numbers_and_links(context, key)
    now = clock.now()
    row = OutboxMessage(
        key=key,
        channel="robot",
        queue=Queue.URGENT if urgent else Queue.BULK,
        robot=robot,
        kind=kind,
        template=template,
        context=json.loads(json.dumps(context)),
        not_before=now,
        expires_at=now + life,
        created_at=now,
    )
    row.message_id = mail.message_id_of(row)
    outbox.enqueue([row])


def _only_numbers_and_links(context: dict[str, Any], key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise ValueError(f"The key {key!r} is longer than {LONGEST_KEY} characters.")
    for name, value in context.items():
        if isinstance(value, int):
            continue
        if name not in WORDS or not isinstance(value, str):
            raise ValueError(
                f"The message {key!r} would carry {name}={value!r} to a robot; only numbers, "
                "path and day leave the house that way."
            )
        if name == "path" and not value.startswith("/"):
            raise ValueError(f"The path {value!r} of the message {key!r} does not begin with /.")
        if name == "day":
            dt.date.fromisoformat(value)


@transaction.atomic
def send_test(*, robot: Robot, by: Member, path: str) -> None:
    """Queue a test, ahead of everything in bulk. Raises DomainError: one is on its way, or the
    robot is closed. Three queries."""
    row = Robot.objects.open().select_for_update().filter(pk=robot.pk).first()
    if row is None:
        raise DomainError(_("This robot is closed. Set up another one."))
    under_way = row.messages.filter(
        kind=Kind.TEST, state__in=[OutboxMessage.State.QUEUED, OutboxMessage.State.SENDING]
    )
    if under_way.exists():
        raise DomainError(_("A test is on its way. Look below at what becomes of it."))
    queue(
        row,
        kind=Kind.TEST,
        key=f"robot-test:{row.public_id}:{secrets.token_hex(6)}",
        template="community/robot_test",
        context={"path": path},
        urgent=True,
        life=TEST_LIFE,
    )
    _record("robot.tested", row, by)


def run_waits(run: Run, *, waiting: int, path: str = LATE_PATH) -> bool:
    """Something that should have gone out to ``run``'s room waits for a person; ``waiting`` is how
    many do there. Once for each run. Call it in the transaction that lets it wait."""
    if run.room is None:
        return False
    return tell(
        run.room,
        kind=Kind.LATE,
        key=f"robot-late:{run.public_id}",
        template="community/run_waits",
        context={"count": waiting, "path": path},
    )


def draft_ready(place: Room | Space, *, key: str, day: dt.date, items: int, path: str) -> bool:
    """A draft of the highlights of ``day`` is ready to be looked at. ``key`` is the draft's own."""
    return tell(
        place,
        kind=Kind.DRAFT,
        key=f"robot-draft:{key}",
        template="community/draft_ready",
        context={"day": day.isoformat(), "count": items, "path": path},
    )


def last_messages(robot: Robot) -> list[OutboxMessage]:
    """What it was given to tell, the newest first. One query."""
    return list(robot.messages.order_by("-pk")[:SHOWN_MESSAGES])


def _record(what: str, robot: Robot, by: Member, data: dict[str, Any] | None = None) -> None:
    audit.record(
        what,
        actor=by,
        subject=robot,
        space=robot.space,
        data={"platform": robot.platform, **(data or {})},
    )
