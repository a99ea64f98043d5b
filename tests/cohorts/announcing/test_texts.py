"""Writing the text of a day in the composer."""

import datetime as dt

import pytest

from cohorts.models import SopRun
from community.models import Announcement, AuditEvent, InboxItem, Posting, Run
from tests.cohorts.announcing.helpers import (
    D1,
    D2,
    GOOD,
    announce,
    here,
    member_of,
    post,
    said,
)
from tests.factories import approved


def write(client, text, date=D1, do="save", **more):
    row = Announcement.objects.filter(day__lte=date, last_day__gte=date).first()
    data = {"version": row.version if row else 0, "text": text, "at": "08:30", "do": do} | more
    return post(client, "announcement_edit", date, **data)


def test_changed_text_is_copied_from_then_on(client, assistant):
    write(client, "Hello.")

    row = Announcement.objects.get()
    assert (row.text, row.version, row.changed_by) == ("Hello.", 2, assistant)
    assert client.get(here()).context["said"] == "Hello."


def test_course_day_is_one_text_and_kept_slot_by_slot(client, camp, assistant):
    row = announce(camp, D2, preview="Morning.", lesson="Lesson.")
    form = client.get(here("announcement_edit", D2)).context["form"]
    assert form["text"].value() == "Morning.\n\nLesson."

    write(client, GOOD, D2)

    row.refresh_from_db()
    assert row.text == ""
    assert row.lesson == "The lesson\n{{ lesson.link }}"
    assert row.source == GOOD


def test_text_that_does_not_come_apart_stays_as_it_is(client, camp, assistant):
    row = announce(camp, D2, preview="Morning.", lesson="Lesson.")

    write(client, "One line.\n\n\n\nAnother.", D2)

    row.refresh_from_db()
    assert (row.text, row.preview, row.lesson) == ("One line.\n\n\n\nAnother.", "", "")


def test_day_without_a_text_is_written_and_knows_its_lesson(client, camp, assistant):
    shown = client.get(here("announcement_edit", D2))
    assert (shown.status_code, shown.context["is_new"]) == (200, True)

    write(client, GOOD, D2, at="07:15")

    row = Announcement.objects.get(day=D2)
    assert (row.at, row.kind, row.state, row.changed_by) == (
        dt.time(7, 15), "daily", "draft", assistant,
    )  # fmt: skip
    assert row.values[D2.isoformat()]["day"] == "2"
    assert row.path == f"/c/{camp.space.slug}/camp/writing/announcements/{row.public_id}/"


def test_two_who_begin_the_same_day_lose_nothing(client, camp, assistant):
    client.get(here("announcement_edit", D2))
    announce(camp, D2, text="Ada was first.")

    response = write(client, "Mine.", D2, version=0)

    assert response.status_code == 409
    assert "Ada was first." in response.content.decode()
    assert "Mine.</textarea>" in response.content.decode()


def test_stale_change_shows_both_texts_and_loses_none(client, camp, assistant):
    write(client, "Ada's words.")

    response = write(client, "My words.", version=1)

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Ada&#x27;s words." in shown
    assert "My words.</textarea>" in shown
    assert Announcement.objects.get().text == "Ada's words."
    write(client, "My words.", version=response.context["form"]["version"].value())
    assert Announcement.objects.get().text == "My words."


def test_wrong_placeholder_is_named_by_its_line_and_the_typing_is_kept(client, assistant):
    response = write(client, "早上好\n{{ day }\n{{ lesson.titel }}\n{{ nickname }}")

    errors = [str(error) for error in response.context["form"].errors["text"]]
    assert response.status_code == 422
    assert [error.split(":")[0] for error in errors] == ["Line 2", "Line 3", "Line 4"]
    assert "{{ lesson.titel }}" in response.content.decode()
    assert Announcement.objects.get().version == 1


@pytest.mark.parametrize("at", ["", "25:00", "soon"])
def test_wrong_hour_is_refused_and_the_text_is_still_there(client, assistant, at):
    response = write(client, "Half a thought", at=at)

    assert response.status_code == 422
    assert "Half a thought</textarea>" in response.content.decode()
    assert Announcement.objects.get().version == 1


