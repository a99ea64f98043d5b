"""The board in a browser: eight steps closed by pointer and by keyboard (T04), undo and a failure
(T05), somebody who was faster, and the parts of a step on a phone and on a desktop."""

import datetime as dt
import time

import pytest

from cohorts.models import Evidence, ScriptUse, SopTask
from cohorts.services import tasks
from community import clock
from tests.cohorts.board.helpers import scene
from tests.cohorts.factories import ScriptFactory

LINK = "https://example.org/posted"


def a_day(number=6, links=2):
    """Steps of a camp that opened today by its own clock, due from the first hour on."""
    s = scene()
    s.run.opens_on = clock.local_date(s.run.timezone)
    s.run.save()
    made = [s.task(time=f"00:{n:02}", title=f"Step {n}") for n in range(number)]
    made += [s.task(time=f"01:{n:02}", title=f"Link {n}", evidence="link") for n in range(links)]
    return s, made


def row(page, task):
    return page.locator(f"#task-{task.public_id}")


def open_board(open_page, s, member=None, **more):
    opened = open_page(f"/ops/camp/{s.camp.slug}/board/", member=member or s.assistant, **more)
    opened.page.wait_for_function("() => !!window.shalijin.boardReady")
    return opened


def closed():
    return SopTask.objects.filter(state="done").count()


@pytest.mark.django_db(transaction=True)
def test_t04_eight_steps_are_closed_by_pointer(open_page):
    s, made = a_day()
    page = open_board(open_page, s).page
    began, actions = time.monotonic(), 0

    for task in made:
        row(page, task).locator(".task__check").click()
        actions += 1
        if task.step.evidence == "link":
            field = page.locator("#step-body input[inputmode=url]")
            field.wait_for()
            assert field.evaluate("field => field === document.activeElement")
            page.keyboard.type(LINK)
            page.locator("#step-body button[type=submit]").first.click()
            actions += 1
        row(page, task).locator("[data-task-undo]").wait_for()

    assert page.locator(".board-head__count strong").inner_text() == "8 / 8"
    assert "Done for today." in page.locator(".board-head__progress").inner_text()
    assert actions <= 12
    assert time.monotonic() - began <= 60
    assert closed() == 8


@pytest.mark.django_db(transaction=True)
def test_t04_eight_steps_are_closed_by_keyboard_alone(open_page):
    s, made = a_day()
    page = open_board(open_page, s).page
    began = time.monotonic()
    row(page, made[0]).locator("[data-task-link]").focus()

    for number, task in enumerate(made):
        if number:
            page.keyboard.press("j")
        assert page.evaluate("document.activeElement.closest('[data-task]').id").endswith(
            task.public_id
        )
        page.keyboard.press("x")
        if task.step.evidence == "link":
            page.wait_for_function("() => document.activeElement.inputMode === 'url'")
            page.keyboard.type(LINK)
            page.keyboard.press("Enter")
        row(page, task).locator("[data-task-undo]").wait_for()
        page.wait_for_function("() => !!document.activeElement.closest('[data-task]')")

    assert page.locator(".board-head__count strong").inner_text() == "8 / 8"
    assert time.monotonic() - began <= 60
    assert Evidence.objects.filter(url=LINK).count() == 2


@pytest.mark.django_db(transaction=True)
def test_t05_undo_restores_the_step_and_its_evidence_and_a_failure_gives_the_row_back(open_page):
    s, (task, other) = a_day(number=1, links=1)
    opened = open_board(open_page, s)
    page = opened.page
    row(page, other).locator(".task__check").click()
    page.locator("#step-body input[inputmode=url]").fill(LINK)
    page.locator("#step-body button[type=submit]").first.click()
    undo = page.locator("#toasts [data-undo] button")
    undo.click()

    row(page, other).locator("[data-task-form]").wait_for()
    assert page.locator(".board-head__count strong").inner_text() == "0 / 2"
    assert Evidence.objects.get().withdrawn_at is not None
    row(page, other).locator("[data-task-link]").click()
    page.wait_for_function(
        "link => document.querySelector('#step-body input[inputmode=url]')?.value === link",
        arg=LINK,
    )

    page.route("**/do/", lambda route: route.fulfill(status=500, body="broken"))
    row(page, task).locator(".task__check").click()
    began = time.monotonic()
    page.locator(f"#task-{task.public_id}.task--failed").wait_for()
    assert time.monotonic() - began <= 1
    assert "That did not work" in row(page, task).inner_text()
    assert row(page, task).locator(".task__check").is_enabled()
    page.unroute("**/do/")
    row(page, task).locator(".task__check").click()
    row(page, task).locator("[data-task-undo]").wait_for()
    opened.expect("status of 500")

    assert SopTask.objects.get(pk=task.pk).state == "done"


