"""Bad days of the other side and of the machine, from the row to the server and back: each ends in
a state that says what is so, nothing leaves twice unlisted, and nothing is silently gone."""

import datetime as dt
import email

import pytest
import time_machine

from community import clock
from community.channels import smtp
from community.models import OutboxMessage, RoomMembership
from community.services import (
    delivery,
    delivery_desk,
    delivery_health,
    outbox,
    planner,
    runs,
    switches,
)
from community.services.look import look
from tests.community.delivery.due import DAY as DAY_DUE
from tests.community.delivery.due import ZONE, add_to, due, room_of, source
from tests.community.delivery.sink import free_port, running_sink
from tests.factories import OutboxMessageFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def server(settings):
    with running_sink() as sink:
        settings.EMAIL_URL = sink.url
        yield sink


def queued(number=1, **changes):
    return OutboxMessageFactory(address=f"m{number}@example.org", **changes)


def ids(sink):
    return [email.message_from_bytes(mail.content)["Message-ID"] for mail in sink.mails]


def how(message):
    message.refresh_from_db()
    return message.state, message.reason, message.maybe_twice


def work_through(hours):
    """Look and send every twenty minutes, for so long."""
    with time_machine.travel(clock.now(), tick=False) as journey:
        for _look in range(hours * 3):
            look()
            delivery.drain()
            journey.shift(dt.timedelta(minutes=20))


@pytest.mark.parametrize(
    "answers, now, words",
    [
        ({"DATA": "451 4.3.0 Try later"}, ("queued", "", False), "451"),
        ({"RCPT": "450 4.2.1 Mailbox busy"}, ("queued", "", False), "450"),
        ({"DATA": "554 5.7.1 Not wanted"}, ("dead", "refused", False), "554"),
        ({"RCPT": "550 5.1.1 Unknown"}, ("dead", "refused", False), "550"),
        ({"MAIL": "421 4.3.2 Closing"}, ("queued", "", False), "421"),
    ],
)
def test_server_that_says_no_leaves_a_state_and_its_words(db, server, answers, now, words):
    message = queued()
    server.answers.update(answers)

    delivery.drain()

    assert how(message) == now
    assert words in message.error
    assert server.mails == []


@pytest.mark.parametrize("answers", [{"DATA": "451 later"}, {"MAIL": "421 closing"}])
def test_server_that_is_well_again_gets_each_message_once(db, server, answers):
    messages = [queued(number) for number in range(3)]
    server.answers.update(answers)
    delivery.drain()
    server.answers.clear()

    work_through(hours=3)

    assert {how(message) for message in messages} == {("sent", "", False)}
    assert sorted(ids(server)) == sorted(message.message_id for message in messages)


def test_server_that_never_is_well_again_leaves_dead_messages_for_a_person(db, server):
    message = queued(expires_at=clock.now() + 2 * DAY)
    server.answers["DATA"] = "451 later"

    work_through(hours=4)

    assert how(message) == ("dead", "too_many_tries", False)
    assert OutboxMessage.objects.for_a_person().get() == message
    assert server.mails == []


def test_server_that_hangs_up_after_the_text_gets_it_again_under_the_same_id_and_it_is_listed(
    db, server
):
    message = queued()
    server.hang_up_after_data = True
    delivery.drain()
    assert how(message) == ("queued", "", True)
    server.hang_up_after_data = False

    work_through(hours=1)

    assert how(message) == ("sent", "", True)
    assert ids(server) == [message.message_id] * 2


def test_server_that_hangs_costs_no_message_a_failure_and_is_named(db, settings, monkeypatch):
    settings.EMAIL_URL = settings.EMAIL_URL._replace(
        scheme="smtp", netloc=f"127.0.0.1:{free_port()}"
    )
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    message = queued()

    outcome = delivery.drain()

    message.refresh_from_db()
    assert (message.state, message.failures) == ("queued", 0)
    assert "cannot be reached" in message.error
    assert "cannot be reached" in outcome.down


