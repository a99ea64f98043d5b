"""Suspended at once, reinstated, and blanked: the person gone, the row still there."""

import io

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from PIL import Image

from community import clock
from community.errors import DomainError
from community.models import (
    AuditEvent,
    Consent,
    InboxItem,
    Member,
    MemberPhone,
    Membership,
    RoleGrant,
    RoomMembership,
    SignInCode,
    Upload,
)
from community.registry import erasure_parts
from community.services import claims, inbox, members, roles, uploads
from community.trust import retention
from tests.community.accounts.helpers import ask_for_code, come_in
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    RoomFactory,
    RoomMembershipFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def operator():
    return MemberFactory(handle="operator_1")


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_suspended_member_is_out_on_every_device_at_once(operator):
    phone, laptop = Client(), Client()
    come_in(phone, "ada@example.org", agree="on")
    cache.clear()
    come_in(laptop, "ada@example.org")
    member = Member.objects.get(email="ada@example.org")

    members.suspend(member=member, by=operator, reason="asks for money")

    assert [browser.get("/today/").status_code for browser in (phone, laptop)] == [302, 302]
    assert not UserSession.objects.filter(user=member).exists()
    assert not Session.objects.exists()
    assert "member.suspended" in actions()


def test_a_session_that_is_not_on_the_list_dies_too(client, operator):
    member = MemberFactory()
    client.force_login(member)

    members.suspend(member=member, by=operator, reason="")

    assert client.get("/today/").status_code == 302


def test_reinstated_she_comes_in_again(client, operator):
    member = MemberFactory(email="ada@example.org", state="suspended")

    members.reinstate(member=member, by=operator)
    with pytest.raises(DomainError, match="is not suspended"):
        members.reinstate(member=member, by=operator)

    assert come_in(client, "ada@example.org").status_code == 302


def test_nobody_suspends_herself_or_somebody_who_has_no_account(operator):
    with pytest.raises(DomainError, match="your own account"):
        members.suspend(member=operator, by=operator, reason="")
    with pytest.raises(DomainError, match="no active account"):
        members.suspend(member=MemberFactory(state="unclaimed"), by=operator, reason="")


def everything(member: Member, operator: Member) -> None:
    """Whatever can hang on an account."""
    ask_for_code(Client(), member.email)
    EmailAddress.objects.create(user=member, email=member.email, verified=True)
    Authenticator.objects.create(user=member, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=member, provider="weixin", uid="u1")
    RoleGrant.objects.create(member=member, role="host")
    Consent.objects.create(member=member, document="rules", version="1", locale="en")
    room = RoomFactory()
    MembershipFactory(space=room.space, member=member)
    RoomMembershipFactory(room=room, member=member)


def test_blanked_the_person_is_gone_and_the_row_stays(operator):
    member = MemberFactory(
        email="ada@example.org",
        handle="ada",
        display_name="Ada",
        timezone="Europe/Lisbon",
        theme="dark",
        is_minor=True,
    )
    member.set_password("velvet-harbour-nine-lamps")
    member.save()
    everything(member, operator)

    members.blank(member=member, by=operator, reason="asked for it")
    members.blank(member=member, by=operator)  # twice is fine

    member.refresh_from_db()
    assert (member.state, member.email, member.display_name) == ("blanked", None, "")
    assert (member.timezone, member.theme, member.is_minor) == ("Asia/Shanghai", "auto", False)
    assert member.handle != "ada"
    assert not member.has_usable_password()
    for model in (EmailAddress, Authenticator, SocialAccount, UserSession):
        assert not model.objects.filter(user=member).exists()
    assert not SignInCode.objects.exists()
    assert not RoleGrant.objects.filter(member=member).exists()
    assert Membership.objects.get(member=member).state == "left"
    assert RoomMembership.objects.get(member=member).until is not None
    assert Consent.objects.filter(member=member).count() == 1
    assert actions().count("member.blanked") == 1


def test_no_personal_field_of_the_row_keeps_its_value(operator):
    """Also a field that is added later: its retention class decides."""
    personal = [
        name
        for name, kind in retention.classes_of("community.Member").items()
        if retention.CLASSES[kind].on_erasure != "keep"
    ]
    marks = {
        "email": "ada@example.org",
        "locale": "en",
        "timezone": "Europe/Lisbon",
        "theme": "dark",
        "is_minor": True,
        "hidden_at": clock.now(),
        "last_login": clock.now(),
    }
    unmarked = {name: f"ada_{name}" for name in personal if name not in marks}
    member = MemberFactory(**marks, **unmarked)
    before = {name: getattr(member, name) for name in personal}

    members.blank(member=member, by=operator)

    member.refresh_from_db()
    assert {name for name in personal if getattr(member, name) == before[name]} == set()


