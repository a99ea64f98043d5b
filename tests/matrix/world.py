"""The small world that the matrix runs in: one person for each role, and everything made twice,
once in the home space and once in another one, so that ids can be swapped."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from community import clock
from community.models import Invitation, Member, Membership, RoleGrant, Room, Space
from community.services import rooms, spaces
from tests.cohorts.factories import CampTemplateFactory
from tests.factories import InvitationFactory, MemberFactory
from tests.matrix import camps
from tests.matrix.roles import ROLES

R = Membership.Role
CANARY = "Quetzal"  # stands in what is private to the other space, and nowhere else


@dataclass
class World:
    """What the tables name: ``at={"space": "home.slug"}`` is ``world.home.slug``."""

    people: dict[str, Member]
    home: Space
    away: Space
    open_house: Space  # a public one, in which nobody is but its owner
    camp: Room
    staff_room: Room
    away_camp: Room
    invitation: Invitation
    away_invitation: Invitation
    neighbour: Member  # a plain member of home and learner in its camp: others do things to her
    stranger: Member  # the same, in the other space
    grant: RoleGrant
    more: dict[str, Any] = field(default_factory=dict)  # what the tables of other nouns add

    def find(self, path: str) -> Any:
        """``"home.slug"``, ``"people.suspended.handle"``, or the name of something in ``more``."""
        head, *rest = path.split(".")
        value = self.more[head] if head in self.more else getattr(self, head)
        for part in rest:
            value = value[part] if isinstance(value, dict) else getattr(value, part)
        return value


def build() -> World:
    """Make all of it, through the services, in the transaction that the caller keeps open."""
    people = {
        role: MemberFactory(
            handle=role[:30], display_name=f"The {role}", email=f"{role}@example.org"
        )
        for role in ROLES
        if role != "anonymous"
    }
    owner, away_owner = people["owner"], MemberFactory()
    home = spaces.open_space(owner=owner, name="Home", slug="home")
    away = spaces.open_space(owner=away_owner, name=f"{CANARY} space", slug="away")
    open_house = spaces.open_space(
        owner=away_owner, name="Open house", slug="open-house", visibility="public"
    )
    neighbour = MemberFactory(handle="neighbour")
    stranger = MemberFactory(handle="stranger", display_name=f"{CANARY} person")

    in_home = {"manager": R.MANAGER, "assistant": R.ASSISTANT}
    for role in ("member", "learner", "assistant", "lead", "manager", "coordinator", "host"):
        spaces.join(space=home, member=people[role], role=in_home.get(role, R.MEMBER))
    for role in ("former", "suspended", "account_suspended", "minor"):
        spaces.join(space=home, member=people[role])
    spaces.join(space=home, member=neighbour)
    spaces.join(space=away, member=stranger)
    spaces.join(space=away, member=people["member_of_other_space"])
    spaces.join(space=away, member=people["same_role_other_space"], role=R.MANAGER)

    camp = _camp(home, people["lead"])
    away_camp = _camp(away, away_owner)
    staff_room = rooms.open_room(
        space=home, kind="staff", name="Staff of the camp", timezone="Asia/Shanghai",
        part_of=camp, lead=people["lead"],
    )  # fmt: skip
    for learner in (people["learner"], people["minor"], neighbour):
        rooms.enter(room=camp, member=learner)
    rooms.enter(room=away_camp, member=stranger)
    rooms.enter(room=camp, member=people["assistant"], role="assistant")
    rooms.enter(room=staff_room, member=people["assistant"], role="assistant")

    RoleGrant.objects.create(member=people["coordinator"], role="coordinator", space=home)
    for role in ("second_approver", "partner", "operator"):
        RoleGrant.objects.create(member=people[role], role=role)
    grant = RoleGrant.objects.create(member=people["host"], role="host", space=home)

    spaces.leave(space=home, member=people["former"])
    spaces.suspend(space=home, member=people["suspended"], by=owner, reason="A test.")
    Member.objects.filter(pk=people["minor"].pk).update(is_minor=True)
    Member.objects.filter(pk=people["operator"].pk).update(is_staff=True)
    Member.objects.filter(pk=people["account_suspended"].pk).update(state="suspended")

    away_staff_room = rooms.open_room(
        space=away, kind="staff", name=f"{CANARY} staff", timezone="Asia/Shanghai",
        part_of=away_camp, lead=away_owner,
    )  # fmt: skip
    more = camps.both(
        camps.build(
            camp, staff_room, [people["learner"], people["minor"], neighbour],
            "The camp", CampTemplateFactory(space=home),
        ),
        camps.build(
            away_camp, away_staff_room, [stranger], f"{CANARY} camp",
            CampTemplateFactory(space=away),
        ),
    )  # fmt: skip

    soon = clock.now() + dt.timedelta(days=7)
    made = {"expires_at": soon, "max_uses": 50}
    return World(
        people=people,
        home=home,
        away=away,
        open_house=open_house,
        camp=camp,
        staff_room=staff_room,
        away_camp=away_camp,
        invitation=InvitationFactory(space=home, created_by=owner, **made),
        away_invitation=InvitationFactory(
            space=away, created_by=away_owner, note=f"{CANARY} note", **made
        ),
        neighbour=neighbour,
        stranger=stranger,
        grant=grant,
        more=more,
    )


def _camp(space: Space, lead: Member) -> Room:
    spaces.join(space=space, member=lead)
    return rooms.open_room(
        space=space, kind="camp", name=f"Camp of {space}", timezone="Asia/Shanghai", lead=lead
    )
