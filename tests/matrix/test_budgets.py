"""No page asks more of the database than its ceiling; a list asks the same with one row and three."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Member, Membership, RoleGrant
from community.services import roles, rooms, spaces
from tests.factories import InvitationFactory, MemberFactory
from tests.matrix.budgets import CEILINGS, USUAL
from tests.matrix.routes import expected
from tests.matrix.tables import BY_NAME

pytestmark = pytest.mark.django_db
MIGHT = ("operator", "owner", "lead", "learner", "member", "anonymous")


def who_sees(route) -> str:
    """The first of the mighty who is shown the page; "" if nobody is."""
    if route.get is None:
        return ""
    outcomes = expected(route.get)
    return next((role for role in MIGHT if outcomes[role].split()[0] == "200"), "")


SHOWN = sorted(
    name
    for name, route in BY_NAME.items()
    if who_sees(route) and not name.startswith("admin:")  # Django's own pages
)


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_stays_under_its_ceiling(knocker, name):
    route, most = BY_NAME[name], CEILINGS.get(name, USUAL)
    knocker.queries(route, who_sees(route))  # what is cached by the first request is not the page's
    status, told = knocker.queries(route, who_sees(route))
    assert status == 200
    assert len(told) <= most, f"{name} asks {len(told)} queries:\n" + "\n".join(told)


def test_every_exception_is_of_a_page_that_needs_it(knocker):
    for name, most in CEILINGS.items():
        route = BY_NAME[name]
        knocker.queries(route, who_sees(route))
        assert USUAL < len(knocker.queries(route, who_sees(route))[1]) <= most, name


# Lists: one row and three ---------------------------------------------------------------------


class Place:
    """A space with its owner, a camp in it, and an operator; lists grow by one row at a time."""

    def __init__(self):
        self.owner, self.operator = MemberFactory(), MemberFactory()
        self.space = spaces.open_space(owner=self.owner, name="Letters", slug="letters")
        roles.grant(member=self.operator, role="operator", by=None)
        self.camp = rooms.open_room(
            space=self.space, kind="camp", name="Camp", timezone="UTC", lead=self.owner
        )

    def newcomer(self) -> Member:
        member = MemberFactory()
        spaces.join(space=self.space, member=member)
        return member

    def people(self):
        self.newcomer()

    def suspended(self):
        spaces.suspend(space=self.space, member=self.newcomer(), by=self.owner)

    def invitations(self):
        InvitationFactory(space=self.space, created_by=self.newcomer())

    def learners(self):
        rooms.enter(room=self.camp, member=self.newcomer())

    def staff(self):
        member = self.newcomer()
        spaces.change_role(
            space=self.space, member=member, role=Membership.Role.ASSISTANT, by=self.owner
        )
        rooms.enter(room=self.camp, member=member, role="assistant")

    def rooms(self):
        rooms.open_room(
            space=self.space, kind="group", name="Group", timezone="UTC", part_of=self.camp
        )

    def spaces(self):
        other = spaces.open_space(owner=self.operator, name="Other", slug=MemberFactory().handle)
        spaces.join(space=other, member=self.owner)

    def grants(self):
        roles.grant(member=MemberFactory(), role="host", by=self.operator, space=self.space)


def page(name, query="", **kwargs):
    return reverse(f"community:{name}", kwargs=kwargs) + query


LISTS = {
    "people": ("owner", lambda p: page("people", space="letters"), "people"),
    "suspended people": (
        "owner",
        lambda p: page("people", "?state=suspended", space="letters"),
        "suspended",
    ),
    "a search": ("owner", lambda p: page("people", "?q=member", space="letters"), "people"),
    "invitations": ("owner", lambda p: page("invitation_list", space="letters"), "invitations"),
    "learners of a room": ("owner", lambda p: p.camp.get_absolute_url(), "learners"),
    "staff of a room": ("owner", lambda p: p.camp.get_absolute_url(), "staff"),
    "parts of a room": ("owner", lambda p: p.camp.get_absolute_url(), "rooms"),
    "who may come in": (
        "owner",
        lambda p: page("room_enter", space="letters", public_id=p.camp.public_id),
        "people",
    ),
    "rooms of a space": ("owner", lambda p: p.space.get_absolute_url(), "rooms"),
    "staff of a space": ("owner", lambda p: p.space.get_absolute_url(), "staff"),
    "spaces": ("owner", lambda p: page("space_list"), "spaces"),
    "grants": ("operator", lambda p: page("role_list"), "grants"),
    "today": ("owner", lambda p: page("today"), "spaces"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same_with_one_row_and_with_three(name):
    place = Place()
    role, address, rows = LISTS[name]
    client, grow = Client(), getattr(place, rows)
    client.force_login(getattr(place, role))
    counted = []
    for _ in range(3):
        grow()
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address(place))
        assert response.status_code == 200
        counted.append(len(captured.captured_queries))
    assert counted[0] == counted[2], f"{name}: {counted}"


def test_control_a_page_that_asks_for_each_row_is_noticed():
    place = Place()
    counted = []
    for _ in range(3):
        place.grants()
        with CaptureQueriesContext(connection) as captured:
            [grant.member.handle for grant in RoleGrant.objects.all()]  # no select_related
        counted.append(len(captured.captured_queries))
    assert counted[0] < counted[2]
