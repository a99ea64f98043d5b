"""Messages: the operators' desk, the inbox, the demo's mailbox."""

import datetime as dt
from typing import Any

from community.models import Member
from community.services import guards, inbox, preferences
from tests.factories import OutboxMessageFactory, StoppedAddressFactory
from tests.matrix.routes import Route
from tests.matrix.world import World

DAY = dt.date(2026, 3, 2)


def add_to(world: World) -> dict[str, Any]:
    """A message that failed, an item that everybody with a role has, and one of the stranger's."""
    guards.problems()  # writes the proof of the field key once, as the first question after a start
    said = {"template": "community/note", "context": {"text": "A note"}, "local_date": DAY}
    roles = Member.objects.filter(pk__in=[person.pk for person in world.people.values()])
    stranger = Member.objects.filter(pk=world.stranger.pk)
    run = inbox.notify("note", subject="all", members=roles, path="/help/", **said)
    other = inbox.notify("note", subject="stranger", members=stranger, **said)
    return {
        "dead_message": OutboxMessageFactory(dead=True),
        "switch_name": "hold",
        "demo_mail": "00000000000001-abcdef01",
        "inbox_run": run,
        "newest_item": run.items.order_by("pk").last(),
        "run_of_stranger": other,
        "off_token": preferences.link(world.stranger, "digest").split("/")[-2],
        "stop": StoppedAddressFactory(),
    }


OPERATORS_DESK = "Only operators come here, and they are operators of all spaces."
DESK = "guests: login; insiders: 403; outsiders: 403; operator: "
NOT_THE_DEMO = "The demo's mailbox has no owner; outside the demo it does not exist."

ROUTES = [
    Route("community:delivery", get=f"{DESK}200", post="guests: login; signed_in: 405"),
    Route(
        "community:delivery_message",
        at={"message": "dead_message.public_id"},
        foreign=OPERATORS_DESK,
        data=lambda w: {"deed": "give_up", "reason": "The matrix wants it."},
        get=f"{DESK}200",
        post=(
            f"{DESK}302 +auditevent "
            "outboxmessage.address,reason,sealed_context,settled_at,state,wiped"
        ),
    ),
    Route(
        "community:delivery_switch",
        at={"name": "switch_name"},
        foreign=OPERATORS_DESK,
        data=lambda w: {"turn": "on", "reason": "The matrix wants it."},
        get=f"{DESK}200",
        post=f"{DESK}302 +auditevent +switch",
    ),
    Route(
        "community:stopped_list",
        get=f"{DESK}200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:stopped_lift",
        at={"stop": "stop.public_id"},
        foreign=OPERATORS_DESK,
        data=lambda w: {"reason": "The matrix wants it."},
        get=f"{DESK}200",
        post=f"{DESK}302 +auditevent stoppedaddress.lifted_at,lifted_by_id",
    ),
    Route(
        "community:mail_off",
        at={"token": "off_token"},
        foreign="The signed token is the permission: for one member and one kind, and for nobody else.",
        data=lambda w: {"List-Unsubscribe": "One-Click"},
        get="all: 200",
        post="all: 200 +notificationsettings +preference",
    ),
    Route(
        "community:mail_report",
        get="all: 405",
        post="all: 404",
    ),
    Route(
        "community:inbox",
        get="guests: login; signed_in: 200",
        post="guests: login; signed_in: 405",
    ),
    Route(
        "community:inbox_read_all",
        data=lambda w: {"up_to": w.find("newest_item.pk")},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302 inboxitem.read_at",
    ),
    Route(
        "community:inbox_open",
        at={"run": "inbox_run.public_id"},
        foreign={"run": "run_of_stranger.public_id"},
        get="guests: login; signed_in: 405",
        post="guests: login; signed_in: 302 inboxitem.read_at",
    ),
    Route(
        "community:demo_mailbox",
        get="all: 404",
        post="all: 405",
    ),
    Route(
        "community:demo_mail",
        at={"name": "demo_mail"},
        foreign=NOT_THE_DEMO,
        get="all: 404",
        post="all: 405",
    ),
    Route(
        "community:demo_mail_html",
        at={"name": "demo_mail"},
        foreign=NOT_THE_DEMO,
        get="all: 404",
        post="all: 405",
    ),
    Route(
        "community:readyz",
        get="all: 200",
        post="all: 405",
    ),
]
