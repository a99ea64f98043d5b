"""Several schedulers at once. Each guard has a control without it, which must fail."""

import datetime as dt
import time
from collections import Counter

import pytest

from community import clock
from community.models import NotificationSettings, OutboxMessage, Run
from community.services.personal_digest import planning
from tests.community.delivery.races import at_once, first_fault
from tests.community.digest.helpers import chosen
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES, PEOPLE = 5, 60
ROUNDS = 20


def fill(people=PEOPLE):
    """Everybody's hour has just come."""
    OutboxMessage.objects.all().delete()
    NotificationSettings.objects.all().delete()
    due = clock.now() - dt.timedelta(minutes=1)
    for _ in range(people):
        chosen(MemberFactory(), due, "daily", digest_at=(due + dt.timedelta(hours=8)).time())


def twice():
    count = Counter(OutboxMessage.objects.values_list("member_id", flat=True))
    return [member for member, times in count.items() if times > 1]


def test_five_schedulers_queue_one_for_each(monkeypatch):
    monkeypatch.setattr(planning, "CHUNK", 7)
    fill()

    def scheduler(_number):
        return sum(planning.plan() for _ in range(4))

    queued = at_once(PROCESSES, scheduler)
    planning.plan()  # what two of them were at in the same moment, and gave up

    assert twice() == []
    assert OutboxMessage.objects.count() == PEOPLE
    assert sum(queued) <= PEOPLE
    assert Run.objects.filter(what="personal_digest").count() == 1
    assert Run.objects.get().reached == PEOPLE
    assert not NotificationSettings.objects.filter(next_digest_at__lte=clock.now()).exists()


def test_control_without_comparing_and_with_a_key_of_its_own_sends_twice():
    def scheduler(number):
        due = list(NotificationSettings.objects.filter(next_digest_at__lte=clock.now()))
        time.sleep(0.005)  # where the real one holds its rows
        for row in due:
            later = row.next_digest_at + dt.timedelta(days=1)
            NotificationSettings.objects.filter(pk=row.pk).update(next_digest_at=later)
            OutboxMessage.objects.create(
                key=f"{number}:{row.member_id}",
                member_id=row.member_id,
                expires_at=later,
                template="community/personal_digest",
            )

    def attempt():
        fill(5)
        at_once(PROCESSES, scheduler)
        return bool(twice())

    assert first_fault(ROUNDS, attempt)


def test_key_alone_keeps_the_second_one_out(monkeypatch):
    """If the moment of the next one were not compared, the database would still refuse."""

    def blindly(rows, slots):
        for row in rows:
            NotificationSettings.objects.filter(pk=row.pk).update(next_digest_at=slots[row.pk][1])
        return True

    monkeypatch.setattr(planning, "_advance", blindly)
    fill()
    before = dict(NotificationSettings.objects.values_list("pk", "next_digest_at"))

    planning.plan()
    for key, moment in before.items():
        NotificationSettings.objects.filter(pk=key).update(next_digest_at=moment)
    planning.plan()

    assert twice() == []
    assert OutboxMessage.objects.count() == PEOPLE
    assert Run.objects.get().reached == PEOPLE


def test_members_without_settings_get_one_row_from_five_schedulers():
    for _ in range(20):
        MemberFactory()

    at_once(PROCESSES, lambda _number: planning.plan())

    assert NotificationSettings.objects.exclude(next_digest_at=None).count() == 20
