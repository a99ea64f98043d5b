"""Some thousand rows, about as many as a small alliance of groups has."""

from community import clock
from community.demo.people_builder import People, told
from community.models import Introduction, Member, Membership, Praise, Space
from community.services.intro_bulk import Ready, publish_many

SPACE = "bench-1"
SPACES, EACH = 6, 500
WHO = "bench-0@example.org"
READ = 7  # whose page is looked at


def build() -> None:
    """Six spaces of 500 members each; the first member is in three of them. Some 3,000 rows each."""
    members = Member.objects.bulk_create(
        Member(
            handle=f"bench-{someone.number}",
            display_name=someone.nickname,
            email=f"bench-{someone.number}@example.org",
        )
        for someone in People().people(0, SPACES * EACH)
    )
    spaces = Space.objects.bulk_create(
        Space(slug=f"bench-{number}", name=f"测试社群 {number}", purpose="一起把每一天过好。")
        for number in range(SPACES)
    )
    places = [
        Membership(
            space=space,
            member=member,
            role="owner" if place == 1 else "assistant" if 1 < place < 5 else "member",
        )
        for number, space in enumerate(spaces)
        for place, member in enumerate(members[number * EACH : (number + 1) * EACH])
    ]
    places += [Membership(space=space, member=members[0]) for space in spaces[1:3]]
    Membership.objects.bulk_create(places)
    introduce(members[:EACH])


def introduce(members: list[Member]) -> None:
    """Everybody but the one who looks has introduced herself, and one has been praised ten times."""
    says = {someone.number: someone.answers for someone in People().people(0, len(members))}
    says[READ] = told(
        members[READ].display_name,
        occupation="剪辑学徒",
        place="大理",
        line="停下来的第 9 个月，学会了剪第一条片子",
        reasons=("change", "people"),
        proud="今年春天我把手机里的洱海早餐剪成两分四十秒，外婆看了三遍，问我是谁拍的。" * 5,
        offers="做饭、搬家",
        needs="作业反馈",
    )
    del says[0]
    publish_many(Ready(members[n].pk, answers, clock.now()) for n, answers in says.items())
    read = Introduction.objects.get(member=members[READ])
    Praise.objects.bulk_create(
        Praise(introduction=read, by=by, part="line", text="第 9 个月还记得数，没有白停。")
        for by in members[2:12]
    )


def member() -> Member:
    """The one who looks at the pages: an ordinary member of three spaces."""
    return Member.objects.get(email=WHO)
