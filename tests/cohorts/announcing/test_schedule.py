"""All days at a glance, all scheduled at once, many pasted at once."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.services import announcement_calendar, announcement_desk
from community.models import Announcement, Posting, Run
from community.services import announcement_paste, inbox
from tests.cohorts.announcing.helpers import (
    D1,
    D2,
    GOOD,
    NOON_OF_D1,
    announce,
    groups,
    here,
    member_of,
    post,
    said,
)
from tests.cohorts.factories import LessonFactory
from tests.factories import MemberFactory, approved

D3, CLOSING = dt.date(2026, 3, 4), dt.date(2026, 3, 5)
SAMPLE = Path(os.environ.get("SHALIJIN_SAMPLES", "samples")) / "announcements-14.txt"


def states(camp):
    return {cell.day: cell.state for cell in announcement_calendar.cells(camp)}


def ran(row, date, state="done"):
    Run.objects.create(
        what="announcement", subject=row.public_id, local_date=date, state=state,
        finished_at=NOON_OF_D1 if state == "done" else None,
        reason="late" if state == "waits" else "",
    )  # fmt: skip


def test_calendar_has_a_cell_for_each_day_and_each_leads_to_its_editor(client, camp, assistant):
    page = client.get(here("schedule", None))

    cells = page.context["cells"]
    assert [cell.day for cell in cells] == [-2, -1, 1, 2, 3, 4]
    for cell in cells:
        assert f'href="{here("announcement_edit", cell.date)}"' in page.content.decode()
    weeks = page.context["weeks"]
    assert [len(week) for week in weeks] == [7] * len(weeks)
    assert weeks[0][5].day == -2  # a Saturday


def test_each_state_has_its_word(camp):
    announce(camp, dt.date(2026, 2, 28), dt.date(2026, 3, 1), kind="preparation", text="Welcome.")
    assert states(camp) == {
        -2: "missed", -1: "missed", 1: "missed", 2: "empty", 3: "empty", 4: "empty",
    }  # fmt: skip
    second = announce(camp, D2, text="Only this.")
    assert states(camp)[2] == "problem"
    Announcement.objects.filter(pk=second.pk).update(text=GOOD)
    assert states(camp)[2] == "draft"
    Announcement.objects.filter(pk=second.pk).update(asks_again="lesson")
    assert states(camp)[2] == "again"
    approved(Announcement.objects.get(pk=second.pk))
    assert states(camp)[2] == "scheduled"
    Announcement.objects.filter(pk=second.pk).update(approved_hash="0" * 64)
    assert states(camp)[2] == "again"
    Announcement.objects.filter(pk=second.pk).update(state="asked")
    assert states(camp)[2] == "asked"
    Announcement.objects.filter(pk=second.pk).update(state="cancelled")
    assert states(camp)[2] == "cancelled"


def test_what_became_of_it_counts_more_than_what_was_meant(camp):
    first = Announcement.objects.get()
    ran(first, D1, "waits")
    assert states(camp)[1] == "missed"
    Posting.objects.create(announcement=first, by=MemberFactory())
    assert states(camp)[1] == "posted"
    Run.objects.all().delete()
    ran(first, D1)
    assert states(camp)[1] == "sent"


def test_preparation_that_has_gone_out_once_is_sent_on_that_day_only(camp):
    row = announce(camp, dt.date(2026, 2, 28), dt.date(2026, 3, 1), kind="preparation", text="Hi.")
    ran(approved(row), dt.date(2026, 2, 28))

    assert (states(camp)[-2], states(camp)[-1]) == ("sent", "scheduled")


def test_calendar_costs_the_same_for_one_day_and_for_three(client, camp, assistant):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(here("schedule", None)).status_code == 200
        return len(asked)

    groups(camp, "One")
    one = queries()
    for date in (D2, D3):
        ran(approved(announce(camp, date, text=GOOD, sender=assistant)), date)

    assert one == queries() <= 8


# All at once ------------------------------------------------------------------


def test_all_that_are_ready_are_scheduled_and_the_others_are_named(client, camp, assistant):
    announce(camp, D2, text=GOOD)
    announce(camp, D3, text="Only this.")
    page = client.get(here("schedule_all", None))
    plan = page.context["plan"]
    assert [cell.day for cell in plan.ready] == [2]
    assert {cell.day: reason for cell, reason in plan.left}[4] == "Nothing is written for this day."
    assert "does not say what today is about" not in plan.left[0][1]

    ready = plan.ready[0].row
    post(client, "schedule_all", None, day=[f"{ready.public_id}:{ready.version}"])

    assert states(camp)[2] == "scheduled"
    assert states(camp)[3] == "problem"
    assert "1 text is scheduled." in said(client.get(here("schedule", None)))


def test_text_that_was_changed_meanwhile_is_left_out(client, camp, assistant):
    row = announce(camp, D2, text=GOOD, version=2)

    post(client, "schedule_all", None, day=[f"{row.public_id}:1"])

    assert states(camp)[2] == "draft"
    assert said(client.get(here("schedule", None)))[0].startswith("D2: ")


def test_text_of_another_camp_is_not_scheduled_from_here(client, camp, assistant):
    from_elsewhere = Announcement.objects.create(
        room=camp.staff_room, day=D2, last_day=D2, at=dt.time(8), text=GOOD, kind="closing"
    )

    post(client, "schedule_all", None, day=[f"{from_elsewhere.public_id}:1", "nonsense"])

    from_elsewhere.refresh_from_db()
    assert from_elsewhere.state == "draft"


def test_leads_are_told_what_waits_for_them(client, camp, assistant):
    camp.space.second_approval = True
    camp.space.save()
    lead = member_of(camp, "lead")
    row = announce(camp, D2, text=GOOD)

    post(client, "schedule_all", None, day=[f"{row.public_id}:1"])

    assert states(camp)[2] == "asked"
    assert Run.objects.get(what="announcement_waits").items.get().member == lead


def test_leads_are_told_once_of_all_that_wait(client, camp, assistant):
    camp.space.second_approval = True
    camp.space.save()
    lead = member_of(camp, "lead")
    rows = [announce(camp, day, text=GOOD) for day in (D2, D3)]

    post(client, "schedule_all", None, day=[f"{row.public_id}:1" for row in rows])

    run = Run.objects.get(what="announcement_waits")
    assert (run.items.get().member, run.path) == (lead, here("schedule", None))
    assert "announcements of 2 days wait for a second person" in inbox.line(run)


# From the template --------------------------------------------------------------


def test_empty_days_are_written_and_written_ones_stay(client, camp, assistant):
    camp.run.version.content = {
        "announcements": [
            {"day": "preparation", "at": "09:00", "text": "Welcome to {{ camp.name }}."},
            {"day": "1", "at": "08:30", "text": "Another first day."},
            {"day": "2", "at": "08:30", "preview": "Two: {{ lesson.title }}"},
        ]
    }
    camp.run.version.save()
    LessonFactory(camp=camp, day=2, title="Hands")

    for _ in range(2):
        post(client, "schedule_generate", None)

    rows = {row.day: row for row in Announcement.objects.all()}
    assert sorted(rows) == [dt.date(2026, 2, 28), D1, D2]
    assert rows[D1].text.startswith("Good morning")
    assert rows[D2].values[D2.isoformat()]["lesson.title"] == "Hands"
    assert rows[D2].path.endswith(f"/announcements/{rows[D2].public_id}/")


# Pasted -----------------------------------------------------------------------

BLOCK = f"D1\nAnother first day.\n\nD2\n{GOOD}\n\nD3 写声音\n{{{{ member.nickname }}}}\n\nD9\nNo such day."


def test_pasted_days_are_shown_before_anything_is_kept(client, camp, assistant):
    page = post(client, "schedule_paste", None, block=BLOCK, do="preview")

    sheets = {sheet.pasted.day: sheet for sheet in page.context["sheets"]}
    assert [sheets[day].is_new for day in (1, 2, 3)] == [False, True, True]
    assert sheets[2].parts["encouragement"] == "Go on."
    assert sheets[1].parts is None
    assert "is about one reader" in sheets[3].refusal
    assert "no such day" in sheets[9].refusal
    assert Announcement.objects.count() == 1
    assert "No such day.</textarea>" in page.content.decode()


def test_what_can_be_kept_is_and_the_rest_stays_in_the_field(client, camp, assistant):
    page = post(client, "schedule_paste", None, block=BLOCK, do="save", **{"version-1": 1})

    assert Announcement.objects.get(day=D1).text == "Another first day."
    assert Announcement.objects.get(day=D2).source == GOOD
    left = page.context["form"]["block"].value()
    assert [day.day for day in announcement_paste.parse(left).days] == [3, 9]
    assert "{{ member.nickname }}" in left


def test_day_that_was_changed_since_it_was_shown_is_not_overwritten(client, camp, assistant):
    post(client, "announcement_edit", D1, version=1, text="Ada's.", at="08:30", do="save")

    page = post(client, "schedule_paste", None, block="D1\nMine.", do="save", **{"version-1": 1})

    assert Announcement.objects.get(day=D1).text == "Ada's."
    assert page.context["form"]["block"].value() == "D1\nMine."
    assert "has changed this text meanwhile" in page.context["sheets"][0].refusal


def test_pasting_over_several_scheduled_days_is_told_in_one_note(client, camp, assistant):
    lead = member_of(camp, "lead")
    for day in (D2, D3):
        approved(announce(camp, day, text=GOOD), by=lead)
    block = f"D2\n{GOOD} Now.\n\nD3\n{GOOD} Soon.\n\nD9\nNo such day."

    for _twice in range(2):
        post(client, "schedule_paste", None, block=block, do="save")

    run = Run.objects.get(what="announcement_asks_again")
    assert (run.items.get().member, run.path) == (lead, here("schedule", None))
    assert "the texts of 2 days were changed" in inbox.line(run)
    assert states(camp)[2] == states(camp)[3] == "again"


def test_pasting_over_one_scheduled_day_leads_to_its_editor(client, camp, assistant):
    lead = member_of(camp, "lead")
    approved(announce(camp, D2, text=GOOD), by=lead)

    post(client, "schedule_paste", None, block=f"D2\n{GOOD} Now.", do="save")

    run = Run.objects.get(what="announcement_asks_again")
    assert run.path == here("announcement_edit", D2)
    assert "the text of D2 was changed" in inbox.line(run)


def test_sent_day_is_not_replaced(client, camp, assistant):
    ran(Announcement.objects.get(), D1)

    page = post(client, "schedule_paste", None, block="D1\nMine.", do="save", **{"version-1": 1})

    assert Announcement.objects.get(day=D1).text.startswith("Good morning")
    assert "It was sent already" in page.context["sheets"][0].refusal


def test_words_before_the_first_day_are_named_and_stay(client, camp, assistant):
    page = post(client, "schedule_paste", None, block="Hello all.\n\n" + BLOCK, do="preview")

    assert "Text before the first day" in page.content.decode()
    assert "No day was found" not in page.content.decode()


def test_empty_page_of_pasting_complains_of_nothing(client, camp, assistant):
    page = client.get(here("schedule_paste", None))

    assert page.status_code == 200
    assert "No day was found" not in page.content.decode()


def test_block_without_days_says_how_to_begin_one(client, camp, assistant):
    page = post(client, "schedule_paste", None, block="Just words.", do="save")

    assert "No day was found in this text" in page.content.decode()
    assert "Just words.</textarea>" in page.content.decode()
    assert post(client, "schedule_paste", None, block="").status_code == 422


@pytest.mark.skipif(not SAMPLE.is_file(), reason="set SHALIJIN_SAMPLES to the sample files")
def test_whole_course_of_an_author_is_brought_in(client, camp, assistant):
    camp.run.days = 14
    camp.run.save()
    block = SAMPLE.read_text()
    shown = post(client, "schedule_paste", None, block=block, do="preview")
    assert len(shown.context["sheets"]) == 14
    assert shown.context["can_keep"] == 12

    page = post(client, "schedule_paste", None, block=block, do="save", **{"version-1": 1})

    assert Announcement.objects.count() == 13  # the one that was there, and twelve
    left = announcement_paste.parse(page.context["form"]["block"].value()).days
    assert [day.day for day in left] == [1, 6]
    found = states(camp)
    assert [day for day in range(2, 15) if found[day] == "problem"] == [3, 4, 5, 8, 9, 12]
    plan = announcement_desk.plan_all(announcement_calendar.cells(camp))
    assert [cell.day for cell in plan.ready] == [2, 7, 10, 11, 13, 14]
