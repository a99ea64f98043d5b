"""Putting the demo's people and spaces into the database.

Each piece is made once and then left alone: what somebody changed or deleted while trying things
out stays as it is, however often this runs.
"""

import datetime as dt
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from community import clock
from community.demo import digests, introductions, people
from community.errors import DomainError
from community.models import (
    InboxItem,
    Invitation,
    Member,
    Membership,
    RoleGrant,
    Room,
    RoomMembership,
    Space,
)
from community.registry import DemoPart, demo_parts
from community.services import consents, inbox, invitations, roles, rooms, spaces

Role = Membership.Role


@dataclass
class Demo:
    """What a part of the demo builds on. ``is_new`` names the parts that this run has made."""

    now: dt.datetime = field(default_factory=clock.now)
    is_new: set[str] = field(default_factory=set)

    def member(self, handle: str) -> Member:
        return Member.objects.get(handle=handle)

    def account(self, name: str) -> Member:
        """By the word before the @ of the address: ``account("owner")``."""
        return Member.objects.get(email=f"{name}@{people.DOMAIN}")

    def ago(self, days: float) -> dt.datetime:
        return self.now - dt.timedelta(days=days)


@transaction.atomic
def seed() -> Demo:
    """Build what is missing, in the order of the parts. Raises DomainError outside DEMO: the
    accounts have a password that everybody knows."""
    if not settings.DEMO:
        raise DomainError(
            "The demo makes accounts with a published password; "
            "it runs only with SHALIJIN_MODE=demo."
        )
    demo = Demo()
    for part in demo_parts:
        part.build(demo)
    return demo


def build_people(demo: Demo) -> None:
    """The accounts one can sign in as, and the others."""
    known = set(Member.objects.values_list("handle", flat=True))
    addresses = set(Member.objects.exclude(email=None).values_list("email", flat=True))
    password = make_password(people.PASSWORD)  # once: hashing is slow on purpose
    unusable = make_password(None)
    for account in people.ACCOUNTS:
        if account.email in addresses or account.handle in known:
            continue
        member = Member.objects.create(
            handle=account.handle,
            display_name=account.display_name,
            email=account.email,
            password=password,
            created_at=demo.ago(120),
        )
        EmailAddress.objects.create(user=member, email=account.email, verified=True, primary=True)
        consents.give(member=member, documents=consents.IN_FORCE, locale="zh-hans")
    Member.objects.bulk_create(
        Member(
            handle=handle,
            display_name=name,
            password=unusable,
            is_minor=handle == people.MINOR,
            state=(Member.State.UNCLAIMED if handle == people.UNCLAIMED else Member.State.ACTIVE),
            created_at=demo.ago(100 - 2 * n),
        )
        for n, (handle, name) in enumerate(people.VILLAGERS)
        if handle not in known
    )


def build_letters(demo: Demo) -> None:
    """山野来信: the space where most accounts are, and whose camp the app above opens."""
    if Space.objects.filter(slug="shanye").exists():
        return
    owner = demo.account("owner")
    space = spaces.open_space(
        owner=owner,
        name="山野来信",
        slug="shanye",
        purpose="给停下来想一想的人：写信，学一门手艺，互相搭把手。",
        visibility=Space.Visibility.PUBLIC,
    )
    places = {
        "assistant": Role.ASSISTANT,
        "lead": Role.MEMBER,
        "coordinator": Role.MEMBER,
        "second": Role.MEMBER,
        "host": Role.MEMBER,
        "member": Role.MEMBER,
        "learner": Role.MEMBER,
    }
    for name, role in places.items():
        spaces.join(space=space, member=demo.account(name), role=role)
    villagers = [demo.member(handle) for handle, _name in people.VILLAGERS[:28]]
    for member in villagers:
        spaces.join(space=space, member=member)
    spaces.change_role(space=space, member=demo.member("songzi"), role=Role.ATMOSPHERE, by=owner)
    spaces.change_role(space=space, member=demo.member("daomi"), role=Role.MANAGER, by=owner)
    _build_invitations(demo, space)
    for handle in people.FORMER:
        spaces.leave(space=space, member=demo.member(handle))
    spaces.suspend(
        space=space,
        member=demo.member(people.SUSPENDED),
        by=owner,
        reason="私下向好几位群友推销理财，提醒过一次。",
    )
    _spread_over_time(demo, space, first=90)
    demo.is_new.add(space.slug)


def _build_invitations(demo: Demo, space: Space) -> None:
    owner, manager = demo.account("owner"), demo.member("daomi")
    over = invitations.invite(
        space=space, by=owner, max_uses=20, days=14, note="上个月的线下读书会"
    )
    Invitation.objects.filter(pk=over.pk).update(
        created_at=demo.ago(40), expires_at=demo.ago(26), uses=F("uses") + 17
    )
    taken_back = invitations.invite(space=space, by=manager, max_uses=50, days=30, note="发错了群")
    invitations.revoke(invitation=taken_back, by=manager)
    invitations.invite(space=space, by=owner, max_uses=30, days=30, note="公众号文末")
    invitations.invite(space=space, by=manager, max_uses=1, days=7, note="给老同学")


