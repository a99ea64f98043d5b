"""Not meeting somebody again."""

from community.models import Block, Member


def block(*, member: Member, other: Member) -> None:
    """The two do not find each other any more; the other is not told. Twice is fine."""
    if member.pk != other.pk:
        Block.objects.get_or_create(member=member, blocked=other)


def unblock(*, member: Member, other: Member) -> None:
    Block.objects.filter(member=member, blocked=other).delete()


def are_blocked(one: Member, other: Member) -> bool:
    """Whether either does not want to meet the other. One query."""
    return Block.objects.filter(
        member__in=[one.pk, other.pk], blocked__in=[one.pk, other.pk]
    ).exists()
