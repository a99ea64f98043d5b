"""The one form, the code, and what a browser carries through them."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from community import clock
from community.models import Consent, Member, Membership, SignInCode
from community.services.look import look
from tests.community.accounts.helpers import (
    ask_for_code,
    come_in,
    newest_code,
    rows,
    type_code,
    wrong,
)
from tests.community.delivery.helpers import delivered
from tests.factories import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_a_new_address_becomes_a_member_with_consents_language_and_time_zone(client):
    client.cookies["tz"] = "Europe/Lisbon"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = come_in(client, "New.Person@Example.org", agree="on", next="/help/")

    member = Member.objects.get(email="new.person@example.org")
    assert (response.status_code, response["Location"]) == (302, "/help/")
    assert (member.locale, member.timezone, member.state) == ("en", "Europe/Lisbon", "active")
    assert not member.has_usable_password()
    assert sorted(Consent.objects.values_list("member", "document", "locale")) == [
        (member.pk, "privacy", "en"),
        (member.pk, "rules", "en"),
    ]
    assert client.get("/me/").status_code == 200


def test_a_new_address_without_the_tick_is_asked_once_more_and_then_comes_in(client):
    response = come_in(client, "new@example.org")

    assert response["Location"] == "/join/agree/"
    assert not Member.objects.exists()
    assert client.post("/join/agree/", {}).status_code == 422
    response = client.post("/join/agree/", {"agree": "on"})

    assert (response.status_code, response["Location"]) == (302, "/today/")
    assert Consent.objects.filter(member__email="new@example.org").count() == 2


def test_a_member_signs_in_and_her_consents_are_left_as_they_are(client):
    member = MemberFactory(email="ada@example.org")

    response = come_in(client, "ada@example.org")

    assert response["Location"] == "/today/"
    assert client.get("/today/").context["user"] == member
    assert Member.objects.count() == 1
    assert not Consent.objects.exists()


def test_full_width_letters_and_blanks_are_the_same_address(client):
    MemberFactory(email="ada@example.org")

    ask_for_code(client, "  Ａｄａ＠example.org ")
    type_code(client, newest_code("ada@example.org"))

    assert Member.objects.count() == 1


def test_an_unclaimed_member_with_an_address_takes_her_account_over(client):
    member = MemberFactory(email="roster@example.org", state="unclaimed")

    come_in(client, "roster@example.org", agree="on")

    member.refresh_from_db()
    assert member.state == "active"
    assert Consent.objects.filter(member=member).count() == 2


def test_a_suspended_member_is_told_so_only_after_the_code(client):
    MemberFactory(email="shut@example.org", state="suspended")
    ask_for_code(client, "shut@example.org")
    page = client.get("/login/code/").content.decode()

    response = type_code(client, newest_code("shut@example.org"))

    assert "suspended" not in page
    assert response.status_code == 403
    assert "community/suspended.html" in [template.name for template in response.templates]
    assert client.get("/today/").status_code == 302


def test_wrong_codes_say_how_many_tries_remain_and_the_fifth_ends_it(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    ask_for_code(client, "ada@example.org")
    code = newest_code("ada@example.org")

    said = [type_code(client, wrong(code)).content.decode() for _try in range(5)]
    response = type_code(client, code)

    assert "You can try 4 more times." in said[0]
    assert "You can try 1 more time." in said[3]
    assert "this was the last try" in said[4]
    assert response.status_code == 422
    assert "has been tried too often" in response.content.decode()
    assert not Member.objects.exists()


def test_a_slip_of_the_finger_costs_no_try(client):
    ask_for_code(client, "ada@example.org")

    for typed in ("", "12345", "1234567", "abcdef"):
        assert type_code(client, typed).status_code == 422

    assert SignInCode.objects.get().tries_left == 5


def test_digits_with_blanks_or_in_full_width_are_understood(client):
    ask_for_code(client, "ada@example.org", agree="on")
    code = newest_code("ada@example.org")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    response = type_code(client, f" {wide[:3]} {wide[3:]} ")

    assert response.status_code == 302


def test_a_code_is_good_for_ten_minutes(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    ask_for_code(client, "ada@example.org")
    code = newest_code("ada@example.org")
    SignInCode.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))

    response = type_code(client, code)

    assert response.status_code == 422
    assert "That code has expired. Send a new one." in response.content.decode()


def test_a_code_works_once(client):
    MemberFactory(email="ada@example.org")
    ask_for_code(client, "ada@example.org")
    code = newest_code("ada@example.org")
    twin = Client()
    twin.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    type_code(client, code)
    response = type_code(twin, code)

    assert response.status_code == 302
    assert response["Location"] == "/login/"
    assert twin.get("/today/").status_code == 302


def test_a_code_is_worth_nothing_in_another_browser(client):
    MemberFactory(email="ada@example.org")
    other = Client()
    ask_for_code(client, "ada@example.org")
    code = newest_code("ada@example.org")
    ask_for_code(other, "ada@example.org")

    assert type_code(other, code).status_code == 422
    assert type_code(Client(), code)["Location"] == "/login/"
    assert type_code(client, code).status_code == 302


def test_only_the_newest_code_of_a_browser_works(client):
    MemberFactory(email="ada@example.org")
    ask_for_code(client, "ada@example.org")
    old = newest_code("ada@example.org")
    SignInCode.objects.update(created_at=clock.now() - dt.timedelta(seconds=51))
    response = client.post("/login/code/again/")
    new = newest_code("ada@example.org")

    assert response["Location"] == "/login/code/"
    assert rows() == 2
    if old != new:
        assert type_code(client, old).status_code == 422
    assert type_code(client, new).status_code == 302


def test_another_code_can_be_had_after_fifty_seconds(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    ask_for_code(client, "ada@example.org")

    response = client.post("/login/code/again/", follow=True)

    assert rows() == 1
    assert "more seconds before you ask for another code" in response.content.decode()


def test_the_code_page_can_be_opened_again_after_the_phone_has_closed_it(client):
    """Nothing but the cookie survives in WeChat's browser; nothing but the database on a server
    that was restarted."""
    MemberFactory(email="ada@example.org")
    ask_for_code(client, "ada@example.org", next="/me/")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    cache.clear()
    reopened = Client()
    reopened.cookies[settings.SESSION_COOKIE_NAME] = cookie.value

    assert int(cookie["max-age"]) > 24 * 3600
    assert "ada@example.org" in reopened.get("/login/code/").content.decode()
    assert type_code(reopened, newest_code("ada@example.org"))["Location"] == "/me/"


def test_neither_address_nor_code_can_be_read_in_the_database(client):
    ask_for_code(client, "ada@example.org")
    code = newest_code("ada@example.org")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM community_signincode")
        dump = repr(cursor.fetchall())
    assert "ada@example.org" not in dump
    assert code not in dump


def test_the_invitation_is_kept_through_sign_up(client):
    invitation = InvitationFactory()

    page = client.get(f"/join/?i={invitation.code}")
    response = come_in(client, "new@example.org", agree="on", i=invitation.code)

    assert page.status_code == 200
    assert response["Location"] == f"/c/{invitation.space.slug}/"
    assert Membership.objects.get(space=invitation.space).member.email == "new@example.org"


def test_an_invitation_that_is_over_does_not_keep_her_out(client):
    invitation = InvitationFactory(expires_at=clock.now() - dt.timedelta(days=1))

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    response = come_in(client, "new@example.org", agree="on", i=invitation.code)

    assert response["Location"] == "/today/"
    assert not Membership.objects.exists()
    assert "invitation" in str(next(iter(client.get("/today/").context["messages"]))).lower()


def test_on_a_shared_device_the_session_ends_with_the_browser(client):
    MemberFactory(email="ada@example.org")

    response = come_in(client, "ada@example.org", shared="on")

    assert response.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert response.cookies["shared_device"].value == "1"
    assert response.cookies["shared_device"]["max-age"] == ""
    out = client.post("/logout/")
    assert out.cookies["shared_device"].value == ""
    assert out["Clear-Site-Data"] == '"cache", "storage"'


def test_what_was_typed_is_kept_when_something_is_wrong(client):
    response = client.post("/login/", {"email": "ada@", "shared": "on", "next": "/help/"})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="ada@"' in page
    assert "data-error-summary" in page
    assert response.context["form"]["shared"].value() is True
    assert 'value="/help/"' in page
    assert rows() == 0


def test_a_robot_gets_the_same_page_and_no_mail(client):
    response = ask_for_code(client, "ada@example.org", fax="12345")

    assert response["Location"] == "/login/code/"
    assert client.get("/login/code/").status_code == 200
    assert delivered() == []


def test_too_many_codes_for_an_address_are_refused_in_words_and_the_address_is_kept(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    for _code in range(5):
        assert ask_for_code(Client(), "ada@example.org").status_code == 302
    response = ask_for_code(client, "ada@example.org")

    assert response.status_code == 429
    assert "Try again in" in response.content.decode()
    assert 'value="ada@example.org"' in response.content.decode()
    assert ask_for_code(Client(), "ben@example.org").status_code == 302


def test_signed_in_people_are_sent_on(client, member):
    client.force_login(member)

    assert client.get("/login/?next=/help/")["Location"] == "/help/"
    assert client.get("/join/")["Location"] == "/today/"
    assert client.get("/login/code/")["Location"] == "/today/"


@pytest.mark.parametrize("cookie", ["", "x", "../../etc/passwd", "0" * 32, "é", "a" * 4000])
def test_a_tampered_session_cookie_is_a_browser_without_a_session(client, cookie):
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert client.get("/login/").status_code == 200
    assert client.get("/login/code/")["Location"] == "/login/"
    assert client.get("/today/").status_code == 302


@pytest.mark.parametrize("kept", ["text", 7, None, [], {"code": "x"}, {"code": 1, "next": 2}])
def test_a_plan_that_is_not_ours_is_no_plan(client, kept):
    client.get("/join/?i=abc")
    session = client.session
    session["sign_in"] = kept
    session.save()

    assert client.get("/login/code/")["Location"] == "/login/"
    assert client.get("/join/agree/")["Location"] == "/login/"


def test_a_look_deletes_codes_after_a_day_and_sessions_that_are_over(client):
    come_in(Client(), "ada@example.org", agree="on")
    cache.clear()
    come_in(client, "ada@example.org")
    ask_for_code(Client(), "ben@example.org")
    SignInCode.objects.exclude(pk=SignInCode.objects.latest("pk").pk).update(
        created_at=clock.now() - dt.timedelta(days=1, seconds=1)
    )
    over = UserSession.objects.exclude(session_key=client.session.session_key).get()
    Session.objects.filter(pk=over.session_key).update(expire_date=clock.now())

    look()

    assert rows() == 1
    assert UserSession.objects.get().session_key == client.session.session_key
    assert not Session.objects.filter(pk=over.session_key).exists()
    assert client.get("/today/").status_code == 200


def test_a_link_ticks_no_box_and_types_into_no_field(client):
    link = "?agree=on&shared=on&fax=x&email=eve@example.org&code=1&password=x&next=/help/"

    pages = [client.get(f"{path}{link}").content.decode() for path in ("/login/", "/join/")]
    pages.append(client.get(f"/login/password/{link}").content.decode())

    for page in pages:
        assert "checked" not in page
        assert 'value="eve@example.org"' not in page
        assert 'value="/help/"' in page


@pytest.mark.parametrize("code", ["../x", "a b", "%00", "x" * 80, "１２３", "/i/abc/", "a\nb"])
def test_an_invitation_in_a_link_that_cannot_be_one_is_dropped(client, member, code):
    guest = Client()

    assert guest.get("/join/", {"i": code}).status_code == 200
    assert "sign_in" not in guest.session
    client.force_login(member)
    assert client.get("/join/", {"i": code})["Location"] == "/today/"