def build_workshop(demo: Demo) -> None:
    """慢火手艺: a smaller space, by invitation only, so that "another space" can be seen."""
    if Space.objects.filter(slug="manhuo").exists():
        return
    owner = demo.account("host")
    space = spaces.open_space(
        owner=owner,
        name="慢火手艺",
        slug="manhuo",
        purpose="做饭、木工、修补和剪辑，跟着做一遍就会。",
    )
    spaces.join(space=space, member=demo.account("owner"))
    spaces.join(space=space, member=demo.account("partner"))
    for handle, _name in people.VILLAGERS[20:]:
        spaces.join(space=space, member=demo.member(handle))
    spaces.change_role(space=space, member=demo.member("moli"), role=Role.MANAGER, by=owner)
    rooms.open_room(
        space=space, kind=Room.Kind.GROUP, name="周末木工组", timezone=space.timezone, lead=owner
    )
    invitations.invite(space=space, by=owner, max_uses=10, days=14, note="院子门口的纸条")
    _spread_over_time(demo, space, first=45)
    demo.is_new.add(space.slug)


def build_roles(demo: Demo) -> None:
    """The roles beyond rooms; one that somebody has taken back is not given again."""
    if RoleGrant.objects.exists():
        return
    space = Space.objects.get(slug="shanye")
    roles.grant(member=demo.account("operator"), role=RoleGrant.Role.OPERATOR, by=None)
    operator = demo.account("operator")
    roles.grant(
        member=demo.account("coordinator"),
        role=RoleGrant.Role.COORDINATOR,
        by=operator,
        space=space,
    )
    for name, role in (
        ("second", RoleGrant.Role.SECOND_APPROVER),
        ("host", RoleGrant.Role.HOST),
        ("partner", RoleGrant.Role.PARTNER),
    ):
        roles.grant(member=demo.account(name), role=role, by=operator)


def build_welcome(demo: Demo) -> None:
    """The first note under the bell of those in 山野来信, older than all that came since."""
    _note(demo, "welcome", 31, "/c/shanye/", "欢迎来到山野来信。先看看谁在这里，不急着说话。")


def build_inbox(demo: Demo) -> None:
    """And one of today. The parts told of their days one after the other; a bell shows what was
    written last first, so all of it is written again in the order of its time."""
    _note(demo, "read-one", 0, "/today/", "有几篇自我介绍还没人回。挑一篇，说一句你读到的。")
    if "shanye" in demo.is_new:
        items = list(InboxItem.objects.order_by("created_at", "pk"))
        InboxItem.objects.all().delete()
        for item in items:
            item.pk = None
        InboxItem.objects.bulk_create(items, batch_size=500)


def _note(demo: Demo, subject: str, days: int, path: str, text: str) -> None:
    if "shanye" not in demo.is_new:
        return
    run = inbox.notify(
        "note",
        subject=f"demo-{subject}",
        members=Member.objects.filter(
            memberships__space__slug="shanye", memberships__state="active"
        ),
        template="community/note",
        context={"text": text},
        path=path,
        local_date=clock.local_date("Asia/Shanghai", demo.ago(days)),
    )
    run.items.update(created_at=demo.ago(days))


def _spread_over_time(demo: Demo, space: Space, *, first: float) -> None:
    """People did not all come in the same second: the first came ``first`` days ago."""
    Space.objects.filter(pk=space.pk).update(created_at=demo.ago(first))
    rows = list(Membership.objects.filter(space=space).order_by("pk"))
    for n, row in enumerate(rows):
        row.joined_at = demo.ago(first * (1 - n / (len(rows) + 1)))
        if row.left_at is not None:
            row.left_at = demo.ago(first * (1 - n / (len(rows) + 1)) / 2)
    Membership.objects.bulk_update(rows, ["joined_at", "left_at"])
    joined = {row.member_id: row.joined_at for row in rows}
    places = list(RoomMembership.objects.filter(room__space=space))
    for place in places:
        place.since = max(joined[place.member_id], demo.ago(12))
    RoomMembership.objects.bulk_update(places, ["since"])


demo_parts.register("people", DemoPart(build_people, order=10))
demo_parts.register("letters", DemoPart(build_letters, order=20))
demo_parts.register("workshop", DemoPart(build_workshop, order=21))
demo_parts.register("roles", DemoPart(build_roles, order=30))
demo_parts.register("welcome", DemoPart(build_welcome, order=35))
demo_parts.register("introductions", DemoPart(introductions.build, order=40))
demo_parts.register("inbox", DemoPart(build_inbox, order=90))
demo_parts.register("digests", DemoPart(digests.build, order=95))
