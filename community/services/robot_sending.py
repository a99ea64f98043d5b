"""What the sender asks about messages to robots: their text, whether they may go now, and how the
robot stands afterwards."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Value
from django.db.models.functions import Coalesce
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext as _

from community import clock
from community.channels import RobotText, TooFast
from community.channels.parts import DeliveryFailure
from community.channels.robots import fault_in
from community.models import OutboxMessage, Robot
from community.services import outbox

State, Reason = OutboxMessage.State, OutboxMessage.Reason

# WeCom's and DingTalk's limit; Feishu's is higher, and nobody reads more than that either.
PER_MINUTE = 20
MINUTE = dt.timedelta(minutes=1)
LONGEST_SAID = 300


def build(row: OutboxMessage, *, now: dt.datetime) -> RobotText:
    """The text of one message in its robot's language. No query; the robot and its place must have
    been fetched. Whatever a template raises flies; the sender marks the message as broken."""
    robot = row.robot
    assert robot is not None
    app, _slash, name = row.template.partition("/")
    link = settings.BASE_URL + row.context.get("path", "/")
    context = {
        **row.context,
        "place": str(robot.place),
        "link": link,
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
    }
    with translation.override(robot.locale):
        template = Engine.get_default().get_template(f"{app}/robot/{name}.txt")
        text = template.render(Context(context, autoescape=False)).strip()
        more = _("The rest: %(link)s") % {"link": link}
    if robot.keyword and robot.keyword not in text:
        text = f"{robot.keyword}\n{text}"
    # In some groups <at …> calls everybody; what people named a camp must not.
    return RobotText(
        platform=robot.platform,
        to=robot.key,
        secret=robot.secret,
        text=text.replace("<", "＜"),
        more=more,
    )


def hold_what_is_over(rows: Sequence[OutboxMessage]) -> set[int]:
    """Count those of ``rows``, in their order, that may go now; the others wait, and their keys are
    returned. What a robot held back earlier goes first.

    No query without rows. Else one to see what waits, and for each robot three in a transaction
    that locks it: counted before it is sent, a limit holds however many senders there are.
    """
    if not rows:
        return set()
    now = clock.now()
    held: set[int] = set()
    waiting = _waiting({row.robot_id for row in rows if row.robot_id}, now)
    for robot in dict.fromkeys(row.robot_id for row in rows if row.robot_id):
        mine = [row for row in rows if row.robot_id == robot]
        if until := waiting.get(robot):
            over = mine
        else:
            free, until = _count(robot, len(mine), now)
            over = mine[free:]
        if over:
            outbox.hold(over, reason=Reason.ROBOT_FULL, until=until)
            held |= {row.pk for row in over}
    return held


def _waiting(robots: set[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """Until when those robots are held back that have messages waiting for their limit."""
    rows = OutboxMessage.objects.order_by().filter(
        robot__in=robots, state=State.QUEUED, reason=Reason.ROBOT_FULL, not_before__gt=now
    )
    return dict(rows.values_list("robot").annotate(Min("not_before")))


@transaction.atomic
def _count(robot: int, wanted: int, now: dt.datetime) -> tuple[int, dt.datetime]:
    """Take up to ``wanted`` of a robot's places; how many, and when there are more.

    This clock minute and the one before together never exceed the limit, so no sixty seconds do,
    wherever the platform begins to count.
    """
    row = Robot.objects.select_for_update().get(pk=robot)
    minute = now.replace(second=0, microsecond=0)
    if row.minute != minute:
        row.minute_before = row.this_minute if row.minute == minute - MINUTE else 0
        row.minute, row.this_minute = minute, 0
    free = max(0, min(wanted, PER_MINUTE - row.this_minute - row.minute_before))
    row.this_minute += free
    row.save(update_fields=["minute", "this_minute", "minute_before"])
    wait = MINUTE if row.this_minute < PER_MINUTE else 2 * MINUTE
    return free, minute + wait


def give_back(rows: Sequence[OutboxMessage]) -> None:
    """These were not begun after all, and count for nothing. One query for each robot."""
    for robot in {row.robot_id for row in rows if row.robot_id}:
        spared = sum(row.robot_id == robot for row in rows)
        counted = Robot.objects.filter(pk=robot, this_minute__gte=spared)
        counted.update(this_minute=F("this_minute") - spared)


def note(robot: Robot, failure: Exception | None) -> None:
    """Write down how the robot stands after a message. One query."""
    now = clock.now()
    mine = Robot.objects.filter(pk=robot.pk, closed_at=None)
    if failure is None:
        mine.update(fault="", said="", faulty_since=None, worked_at=now)
    elif not isinstance(failure, TooFast):  # a limit is no fault of the robot's
        # What is no failure of the channel is a mistake of ours; its words may have anything in them.
        known = isinstance(failure, DeliveryFailure)
        fault, said = fault_in(str(failure)) if known else ("other", type(failure).__name__)
        mine.update(
            fault=fault,
            said=said[:LONGEST_SAID],
            faulty_since=Coalesce(F("faulty_since"), Value(now)),
        )
