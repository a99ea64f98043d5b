"""Authenticator apps, passkeys, recovery codes, and who has to have one."""

import base64
import hashlib
import hmac
import json
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from community.services import members, roles
from community.trust import crypto
from tests.community.accounts.helpers import come_in
from tests.community.delivery.helpers import delivered, text_of
from tests.factories import MemberFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SECRET = base64.b32encode(b"twenty bytes of key!").decode()


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def code_now(secret: str = SECRET, steps: int = 0) -> str:
    """What an app shows (RFC 6238), written apart from the library that checks it."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture
def ada():
    return MemberFactory(email="ada@example.org", locale="en")


@pytest.fixture
def ada_with_app(ada):
    # Made outside a request, so through the adapter's own seal.
    data = {"secret": crypto.seal(SECRET, table="mfa_authenticator", column="data", row="secret")}
    Authenticator.objects.create(user=ada, type="totp", data=data)
    RecoveryCodes.activate(ada)
    return ada


def test_an_app_is_added_with_its_code_and_recovery_codes_follow(client, ada):
    come_in(client, ada.email)
    delivered()
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret

    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    done = client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})

    assert wrong.status_code == 422
    assert done["Location"] == "/account/2fa/recovery-codes/"
    codes = client.get(done["Location"])
    assert len(codes.context["unused_codes"]) == 10
    assert Authenticator.objects.filter(user=ada).count() == 2


def test_the_secrets_are_sealed_in_the_database(ada_with_app):
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert all(
        crypto.is_sealed(data.get("secret") or data.get("seed"))
        for data in Authenticator.objects.values_list("data", flat=True)
    )
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_now())


def test_with_an_app_the_code_by_mail_is_only_the_first_step(client, ada_with_app):
    first = come_in(client, "ada@example.org", next="/me/", shared="on")

    assert first["Location"] == "/account/2fa/authenticate/"
    assert client.get("/today/").status_code == 302
    wrong = client.post(first["Location"], {"code": "000000"})
    second = client.post(first["Location"], {"code": code_now()})

    assert wrong.status_code == 422
    assert second["Location"] == "/me/"
    assert second.cookies["shared_device"].value == "1"
    assert client.get("/me/").status_code == 200


def test_a_recovery_code_comes_in_once(client, ada_with_app):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]

    come_in(client, "ada@example.org")
    first = client.post("/account/2fa/authenticate/", {"code": code})
    cache.clear()
    again = Client()
    come_in(again, "ada@example.org")

    assert first["Location"] == "/today/"
    assert again.post("/account/2fa/authenticate/", {"code": code}).status_code == 422


def test_a_code_of_the_app_comes_in_once(client, ada_with_app):
    code = code_now()
    come_in(client, "ada@example.org")
    client.post("/account/2fa/authenticate/", {"code": code})
    again = Client()
    come_in(again, "ada@example.org")

    assert again.post("/account/2fa/authenticate/", {"code": code}).status_code == 422


def test_a_stranger_finds_no_second_step(client):
    assert client.get("/account/2fa/authenticate/")["Location"] == "/account/login/"
    assert client.get("/account/login/")["Location"] == "/login/"


def test_the_app_is_removed_and_told_by_mail(client, ada_with_app):
    come_in(client, "ada@example.org")
    client.post("/account/2fa/authenticate/", {"code": code_now()})
    delivered()

    client.post("/account/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert "The authenticator app was removed" in text_of(delivered()[-1])


@pytest.mark.parametrize(
    "grant", [None, "coordinator", "second_approver", "partner", "operator", "host"]
)
def test_the_second_step_is_demanded_of_those_who_hold_others_things(client, ada, settings, grant):
    settings.MFA_DEMANDED = True
    if grant is None:
        MembershipFactory(member=ada, role="owner")
    else:
        roles.grant(member=ada, role=grant, by=None)
    come_in(client, ada.email)

    response = client.get("/today/")

    if grant == "host":
        assert response.status_code == 200
        return
    assert response["Location"] == "/me/security/second-step/"
    assert "/login" not in response["Location"]
    page = client.get(response["Location"])
    assert "Your role opens doors for other people" in page.content.decode()
    for path in ("/help/", "/privacy/", "/rules/", "/logout/", "/account/2fa/totp/activate/"):
        assert client.get(path).status_code == 200, path
    for path in ("/me/", "/spaces/", "/me/security/"):
        assert client.get(path)["Location"] == "/me/security/second-step/", path


def test_a_plain_member_is_left_in_peace(client, ada, settings):
    settings.MFA_DEMANDED = True
    MembershipFactory(member=ada, role="manager")
    come_in(client, ada.email)

    assert client.get("/today/").status_code == 200


def test_once_the_app_is_set_up_the_house_is_open(client, ada, settings):
    settings.MFA_DEMANDED = True
    MembershipFactory(member=ada, role="owner")
    come_in(client, ada.email)
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret

    client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})

    assert client.get("/account/2fa/recovery-codes/").status_code == 200
    assert client.get("/today/").status_code == 200


def test_a_session_that_has_not_shown_the_second_step_is_asked_for_it(
    client, ada_with_app, settings
):
    settings.MFA_DEMANDED = True
    MembershipFactory(member=ada_with_app, role="owner")
    client.force_login(ada_with_app)  # came in before she had an app

    asked = client.get("/spaces/")

    assert asked["Location"] == "/account/2fa/reauthenticate/?next=%2Fspaces%2F"
    for path in ("/account/2fa/totp/deactivate/", "/account/2fa/webauthn/add/", "/me/security/"):
        assert client.get(path)["Location"].startswith("/account/2fa/reauthenticate/"), path
    assert client.get(asked["Location"]).status_code == 200
    shown = client.post(asked["Location"], {"code": code_now()})
    assert shown["Location"] == "/spaces/"
    assert client.get("/spaces/").status_code == 200


def test_the_admin_site_has_no_sign_in_page_of_its_own(client, ada):
    asked = client.get("/operator-admin/login/?next=/operator-admin/")

    assert asked["Location"] == "/login/?next=%2Foperator-admin%2F"
    assert client.post("/operator-admin/login/", {"username": "x"}).status_code == 405
    client.force_login(ada)
    assert client.get("/operator-admin/login/").status_code == 403


def test_the_last_way_in_cannot_be_removed(client):
    member = MemberFactory(email=None)
    client.force_login(member)
    key = Authenticator.objects.create(
        user=member,
        type="webauthn",
        data={
            "name": "Phone",
            "credential": {"clientExtensionResults": {"credProps": {"rk": True}}},
        },
    )
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(member.pk)
    session.save()

    response = client.post(f"/account/2fa/webauthn/keys/{key.pk}/remove/")

    assert members.ways_in(member) == {f"passkey:{key.pk}"}
    assert response["Location"] == "/me/security/"
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_passkey_page_gives_what_a_browser_needs(client, ada):
    come_in(client, ada.email)

    options = client.get("/account/2fa/webauthn/add/").context["js_data"]["creation_options"]
    login = Client().get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})

    assert options["publicKey"]["rp"]["id"] == "testserver"
    assert login.json()["request_options"]["publicKey"]["userVerification"] == "required"


def test_a_forged_passkey_comes_in_nowhere(client, ada):
    client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})

    for credential in ("", "{}", "[]", "null", '{"id":"x","rawId":"x","response":{}}', "\x00"):
        response = client.post("/account/2fa/webauthn/login/", {"credential": credential})
        assert response.status_code == 302
        assert "_auth_user_id" not in client.session


def test_another_members_passkey_cannot_be_found(client, ada):
    other = Authenticator.objects.create(user=MemberFactory(), type="webauthn", data={"name": "x"})
    come_in(client, ada.email)

    for page in ("edit", "remove"):
        address = f"/account/2fa/webauthn/keys/{other.pk}/{page}/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "mine"}).status_code == 404

    other.refresh_from_db()
    assert other.data == {"name": "x"}


def test_too_many_passkey_tries_get_our_page(client):
    answers = [
        client.post("/account/2fa/webauthn/login/", {"credential": "{}"}) for _n in range(11)
    ]

    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert "errors/429.html" in answers[-1].templates[0].name
    assert "default-src 'none'" in answers[-1]["Content-Security-Policy"]
