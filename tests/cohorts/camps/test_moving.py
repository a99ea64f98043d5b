"""Opening on another day."""

import datetime as dt

import pytest
from django.urls import reverse

from cohorts.models import SopRun, SopTask
from cohorts.services import camp_dates, camp_moves
from community.errors import DomainError
from community.models import Announcement, AuditEvent, Run
from community.services import inbox
from tests.cohorts.camps.helpers import opened
from tests.factories import RoomMembershipFactory, approved

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def camp(team):
    return opened(team, in_days=7)


def rows(camp):
    return {row.kind: row for row in Announcement.objects.filter(room=camp.run.room)}


def move(camp, days, by=None):
    opens_on = camp.run.opens_on + dt.timedelta(days=days)
    return camp_moves.move_opening(camp=camp, opens_on=opens_on, by=by or camp.created_by)


@pytest.mark.parametrize("days", [5, -2])
def test_all_that_is_open_moves_with_the_opening(camp, days):
    offset = dt.timedelta(days=days)
    before = dict(Announcement.objects.values_list("pk", "day"))
    due = dict(SopTask.objects.values_list("pk", "due_at"))

    move(camp, days)

    assert dict(Announcement.objects.values_list("pk", "day")) == {
        pk: day + offset for pk, day in before.items()
    }
    assert dict(SopTask.objects.values_list("pk", "due_at")) == {
        pk: at + offset for pk, at in due.items()
    }
    for row in Announcement.objects.all():
        assert min(row.values) == row.day.isoformat()
        assert {said["camp.opening_date"] for said in row.values.values()} == {
            camp.run.opens_on.isoformat()
        }
    assert AuditEvent.objects.filter(action="camp.opening_moved").count() == 1


def test_what_was_sent_stays_and_a_text_of_several_days_ends_there(camp):
    preparation = approved(rows(camp)["preparation"])
    Run.objects.create(
        what="announcement", subject=preparation.public_id, local_date=preparation.day
    )

    move(camp, 3)

    after = Announcement.objects.get(pk=preparation.pk)
    assert (after.day, after.last_day) == (preparation.day, preparation.day)


def test_text_that_names_a_date_asks_again_and_another_does_not(camp):
    preparation, closing = rows(camp)["preparation"], rows(camp).get("closing")
    Announcement.objects.filter(pk=preparation.pk).update(
        text="We open on {{ camp.opening_date }}."
    )
    approved(Announcement.objects.get(pk=preparation.pk))
    if closing:
        Announcement.objects.filter(pk=closing.pk).update(text="Thank you.")
        approved(Announcement.objects.get(pk=closing.pk))

    fallen = move(camp, 3)

    assert [row.pk for row in fallen] == [preparation.pk]
    assert Announcement.objects.get(pk=preparation.pk).asks_again == "date"


def test_moving_several_scheduled_days_is_told_in_one_note(camp):
    named = list(Announcement.objects.filter(room=camp.run.room, kind="daily")[:3])
    for row in named:
        row.text = "Since {{ camp.opening_date }} we write."
        approved(row)
    RoomMembershipFactory(room=camp.run.room, role="assistant")

    move(camp, 3)

    run = Run.objects.get(what="announcement_asks_again")
    assert run.path == reverse("cohorts:schedule", args=[camp.slug])
    assert "The announcements of 3 days are no longer scheduled" in inbox.line(run)


@pytest.mark.parametrize(
    "days, said", [(0, "opens already"), (-7, "still to come"), (900, "two years ahead")]
)
def test_day_that_cannot_be_is_refused_and_nothing_moves(camp, days, said):
    before = list(Announcement.objects.values_list("day", flat=True))

    with pytest.raises(DomainError, match=said):
        move(camp, days)

    assert list(Announcement.objects.values_list("day", flat=True)) == before


def test_camp_that_has_opened_is_not_moved(team):
    camp = opened(team, in_days=-1)

    with pytest.raises(DomainError, match="The camp has opened"):
        move(camp, 5)


def test_who_moves_it_second_is_told(camp):
    SopRun.objects.filter(pk=camp.run_id).update(opens_on=camp.run.opens_on + dt.timedelta(days=1))

    with pytest.raises(DomainError, match="Somebody else has just moved it"):
        move(camp, 2)


def test_page_moves_it_and_keeps_what_was_typed_wrong(client, camp, team):
    client.force_login(team.lead)
    url = reverse("cohorts:camp_opening", args=[camp.slug])

    wrong = client.post(url, {"opens_on": "tomorrow"})
    right = client.post(url, {"opens_on": camp.run.opens_on + dt.timedelta(days=2)})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert 'value="tomorrow"' in wrong.content.decode()
    assert SopRun.objects.get(pk=camp.run_id).opens_on == camp.run.opens_on + dt.timedelta(days=2)


def test_calling_a_camp_off_cancels_what_was_to_be_announced(camp, team):
    camp_dates.move_by_hand(camp=camp, state="cancelled", by=team.lead, reason="Too few.")

    assert set(Announcement.objects.values_list("state", flat=True)) == {"cancelled"}
