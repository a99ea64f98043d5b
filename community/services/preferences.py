"""What a member wants to be told by mail, and the link with which she says so without signing in."""

from collections.abc import Iterable

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models import Member, Preference
from community.models.member import MemberQuerySet
from community.registry import MailKind, mail_kinds

EMAIL = "email"
# Separate from every other signature; a link in an old mail is good for as long as SECRET_KEY (or
# one of its fallbacks) is.
_signer = signing.Signer(salt="community.preferences.off", sep=".")

mail_kinds.register("announcement", MailKind(_("Announcements of your rooms"), order=10))
mail_kinds.register("digest", MailKind(_("Highlights of the day"), order=20))
mail_kinds.register("personal_digest", MailKind(_("Your own digest"), order=30))


class BrokenLink(Exception):
    """The link was not made by us, or for a member or kind that is no more."""


def link(member: Member, kind: str) -> str:
    """The address (with the site's) at which ``member`` turns off mail of ``kind``. No query."""
    path = reverse("community:mail_off", args=[_signer.sign(f"{member.public_id}.{kind}")])
    return f"{settings.BASE_URL}{path}"


def read_link(token: str) -> tuple[Member, str]:
    """For whom and for which kind a token is. One query. Raises BrokenLink."""
    try:
        public_id, _dot, kind = _signer.unsign(token).partition(".")
    except signing.BadSignature as error:
        raise BrokenLink from error
    member = Member.objects.filter(public_id=public_id).first()
    if member is None or kind not in mail_kinds:
        raise BrokenLink
    return member, kind


def wants(member: Member, kind: str, *, channel: str = EMAIL) -> bool:
    """Whether she gets messages of ``kind``: yes, unless she said no. One query."""
    return not Preference.objects.filter(
        member=member, kind=kind, channel=channel, on=False
    ).exists()


def unwanted(
    members: Iterable[int], kinds: Iterable[str], channels: Iterable[str]
) -> set[tuple[int, str, str]]:
    """(member, kind, channel) of what was turned off among these. One query."""
    return set(
        Preference.objects.filter(
            member__in=set(members), kind__in=set(kinds), channel__in=set(channels), on=False
        ).values_list("member_id", "kind", "channel")
    )


def wanting(members: MemberQuerySet, *, kind: str, channel: str) -> MemberQuerySet:
    """Those of ``members`` who get messages of ``kind`` by ``channel``: whoever chose so, and
    whoever has not chosen where the kind comes unasked. No query."""
    entry = mail_kinds[kind]
    unasked = entry.by_mail if channel == EMAIL else entry.in_app
    said = Preference.objects.filter(
        member=OuterRef("pk"), kind=kind, channel=channel, on=not unasked
    )
    return members.filter(~Exists(said) if unasked else Exists(said))


@transaction.atomic
def choose(*, member: Member, kind: str, on: bool, channel: str = EMAIL) -> None:
    """Turn a kind on or off; again changes nothing, not even since when. Two queries.

    It counts for what is queued already: senders ask when they take a message. Raises ValueError
    for a kind that is none.
    """
    if kind not in mail_kinds:
        raise ValueError(f"{kind!r} is no kind of mail.")
    now = clock.now()
    row = Preference.objects.filter(member=member, kind=kind, channel=channel)
    if row.exclude(on=on).update(on=on, since=now):
        return
    Preference.objects.bulk_create(
        [Preference(member=member, kind=kind, channel=channel, on=on, since=now)],
        ignore_conflicts=True,
    )
