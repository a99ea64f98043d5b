"""The demo community: made where it may be, once, and as it is said to be."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from community.demo import people, seed
from community.models import InboxItem, Member, Membership, RoleGrant, Room, RoomMembership, Space
from community.services import spaces

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    return seed.seed()


def counts():
    return [model.objects.count() for model in (Member, Space, Membership, RoomMembership, Room)]


def test_it_refuses_where_its_passwords_would_be_a_way_in(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="runs only with SHALIJIN_MODE=demo"):
        call_command("demo")
    assert not Member.objects.exists()


def test_everybody_on_the_list_can_sign_in_and_is_what_the_list_says(demo, client):
    for account in people.ACCOUNTS:
        member = Member.objects.get(email=account.email)
        assert member.check_password(people.PASSWORD)
        assert EmailAddress.objects.get(user=member).verified
    home = Space.objects.get(slug="shanye").pk
    standing = {account.name: demo.account(account.name).standing for account in people.ACCOUNTS}
    assert standing["owner"].spaces[home] == "owner"
    assert standing["assistant"].spaces[home] == "assistant"
    assert standing["coordinator"].has_grant("coordinator", home)
    for name, role in (("second", "second_approver"), ("partner", "partner"), ("host", "host")):
        assert standing[name].has_grant(role)
    assert demo.account("operator").has_perm("community.operate")
    camp = Room.objects.get(kind="camp", space=home).pk
    assert standing["lead"].rooms[camp] == "lead"
    assert standing["learner"].rooms[camp] == "learner"


@pytest.mark.parametrize("hour, announcements", [(3, 3), (9, 4)])
def test_there_are_two_spaces_and_some_who_left_or_were_suspended(settings, hour, announcements):
    """Before today's announcement and after it, by the clock of the demo."""
    settings.DEMO = True
    with time_machine.travel(dt.datetime(2026, 11, 18, hour, 36, tzinfo=SHANGHAI), tick=False):
        demo = seed.seed()

    assert Space.objects.count() == 2
    home = Membership.objects.filter(space__slug="shanye")
    assert home.filter(state="left").count() == len(people.FORMER)
    assert home.get(state="suspended").member.handle == people.SUSPENDED
    assert Member.objects.get(handle=people.MINOR).is_minor
    assert 35 <= Member.objects.count() <= 60
    assert not [row for row in home if row.joined_at > demo.now]
    told = InboxItem.objects.filter(member=demo.account("learner"))
    templates = sorted(told.values_list("run__template", flat=True))
    assert templates == [
        *["cohorts/check_in_praised"] * 2,
        *["community/announcement"] * announcements,
        *["community/digest"] * 2,
        "community/highlight_consent",
        *["community/note"] * 3,
        "community/praised",
    ]


def test_no_learner_is_in_a_staff_room(demo):
    in_staff = RoomMembership.objects.active().filter(room__kind="staff")
    assert in_staff.exists()
    assert not in_staff.filter(role="learner").exists()


def test_a_second_run_adds_nothing_and_takes_nothing_back(demo):
    member, space = demo.account("member"), Space.objects.get(slug="shanye")
    spaces.leave(space=space, member=member)
    Member.objects.filter(pk=member.pk).update(display_name="Another name")
    RoleGrant.objects.filter(member=demo.account("partner")).delete()
    before = counts()

    seed.seed()

    assert counts() == before
    assert Membership.objects.get(space=space, member=member).state == "left"
    assert Member.objects.get(pk=member.pk).display_name == "Another name"
    assert not demo.account("partner").role_grants.exists()


def test_it_is_there_in_a_few_seconds(settings):
    settings.DEMO = True
    start = time.process_time()
    seed.seed()
    assert time.process_time() - start < 6


def test_the_command_prints_the_password_and_every_account(settings, capsys):
    settings.DEMO = True
    call_command("demo")
    said = capsys.readouterr().out
    assert people.PASSWORD in said
    assert [line for line in said.splitlines() if "@" in line] == [
        f"  {account.email:<32} {account.shows}" for account in people.ACCOUNTS
    ]
