"""Ticks while the connection is lost: they wait in this browser, in sight, and each counts once."""

import pytest

from cohorts.models import SopTask, TaskEvent
from tests.browser.test_board import a_day, open_board, row


def lose(page):
    page.route("**/do/", lambda route: route.abort("connectionfailed"))


def kept(page):
    return page.evaluate(
        "() => JSON.parse(Object.entries(localStorage)"
        ".filter(([key]) => key.startsWith('shalijin-ticks-'))[0]?.[1] || '[]')"
    )


def unsent(page):
    return page.locator("[data-unsent]")


@pytest.mark.django_db(transaction=True)
def test_ticks_without_a_connection_wait_in_sight_and_are_sent_when_it_is_back(open_page):
    s, (one, two) = a_day(number=2, links=0)
    opened = open_board(open_page, s)
    page = opened.page
    lose(page)

    row(page, one).locator(".task__check").click()
    row(page, two).locator(".task__check").click()
    unsent(page).get_by_text("2 not synced yet").wait_for()
    ticks = kept(page)
    assert [sorted(tick) for tick in ticks] == [["id", "token", "version"]] * 2
    assert not SopTask.objects.filter(state="done").exists()
    page.unroute("**/do/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    row(page, two).locator("[data-task-undo]").wait_for()

    assert unsent(page).is_hidden()
    assert kept(page) == []
    assert TaskEvent.objects.count() == 2
    opened.expect("ERR_CONNECTION_FAILED")


@pytest.mark.django_db(transaction=True)
def test_a_tick_whose_answer_is_lost_twice_counts_once(open_page):
    s, (task,) = a_day(number=1, links=0)
    opened = open_board(open_page, s)
    page = opened.page
    lost = []

    def swallow(route):
        """The server gets it and does it; its answer is lost on the way back."""
        lost.append(route.fetch().status)
        route.abort("connectionfailed")

    page.route("**/do/", swallow)
    row(page, task).locator(".task__check").click()
    unsent(page).get_by_text("1 not synced yet").wait_for()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    unsent(page).get_by_text("1 not synced yet").wait_for()
    assert lost == [200, 200]
    page.unroute("**/do/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    row(page, task).locator("[data-task-undo]").wait_for()

    assert TaskEvent.objects.count() == 1
    assert kept(page) == []
    opened.expect("ERR_CONNECTION_FAILED")


@pytest.mark.django_db(transaction=True)
def test_ticks_survive_a_reload_and_are_nobody_elses(open_page):
    s, (task,) = a_day(number=1, links=0)
    opened = open_board(open_page, s)
    page = opened.page
    lose(page)
    row(page, task).locator(".task__check").click()
    unsent(page).get_by_text("1 not synced yet").wait_for()

    page.evaluate(
        "() => localStorage.setItem('shalijin-ticks-somebody', JSON.stringify("
        "[{id: 'x', version: '1', token: 't'}]))"
    )
    page.unroute("**/do/")
    page.reload()
    row(page, task).locator("[data-task-undo], .tag").first.wait_for()
    page.wait_for_function(
        "() => !Object.entries(localStorage).some(([key, value]) => key.startsWith('shalijin-ticks-')"
        " && !key.endsWith('somebody') && value !== '[]')"
    )

    assert SopTask.objects.get().state == "done"
    assert page.evaluate("localStorage.getItem('shalijin-ticks-somebody')") is not None
    opened.expect("ERR_CONNECTION_FAILED")


@pytest.mark.django_db(transaction=True)
def test_a_tick_that_comes_too_late_says_who_was_faster(open_page):
    s, (task,) = a_day(number=1, links=0)
    mine, theirs = open_board(open_page, s), open_board(open_page, s, member=s.second)
    lose(mine.page)
    row(mine.page, task).locator(".task__check").click()
    unsent(mine.page).get_by_text("1 not synced yet").wait_for()

    row(theirs.page, task).locator(".task__check").click()
    row(theirs.page, task).locator("[data-task-undo]").wait_for()
    mine.page.unroute("**/do/")
    mine.page.evaluate("window.dispatchEvent(new Event('online'))")
    row(mine.page, task).locator("[data-task-reason]").wait_for()

    assert "阿峰 did this at" in row(mine.page, task).inner_text()
    assert TaskEvent.objects.count() == 1
    mine.expect("ERR_CONNECTION_FAILED")
    mine.expect("status of 409")
