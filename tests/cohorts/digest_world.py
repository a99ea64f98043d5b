"""Two spaces with rooms, roles and words that not everybody may read, for the canary test."""

import datetime as dt
from dataclasses import dataclass, field

from cohorts.models import CheckInPraise, Enrolment
from community import clock
from community.models import Block, InboxItem, Introduction, Member, Membership, Praise, Room, Run
from community.services import rooms, spaces
from tests.cohorts.factories import (
    CampFactory,
    CheckInFactory,
    EnrolmentFactory,
    LessonFactory,
    SopRunFactory,
)
from tests.factories import MemberFactory

SPACES = ("home", "away")
ROLES = ("owner", "manager", "lead", "assistant", "learner", "second", "plain", "gone", "out")


@dataclass
class Canaries:
    """``may`` says for each word who may read it; everybody else's digest must not hold it."""

    people: dict[str, Member] = field(default_factory=dict)
    may: dict[str, set[str]] = field(default_factory=dict)

    def say(self, word: str, *names: str) -> str:
        self.may[word] = set(names)
        return word


def build() -> Canaries:
    """Home and away, alike; somebody of home is in both, and one has blocked another."""
    world = Canaries()
    world.people["both"] = MemberFactory()
    for slug in SPACES:
        for role in ROLES:
            world.people[f"{slug}.{role}"] = MemberFactory(display_name=f"{slug} {role}")
    for slug in SPACES:
        _space(world, slug)
    return world


def _space(world: Canaries, slug: str) -> None:
    people = {role: world.people[f"{slug}.{role}"] for role in ROLES}
    space = spaces.open_space(owner=people["owner"], name=slug, slug=slug)
    spaces.join(space=space, member=world.people["both"])
    for role in ROLES[1:]:
        place = Membership.Role.MANAGER if role == "manager" else Membership.Role.MEMBER
        spaces.join(space=space, member=people[role], role=place)
    camp = _camp(space, slug, people)
    staff_room = camp.staff_room

    def named(*roles: str) -> list[str]:
        return [f"{slug}.{role}" for role in roles]

    inside = named("lead", "assistant", "learner", "second")
    for kind in ("announcement", "digest", "answer", ""):
        _tell(world.say(f"Camp{slug}{kind or 'note'}", *inside), kind, camp.run.room)
    _tell(world.say(f"Staff{slug}", *named("lead", "assistant")), "announcement", staff_room)
    _praise(world, slug, people)
    _check_ins(world, slug, people, camp)
    LessonFactory(camp=camp, day=1, title=world.say(f"Lesson{slug}", *named("second")))
    # Now, not when it was said: one has left the space, one the camp's room.
    spaces.leave(space=space, member=people["gone"])
    rooms.depart(room=camp.run.room, member=people["out"])
    Enrolment.objects.filter(camp=camp, member=people["out"]).update(
        state="left", left_at=clock.now()
    )


def _camp(space, slug, people):
    room = rooms.open_room(
        space=space, kind=Room.Kind.CAMP, name=f"Camp of {slug}", timezone="Asia/Shanghai",
        lead=people["lead"],
    )  # fmt: skip
    staff_room = rooms.open_room(
        space=space, kind=Room.Kind.STAFF, name=f"Staff of {slug}", timezone="Asia/Shanghai",
        part_of=room, lead=people["lead"],
    )  # fmt: skip
    rooms.enter(room=room, member=people["assistant"], role="assistant")
    rooms.enter(room=staff_room, member=people["assistant"], role="assistant")
    run = SopRunFactory(room=room, opens_on=clock.local_date("Asia/Shanghai"))
    camp = CampFactory(space=space, run=run, staff_room=staff_room, name=f"Days of {slug}")
    for role in ("learner", "second", "gone", "out"):
        rooms.enter(room=room, member=people[role])
        EnrolmentFactory(camp=camp, member=people[role])
    return camp


def _tell(text: str, kind: str, room: Room) -> None:
    """Under everybody's bell, as if it had been handed out wrongly, or to who was there then."""
    run = Run.objects.create(
        what="told", subject=text, local_date=dt.date(2026, 3, 2), kind=kind, room=room,
        template="community/note", context={"text": text}, path="/help/", state="done",
        finished_at=clock.now(),
    )  # fmt: skip
    InboxItem.objects.bulk_create(
        InboxItem(run=run, member=member) for member in Member.objects.all()
    )


def _praise(world: Canaries, slug: str, people: dict[str, Member]) -> None:
    """Of the learner's introduction: by a friend, by somebody she has blocked, by one who has blocked
    her, and one that was taken back."""
    introduction = Introduction.objects.create(
        member=people["learner"], nickname="Ada", published_at=clock.now()
    )
    blocked, blocks = MemberFactory(), MemberFactory()
    Block.objects.create(member=people["learner"], blocked=blocked)
    Block.objects.create(member=blocks, blocked=people["learner"])
    said = [
        (people["plain"], world.say(f"Friend{slug}", f"{slug}.learner")),
        (blocked, world.say(f"Blocked{slug}")),
        (blocks, world.say(f"Blocks{slug}")),
    ]
    for by, text in said:
        Praise.objects.create(introduction=introduction, by=by, text=text)
    Praise.objects.create(
        introduction=introduction, by=people["second"], text=world.say(f"Back{slug}"),
        taken_back_at=clock.now(),
    )  # fmt: skip


def _check_ins(world: Canaries, slug: str, people: dict[str, Member], camp) -> None:
    """The words of a check-in are in nobody's digest; praise of it is for who handed it in."""
    for role in ("learner", "gone", "out"):
        check_in = CheckInFactory(
            enrolment=Enrolment.objects.get(camp=camp, member=people[role]), day=1,
            text=world.say(f"Handed{role}{slug}"),
        )  # fmt: skip
        allowed = [f"{slug}.learner"] if role == "learner" else []
        text = world.say(f"Well{role}{slug}", *allowed)
        CheckInPraise.objects.create(check_in=check_in, by=people["lead"], text=text)
    second = Block.objects.create(member=people["learner"], blocked=people["assistant"])
    CheckInPraise.objects.create(
        check_in=Enrolment.objects.get(camp=camp, member=people["learner"]).check_ins.get(),
        by=second.blocked, text=world.say(f"Wellblocked{slug}"),
    )  # fmt: skip