def test_mailbox_on_a_full_disk_keeps_everything_for_later(db, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "a file where the folder should be"
    settings.MAILBOX_DIR.write_text("")
    message = queued()

    outcome = delivery.drain()
    assert "cannot be written" in outcome.down
    assert how(message) == ("queued", "", False)
    settings.MAILBOX_DIR.unlink()
    work_through(hours=1)

    assert how(message) == ("sent", "", False)
    assert len(list(settings.MAILBOX_DIR.glob("*.eml"))) == 1


def test_restored_backup_sends_nothing_before_a_person_says_so_and_never_what_is_too_old(
    db, server
):
    """Rows as they were yesterday and the day before: what they say may have been sent since."""
    with time_machine.travel(NOON - 2 * DAY, tick=False):
        old = queued(1, expires_at=clock.now() + 36 * HOUR)
    with time_machine.travel(NOON - DAY, tick=False):
        yesterday = queued(2, expires_at=clock.now() + 36 * HOUR)
    with time_machine.travel(NOON, tick=False):
        switches.turn_on("hold", reason="restored from a backup")
        work_through(hours=1)
        held = (how(old), how(yesterday), len(server.mails))
        switches.turn_off("hold")
        work_through(hours=1)

    assert held == (("queued", "", False), ("queued", "", False), 0)
    assert how(old) == ("suppressed", "expired", False)
    assert how(yesterday) == ("sent", "", False)
    assert ids(server) == [yesterday.message_id]


@pytest.mark.parametrize("wrong", [DAY, -DAY])
def test_clock_that_is_a_day_off_for_an_hour_sends_each_message_once(db, server, wrong):
    with time_machine.travel(NOON, tick=False) as journey:
        before = queued(1, expires_at=clock.now() + 36 * HOUR)
        journey.shift(wrong)
        during = queued(2, expires_at=clock.now() + 36 * HOUR)
        work_through(hours=1)
        journey.shift(-wrong)
        work_through(hours=1)

    assert how(before) == how(during) == ("sent", "", False)
    assert sorted(ids(server)) == sorted([before.message_id, during.message_id])


def test_clock_that_jumps_a_day_while_a_sender_works_lists_what_may_come_twice(db, server):
    """Its lease seems to have run out, somebody else takes over, and both send."""
    with time_machine.travel(NOON, tick=False) as journey:
        message = queued(expires_at=clock.now() + 36 * HOUR)
        mine = outbox.claim(queue="bulk", limit=1)
        journey.shift(DAY)
        work_through(hours=1)
        late = outbox.mark_sent(mine[0])

    assert late is False
    assert how(message) == ("sent", "", True)
    assert OutboxMessage.objects.for_a_person().get() == message


def test_clock_far_ahead_sends_nothing_old_and_says_why(db, server):
    with time_machine.travel(NOON, tick=False) as journey:
        message = queued(expires_at=clock.now() + 36 * HOUR)
        journey.shift(3650 * DAY)
        work_through(hours=1)

    assert how(message) == ("suppressed", "expired", False)
    assert server.mails == []


def test_days_on_which_nobody_looked_are_told(db):
    with time_machine.travel(NOON, tick=False) as journey:
        look()
        journey.shift(3 * DAY)
        finding = delivery_health.check_look()
        last = delivery_desk.last_look()

    assert finding.state == "fail"
    assert last is not None
    assert last.at == NOON


def test_who_leaves_between_planning_and_sending_gets_no_mail_and_the_row_says_why(db, server):
    with time_machine.travel(clock.local_to_utc(DAY_DUE, dt.time(8, 31), ZONE), tick=False):
        room = room_of(1)
        stays, leaves = add_to(room, mail=True), add_to(room, mail=True)
        with source(due(room, template="community/sign_in_code", context={"minutes": 10})):
            planner.plan()
        runs.work()
        RoomMembership.objects.filter(member=leaves).update(until=clock.now())
        delivery.drain()

    rows = {row.member: (row.state, row.reason) for row in OutboxMessage.objects.all()}
    assert rows == {stays: ("sent", ""), leaves: ("suppressed", "left")}
    assert len(server.mails) == 1


def test_run_whose_template_is_gone_ends_dead_with_the_name_and_stops_nobody(db, server):
    with time_machine.travel(clock.local_to_utc(DAY_DUE, dt.time(8, 31), ZONE), tick=False):
        room = room_of(0)
        add_to(room, mail=True)
        with source(due(room, template="community/no_such_note")):
            planner.plan()
        runs.work()
        other = queued()
        delivery.drain()

    row = OutboxMessage.objects.get(run__isnull=False)
    assert (row.state, row.reason) == ("dead", "broken")
    assert "no_such_note" in row.error
    assert how(other) == ("sent", "", False)