def test_her_phone_her_pictures_and_her_inbox_go(operator):
    member = MemberFactory()
    phone = MemberPhone(member=member)
    phone.set("13800000000")
    phone.save()
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "JPEG")
    upload = uploads.store_image(
        owner=member, file=io.BytesIO(picture.getvalue()), kind="evidence", audience="owner"
    )
    inbox.notify(
        "test",
        subject="x",
        members=Member.objects.filter(pk=member.pk),
        template="community/note",
        context={"text": "x"},
        path="/today/",
    )

    members.blank(member=member, by=operator)

    assert not MemberPhone.objects.exists()
    assert not Upload.objects.filter(pk=upload.pk).exists()
    assert not InboxItem.objects.filter(member=member).exists()


def test_the_address_and_the_handle_of_a_blanked_member_are_free(client, operator):
    members.blank(member=MemberFactory(email="ada@example.org", handle="ada"), by=operator)

    come_in(client, "ada@example.org", agree="on")

    newcomer = Member.objects.get(email="ada@example.org")
    newcomer.handle = "ada"
    newcomer.save()
    assert newcomer.state == "active"


def test_a_claim_link_of_a_blanked_member_is_useless(client, operator):
    member = MemberFactory(email=None, state="unclaimed")
    _link, address = claims.issue(member=member, by=operator)

    members.blank(member=member, by=operator)

    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 404


def test_the_last_owner_of_a_space_hands_it_over_first(operator):
    owner = MembershipFactory(role="owner")

    with pytest.raises(DomainError, match="no other owner"):
        members.blank(member=owner.member, by=operator)

    owner.member.refresh_from_db()
    assert owner.member.state == "active"
    MembershipFactory(space=owner.space, role="owner")
    members.blank(member=owner.member, by=operator)
    owner.member.refresh_from_db()
    assert owner.member.state == "blanked"


def test_what_other_apps_keep_goes_with_her(operator):
    asked = []
    erasure_parts.register("test", asked.append)
    member = MemberFactory()
    try:
        members.blank(member=member, by=operator)
    finally:
        erasure_parts.unregister("test")

    assert asked == [member]


def test_two_browsers_that_prove_one_new_address_get_one_member():
    made = {"locale": "en", "timezone": "UTC", "agreed": ["rules", "privacy"]}

    first = members.join(email="ada@example.org", **made)
    second = members.join(email="ada@example.org", **made)

    assert first == second
    assert Consent.objects.count() == 2


def test_a_claim_happens_once():
    member = MemberFactory(state="unclaimed")

    members.claim(member=member, agreed=["rules"], locale="en")

    with pytest.raises(DomainError, match="claimed already"):
        members.claim(member=member, agreed=["rules"], locale="en")


def test_the_operator_does_all_of_it_on_pages(client, operator):
    roles.grant(member=operator, role="operator", by=None)
    client.force_login(operator)
    member = MemberFactory(email="ada@example.org", handle="ada", display_name="Ada", locale="en")
    page = "/desk/accounts/ada/"

    by_name = client.get("/desk/accounts/?q=AD").context["found"]
    by_address = client.get("/desk/accounts/?q=Ada@Example.org").context["found"]
    by_part = client.get("/desk/accounts/?q=example.org").context["found"]
    unreasoned = client.post(page, {"reason": ""})
    states = []
    for _deed in range(2):
        client.post(page, {"reason": "asks for money"})
        member.refresh_from_db()
        states.append(member.state)
    own = client.post(f"/desk/accounts/{operator.handle}/", {"reason": "x"})
    client.post(f"{page}delete/", {"reason": "asked for it"})

    assert (by_name, by_address, by_part) == ([member], [member], [])
    assert unreasoned.status_code == 422
    assert states == ["suspended", "active"]
    assert own.status_code == 422
    member.refresh_from_db()
    assert member.state == "blanked"
    assert client.get(page).status_code == 404
    assert actions()[-3:] == ["member.suspended", "member.reinstated", "member.blanked"]
