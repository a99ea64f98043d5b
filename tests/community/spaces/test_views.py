"""The pages: what they say, what they keep of what was typed, where they lead."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from community.models import AuditEvent, Invitation, Member, Membership, RoleGrant, Room, Space
from community.services import invitations, roles, rooms, spaces
from tests.community.pressing import token_in
from tests.factories import InvitationFactory, MemberFactory

pytestmark = pytest.mark.django_db
Role, State = Membership.Role, Membership.State


@pytest.fixture
def owner():
    return MemberFactory(handle="laozhou", display_name="Lao Zhou", locale="en")


@pytest.fixture
def space(owner):
    return spaces.open_space(
        owner=owner, name="Letters", slug="letters", purpose="We write to each other."
    )


def joined(space, role=Role.MEMBER, **fields):
    member = MemberFactory(**{"locale": "en"} | fields)
    spaces.join(space=space, member=member, role=role)
    return member


def browser(member=None):
    client = Client(headers={"accept-language": "en"})
    if member is not None:
        client.force_login(member)
    return client


def page(name, *args):
    return reverse(f"community:{name}", args=args)


# Spaces ---------------------------------------------------------------------------------------


def test_an_empty_list_of_spaces_names_the_next_act():
    page_of_nobody = browser(MemberFactory(locale="en")).get(page("space_list"))
    assert "You are in no space yet" in page_of_nobody.content.decode()
    assert page("invitation_find") in page_of_nobody.content.decode()


def test_a_guest_reads_the_front_page_of_a_public_space_and_no_names(space, owner):
    Space.objects.filter(pk=space.pk).update(visibility="public")
    front = browser().get(space.get_absolute_url())
    assert "We write to each other." in front.content.decode()
    assert owner.display_name not in front.content.decode()


def test_a_guest_cannot_tell_a_closed_space_from_none(space):
    for slug in (space.slug, "there-is-none"):
        answer = browser().get(page("space_detail", slug))
        assert answer.status_code == 302
        assert answer.url == f"/login/?next=/c/{slug}/"


def test_an_operator_opens_a_space_for_somebody_and_is_not_in_it(owner):
    operator = MemberFactory(locale="en")
    roles.grant(member=operator, role="operator", by=None)
    typed = {
        "name": "Slow fire",
        "slug": "slow-fire",
        "owner": f"@{owner.handle}",
        "timezone": "Asia/Shanghai",
        "default_locale": "en",
        "visibility": "invited",
    }
    client = browser(operator)

    assert client.post(page("space_open"), typed).status_code == 302
    again = client.post(page("space_open"), typed)

    opened = Space.objects.get(slug="slow-fire")
    assert {row.member: row.role for row in opened.memberships.all()} == {owner: Role.OWNER}
    assert again.status_code == 422
    assert 'value="Slow fire"' in again.content.decode()


def test_settings_that_are_wrong_are_kept_and_explained(space, owner):
    answer = browser(owner).post(
        page("space_settings", space.slug),
        {"name": "", "purpose": "x" * 300, "timezone": "Mars", "visibility": "invited"},
    )
    assert answer.status_code == 422
    assert "x" * 300 in answer.content.decode()
    assert 'class="error-summary' in answer.content.decode()
    assert Space.objects.get().name == "Letters"


def test_the_last_owner_is_told_why_she_cannot_leave(space, owner):
    answer = browser(owner).post(page("space_leave", space.slug))
    assert answer.status_code == 409
    assert "Make somebody else an owner first" in answer.content.decode()


def test_leaving_asks_first_and_leads_to_the_list(space):
    member = joined(space)
    client = browser(member)
    assert "Leave Letters?" in client.get(page("space_leave", space.slug)).content.decode()
    assert client.post(page("space_leave", space.slug)).url == page("space_list")
    assert Membership.objects.get(member=member).state == State.LEFT
    assert AuditEvent.objects.filter(action="membership.left").count() == 1


# People ---------------------------------------------------------------------------------------


def test_a_list_of_people_goes_on_where_it_stopped(space, owner):
    for _ in range(30):
        joined(space)
    client, seen, address = browser(owner), [], page("people", space.slug)
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r"@([a-z0-9_]+)", text)
        more = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', text)
        address = page("people", space.slug) + more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 31


def test_a_broken_link_into_the_list_is_its_first_page_and_says_so(space, owner):
    text = browser(owner).get(page("people", space.slug) + "?after=%00garbage").content.decode()
    assert "was not whole" in text
    assert f"@{owner.handle}" in text


def test_only_managers_see_who_was_suspended(space, owner):
    member, gone = joined(space), joined(space, display_name="Nan Feng")
    spaces.suspend(space=space, member=gone, by=owner)
    address = page("people", space.slug) + "?state=suspended"
    assert "Nan Feng" in browser(owner).get(address).content.decode()
    assert "Nan Feng" not in browser(member).get(address).content.decode()


def test_suspending_needs_a_reason_which_is_written_down(space, owner):
    member = joined(space, handle="nanfeng")
    address = page("membership_suspend", space.slug, "nanfeng")
    client = browser(owner)
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Sold things to others."}).status_code == 302
    assert Membership.objects.get(member=member).state == State.SUSPENDED
    event = AuditEvent.objects.get(action="membership.suspended")
    assert (event.actor, event.reason) == (owner.public_id, "Sold things to others.")


def test_a_manager_is_not_offered_the_role_of_owner_and_cannot_give_it(space):
    manager, member = joined(space, Role.MANAGER), joined(space, handle="songzi")
    client, address = browser(manager), page("membership", space.slug, "songzi")
    assert 'value="owner"' not in client.get(address).content.decode()
    answer = client.post(address, {"role": "owner"})
    assert answer.status_code == 422
    assert "not yours to give" in answer.content.decode()
    assert Membership.objects.get(member=member).role == Role.MEMBER


def test_a_member_who_was_suspended_is_out_at_her_next_request(space, owner):
    member = joined(space)
    client = browser(member)
    assert client.get(space.get_absolute_url()).status_code == 200
    spaces.suspend(space=space, member=member, by=owner)
    assert client.get(space.get_absolute_url()).status_code == 404


# Invitations ----------------------------------------------------------------------------------


def test_an_invitation_is_made_shown_and_ended(space, owner, settings):
    client = browser(owner)
    form = client.get(page("invitation_list", space.slug))
    typed = {"max_uses": "5", "days": "7", "note": "Slip", "form_token": token_in(form)}

    made = client.post(page("invitation_list", space.slug), typed)
    shown = client.get(made.url).content.decode()

    invitation = Invitation.objects.get()
    assert settings.BASE_URL + invitation.get_absolute_url() in shown
    client.post(page("invitation_revoke", space.slug, invitation.public_id))
    assert "This invitation is over" in client.get(made.url).content.decode()


def test_a_second_press_makes_no_second_invitation(space, owner):
    client = browser(owner)
    form = client.get(page("invitation_list", space.slug))
    typed = {"max_uses": "5", "days": "7", "form_token": token_in(form)}
    first, second = (client.post(page("invitation_list", space.slug), typed) for _ in range(2))
    assert first.url == second.url
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("field, value", [("max_uses", "0"), ("max_uses", "10001"), ("days", "x")])
def test_an_impossible_invitation_is_explained_and_kept(space, owner, field, value):
    client = browser(owner)
    form = client.get(page("invitation_list", space.slug))
    typed = {"max_uses": "5", "days": "7", "note": "At the gate", "form_token": token_in(form)}
    answer = client.post(page("invitation_list", space.slug), typed | {field: value})
    assert answer.status_code == 422
    assert "At the gate" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_the_code_as_a_drawing_is_an_svg_without_style(space, owner):
    invitation = InvitationFactory(space=space)
    drawing = browser(owner).get(page("invitation_qr", space.slug, invitation.public_id))
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing.content.startswith(b"<?xml")
    assert b"style" not in drawing.content


def test_a_guest_with_an_invitation_goes_on_to_join_with_it(space, owner):
    invitation = InvitationFactory(space=space, created_by=owner)
    client = browser()
    shown = client.get(invitation.get_absolute_url()).content.decode()
    assert "Lao Zhou invites you." in shown
    on = client.post(invitation.get_absolute_url())
    assert urlsplit(on.url).path == "/join/"
    assert parse_qs(urlsplit(on.url).query) == {"i": [invitation.code]}
    assert Invitation.objects.get().uses == 0


def test_a_member_accepts_and_is_in(space, owner):
    invitation, member = InvitationFactory(space=space, created_by=owner), MemberFactory()
    client = browser(member)
    assert client.get(invitation.get_absolute_url()).status_code == 200
    assert not Membership.objects.filter(member=member).exists()  # looking is not accepting
    assert client.post(invitation.get_absolute_url()).url == space.get_absolute_url()
    assert client.get(space.get_absolute_url()).status_code == 200


def test_a_suspended_member_is_told_whom_to_write_to(space, owner):
    member = joined(space)
    spaces.suspend(space=space, member=member, by=owner)
    invitation = InvitationFactory(space=space, created_by=owner)
    answer = browser(member).post(invitation.get_absolute_url())
    assert answer.status_code == 409
    assert "Write to its owner" in answer.content.decode()


def test_whoever_guesses_codes_is_stopped_and_whoever_has_one_is_not(space):
    invitation, client = InvitationFactory(space=space), browser()
    statuses = [client.get("/i/zzzzzzzzzzz2/").status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]
    assert client.get(invitation.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "typed", ["{code}", " {code} ", "{spaced}", "{upper}", "http://localhost:8000/i/{code}/"]
)
def test_a_code_is_read_as_people_write_it(space, typed):
    code = InvitationFactory(space=space).code
    written = typed.format(
        code=code, upper=code.upper(), spaced=f"{code[:4]} {code[4:8]}-{code[8:]}"
    )
    answer = browser().get(page("invitation_find"), {"code": written})
    assert answer.url == f"/i/{code}/"


def test_a_code_that_is_none_is_explained_and_kept():
    answer = browser().get(page("invitation_find"), {"code": "hello"})
    assert answer.status_code == 422
    assert "has 12 letters and digits" in answer.content.decode()
    assert 'value="hello"' in answer.content.decode()


# Rooms ----------------------------------------------------------------------------------------


@pytest.fixture
def camp(space, owner):
    return rooms.open_room(space=space, kind="camp", name="Camp", timezone="UTC", lead=owner)


def test_a_staff_room_without_a_camp_is_explained(space, owner):
    client = browser(owner)
    form = client.get(page("room_open", space.slug))
    typed = {"name": "Staff", "kind": "staff", "timezone": "UTC", "form_token": token_in(form)}
    answer = client.post(page("room_open", space.slug), typed)
    assert answer.status_code == 422
    assert "A staff room belongs to a camp" in answer.content.decode()
    assert Room.objects.filter(name="Staff").count() == 0


def test_people_are_brought_in_and_taken_out(space, owner, camp):
    two = [joined(space, handle="songzi"), joined(space, handle="daomi")]
    client, enter = browser(owner), page("room_enter", space.slug, camp.public_id)
    assert "@songzi" in client.get(enter).content.decode()

    client.post(enter, {"people": ["songzi", "daomi"], "role": "learner"})
    client.post(page("room_place", space.slug, camp.public_id, "songzi"), {"role": "assistant"})
    client.post(page("room_depart", space.slug, camp.public_id, "daomi"))

    inside = {row.member: row.role for row in camp.memberships.active()}
    assert inside == {owner: "lead", two[0]: "assistant"}
    assert "@songzi" not in client.get(enter).content.decode()


def test_a_minor_sees_whom_she_may_ask_and_not_the_others(space, owner, camp):
    minor = joined(space, is_minor=True)
    other = joined(space, display_name="Other Learner")
    for member in (minor, other):
        rooms.enter(room=camp, member=member)
    shown = browser(minor).get(camp.get_absolute_url()).content.decode()
    assert "Lao Zhou" in shown
    assert "Other Learner" not in shown


def test_the_room_of_all_is_not_filled_by_hand(space, owner):
    own = space.rooms.get(kind="space")
    client = browser(owner)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(page("room_enter", space.slug, own.public_id)).status_code == 404


# Roles beyond rooms -----------------------------------------------------------------------------


def test_roles_are_granted_by_address_and_revoked(owner):
    operator = MemberFactory(locale="en")
    roles.grant(member=operator, role="operator", by=None)
    client = browser(operator)
    unknown = client.post(page("role_list"), {"member": "nobody@example.org", "role": "host"})
    assert unknown.status_code == 422
    assert "Look for a slip" in unknown.content.decode()

    client.post(page("role_list"), {"member": owner.email.upper(), "role": "host"})
    held = RoleGrant.objects.get(member=owner)
    client.post(page("role_revoke", held.pk))

    assert not RoleGrant.objects.filter(member=owner).exists()
    done = AuditEvent.objects.filter(subject=owner.public_id).order_by("pk")
    assert [event.action for event in done] == ["role.granted", "role.revoked"]
    assert {event.actor for event in done} == {operator.public_id}


def test_the_last_operator_is_told_why_she_stays():
    operator = MemberFactory(locale="en")
    held = roles.grant(member=operator, role="operator", by=None)
    answer = browser(operator).post(page("role_revoke", held.pk), follow=True)
    assert "An installation needs an operator" in answer.content.decode()
    assert Member.objects.get(pk=operator.pk).has_perm("community.operate")


def test_an_invitation_that_its_maker_has_ended_lets_nobody_in(space, owner):
    invitation = invitations.invite(space=space, by=owner, max_uses=5, days=7)
    invitations.revoke(invitation=invitation, by=owner)
    answer = browser(MemberFactory(locale="en")).post(invitation.get_absolute_url())
    assert answer.status_code == 404
    assert "can no longer be used" in answer.content.decode()