@pytest.mark.django_db(transaction=True)
def test_who_was_faster_is_shown_in_the_row_and_over_what_was_typed(open_page):
    s, (plain, link) = a_day(number=1, links=1)
    opened = open_board(open_page, s)
    page = opened.page
    tasks.complete(task=plain, by=s.second, version=1)
    row(page, link).locator(".task__check").click()
    page.locator("#step-body input[inputmode=url]").fill(LINK)
    tasks.hand_over(task=link, by=s.second, version=1, to=s.second)

    row(page, plain).locator(".task__check").click()
    row(page, plain).locator("[data-task-reason]").wait_for()
    assert "阿峰 did this at" in row(page, plain).inner_text()
    page.locator("#step-body button[type=submit]").first.click()
    page.locator("#step-body [data-conflict]").wait_for()
    assert "阿峰 handed this over" in page.locator("#step-body").inner_text()
    assert page.locator("#step-body input[inputmode=url]").input_value() == LINK
    page.get_by_role("button", name="Send mine on top").click()
    row(page, link).locator("[data-task-undo]").wait_for()
    opened.expect("status of 409")

    assert Evidence.objects.get().url == LINK


@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_body_opens_in_the_row_and_closes_the_step_there(open_page):
    s, (task,) = a_day(number=0, links=1)
    opened = open_board(open_page, s, width=390)
    page = opened.page

    row(page, task).locator("[data-task-link]").click()
    row(page, task).locator("input[inputmode=url]").fill("nonsense")
    row(page, task).locator(".task__detail button[type=submit]").first.click()
    row(page, task).get_by_text("This is no link").wait_for()
    row(page, task).locator("input[inputmode=url]").fill(LINK)
    row(page, task).locator(".task__detail button[type=submit]").first.click()
    row(page, task).locator("[data-task-undo]").wait_for()

    opened.expect("status of 422")
    assert page.locator("[data-step-form]").count() == 0
    assert Evidence.objects.get().url == LINK


@pytest.mark.django_db(transaction=True)
def test_a_script_is_copied_and_the_server_told(open_page):
    s, (task,) = a_day(number=1, links=0)
    script = ScriptFactory(version=s.run.version, text="Welcome to {{ camp.name }}.")
    task.step.scripts = [script.key]
    task.step.save()
    opened = open_board(open_page, s)
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row(page, task).locator("[data-task-link]").click()
    page.locator("#step-body .copy").wait_for()
    row(page, task).locator("[data-task-link]").focus()

    with page.expect_response("**/words/**") as answer:
        page.keyboard.press("c")

    assert answer.value.status == 204
    assert page.evaluate("navigator.clipboard.readText()") == "Welcome to Camp."
    assert ScriptUse.objects.get().by == s.assistant


@pytest.mark.django_db(transaction=True)
def test_without_a_script_a_step_is_closed_by_forms(open_page):
    s, (plain, link) = a_day(number=1, links=1)
    opened = open_page(f"/ops/camp/{s.camp.slug}/board/", member=s.assistant, js=False, width=390)
    page = opened.page

    row(page, plain).locator(".task__check").click()
    assert "1 / 2" in page.content()
    row(page, link).locator("[data-task-link]").click()
    page.locator("input[inputmode=url]").fill(LINK)
    page.get_by_role("button", name="Mark as done").click()

    assert "2 / 2" in page.content()
    assert dt.timedelta(0) <= clock.now() - Evidence.objects.get().at < dt.timedelta(minutes=1)