def test_preview_shows_and_saves_nothing(client, assistant):
    response = write(client, "Hi, {{ camp.name }}.", do="preview")

    assert (response.status_code, response.context["said"]) == (200, "Hi, Writing.")
    assert Announcement.objects.get().version == 1


def test_missing_link_is_put_in_without_a_script(client, camp, assistant):
    announce(camp, D2, preview="x")
    text = GOOD.replace("\n\nCheck in\n{{ check_in.link }}", "")

    response = write(client, text, D2, do="insert:check_in")

    now = response.context["form"]["text"].value()
    assert now == text.replace("Go on.", "{{ check_in.link }}\n\nGo on.")
    assert response.context["errors"] == 0
    assert Announcement.objects.get(day=D2).version == 1


def test_lint_names_what_is_wrong_while_one_types_and_keeps_nothing(client, camp, assistant):
    announce(camp, D2, preview="x")

    response = post(
        client, "announcement_lint", D2, version=1, at="08:30", text="\n".join("abcdefghijklmnopqrstuvwxy")
    )  # fmt: skip

    shown = response.content.decode()
    rules = {finding.rule for finding, _at in response.context["findings"]}
    assert {"screen", "slots"} <= rules
    assert 'id="checks"' in shown
    assert shown.count('hx-swap-oob="true"') == 2
    assert "disabled" in shown
    assert Announcement.objects.get(day=D2).version == 1


def test_links_into_this_site_are_asked_only_on_asking(client, assistant, settings):
    settings.BASE_URL = "https://shalijin.example"
    text = "https://shalijin.example/no/such/page/\n\nhttps://elsewhere.example/no/such/page/"

    silent = write(client, text, do="preview")
    asked = write(client, text, do="links")

    assert "answers" not in [finding.rule for finding, _at in silent.context["findings"]]
    found = [finding for finding, _at in asked.context["findings"] if finding.rule == "answers"]
    assert [finding.line for finding in found] == [1]


