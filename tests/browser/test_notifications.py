"""A member chooses what she is told, with and without a script, by pointer and by keyboard."""

import pytest

from community.models import NotificationSettings
from community.services.notification_choices import chosen
from tests.browser.looks import axe_problems, small_targets, sticking_out
from tests.factories import MemberFactory

PAGE = "/me/notifications/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada():
    return MemberFactory(locale="en", timezone="Asia/Shanghai")


def by_mail(member, kind="announcement"):
    return chosen(member).cells[kind, "email"]


def test_box_is_saved_by_itself_and_taken_back(open_page, ada):
    page = open_page(PAGE, member=ada).page
    box = page.get_by_label("Announcements of your rooms, by mail")

    with page.expect_response("**/kinds/"):
        box.check()
    page.locator("#toasts").get_by_text("Saved.").wait_for()
    assert by_mail(ada)
    assert page.locator("#presets").get_by_text("Now: As chosen below").is_visible()
    assert box.evaluate("box => box === document.activeElement")

    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_text("It is as it was before.").wait_for()
    assert not by_mail(ada)
    assert not page.get_by_label("Announcements of your rooms, by mail").is_checked()


def test_box_that_could_not_be_saved_goes_back(open_page, ada):
    opened = open_page(PAGE, member=ada)
    page = opened.page
    page.route("**/kinds/", lambda route: route.fulfill(status=500, body=""))
    box = page.get_by_label("Announcements of your rooms, by mail")

    box.click()
    page.get_by_text("That did not work. Try again.").wait_for()

    assert not box.is_checked()
    assert not by_mail(ada)
    opened.expect("500")


def test_box_is_reached_and_pressed_by_keyboard(open_page, ada):
    page = open_page(PAGE, member=ada).page
    page.get_by_label("Announcements of your rooms, in the app").focus()

    page.keyboard.press("Tab")
    with page.expect_response("**/kinds/"):
        page.keyboard.press("Space")

    assert by_mail(ada)


def test_without_a_script_one_button_saves_the_table(open_page, ada):
    page = open_page(PAGE, member=ada, js=False, width=390).page

    page.get_by_label("Announcements of your rooms, by mail").check()
    page.get_by_role("button", name="Save", exact=True).click()
    assert by_mail(ada)
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    assert page.get_by_text("It is as it was before.").is_visible()
    assert not by_mail(ada)


@pytest.mark.parametrize("js", [True, False])
def test_silence_is_one_tap_and_undone_by_one(open_page, ada, js):
    page = open_page(PAGE, member=ada, js=js, width=390).page

    page.get_by_role("button", name="Silence for 7 days").click()
    page.get_by_text("Silent until").wait_for()
    assert NotificationSettings.objects.get().muted_until is not None
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Silence for 7 days").wait_for()
    assert NotificationSettings.objects.get().muted_until is None


@pytest.mark.parametrize(
    "width,language,theme",
    [(390, "zh", "light"), (390, "en", "dark"), (1280, "zh", "dark"), (1280, "en", "light")],
)
def test_page_is_sound_in_each_look(open_page, ada, width, language, theme):
    type(ada).objects.update(locale="en" if language == "en" else "zh-hans", theme=theme)

    page = open_page(PAGE, member=ada, width=width, language=language, theme=theme).page

    assert axe_problems(page) == []
    assert sticking_out(page) == []
    assert small_targets(page) == []
