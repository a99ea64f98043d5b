"""Some thousand rows, about as many as a small alliance of groups has."""

from community.models import Member, Membership, Space

SPACE = "bench-1"
SPACES, EACH = 6, 500
WHO = "bench-0@example.org"


def build() -> None:
    """Six spaces of 500 members each; the first member is in three of them. Some 3,000 rows each."""
    members = Member.objects.bulk_create(
        Member(
            handle=f"bench-{number}",
            display_name=f"群友 {number}",
            email=f"bench-{number}@example.org",
        )
        for number in range(SPACES * EACH)
    )
    spaces = Space.objects.bulk_create(
        Space(slug=f"bench-{number}", name=f"测试社群 {number}", purpose="一起把每一天过好。")
        for number in range(SPACES)
    )
    places = [
        Membership(
            space=space,
            member=member,
            role="owner" if place == 1 else "assistant" if place < 5 else "member",
        )
        for number, space in enumerate(spaces)
        for place, member in enumerate(members[number * EACH : (number + 1) * EACH])
    ]
    places += [Membership(space=space, member=members[0]) for space in spaces[1:3]]
    Membership.objects.bulk_create(places)


def member() -> Member:
    """The one who looks at the pages: an ordinary member of three spaces."""
    return Member.objects.get(email=WHO)
