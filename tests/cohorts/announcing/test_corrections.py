"""Correcting what was sent, reading it, and "got it"."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Announcement, AnnouncementReceipt, Posting, Run
from community.services import form_tokens
from tests.cohorts.announcing.helpers import (
    D1,
    D2,
    GOOD,
    announce,
    groups,
    here,
    member_of,
    post,
)
from tests.cohorts.factories import LessonFactory
from tests.factories import MemberFactory, approved


@pytest.fixture
def sent(camp):
    row = approved(Announcement.objects.get())
    row.path = read(camp, row)
    row.save()
    Run.objects.create(what="announcement", subject=row.public_id, local_date=D1)
    return row


def read(camp, row, name="announcement_read"):
    return reverse(f"cohorts:{name}", args=[camp.space.slug, "writing", row.public_id])


def correct(client, text="It was the other link.", do="send", **more):
    data = {form_tokens.FIELD: form_tokens.issue(), "text": text, "do": do} | more
    return client.post(here("announcement_correct"), data)


def test_correction_and_first_text_lead_to_each_other(client, camp, assistant, sent):
    correct(client)

    made = Announcement.objects.get(kind="correction")
    assert (made.corrects, made.state, made.day) == (sent, "approved", D1)
    client.force_login(member_of(camp, "learner"))
    first, second = client.get(read(camp, sent)), client.get(read(camp, made))
    assert f'href="{made.path}"' in first.content.decode()
    assert f'href="{sent.path}"' in second.content.decode()
    assert "It was the other link." in second.content.decode()


def test_correction_is_looked_at_before_it_goes(client, camp, assistant, sent):
    shown = correct(client, do="preview")

    assert shown.context["said"] == "It was the other link."
    assert not Announcement.objects.filter(kind="correction").exists()


def test_form_pressed_twice_corrects_once(client, camp, assistant, sent):
    token = {form_tokens.FIELD: form_tokens.issue()}

    correct(client, **token)
    correct(client, **token)

    assert Announcement.objects.filter(kind="correction").count() == 1


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "Write what was wrong and what is right."),
        ("{{ nickname }}", "is about one reader"),
        ("字\n" * 30 + "。", "over one screen"),
    ],
)
def test_wrong_correction_is_refused_and_the_typing_kept(
    client, camp, assistant, sent, text, sentence
):
    response = correct(client, text)

    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&#x27;", "'")
    assert not Announcement.objects.filter(kind="correction").exists()


def test_nothing_is_corrected_that_nobody_has_read(client, camp, assistant):
    Announcement.objects.update(at=dt.time(23))

    assert (
        "Nobody has read this announcement yet"
        in client.get(here("announcement_correct")).content.decode()
    )
    assert correct(client).status_code == 422


def test_second_person_approves_a_correction_on_the_page_of_the_day(client, camp, assistant, sent):
    camp.space.second_approval = True
    camp.space.save()
    correct(client)
    lead = member_of(camp, "lead")
    client.force_login(lead)
    [made] = client.get(here()).context["corrections"]

    client.post(
        reverse("cohorts:correction_state", args=["writing", made.public_id]),
        {"do": "approve", "version": made.version, "as_read": made.as_read},
    )

    made.refresh_from_db()
    assert (made.state, made.approved_by) == ("approved", lead)


# Reading ----------------------------------------------------------------------


def test_got_it_counts_without_names(client, camp, sent):
    client.force_login(member_of(camp, "learner"))
    for _ in range(2):
        client.post(read(camp, sent, "announcement_got"))
    mine = client.get(read(camp, sent))
    assert "You have got it" in mine.content.decode()
    assert mine.context["got"] is None

    client.force_login(member_of(camp, "assistant"))
    theirs = client.get(read(camp, sent))

    assert AnnouncementReceipt.objects.count() == 1
    assert "1 has said so." in theirs.content.decode()


def test_reading_leaves_no_trace(client, camp, sent):
    client.force_login(member_of(camp, "learner"))

    client.get(read(camp, sent))

    assert not AnnouncementReceipt.objects.exists()


def test_draft_is_no_page_for_anybody(client, camp):
    row = announce(camp, D2, text=GOOD)
    client.force_login(member_of(camp, "learner"))

    assert client.get(read(camp, row)).status_code == 404
    assert client.post(read(camp, row, "announcement_got")).status_code == 404


def test_speaker_is_named_with_a_way_to_answer_and_no_address(client, camp, sent):
    lead = member_of(camp, "lead")
    Announcement.objects.filter(pk=sent.pk).update(sender=lead)
    client.force_login(member_of(camp, "learner"))

    page = client.get(read(camp, sent)).content.decode()

    assert f"{lead} (@{lead.handle})" in page
    assert f'href="/people/{lead.handle}/"' in page
    assert lead.email not in page


def test_reading_costs_the_same_with_one_correction_and_with_three(client, camp, sent):
    client.force_login(member_of(camp, "learner"))

    def add():
        approved(
            Announcement.objects.create(
                room=camp.run.room, kind="correction", corrects=sent, day=D1, last_day=D1,
                at=dt.time(0), text="x", sender=MemberFactory(), path="/c/",
            )
        )  # fmt: skip

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(read(camp, sent)).status_code == 200
        return len(asked)

    add()
    one = queries()
    add(), add()

    assert one == queries() <= 8


# A lesson changes ---------------------------------------------------------------


def test_lesson_with_a_new_title_asks_for_its_announcement_again(client, camp, assistant):
    lesson = LessonFactory(camp=camp, day=2, title="Hands")
    row = announce(camp, D2, text=GOOD.replace("The lesson", "{{ lesson.title }}"))
    row.values[D2.isoformat()]["lesson.title"] = "Hands"
    approved(row)
    lead = member_of(camp, "lead")
    values = {
        "title": "Feet", "minutes": 5, "link": "", "homework": "", "body": "x", "example": "",
        "exercise": "", "model_answer": "", "changed_at": lesson.changed_at.isoformat(),
    }  # fmt: skip

    client.post(reverse("cohorts:lesson_edit", args=[camp.space.slug, "writing", 2]), values)

    row.refresh_from_db()
    assert (row.state, row.asks_again) == ("draft", "lesson")
    told = Run.objects.get(what="announcement_asks_again")
    assert [item.member for item in told.items.all()] == [lead]
    assert told.path == here("announcement_edit", D2)


def test_grid_names_the_groups_that_wait(client, camp, assistant):
    one, two = groups(camp, "One", "Two")
    row = Announcement.objects.get()
    Posting.objects.create(
        announcement=row, chat_group=one, by=assistant, url="https://x.example/1"
    )

    page = client.get(here("chats", None))

    [line] = page.context["lines"]
    assert [(spot.posting is not None, spot.is_late) for spot in line.spots] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert "Not yet in Two." in page.content.decode()
    post(client, group=two.public_id)
    assert "Not yet in" not in client.get(here("chats", None)).content.decode()


def test_grid_calls_a_day_as_the_calendar_does(client, camp, assistant):
    announce(camp, dt.date(2026, 2, 28), dt.date(2026, 3, 1), kind="preparation", text="Welcome.")
    announce(camp, dt.date(2026, 3, 5), kind="closing", text="Thank you.")

    lines = client.get(here("chats", None)).context["lines"]

    assert {line.day: line.label for line in lines} == {-2: "P", 1: "D1", 4: "End"}
    cells = client.get(here("schedule", None)).context["cells"]
    assert {cell.day: (cell.label, cell.name) for cell in cells if cell.row} == {
        -2: ("P", "D-2"), -1: ("P", "D-1"), 1: ("1", "D1"), 4: ("End", "End"),
    }  # fmt: skip


def test_grid_and_today_cost_the_same_for_one_and_for_three(client, camp):
    client.force_login(member_of(camp, "lead"))
    groups(camp, "One")

    def queries(address):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    one = queries(here("chats", None)), queries("/today/")
    announce(camp, D2, text=GOOD)
    announce(camp, D1 - dt.timedelta(days=1), text=GOOD)
    for group in groups(camp, "Two", "Three"):
        Posting.objects.create(
            announcement=Announcement.objects.get(day=D2), chat_group=group, by=MemberFactory()
        )

    assert one == (queries(here("chats", None)), queries("/today/"))


def test_lead_is_told_today_and_nobody_else(client, camp, assistant):
    groups(camp, "One", "Two")
    assert "Not yet posted in" not in client.get("/today/").content.decode()
    client.force_login(member_of(camp, "lead"))

    shown = client.get("/today/").content.decode()

    assert "Not yet posted in One, Two" in shown
    Announcement.objects.update(at=dt.time(11, 45))
    assert "Not yet posted in" not in client.get("/today/").content.decode()
