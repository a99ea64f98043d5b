"""allauth's routes: those in use are listed, the others do not exist."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import NoReverseMatch, reverse

from community.models import Member
from tests.community.accounts.helpers import come_in
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/account/logout/",
        "/account/inactive/",
        "/account/email/",
        "/account/confirm-email/",
        "/account/confirm-email/abc/",
        "/account/password/change/",
        "/account/password/set/",
        "/account/password/reset/",
        "/account/password/reset/key/1-abc/",
        "/account/login/code/",
        "/account/login/code/confirm/",
        "/account/sessions/",
        "/account/2fa/trust/",
        "/account/google/login/",
        "/language/setlang/",
    ],
)
def test_what_is_not_in_use_does_not_exist(client, path):
    client.force_login(MemberFactory())

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["account_reset_password", "account_email", "account_logout", "usersessions_list"]
)
def test_nothing_leads_to_it_by_name(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_allauths_sign_up_and_sign_in_lead_to_ours():
    assert Client().get("/account/login/?next=/me/")["Location"] == "/login/?next=/me/"
    assert Client().get("/account/signup/")["Location"] == "/join/"


def test_an_address_stands_in_one_place(client):
    come_in(client, "ada@example.org", agree="on")

    assert Member.objects.get().email == "ada@example.org"
    assert not EmailAddress.objects.exists()
