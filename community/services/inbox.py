"""In-app items: one row for what is told, and one thin row for each member it is told to."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.template import Context, Engine, TemplateDoesNotExist

from community import clock
from community.models import InboxItem, Member, Run
from community.models.inbox import InboxItemQuerySet
from community.models.member import MemberQuerySet
from community.trust.failpoint import failpoint

# SQLite lets one writer in at a time: a bigger piece would keep the others waiting.
CHUNK = 10_000


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
    """Write the items of the next 10,000 of ``members``; True when there are no more.

    Items and cursor commit together, under a lock on the run: who is killed has done a whole piece
    or nothing of it, and two at once do not write the same piece. One INSERT … SELECT, which leaves
    alone who has the item.
    """
    with transaction.atomic():
        run = _locked(run)
        if run.state != Run.State.OPEN:
            return True
        rest = members.filter(pk__gt=run.cursor).order_by("pk")
        last = rest.values_list("pk", flat=True)[CHUNK - 1 : CHUNK].first()
        if last is not None:
            rest = rest.filter(pk__lte=last)
        _insert(run, rest)
        failpoint("inbox.chunk")
        if last is None:
            run.state, run.finished_at = Run.State.DONE, clock.now()
        else:
            run.cursor = last
        run.save(update_fields=["cursor", "state", "finished_at"])
    failpoint("inbox.committed")
    return last is None


def _locked(run: Run) -> Run:
    return Run.objects.select_for_update().get(pk=run.pk)


def _insert(run: Run, members: MemberQuerySet) -> None:
    # The ORM has no INSERT … SELECT. Names come from the models, values are parameters.
    chosen, parameters = members.order_by().values(who=F("pk")).query.sql_with_params()
    quote = connection.ops.quote_name
    table = quote(InboxItem._meta.db_table)
    moment = connection.ops.adapt_datetimefield_value(clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            # "WHERE true" tells SQLite that ON belongs to the INSERT and not to a join.
            f"INSERT INTO {table} (run_id, member_id, created_at) "  # noqa: S608
            f"SELECT %s, chosen.who, %s FROM ({chosen}) AS chosen WHERE true "
            "ON CONFLICT (run_id, member_id) DO NOTHING",
            [run.pk, moment, *parameters],
        )


def items_of(member: Member) -> InboxItemQuerySet:
    """Her items, newest first, each with its run. One query when it is read."""
    return InboxItem.objects.of(member).select_related("run").order_by("-pk")


def line(run: Run) -> str:
    """What the item says, in the language that is active now. No query."""
    template = Engine.get_default().get_template(_file(run.template))
    text = template.render(Context(run.context, autoescape=False))
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
