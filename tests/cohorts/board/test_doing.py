"""Doing something from the page: by form, by htmx, twice, too late, and several at once."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cohorts.models import Evidence, HandOver, ScriptUse, SopTask, TaskEvent
from cohorts.services import tasks
from community.models import ChatGroup, Upload
from community.services import form_tokens
from tests.cohorts.board.helpers import NOW, scene
from tests.cohorts.factories import ScriptFactory
from tests.matrix.table_uploads import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_tick_without_a_script_leads_back_to_the_board():
    s = scene()
    task = s.task(title="Say good morning")

    answer = s.do(task)

    assert answer.status_code == 302
    assert answer.url == f"/ops/camp/camp/board/?day=1#task-{task.public_id}" or answer.url == (
        f"/ops/camp/camp/board/#task-{task.public_id}"
    )
    page = s.client.get(answer.url).content.decode()
    assert "Say good morning” is done." in page
    assert reverse("cohorts:task_back", args=[task.public_id, 2]) in page


def test_a_tick_by_htmx_is_answered_with_the_row_the_progress_and_the_way_back():
    s = scene()
    task, _other = s.task(), s.task()

    page = s.do(task, htmx=True).content.decode()

    assert page.strip().startswith("<li")
    assert "task--done" in page
    assert "1 / 2" in page
    assert reverse("cohorts:task_back", args=[task.public_id, 2]) in page


def test_a_form_pressed_twice_counts_once():
    s = scene()
    ChatGroup.objects.create(room=s.run.room, name="大群")
    ChatGroup.objects.create(room=s.run.room, name="二群")
    task = s.task(evidence="link", per_chat_group=True)
    token = form_tokens.issue()
    group = ChatGroup.objects.first().public_id

    for _press in range(2):
        s.do(task, evidence="https://example.org/", groups=[group], form_token=token)

    assert Evidence.objects.count() == 1


def test_an_incomplete_attempt_is_kept_and_says_which_groups_are_missing():
    s = scene()
    one = ChatGroup.objects.create(room=s.run.room, name="大群")
    ChatGroup.objects.create(room=s.run.room, name="二群")
    task = s.task(evidence="link", per_chat_group=True)

    answer = s.do(task, htmx=True, evidence="https://example.org/", groups=[one.public_id])

    assert "Still without evidence: 二群." in answer.content.decode()
    assert SopTask.objects.get().state == "open"
    assert list(Evidence.objects.get().chat_groups.all()) == [one]
    page = s.client.get(task.get_absolute_url()).content.decode()
    assert f'value="{one.public_id}"' not in page


def test_a_stale_form_shows_both_and_keeps_what_was_typed():
    s = scene()
    task = s.task(evidence="link")
    s.do(task, evidence="https://example.org/theirs")
    s.enter(s.second)

    answer = s.do(task, evidence="https://example.org/mine", place="page")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "小桃 did this at 09:10." in page
    assert "https://example.org/theirs" in page
    assert 'value="https://example.org/mine"' in page
    assert "You were about to close it." in page
    assert TaskEvent.objects.count() == 1


def test_a_stale_form_can_be_sent_on_top_where_the_step_is_still_open():
    s = scene()
    task = s.task(evidence="link")
    tasks.hand_over(task=task, by=s.second, version=1, to=s.second)

    stale = s.do(task, version=1, evidence="https://example.org/mine", place="aside", htmx=True)
    page = stale.content.decode()
    assert (stale.status_code, stale["HX-Retarget"]) == (409, "#step-body")
    assert "阿峰 handed this over at 09:10." in page
    assert "Send mine on top" in page
    assert 'name="version" value="2"' in page
    s.do(task, version=2, evidence="https://example.org/mine")

    assert SopTask.objects.get().state == "done"


def test_a_skipped_step_can_be_done_after_all():
    s = scene()
    task = s.task()
    tasks.skip(task=task, by=s.second, version=1, reason="Rain.")

    assert s.do(task, version=1, htmx=True).status_code == 409
    s.do(task, version=2)

    assert SopTask.objects.get().state == "done"


def test_a_stale_tick_gives_the_row_back_as_it_is_now_with_the_reason():
    s = scene()
    task = s.task()
    s.do(task)
    s.enter(s.second)

    answer = s.do(task, htmx=True, version=1)

    assert answer.status_code == 409
    assert "小桃 did this at 09:10." in answer.content.decode()
    assert "task--done" in answer.content.decode()


def test_a_screenshot_is_kept_for_the_staff_room_and_survives_a_refusal():
    s = scene()
    s.task(key="first", title="First")
    task = s.task(evidence="photo", needs=["first"])

    refused = s.do(task, photo=SimpleUploadedFile("s.jpg", picture().read(), "image/jpeg"))
    upload = Upload.objects.get()
    assert refused.status_code == 422
    assert upload.public_id in refused.content.decode()
    s.do(task, kept_photo=upload.public_id, reason="It is urgent.")

    assert Evidence.objects.get().upload == upload
    assert (upload.audience, upload.room) == ("room", s.camp.staff_room)


def test_what_is_no_picture_is_refused_in_words():
    s = scene()
    task = s.task(evidence="photo")

    answer = s.do(task, photo=SimpleUploadedFile("s.jpg", b"no picture", "image/jpeg"))

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Upload.objects.exists()


def test_the_picture_of_somebody_else_is_nobodys_evidence():
    s = scene()
    first, task = s.task(evidence="photo"), s.task(evidence="photo")
    s.do(first, photo=SimpleUploadedFile("s.jpg", picture().read(), "image/jpeg"))
    s.enter(s.second)

    answer = s.do(task, kept_photo=Upload.objects.get().public_id)

    assert answer.status_code == 422
    assert Evidence.objects.count() == 1


def test_taking_back_from_the_toast_brings_the_row_and_the_typed_text_back():
    s = scene()
    task = s.task(evidence="link")
    s.do(task, evidence="https://example.org/mine")

    back = reverse("cohorts:task_back", args=[task.public_id, 2])
    page = s.client.post(back, headers={"HX-Request": "true"}).content.decode()

    assert "0 / 1" in page
    assert "task--done" not in page
    body = s.client.get(task.get_absolute_url()).content.decode()
    assert 'value="https://example.org/mine"' in body
    assert Evidence.objects.get().withdrawn_at == NOW


def test_several_are_closed_each_by_itself_and_the_refused_are_listed():
    s = scene()
    easy, gone, more = (
        s.task(title="Easy"),
        s.task(title="Gone"),
        s.task(evidence="link", title="More"),
    )
    stale = f"{gone.public_id}:1"
    s.enter(s.second)
    s.do(gone)
    s.enter(s.assistant)

    answer = s.client.post(
        reverse("cohorts:board_close"),
        {
            "chosen": [f"{easy.public_id}:1", f"{more.public_id}:1", stale, "nonsense", "a:b"],
            "camp": "camp",
            "form_token": form_tokens.issue(),
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Paste the link." in page
    assert "1 step is done; these are not." in page
    easy.refresh_from_db()
    assert easy.state == "done"


def test_choosing_shows_boxes_for_the_steps_that_are_open():
    s = scene()
    task = s.task()

    page = s.board(choose=1, day=1).content.decode()

    assert f'name="chosen" value="{task.public_id}:1" form="chosen"' in page


def test_a_note_is_read_by_the_next_one_who_opens_the_board_that_day():
    s = scene()
    url = reverse("cohorts:hand_over", args=["camp"])

    s.client.post(url, {"text": "阿青 waits for an answer.", "form_token": form_tokens.issue()})
    s.enter(s.second)

    assert HandOver.objects.get().by == s.assistant
    assert "阿青 waits for an answer." in s.board().content.decode()
    assert "阿青 waits for an answer." not in s.board(day=3).content.decode()


def test_copying_a_script_is_told_to_the_next_one():
    s = scene()
    script, foreign = ScriptFactory(version=s.run.version), ScriptFactory()
    task = s.task(scripts=[script.key])

    url = reverse("cohorts:task_words", args=[task.public_id, script.pk])
    assert s.client.post(url).status_code == 204
    assert s.client.post(url.replace(f"/{script.pk}/", f"/{foreign.pk}/")).status_code == 404
    s.enter(s.second)

    assert ScriptUse.objects.get().by == s.assistant
    assert "last used by 小桃" in s.client.get(task.get_absolute_url()).content.decode()


def test_all_done_names_the_next_thing():
    s = scene()
    s.task(day=2, time="08:30", title="Send the highlights")
    task = s.task()

    page = s.do(task, htmx=True).content.decode()

    assert "First thing tomorrow, 08:30: Send the highlights." in page
    assert "1 / 1" in page


def test_a_day_without_steps_says_so_and_leads_to_the_next():
    s = scene()
    s.task(day=2, title="Tomorrow")

    page = s.board().content.decode()

    assert "No step is due today." in page
    assert "Next on D2: Tomorrow" in page


@pytest.mark.parametrize("day", ["x", "0", "99", "-99", "1.5", "9" * 30])
def test_a_day_that_is_none_shows_one_that_is(day):
    s = scene()

    assert s.board(day=day).status_code == 200


def test_what_is_left_from_before_stands_first_on_the_board_of_today():
    s = scene()
    s.task(day=-1, title="Rules")
    s.task(title="Morning")

    page = s.board().content.decode()

    assert page.index("Left from before, 1") < page.index("Rules") < page.index("Morning")
    assert "0 / 1" in page


def test_mine_shows_what_is_mine():
    s = scene()
    s.task(title="For the lead", role="lead")
    s.task(title="For assistants")

    page = s.board(mine=1).content.decode()

    assert "For assistants" in page
    assert "For the lead" not in page
