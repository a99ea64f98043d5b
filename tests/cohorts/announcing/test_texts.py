"""Changing the text of a day."""

import datetime as dt

import pytest

from cohorts.models import SopRun
from community.models import Announcement, Posting
from tests.cohorts.announcing.helpers import (
    D2,
    announce,
    here,
    post,
)


def test_changed_text_is_copied_from_then_on(client, assistant):
    post(client, "announcement_edit", version=1, text="Hello.", do="save")

    row = Announcement.objects.get()
    assert (row.text, row.version, row.changed_by) == ("Hello.", 2, assistant)
    assert client.get(here()).context["said"] == "Hello."


def test_course_day_is_changed_slot_by_slot(client, camp, assistant):
    row = announce(camp, D2, preview="Morning.", lesson="Lesson.")
    form = client.get(here("announcement_edit", D2)).context["form"]
    assert form.names == ("preview", "lesson", "check_in", "encouragement")

    post(
        client, "announcement_edit", D2, version=1, do="save",
        preview="Evening.", lesson="Lesson.", check_in="", encouragement="Go on.",
    )  # fmt: skip

    row.refresh_from_db()
    assert row.source == "Evening.\n\nLesson.\n\nGo on."


def test_stale_change_shows_both_texts_and_loses_none(client, camp, assistant):
    post(client, "announcement_edit", version=1, text="Ada's words.", do="save")

    response = post(client, "announcement_edit", version=1, text="My words.", do="save")

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Ada&#x27;s words." in shown
    assert "My words.</textarea>" in shown
    assert Announcement.objects.get().text == "Ada's words."
    version = response.context["form"]["version"].value()
    post(client, "announcement_edit", version=version, text="My words.", do="save")
    assert Announcement.objects.get().text == "My words."


def test_wrong_placeholder_is_named_by_its_line_and_the_typing_is_kept(client, assistant):
    response = post(
        client, "announcement_edit", version=1, do="save",
        text="早上好\n{{ day }\n{{ lesson.titel }}\n{{ nickname }}",
    )  # fmt: skip

    errors = [str(error) for error in response.context["form"].errors["text"]]
    assert response.status_code == 422
    assert [error.split(":")[0] for error in errors] == ["Line 2", "Line 3", "Line 4"]
    assert "{{ lesson.titel }}" in response.content.decode()
    assert Announcement.objects.get().version == 1


def test_preview_shows_and_saves_nothing(client, assistant):
    response = post(
        client, "announcement_edit", version=1, do="preview", text="Hi, {{ camp.name }}."
    )

    assert (response.status_code, response.context["said"]) == (200, "Hi, Writing.")
    assert Announcement.objects.get().version == 1


def test_text_of_the_preparation_is_not_changed_once_posted(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    row = announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")
    Posting.objects.create(announcement=row, by=assistant)

    response = post(client, "announcement_edit", first, version=1, text="New.", do="save")

    row.refresh_from_db()
    assert (response.status_code, row.text) == (422, "Welcome.")
    assert "Take the postings back first" in response.content.decode()


def test_edit_names_only_what_the_text_may(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")

    known = dict(client.get(here("announcement_edit", first)).context["known"])

    assert "camp.name" in known
    assert "day" not in known
    assert "day" in dict(client.get(here("announcement_edit")).context["known"])


@pytest.mark.parametrize("language, date", [("en", "March 2"), ("zh-hans", "3月2日")])
def test_camp_speaks_the_language_of_its_template(client, camp, assistant, language, date):
    SopRun.objects.filter(pk=camp.run_id).update(language=language)
    Announcement.objects.filter(room=camp.run.room).update(
        text="On {{ date }}.", preview="", lesson="", check_in="", encouragement=""
    )

    assert f"On {date}." in client.get(here()).content.decode()
