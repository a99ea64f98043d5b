"""What did not go out by itself waits for a person, who sends it, sends it with a note, or not."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from community import clock
from community.errors import DomainError
from community.models import AuditEvent, InboxItem, Look, Run
from community.services import delivery_health, late_desk, planner, runs
from tests.community.delivery.due import DAY, add_to, due, room_of, source
from tests.factories import MemberFactory

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)  # in Shanghai: 3 h 30 min late


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False), translation.override("en"):
        yield


def missed(room, *, again=None, **changes) -> Run:
    with source(due(room, **changes)):
        planner.plan()
    return Run.objects.latest("pk")


def led_room(count=2):
    room = room_of(count)
    return room, add_to(room, role="lead")


def test_send_now_sends_what_was_missed_to_who_is_there_now(db):
    room, lead = led_room()
    run = missed(room)
    newcomer = add_to(room)

    late_desk.send_now(run=run, by=lead)
    runs.work()

    run.refresh_from_db()
    assert (run.state, run.decided_by, run.reached) == ("done", lead, 4)
    assert InboxItem.objects.filter(run=run, member=newcomer).exists()
    assert AuditEvent.objects.filter(action="run.sent_late").count() == 1


def test_send_now_with_a_note_puts_it_in_front(db):
    room, lead = led_room()
    run = missed(room)

    late_desk.send_now(run=run, by=lead, note="  We were\naway. ")

    assert run.note == "We were away."
    assert run.context == {"text": "A note", "note": "We were away."}


def test_send_now_refuses_a_note_that_is_too_long_and_keeps_it_waiting(db):
    room, lead = led_room()
    run = missed(room)

    with pytest.raises(DomainError, match="200 characters at most; this one has 201"):
        late_desk.send_now(run=run, by=lead, note="x" * 201)

    run.refresh_from_db()
    assert run.state == "waits"


def test_send_now_says_what_the_source_says_when_it_cannot_be_sent(db):
    room, lead = led_room()

    def again(_run):
        raise DomainError("Nobody has approved it.")

    with source(due(room), again=again):
        planner.plan()
        with pytest.raises(DomainError, match="Nobody has approved it"):
            late_desk.send_now(run=Run.objects.get(), by=lead)

    assert Run.objects.get().state == "waits"


def test_skip_needs_a_reason_and_ends_it(db):
    room, lead = led_room()
    run = missed(room)

    with pytest.raises(DomainError, match="Say in a few words why"):
        late_desk.skip(run=run, by=lead, reason=" ")
    late_desk.skip(run=run, by=lead, reason="said in the group")
    runs.work()

    run.refresh_from_db()
    assert (run.state, run.decision) == ("skipped", "said in the group")
    assert not InboxItem.objects.filter(run=run).exists()


def test_what_is_decided_is_not_decided_again(db):
    room, lead = led_room()
    run = missed(room)
    late_desk.skip(run=run, by=lead, reason="said in the group")

    with pytest.raises(DomainError, match=str(lead)):
        late_desk.send_now(run=Run.objects.get(), by=MemberFactory())


def test_what_was_skipped_for_its_age_can_be_sent_anyway(db):
    room, lead = led_room()
    run = missed(room, late_after=dt.timedelta(hours=1), skip_when_late=True)
    assert (run.state, run.reason) == ("skipped", "stale")

    late_desk.send_now(run=run, by=lead)

    assert run.state == "open"


def test_close_takes_it_off_the_desk(db):
    room, lead = led_room()
    run = missed(room)

    closed = [
        late_desk.close(what="note", subject="n1", local_date=DAY, by=lead, why="by hand")
        for _time in range(2)
    ]

    run.refresh_from_db()
    assert closed == [1, 0]
    assert (run.state, run.decision) == ("skipped", "by hand")
    assert not late_desk.waiting(lead).exists()


def test_close_all_takes_what_is_of_one_room_off_the_desk(db):
    (room, lead), (other, _lead) = led_room(), led_room()
    run, stays = missed(room), missed(other, subject="n2")

    assert late_desk.close_all(room, by=None, why="called off") == 1

    run.refresh_from_db()
    stays.refresh_from_db()
    assert (run.state, run.decision, stays.state) == ("skipped", "called off", "waits")
    assert not late_desk.waiting(lead).exists()


def test_release_sends_what_waited_only_for_a_yes(db):
    room, lead = led_room()
    unapproved = missed(room, reason="not_approved")
    late = missed(room, subject="n2")

    released = [
        late_desk.release(what="note", subject=subject, by=lead) for subject in ("n1", "n2")
    ]

    unapproved.refresh_from_db()
    late.refresh_from_db()
    assert released == [1, 0]
    assert (unapproved.state, unapproved.decided_by, late.state) == ("open", lead, "waits")


def test_waiting_shows_what_she_may_decide_about(db):
    room, lead = led_room()
    other, _other_lead = led_room()
    mine, _theirs = missed(room), missed(other, subject="n2")

    assert list(late_desk.waiting(lead)) == [mine]
    assert not late_desk.waiting(add_to(room)).exists()


def page(client, member, name="community:late_list", **kwargs):
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse(name, kwargs=kwargs))


def test_the_desk_names_what_when_and_why(db, client):
    room, lead = led_room()
    missed(room)

    shown = page(client, lead).content.decode()

    assert "A note" in shown
    assert "March 2, 2026, 08:30" in shown
    assert "Its time was missed." in shown


def test_the_desk_names_the_zone_where_the_reader_has_another_clock(db, client):
    room, lead = led_room()
    missed(room)
    lead.timezone = room.timezone
    lead.save()
    assert "was due March 2, 2026, 08:30<" in page(client, lead).content.decode()

    lead.timezone = "America/New_York"
    lead.save()

    assert f"08:30 ({room.timezone})" in page(client, lead).content.decode()


def test_work_says_how_many_wait_for_her(db, client):
    room, lead = led_room()
    assert "1 waits" not in page(client, lead, "community:work").content.decode()

    missed(room)

    assert "1 waits" in page(client, lead, "community:work").content.decode()


def test_an_empty_desk_says_that_all_is_well_and_when_somebody_looked(db, client):
    _room, lead = led_room()
    Look.objects.create(way="bell", at=clock.now() - dt.timedelta(seconds=20))

    shown = page(client, lead).content.decode()

    assert "All is well" in shown
    assert "The last look was" in shown


def test_an_empty_desk_does_not_say_that_all_is_well_when_nobody_looks(db, client):
    _room, lead = led_room()
    Look.objects.create(way="bell", at=clock.now() - dt.timedelta(minutes=4))

    shown = page(client, lead).content.decode()

    assert "All is well" not in shown
    assert "Nobody has looked for a while" in shown


def test_a_wrong_form_keeps_what_was_typed(db, client):
    room, lead = led_room()
    run = missed(room)
    page(client, lead)

    answer = client.post(reverse("community:run_send", args=[run.public_id]), {"note": "y" * 201})

    assert answer.status_code == 422
    assert "y" * 201 in answer.content.decode()


def test_the_desk_asks_the_same_for_one_and_for_three(db, client):
    room, lead = led_room()
    missed(room)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            page(client, lead)
        return len(asked)

    queries()
    one = queries()
    missed(room, subject="n2"), missed(room, subject="n3")

    assert queries() == one


def test_readiness_says_when_a_sending_does_not_end(db):
    room, _lead = led_room()
    Run.objects.create(
        what="note", subject="n1", local_date=DAY, room=room, planned_at=NOON - dt.timedelta(minutes=6)
    )  # fmt: skip

    assert "runs" in delivery_health.warnings()

    runs.work()
    assert "runs" not in delivery_health.warnings()


def test_readiness_says_when_nothing_of_what_was_due_went_out(db):
    room, lead = led_room()
    run = missed(room)

    assert "nothing-sent" in delivery_health.warnings()

    late_desk.send_now(run=run, by=lead)
    assert "nothing-sent" not in delivery_health.warnings()


def test_readiness_says_when_the_clock_went_back(db):
    Look.objects.create(way="bell", at=NOON + dt.timedelta(days=1))

    assert "clock" in delivery_health.warnings()
