"""Coming in on a phone: the code, the focus, passkeys on a device that has them."""

import re

import pytest
from django.core.cache import cache

from community.models import Member
from tests.community.accounts.helpers import newest_code
from tests.factories import MemberFactory, MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
FORM = "main form button.btn--primary"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def with_passkeys(opened) -> None:
    """A device that keeps passkeys and opens them without asking anybody."""
    devtools = opened.page.context.new_cdp_session(opened.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def by_code(opened, address: str, **ticks: bool) -> None:
    page = opened.page
    opened.goto("/login/")
    page.fill("input[name=email]", address)
    for name in ticks:
        page.check(f"input[name={name}]")
    page.click(FORM)
    page.wait_for_url("**/login/code/")
    page.fill("input[name=code]", newest_code(address))
    page.click(FORM)
    page.wait_for_url(lambda url: "/login/" not in url)


@pytest.mark.parametrize("js", [True, False])
def test_somebody_new_comes_in_on_a_phone_with_and_without_scripts(open_page, js):
    opened = open_page(width=390, language="zh", js=js)
    page = opened.page

    by_code(opened, "new@example.org", agree=True)

    assert page.url.endswith("/today/")
    assert Member.objects.get().locale == "zh-hans"
    opened.goto("/me/security/")
    assert "new@example.org" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_focus_is_where_the_next_thing_is_done(open_page):
    opened = open_page("/login/", width=390)
    page = opened.page
    focused = "document.activeElement.name || document.activeElement.className"

    at_first = page.evaluate(focused)
    page.fill("input[name=email]", "ada@")
    page.click(FORM)
    page.wait_for_selector(".error-summary")
    after_a_mistake = page.evaluate(focused)
    page.fill("input[name=email]", "ada@example.org")
    page.click(FORM)
    page.wait_for_url("**/login/code/")

    opened.expect("422")
    assert (at_first, after_a_mistake) == ("email", "error-summary")
    assert page.evaluate(focused) == "code"
    assert page.title().startswith("Code from the mail")
    assert page.is_hidden("#again")
    seconds = int(page.inner_text("[data-seconds]"))
    page.wait_for_timeout(2_100)
    assert int(page.inner_text("[data-seconds]")) < seconds


def test_a_passkey_is_added_and_signs_in_alone(open_page):
    MemberFactory(email="ada@example.org", locale="en")
    opened = open_page(width=390)
    page = opened.page
    with_passkeys(opened)
    by_code(opened, "ada@example.org")

    opened.goto("/account/2fa/webauthn/add/")
    page.fill("input[name=name]", "My phone")
    page.click(FORM)
    page.wait_for_url("**/recovery-codes/")
    codes = re.findall(r"\b\d{8}\b", page.inner_text("main"))
    opened.goto("/me/security/")
    assert "My phone" in page.inner_text("main")
    opened.goto("/logout/")
    page.click(FORM)
    opened.goto("/login/?next=/me/privacy/")
    page.click("form[data-passkey=login] button")
    page.wait_for_url(re.compile(r"/me/privacy/$"))

    assert len(codes) == 10


def test_a_passkey_is_the_second_step_and_opens_what_is_demanded(open_page, settings):
    settings.MFA_DEMANDED = True
    member = MemberFactory(email="ada@example.org", locale="en")
    MembershipFactory(member=member, role="owner")
    opened = open_page(width=390)
    page = opened.page
    with_passkeys(opened)

    by_code(opened, "ada@example.org")
    page.wait_for_url("**/second-step/")
    page.click("main a.btn--primary")
    page.wait_for_url("**/webauthn/add/")
    page.click(FORM)
    page.wait_for_url("**/recovery-codes/")
    opened.goto("/logout/")
    page.click(FORM)
    by_code(opened, "ada@example.org")
    page.wait_for_url("**/2fa/authenticate/")
    page.click("form[data-passkey=use] button")
    page.wait_for_url("**/today/")

    assert opened.goto("/spaces/") == 200
    assert page.url.endswith("/spaces/")


def test_the_device_tells_its_time_zone(open_page):
    opened = open_page("/login/")

    told = {cookie["name"]: cookie["value"] for cookie in opened.page.context.cookies()}

    assert told["tz"] == opened.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
