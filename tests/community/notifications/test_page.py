"""The page on which a member chooses what she is told, without a script."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import NotificationSettings, OutboxMessage, Preference, QuietDays
from community.services import mail, notifications, preferences
from community.services.notification_choices import chosen, meaning
from tests.community.delivery.helpers import delivered, html_of, text_of
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
PAGE = "/me/notifications/"
NOW = dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)  # Wednesday noon in Shanghai
DIGEST = {
    "frequency": "daily", "at": "09:15", "weekday": "4", "as_letter": "on",
    "timezone": "Asia/Shanghai",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(client):
    member = MemberFactory(timezone="Asia/Shanghai", locale="en", email="ada@example.org")
    client.force_login(member, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return member


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def shown(client):
    return client.get(PAGE).content.decode()


def ticked(page):
    boxes = re.findall(
        r'<input type="checkbox" name="cell" value="([\w:]+)"[^>]*?( checked)?\s+data-cell', page
    )
    return {name for name, on in boxes if on}


def post(client, part, data=None):
    return client.post(f"{PAGE}{part}/", data or {}, follow=True)


def undo_of(response):
    [address] = re.findall(r'action="(/me/notifications/undo/[^"]+)"', response.content.decode())
    return address


def of(member):
    return NotificationSettings.objects.get(member=member)


def test_who_has_chosen_nothing_sees_what_comes_to_her(client, ada):
    page = shown(client)

    assert "Quiet by default." in page
    assert "Now: Normal" in page
    assert ticked(page) == {
        "announcement:app", "answer:app", "answer:email", "digest:app"
    }  # fmt: skip
    assert "Every week" in page
    assert not NotificationSettings.objects.exists()


def test_page_costs_the_same_for_one_and_for_three_stretches_of_days(client, ada):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            shown(client)
        return len(asked)

    notifications.add_days(member=ada, first=NOW.date(), last=NOW.date())
    one = queries()
    for number in (1, 2):
        day = NOW.date() + dt.timedelta(days=number)
        notifications.add_days(member=ada, first=day, last=day)

    assert queries() == one <= 8


def test_table_writes_only_what_she_has_changed_on_her_page(client, ada):
    before = ["announcement:app", "answer:app", "answer:email", "digest:app"]
    # In another tab the highlights were turned on by mail meanwhile.
    notifications.turn(member=ada, kind="digest", on=True)

    response = post(
        client, "kinds",
        {"shown": before, "cell": ["announcement:email", *before[:1], *before[2:]]},
    )  # fmt: skip

    assert ticked(response.content.decode()) == {
        "announcement:app", "announcement:email", "answer:email", "digest:app", "digest:email",
    }  # fmt: skip
    assert "Now: As chosen below" in response.content.decode()
    assert of(ada).preset == "own"


@pytest.mark.parametrize("preset", ["quiet", "normal", "all"])
def test_preset_writes_what_it_says_and_undo_puts_everything_back(client, ada, preset):
    notifications.turn(member=ada, kind="announcement", on=True)
    before = chosen(ada)

    response = post(client, "preset", {"preset": preset})

    cells, frequency = meaning(preset)
    now = chosen(ada)
    assert (now.cells, now.frequency, now.settings.preset) == (cells, frequency, preset)
    assert Preference.objects.filter(member=ada).count() == len(cells)
    response = client.post(undo_of(response), follow=True)
    assert "It is as it was before." in response.content.decode()
    after = chosen(ada)
    assert (after.cells, after.frequency) == (before.cells, before.frequency)
    assert after.settings.preset == "own"
    assert Preference.objects.count() == 1


def test_undo_leaves_alone_what_was_chosen_since(client, ada):
    with time_machine.travel(NOW, tick=False):
        response = post(client, "preset", {"preset": "all"})
    with time_machine.travel(NOW + dt.timedelta(seconds=5), tick=False):
        notifications.turn(member=ada, kind="announcement", on=False)
        notifications.turn(member=ada, kind="digest", channel="app", on=False)
        client.post(undo_of(response))

    cells = chosen(ada).cells
    assert cells["digest", "app"] is cells["announcement", "email"] is False
    assert cells["announcement", "email"] is False
    assert chosen(ada).frequency == "weekly"


def test_undo_that_has_nothing_left_says_so(client, ada):
    response = post(client, "mute")
    undo = undo_of(response)
    client.post(undo)

    again = client.post(undo, follow=True).content.decode()

    assert "You have chosen something else since." in again
    assert of(ada).muted_until is None


def test_way_back_of_somebody_else_is_none(client, ada):
    back = notifications.mute(member=MemberFactory())

    for each in (back, back[:-1] + "x", "nothing"):
        page = client.post(f"{PAGE}undo/{each}/", follow=True).content.decode()
        assert "This cannot be taken back any more." in page
    assert not NotificationSettings.objects.filter(member=ada).exists()


def test_one_box_is_saved_by_itself_and_the_answer_holds_the_way_back(client, ada):
    response = client.post(
        f"{PAGE}kinds/", {"only": "announcement:email", "cell": ["announcement:email"]},
        headers={"HX-Request": "true"},
    )  # fmt: skip

    page = response.content.decode()
    assert response.status_code == 200
    assert all(part in page for part in ('id="presets"', "As chosen below"))
    assert "<html" not in page
    assert preferences.wants(ada, "announcement")
    client.post(undo_of(response))
    assert not preferences.wants(ada, "announcement")
    assert not Preference.objects.exists()


@pytest.mark.parametrize("only", ["personal_digest:email", "sports:email", "answer:sms", "x"])
def test_box_that_is_none_is_refused(client, ada, only):
    response = client.post(f"{PAGE}kinds/", {"only": only, "cell": only})

    assert response.status_code == 400
    assert not Preference.objects.exists()


@pytest.mark.parametrize("preset", ["own", "", "loud"])
def test_preset_that_is_none_is_refused(client, ada, preset):
    assert client.post(f"{PAGE}preset/", {"preset": preset}).status_code == 400
    assert not NotificationSettings.objects.exists()


def test_digest_is_saved_with_its_hour_and_its_next_moment(client, ada):
    response = post(client, "digest", DIGEST)

    row = of(ada)
    assert (row.digest, row.digest_at, row.digest_weekday) == ("daily", dt.time(9, 15), 4)
    assert row.as_letter is True
    assert row.next_digest_at == dt.datetime(2026, 3, 5, 1, 15, tzinfo=dt.UTC)
    client.post(undo_of(response))
    row = of(ada)
    assert (row.digest, row.digest_at, row.as_letter) == ("weekly", dt.time(8, 30), False)
    assert row.next_digest_at == dt.datetime(2026, 3, 9, 0, 30, tzinfo=dt.UTC)


def test_another_time_zone_moves_the_digest_to_its_clock(client, ada):
    post(client, "digest", DIGEST | {"timezone": "America/New_York"})

    ada.refresh_from_db()
    assert ada.timezone == "America/New_York"
    assert of(ada).next_digest_at == dt.datetime(2026, 3, 4, 14, 15, tzinfo=dt.UTC)
    said = {"display_name": "Ada", "handle": ada.handle, "locale": "en", "theme": "auto"}
    client.post("/me/", said | {"timezone": "Europe/Lisbon"})
    assert of(ada).next_digest_at == dt.datetime(2026, 3, 4, 9, 15, tzinfo=dt.UTC)


def test_digest_that_is_due_is_not_put_off_by_another_choice(client, ada):
    post(client, "digest", DIGEST)
    due = NOW - dt.timedelta(minutes=1)
    NotificationSettings.objects.update(next_digest_at=due)

    post(client, "hours", {"begins": "21:00", "ends": "07:00"})
    notifications.turn(member=ada, kind="announcement", on=True)

    assert of(ada).next_digest_at == due


def test_page_says_when_the_next_digest_reaches_her(client, ada):
    post(client, "digest", DIGEST | {"at": "06:00"})
    assert "The next one: March 5, 2026, 06:00." in shown(client)

    post(client, "hours", {"begins": "22:00", "ends": "08:00"})
    assert "The next one: March 5, 2026, 08:00." in shown(client)

    preferences.choose(member=ada, kind="personal_digest", on=False)
    assert "The next one" not in shown(client)


def test_no_digest_and_its_cell_go_together(client, ada):
    post(client, "digest", DIGEST | {"frequency": "never"})
    assert of(ada).next_digest_at is None
    assert not preferences.wants(ada, "personal_digest")

    # She takes it on again by the link in an old mail.
    client.post(
        preferences.link(ada, "personal_digest").removeprefix(settings.BASE_URL), {"turn": "on"}
    )
    assert of(ada).digest == "weekly"
    assert of(ada).next_digest_at is not None
    client.post(
        preferences.link(ada, "personal_digest").removeprefix(settings.BASE_URL),
        {"List-Unsubscribe": "One-Click"},
    )
    assert of(ada).next_digest_at is None
    assert chosen(ada).frequency == "never"


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"at": "25:00"}, "This is no time of day."),
        ({"at": ""}, "Choose a time of day."),
        ({"timezone": "Mars/Base"}, "Select a valid choice"),
        ({"frequency": "hourly"}, "Select a valid choice"),
        ({"weekday": "7"}, "Select a valid choice"),
    ],
)
def test_digest_that_cannot_be_is_refused_and_what_was_chosen_is_kept(client, ada, wrong, says):
    response = client.post(f"{PAGE}digest/", DIGEST | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert re.search(r'name="as_letter"[^>]*checked', page)
    assert not NotificationSettings.objects.exists()


def test_quiet_hours_are_saved_and_taken_back(client, ada):
    response = post(client, "hours", {"begins": "23:30", "ends": "06:00"})
    assert (of(ada).quiet_from, of(ada).quiet_until) == (dt.time(23, 30), dt.time(6))

    client.post(undo_of(response))
    assert (of(ada).quiet_from, of(ada).quiet_until) == settings.QUIET_HOURS
    assert client.post(f"{PAGE}hours/", {"begins": "x", "ends": "06:00"}).status_code == 422


def test_silence_shows_its_end_and_is_ended_by_one_tap(client, ada):
    response = post(client, "mute")

    page = response.content.decode()
    assert of(ada).muted_until == NOW + dt.timedelta(days=7)
    assert "Silent until March 11, 2026, 12:00." in page
    assert "Silence for 7 days" not in page
    page = post(client, "mute", {"end": "1"}).content.decode()
    assert of(ada).muted_until is None
    assert "Silence for 7 days" in page


def test_empty_list_of_days_names_the_next_act(client, ada):
    assert "Add the days below" in shown(client)


def test_days_are_added_once_removed_and_put_back(client, ada):
    days = {"first": "2026-03-10", "last": "2026-03-12"}
    response = post(client, "days", days)
    post(client, "days", days)
    assert [(str(row.first), str(row.last)) for row in QuietDays.objects.all()] == [
        ("2026-03-10", "2026-03-12")
    ]
    assert "March 10, 2026" in response.content.decode()

    row = QuietDays.objects.get()
    response = client.post(f"{PAGE}days/{row.public_id}/remove/", follow=True)
    assert not QuietDays.objects.exists()
    response = client.post(undo_of(response), follow=True)
    assert QuietDays.objects.count() == 1


def test_adding_days_can_be_taken_back(client, ada):
    response = post(client, "days", {"first": "2026-03-10", "last": "2026-03-12"})

    client.post(undo_of(response))

    assert not QuietDays.objects.exists()


@pytest.mark.parametrize(
    "first,last,says",
    [
        ("2026-03-12", "2026-03-10", "The last day lies before the first."),
        ("2026-03-01", "2026-03-03", "These days are over."),
        ("2026-03-10", "2027-04-10", "more than a year"),
        ("2026-02-30", "2026-03-10", "This is no day of the calendar."),
        ("", "2026-03-10", "Choose a day."),
    ],
)
def test_days_that_cannot_be_are_refused_and_stay_in_the_form(client, ada, first, last, says):
    response = client.post(f"{PAGE}days/", {"first": first, "last": last})

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert 'aria-invalid="true"' in page
    assert f'value="{last}"' in page
    assert not QuietDays.objects.exists()


def test_full_list_of_days_says_what_to_do(client, ada):
    for number in range(notifications.MOST_QUIET_DAYS):
        day = NOW.date() + dt.timedelta(days=number)
        QuietDays.objects.create(member=ada, first=day, last=day)

    response = client.post(f"{PAGE}days/", {"first": "2026-12-01", "last": "2026-12-02"})

    assert response.status_code == 422
    assert "Remove one that you do not need" in response.content.decode()


def test_mails_of_a_kind_lead_here_and_account_mail_does_not(ada):
    for kind in ("answer", ""):
        mail.queue(
            "community/sign_in_code", key=f"k:{kind}", to=ada, kind=kind,
            sealed={"code": "123456"}, context={"minutes": 10},
        )  # fmt: skip

    chosen_one, account = sorted(delivered(), key=lambda message: "List-Id" not in message)

    address = f"{settings.BASE_URL}{PAGE}"
    assert address in text_of(chosen_one)
    assert address in html_of(chosen_one)
    assert address not in text_of(account) + html_of(account)
    assert OutboxMessage.objects.filter(state="sent").count() == 2


@pytest.mark.parametrize("page", ["/me/", "/me/inbox/"])
def test_one_finds_the_page(client, ada, page):
    assert f'href="{PAGE}"' in client.get(page).content.decode()


def test_all_of_it_is_there_in_chinese(client, ada):
    type(ada).objects.update(locale="zh-hans")

    page = shown(client)

    assert "我们默认少打扰。" in page
    assert "全部静音 7 天" in page
    assert all(word in page for word in ("安静", "正常", "都要"))


def test_silence_ends_at_the_same_hour_though_her_clock_changes_meanwhile(client, ada):
    # New York puts its clock forward on 8 March: seven days are an hour shorter there.
    type(ada).objects.update(timezone="America/New_York")
    notifications.mute(member=type(ada).objects.get())

    assert "Silent until March 10, 2026, 23:00." in shown(client)
    assert of(ada).muted_until == NOW + dt.timedelta(days=7, hours=-1)
