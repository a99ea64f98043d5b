"""Opening a camp on another day: what is not done and not sent moves with it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from cohorts.models import Camp, SopRun, SopTask
from cohorts.services import announcement_news, camp_dates, camp_plan
from community.errors import DomainError
from community.models import Announcement, Member
from community.services import announcement_writing, audit

# Once it has opened, its days belong to people.
CAN_MOVE = (Camp.State.PLANNED, Camp.State.ENROLLING, Camp.State.PREPARING)
CHUNK = 500


@transaction.atomic
def move_opening(*, camp: Camp, opens_on: dt.date, by: Member) -> list[Announcement]:
    """The camp opens on ``opens_on``. Open steps get their new times; what was done stays done, what
    was sent stays sent. Returns the announcements that were scheduled and name other dates now:
    they are asked for again. The number of queries grows with the announcements.

    Raises DomainError once the camp has opened, for a day that is past or the same, and when
    somebody else has just moved it; ImpossibleDates as ``camp_plan.plan`` does.
    """
    run = camp.run
    before = run.opens_on
    if camp.state not in CAN_MOVE:
        raise DomainError(_("The camp has opened. Its days stay where they are."), field="opens_on")
    if opens_on == before:
        raise DomainError(_("This is the day on which it opens already."), field="opens_on")
    if opens_on <= camp_dates.today_in(run.timezone):
        raise DomainError(_("Choose a day that is still to come."), field="opens_on")
    found = camp_plan.plan(
        run.version, list(run.version.steps.all()), opens_on=opens_on, timezone=run.timezone
    )
    if not SopRun.objects.filter(pk=run.pk, opens_on=before).update(opens_on=opens_on):
        raise DomainError(_("Somebody else has just moved it. Look again."), field="opens_on")
    run.opens_on = opens_on
    _move_steps(run, found)
    fallen = announcement_writing.move(
        room=run.room,
        by_days=(opens_on - before).days,
        values={"camp.opening_date": opens_on.isoformat()},
    )
    audit.record(
        "camp.opening_moved", actor=by, subject=camp, space=camp.space,
        data={"from": before.isoformat(), "to": opens_on.isoformat()},
    )  # fmt: skip
    announcement_news.asks_again(camp, fallen, by=by)
    camp_dates.follow(camp)
    return fallen


def _move_steps(run: SopRun, found: camp_plan.Plan) -> None:
    calendar = found.calendar
    tasks = list(SopTask.objects.filter(run=run, state=SopTask.State.OPEN).select_related("step"))
    for task in tasks:
        task.opens_at = calendar.moment(task.day, dt.time(0))
        task.due_at = calendar.moment(task.day, task.step.time)
    SopTask.objects.bulk_update(tasks, ["opens_at", "due_at"], batch_size=CHUNK)
