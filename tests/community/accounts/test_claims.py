"""Handing an account over to somebody without an e-mail address."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client

from community import clock
from community.models import ClaimLink, Consent
from community.services import claims
from tests.factories import MemberFactory, MembershipFactory, SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def space():
    return SpaceFactory(slug="river")


@pytest.fixture
def person(space):
    member = MemberFactory(email=None, state="unclaimed", handle="ahe", display_name="阿禾")
    MembershipFactory(space=space, member=member)
    return member


@pytest.fixture
def staff(space):
    client = Client()
    client.member = MembershipFactory(space=space, role="assistant").member
    client.force_login(client.member)
    return client


PAGE = "/c/river/people/ahe/claim/"


def issue(staff) -> str:
    """The path of a new link, as the page shows it."""
    page = staff.post(PAGE, {"do": "issue"}).content.decode()
    return re.search(r"https?://[^/]+(/claim/[^<]+/)", page)[1]


def test_staff_hand_over_a_link_and_a_qr_code_which_are_shown_once(staff, person):
    page = staff.post(PAGE, {"do": "issue"})
    shown = page.content.decode()
    token = re.search(r"/claim/([\w-]+)/", shown)[1]

    assert '<svg class="qr"' in shown or 'class="qr"' in shown
    assert page["Cache-Control"].find("no-store") >= 0
    assert token not in staff.get(PAGE).content.decode()
    assert token not in repr(ClaimLink.objects.values())


def test_opening_the_link_shows_whose_it_is_and_uses_nothing(client, staff, person):
    path = issue(staff)

    for _look in range(3):
        page = client.get(path)
        assert page.status_code == 200
        assert "阿禾" in page.content.decode()
    assert client.head(path).status_code == 200

    person.refresh_from_db()
    assert person.state == "unclaimed"
    assert ClaimLink.objects.get().used_at is None


def test_the_button_makes_it_hers_and_leads_to_the_ways_of_signing_in(client, staff, person):
    path = issue(staff)

    unticked = client.post(path, {})
    response = client.post(path, {"agree": "on"})

    assert unticked.status_code == 422
    assert (response.status_code, response["Location"]) == (302, "/me/security/")
    person.refresh_from_db()
    assert person.state == "active"
    assert Consent.objects.filter(member=person).count() == 2
    page = client.get("/me/security/")
    assert page.context["user"] == person
    # Fresh from the link she may add a way in without being asked who she is.
    assert client.get("/me/security/email/").status_code == 200
    assert client.get("/account/2fa/webauthn/add/").status_code == 200


def test_a_link_works_once(client, staff, person):
    path = issue(staff)
    client.post(path, {"agree": "on"})

    assert Client().get(path).status_code == 404
    assert Client().post(path, {"agree": "on"}).status_code == 404


def test_a_new_link_makes_the_older_one_useless(client, staff, person):
    old, new = issue(staff), issue(staff)

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert claims.open_link(person) == ClaimLink.objects.latest("pk")


def test_a_revoked_link_is_useless(client, staff, person):
    path = issue(staff)

    assert staff.post(PAGE, {"do": "revoke"}).status_code == 302

    assert client.get(path).status_code == 404
    assert claims.open_link(person) is None


def test_a_link_is_good_for_a_week(client, staff, person):
    path = issue(staff)
    ClaimLink.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))

    assert client.get(path).status_code == 404
    assert client.post(path, {"agree": "on"}).status_code == 404


def test_useless_links_all_look_alike(client, staff, person):
    used, over = issue(staff), "/claim/" + "x" * 43 + "/"
    client.post(used, {"agree": "on"})

    pages = {Client().get(path).content.decode().replace(path, "PATH") for path in (used, over)}

    assert len({re.sub(r'value="[^"]+"', "", page) for page in pages}) == 1


def test_a_living_account_has_no_claim_link(staff, space):
    MembershipFactory(space=space, member=MemberFactory(handle="ben"))

    staff.post("/c/river/people/ben/claim/", {"do": "issue"})

    assert not ClaimLink.objects.exists()


def test_somebody_else_who_is_signed_in_takes_nothing_over(staff, person):
    path = issue(staff)

    assert staff.get(path).status_code == 200
    assert staff.post(path, {"agree": "on"}).status_code == 409

    person.refresh_from_db()
    assert person.state == "unclaimed"


@pytest.mark.parametrize(
    ("role", "status"),
    [("owner", 200), ("manager", 200), ("assistant", 200), ("atmosphere", 403), ("member", 403)],
)
def test_only_staff_who_know_the_people_hand_accounts_over(client, space, person, role, status):
    client.force_login(MembershipFactory(space=space, role=role).member)

    assert client.get(PAGE).status_code == status
    assert client.post(PAGE, {"do": "issue"}).status_code == status
    assert ClaimLink.objects.count() == (1 if status == 200 else 0)


def test_staff_of_another_space_learn_nothing(client, person):
    client.force_login(MembershipFactory(role="owner").member)

    assert client.get(PAGE).status_code == 404


def test_staff_find_the_page_beside_the_name(client, staff, space, person):
    client.force_login(MembershipFactory(space=space).member)

    assert PAGE in staff.get("/c/river/people/").content.decode()
    assert PAGE not in client.get("/c/river/people/").content.decode()