def test_text_of_the_preparation_is_not_changed_once_posted(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    row = announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")
    Posting.objects.create(announcement=row, by=assistant)

    response = write(client, "New.", first)

    row.refresh_from_db()
    assert (response.status_code, row.text) == (422, "Welcome.")
    assert "Take the postings back first" in response.content.decode()


def test_sent_text_is_locked_and_leads_to_a_correction(client, camp, assistant):
    row = Announcement.objects.get()
    Run.objects.create(what="announcement", subject=row.public_id, local_date=D1)

    page = client.get(here("announcement_edit"))
    refused = write(client, "Another.")

    assert 'name="text"' not in page.content.decode()
    assert here("announcement_correct") in page.content.decode()
    assert refused.status_code == 422
    assert "Write a correction instead" in refused.content.decode()


def test_edit_names_only_what_the_text_may(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")

    known = dict(client.get(here("announcement_edit", first)).context["known"])

    assert "camp.name" in known
    assert "day" not in known
    assert "day" in dict(client.get(here("announcement_edit")).context["known"])


@pytest.mark.parametrize("language, date", [("en", "March 2"), ("zh-hans", "3月2日")])
def test_camp_speaks_its_own_language(client, camp, assistant, language, date):
    SopRun.objects.filter(pk=camp.run_id).update(language=language)
    Announcement.objects.filter(room=camp.run.room).update(
        text="On {{ date }}.", preview="", lesson="", check_in="", encouragement="",
        language=language,
    )  # fmt: skip

    assert f"On {date}." in client.get(here()).content.decode()


# Scheduling -------------------------------------------------------------------


def test_saving_and_scheduling_is_one_press(client, camp, assistant):
    announce(camp, D2, preview="x")

    write(client, GOOD, D2, do="schedule")

    row = Announcement.objects.get(day=D2)
    assert (row.state, row.approved_by, row.scheduled_by) == ("approved", assistant, assistant)
    assert "Scheduled: it goes out at 08:30." in said(client.get(here("announcement_edit", D2)))


def test_scheduling_after_its_hour_says_so(client, assistant):
    Announcement.objects.update(kind="closing")

    write(client, "Dear all.\n\nGo on.", do="schedule")

    assert "though its hour is past" in said(client.get(here("announcement_edit")))[0]


def test_text_with_errors_is_kept_and_not_scheduled(client, camp, assistant):
    announce(camp, D2, preview="x")

    response = write(client, "Only this.", D2, do="schedule")

    row = Announcement.objects.get(day=D2)
    assert (response.status_code, row.state, row.text) == (422, "draft", "Only this.")
    assert "It cannot be scheduled yet" in response.content.decode()


def test_changing_a_scheduled_text_asks_again_and_tells_the_others(client, camp, assistant):
    ben = member_of(camp, "lead")
    row = approved(announce(camp, D2, text=GOOD), by=ben)

    write(client, GOOD + "\nAnd rest.", D2, version=row.version)

    row.refresh_from_db()
    assert (row.state, row.asks_again, row.approved_hash) == ("draft", "text", "")
    item = InboxItem.objects.get()
    assert (item.member, item.run.path) == (ben, here("announcement_edit", D2))
    assert "It asks again" in client.get(here("announcement_edit", D2)).content.decode()


def test_changed_text_that_waits_for_a_second_person_says_so(client, camp, assistant):
    row = announce(camp, D2, text=GOOD, state="asked", asks_again="text")
    Announcement.objects.filter(pk=row.pk).update(scheduled_by=assistant)

    shown = client.get(here("announcement_edit", D2)).content.decode()

    assert "It waits for a second person, who reads it and approves it." in shown
    assert "schedule it again" not in shown


def test_saving_the_same_words_leaves_it_scheduled(client, camp, assistant):
    row = approved(announce(camp, D2, text=GOOD))

    write(client, GOOD + "  \n", D2, version=row.version)

    row.refresh_from_db()
    assert row.state == "approved"
    assert AuditEvent.objects.filter(action="announcement.changed").exists()


def test_second_person_approves_what_she_has_read(client, camp, assistant):
    camp.space.second_approval = True
    camp.space.save()
    announce(camp, D2, preview="x")
    write(client, GOOD, D2, do="schedule")
    lead = member_of(camp, "lead")
    client.force_login(lead)
    page = client.get(here("announcement_edit", D2))
    assert page.context["may_approve"]

    post(
        client, "announcement_state", D2, do="approve", version=page.context["announcement"].version,
        as_read=page.context["as_read"],
    )  # fmt: skip

    row = Announcement.objects.get(day=D2)
    assert (row.state, row.scheduled_by, row.approved_by) == ("approved", assistant, lead)


def test_nobody_approves_her_own_and_no_assistant_at_all(client, camp, assistant):
    camp.space.second_approval = True
    camp.space.save()
    announce(camp, D2, preview="x")
    write(client, GOOD, D2, do="schedule")
    row = Announcement.objects.get(day=D2)

    own = post(client, "announcement_state", D2, do="approve", version=row.version, as_read="x")

    assert own.status_code == 403
    row.refresh_from_db()
    assert row.state == "asked"


@pytest.mark.parametrize("do, state", [("unschedule", "draft"), ("cancel", "cancelled")])
def test_taking_it_off_and_cancelling_it(client, camp, assistant, do, state):
    row = approved(announce(camp, D2, text=GOOD))

    for _ in range(2):
        post(client, "announcement_state", D2, do=do, version=row.version)

    row.refresh_from_db()
    assert (row.state, row.approved_by, row.text) == (state, None, GOOD)
    assert AuditEvent.objects.filter(action__startswith="announcement.").count() == 1


def test_looking_at_it_in_the_chat_is_noted_for_this_text_only(client, camp, assistant):
    post(client, "announcement_seen")
    post(client, "announcement_seen")
    first = client.get(here()).context

    write(client, "Another text.")

    after = client.get(here()).context
    assert [proof.by for proof in first["saw"]] == [assistant]
    assert (after["saw"], after["saw_other"]) == ([], True)
    assert "An earlier text was seen" in client.get(here("announcement_edit")).content.decode()


@pytest.mark.parametrize("name", ["announcement", "announcement_edit"])
def test_every_button_and_link_of_a_day_leads_somewhere(client, camp, assistant, name):
    announce(camp, D2, preview="Morning.", lesson="Lesson.")

    shown = client.get(here(name, D2)).content.decode()

    assert 'action=""' not in shown
    assert 'href=""' not in shown
