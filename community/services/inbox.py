"""In-app items: one row for what is told, and one thin row for each member it is told to."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.template import Context, Engine, TemplateDoesNotExist

from community import clock
from community.models import InboxItem, Member, Run
from community.models.inbox import InboxItemQuerySet
from community.models.member import MemberQuerySet
from community.services import runs


def notify(
    what: str,
    *,
    subject: str,
    members: MemberQuerySet,
    template: str,
    context: dict[str, Any] | None = None,
    path: str = "",
    local_date: dt.date | None = None,
) -> Run:
    """Tell ``members`` something once; the same (what, subject, local_date) again adds nothing.

    ``template`` is ``<app>/<name>`` of ``templates/<app>/inbox/<name>.txt``, one line, rendered in
    the reader's language when she looks. ``path`` is where a tap leads, on this site. In the
    caller's transaction if there is one: all items or none. Three queries and three more per 10,000
    members. Raises ValueError for an unknown template.
    """
    _check(template)
    with transaction.atomic():
        run = plan(
            what,
            subject=subject,
            local_date=local_date or clock.now().date(),
            template=template,
            context=context or {},
            path=path,
        )
        while not fan_out(run, members):
            pass
    return run


def plan(what: str, *, subject: str, local_date: dt.date, **fields: Any) -> Run:
    """The run of that day, made now unless somebody has made it already. The first one's words
    stay. One or two queries."""
    run, _new = Run.objects.get_or_create(
        what=what, subject=subject, local_date=local_date, defaults=fields
    )
    return run


def fan_out(run: Run, members: MemberQuerySet) -> bool:
    """Write the items of the next 10,000 of ``members``; True when there are no more. See
    ``runs.hand_out``."""
    return runs.hand_out(run, members)


def items_of(member: Member) -> InboxItemQuerySet:
    """Her items, newest first, each with its run. One query when it is read."""
    return InboxItem.objects.of(member).select_related("run").order_by("-pk")


def line(run: Run, *, note: bool = True) -> str:
    """What the item says, in the language that is active now, with or without the ``note`` in front
    of it; of a run that has not gone out, what it is (``waits``), for it has not come to anybody. No
    query."""
    template = Engine.get_default().get_template(_file(run.template))
    waits = run.state in (Run.State.WAITS, Run.State.SKIPPED)
    context = run.context | {"waits": waits} | ({} if note else {"note": ""})
    text = template.render(Context(context, autoescape=False))
    return " ".join(text.split())


def mark_read(member: Member, run: Run) -> None:
    """She has opened it. One query; again does nothing."""
    InboxItem.objects.of(member).unread().filter(run=run).update(read_at=clock.now())


def mark_all_read(member: Member, *, up_to: int) -> int:
    """All up to the item ``up_to``, which is the newest she has seen: what came since stays
    unread. One query; how many."""
    return InboxItem.objects.of(member).unread().filter(pk__lte=up_to).update(read_at=clock.now())


def _file(template: str) -> str:
    app, _slash, name = template.partition("/")
    return f"{app}/inbox/{name}.txt"


def _check(template: str) -> None:
    try:
        Engine.get_default().get_template(_file(template))
    except TemplateDoesNotExist as error:
        raise ValueError(f"There is no template {error} for an in-app item.") from error
