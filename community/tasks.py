"""What Celery rings for. A task reads nothing from its arguments, calls a service, and stops. It may run
twice at once: a broker that was away rings again, so a service claims what it works on.
"""

from celery import shared_task

from community.services import delivery, runs
from community.services.look import look as look_once
from community.services.roster import importing


@shared_task(name="community.look")
def look() -> None:
    look_once()


@shared_task(name="community.deliver_urgent")
def deliver_urgent() -> None:
    delivery.deliver_and_ring(queue="urgent")


@shared_task(name="community.deliver_bulk")
def deliver_bulk() -> None:
    delivery.deliver_and_ring(queue="bulk")


@shared_task(name="community.bring_in_lists")
def bring_in_lists() -> None:
    importing.work()


@shared_task(name="community.hand_out")
def hand_out() -> None:
    runs.work_and_ring()
