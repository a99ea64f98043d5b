"""What people say of an announcement: seen in the chat before it goes out, and "got it" after."""

from django.db.models import Count, Q

from community.models import Announcement, AnnouncementProof, AnnouncementReceipt, Member
from community.services import announcements


def seen_in_chat(*, announcement: Announcement, by: Member) -> None:
    """``by`` has sent the text as it reads now to herself and looked at it. Twice is once: the
    constraint sees to it. One query."""
    AnnouncementProof.objects.bulk_create(
        [
            AnnouncementProof(
                announcement=announcement, by=by, text_hash=announcements.text_hash(announcement)
            )
        ],
        ignore_conflicts=True,
    )


def who_saw(announcement: Announcement) -> tuple[list[AnnouncementProof], bool]:
    """(who has seen exactly this text, whether somebody has seen an earlier one). One query."""
    proofs = list(AnnouncementProof.objects.filter(announcement=announcement).select_related("by"))
    now = announcements.text_hash(announcement)
    return [proof for proof in proofs if proof.text_hash == now], bool(proofs)


def got_it(*, announcement: Announcement, member: Member) -> None:
    """She says that she has got it. Twice is once. One query."""
    AnnouncementReceipt.objects.bulk_create(
        [AnnouncementReceipt(announcement=announcement, member=member)], ignore_conflicts=True
    )


def got(announcement: Announcement, member: Member) -> tuple[bool, int]:
    """(whether she has said so, how many have): a number, no names. One query."""
    found = AnnouncementReceipt.objects.filter(announcement=announcement).aggregate(
        hers=Count("pk", filter=Q(member=member)), all=Count("pk")
    )
    return bool(found["hers"]), found["all"]
