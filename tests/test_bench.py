"""A figure that misses its target fails the bench, whatever its unit; a list is measured as it is."""

from datetime import time
from urllib.parse import urlsplit

import pytest

from bench import bring_in, letters
from bench.delivery import delivery
from bench.harness import BENCHES, Bench, Result, within
from bench.place import mail_server
from bench.reading import Visit
from bench.roster import roster
from bench.while_sending import compared, while_sending
from community import clock
from community.channels import ReadyMail
from community.channels.smtp import SmtpOutlet
from community.services import delivery as delivery_service
from community.services import outbox
from tests.community.delivery.sink import a_sender


@pytest.mark.parametrize("unit", ["ms", "s", "MB", "queries"])
def test_a_figure_of_any_unit_with_a_target_can_miss_it(unit):
    measured = Bench(list, {unit: 0.6})

    assert (
        measured.missed(Result("page.today", 9, unit, 5, 0.55))
        == f"page.today 9 {unit}: 0.55 < 0.6"
    )
    assert measured.missed(Result("page.today", 9, unit, 5.4, 0.6)) == ""
    assert measured.missed(Result("page.today", 9, "another", 1, 0.1)) == ""


@pytest.mark.parametrize("value, ratio", [(0, 1), (19.9, 1), (20, 1), (40, 0.5)])
def test_what_is_within_its_limit_has_the_full_ratio(value, ratio):
    assert within("roster.csv", value, "s", 20).ratio == ratio


def test_the_list_is_one_of_the_benches_and_each_of_its_units_has_a_target():
    assert BENCHES["roster"].function is roster
    assert BENCHES["roster"].targets == {"s": 1, "MB": 1, "queries": 1}


def test_the_mails_are_one_of_the_benches_and_each_promise_has_a_target():
    assert BENCHES["delivery"].function is delivery
    assert set(BENCHES["delivery"].targets) == {"s", "queries", "MB", "ratio"}


def test_the_pages_while_sending_are_one_of_the_benches_and_their_promise_has_a_target():
    assert BENCHES["while_sending"].function is while_sending
    assert BENCHES["while_sending"].targets == {"times": 1}


@pytest.mark.parametrize("ms, times, missed", [(20, 2, False), (21, 2.1, True)])
def test_pages_may_take_twice_as_long_while_everybody_is_told(ms, times, missed):
    idle = [Visit("pages", 0, value) for value in [5] * 94 + [10] * 6]
    during = [Visit("pages", 0, value) for value in [5] * 94 + [ms] * 6]

    found = {result.name: result for result in compared("pages", idle, during)}

    slower = found["while_sending.pages.slower"]
    assert (slower.value, slower.floor) == (times, 2)
    assert bool(BENCHES["while_sending"].missed(slower)) is missed
    assert found["while_sending.pages.p50"].value == found["while_sending.pages.p50"].floor == 5


@pytest.mark.django_db
def test_the_real_announcement_of_the_bench_is_one_that_can_be_written(settings):
    settings.QUIET_HOURS = (time(0), time(0))
    run = letters.real_announcement(letters.room_of(2))

    letters.fan_out(run)
    outcome = delivery_service.deliver(queue="bulk")

    assert (outcome.taken, outcome.sent) == (2, 2)


def test_the_sink_answers_as_a_server_does_and_counts(settings):
    with mail_server() as port:
        settings.EMAIL_URL = urlsplit(f"smtp://127.0.0.1:{port}")
        with SmtpOutlet(a_sender(port)) as outlet:
            for to in ("ada@example.org", "code@example.org"):
                outlet.send(ReadyMail(to=to, content=b"A: b\r\n\r\n.\r\n", date=clock.now()))

        count, code_at, cpu = letters.counts()

    assert count == 2
    assert code_at > 0
    assert cpu > 0


@pytest.mark.django_db
def test_a_fan_out_of_the_bench_is_what_senders_take():
    room = letters.room_of(3)

    letters.fan_out(letters.announcement(room))

    rows = outbox.claim(queue="bulk", limit=10)
    assert {row.member_id for row in rows} == set(room.memberships.values_list("member", flat=True))
    assert len({row.public_id for row in rows}) == 3


@pytest.mark.django_db
def test_a_list_is_measured_from_its_bytes_to_the_last_person():
    found = {result.name: result for result in bring_in.measure(30)}

    assert set(found) == {
        "roster.memory",
        *(
            f"roster.{kind}{what}"
            for kind in ("csv", "xlsx")
            for what in ("", ".cpu", ".again", ".queries_per_batch")
        ),
    }
    shown_only = {"s CPU"}
    assert {result.unit for result in found.values()} == {*BENCHES["roster"].targets} | shown_only
    assert all(result.value > 0 for result in found.values())
