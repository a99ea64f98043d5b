"""Signing in with a password, setting one, and which are refused."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from tests.community.accounts.helpers import come_in, newest_code
from tests.community.delivery.helpers import delivered, text_of
from tests.factories import MemberFactory

PASSWORD = "velvet-harbour-nine-lamps"


@pytest.fixture
def ada(db):
    cache.clear()
    member = MemberFactory(email="ada@example.org", locale="en")
    member.set_password(PASSWORD)
    member.save()
    return member


def sign_in(client, password=PASSWORD, **said):
    return client.post(
        "/login/password/", {"email": "Ada@example.org", "password": password, **said}
    )


def test_the_right_password_comes_in_and_is_on_the_list_of_devices(client, ada):
    response = sign_in(client, next="/me/")

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert client.get("/me/").context["user"] == ada
    assert UserSession.objects.get().user == ada


def test_a_wrong_password_keeps_the_address_and_not_the_password(client, ada):
    response = sign_in(client, "something-quite-else", shared="on")

    page = response.content.decode()
    assert response.status_code == 422
    assert "ada@example.org" in page.lower()
    assert "something-quite-else" not in page
    assert "_auth_user_id" not in client.session


def test_the_sixth_try_from_one_place_waits_and_another_place_does_not(client, ada):
    for _try in range(5):
        assert sign_in(client, "something-quite-else").status_code == 422
    shut = sign_in(client)
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")

    assert shut.status_code == 429
    assert "_auth_user_id" not in client.session
    assert sign_in(elsewhere).status_code == 302


def test_a_suspended_member_with_the_right_password_is_told_so(client, ada):
    ada.state = "suspended"
    ada.save()

    assert sign_in(client).status_code == 403
    assert sign_in(client, "something-quite-else").status_code == 422
    assert "_auth_user_id" not in client.session


def test_somebody_without_a_password_cannot_come_in_by_one(client, db):
    MemberFactory(email="ada@example.org")

    assert sign_in(client, "").status_code == 422
    assert sign_in(client, "!").status_code == 422


def test_a_forgotten_password_is_replaced_after_coming_in_by_a_code(client, ada):
    other = Client()
    sign_in(other)
    come_in(client, "ada@example.org")
    delivered()

    response = client.post("/me/security/password/", {"password": "four dull green bicycles"})

    assert response["Location"] == "/me/security/"
    ada.refresh_from_db()
    assert ada.check_password("four dull green bicycles")
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert [session.session_key for session in UserSession.objects.all()] == [
        client.session.session_key
    ]
    mail = delivered()[-1]
    assert mail["To"] == "ada@example.org"
    assert "The password of your account was changed." in text_of(mail)


def test_a_password_is_set_only_by_somebody_who_has_just_shown_who_she_is(client, ada):
    client.force_login(ada)  # an old session: nothing was shown in it

    response = client.post("/me/security/password/", {"password": "four dull green bicycles"})
    page = client.get(response["Location"])
    wrong = client.post(response["Location"], {"way": "password", "password": "x"})
    right = client.post(response["Location"], {"way": "password", "password": PASSWORD})

    assert response["Location"].startswith("/me/security/confirm/?next=")
    assert page.status_code == 200
    assert wrong.status_code == 422
    assert right["Location"] == "/me/security/"
    assert client.get("/me/security/password/").status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_who_has_no_password_shows_herself_by_a_code(client, db):
    cache.clear()
    client.force_login(MemberFactory(email="ben@example.org"))
    confirm = "/me/security/confirm/?next=/me/security/email/"

    client.post(confirm, {"way": "send"})
    response = client.post(confirm, {"way": "code", "code": newest_code("ben@example.org")})

    assert response["Location"] == "/me/security/email/"
    assert client.get("/me/security/email/").status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "woaini5201314",
        "Woaini5201314!",
        "password2025!",
        "P@ssw0rd1234",
        "123456789012",
        "qwertyuiop123",
        "qwer1234asdf",
        "abababababab",
        "111111111111",
        "shalijin2026",
        "1qaz2wsx3edc",
        "iloveyou1314520",
        "AdminAdmin123",
        "nihao12345678",
        "adalovelace-1815",
    ],
)
def test_passwords_that_many_have_are_refused(db, password):
    member = MemberFactory.build(email="adalovelace@example.org", display_name="Ada Lovelace")

    with pytest.raises(ValidationError):
        validate_password(password, member)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "four dull green bicycles",
        "春眠不觉晓处处闻啼鸟",
        "三只灰鹅在雨里走过石桥",
        "kT9#vexq-Lumo7",
        "大理的风吹了一整夜哦",
    ],
)
def test_good_passwords_are_taken(db, password):
    if len(password) >= 12:
        validate_password(password, MemberFactory.build())
    else:
        with pytest.raises(ValidationError, match="12"):
            validate_password(password, MemberFactory.build())


def test_argon2_comes_first():
    from config import settings

    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
