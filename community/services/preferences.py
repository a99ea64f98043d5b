"""What a member wants to be told by mail, and the link with which she says so without signing in."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models import Member, Preference
from community.models.member import MemberQuerySet
from community.registry import MailKind, mail_kinds

EMAIL = "email"
APP = "app"
CHANNELS = (APP, EMAIL)
Cell = tuple[str, str]  # a kind and a channel
# Separate from every other signature; a link in an old mail is good for as long as SECRET_KEY (or
# one of its fallbacks) is.
_signer = signing.Signer(salt="community.preferences.off", sep=".")

# Quiet by default: everything stands under the bell, and by mail come only answers to her and her
# own digest once a week. What the digest holds has stood there already, so it is mail alone.
mail_kinds.register("announcement", MailKind(_("Announcements of your rooms"), order=10))
mail_kinds.register("answer", MailKind(_("Answers to you"), order=15, by_mail=True))
mail_kinds.register("digest", MailKind(_("Highlights of the day"), order=20))
mail_kinds.register(
    "personal_digest", MailKind(_("Your own digest"), order=30, by_mail=True, in_app=False)
)


class BrokenLink(Exception):
    """The link was not made by us, or for a member or kind that is no more."""


def link(member: Member, kind: str) -> str:
    """The address (with the site's) at which ``member`` turns off mail of ``kind``. No query."""
    before, after = _way_to_off()
    return f"{settings.BASE_URL}{before}{_signer.sign(f'{member.public_id}.{kind}')}{after}"


@cache
def _way_to_off() -> tuple[str, str]:
    """What stands before and after the token: looking the address up for each of 100,000 mails costs
    a twentieth of the sending. A token has no sign that would have to be quoted."""
    before, _token, after = reverse("community:mail_off", args=["token"]).rpartition("token")
    return before, after


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


def by_default(kind: str, channel: str) -> bool:
    """What counts for who has never chosen. A kind or a channel that this version does not know is
    not wanted. No query."""
    if kind not in mail_kinds:
        return False
    entry = mail_kinds[kind]
    return {EMAIL: entry.by_mail, APP: entry.in_app}.get(channel, False)


def wants(member: Member, kind: str, *, channel: str = EMAIL) -> bool:
    """Whether she gets messages of ``kind``: as she chose, or else as it comes. One query."""
    row = Preference.objects.filter(member=member, kind=kind, channel=channel).first()
    return row.on if row else by_default(kind, channel)


def wanting(members: MemberQuerySet, *, kind: str, channel: str) -> MemberQuerySet:
    """Those of ``members`` who get messages of ``kind`` by ``channel``. No query of its own, and no
    join: it can stand in an INSERT … SELECT."""
    chosen = Preference.objects.filter(member=OuterRef("pk"), kind=kind, channel=channel)
    if by_default(kind, channel):
        return members.filter(~Exists(chosen.filter(on=False)))
    return members.filter(Exists(chosen.filter(on=True)))


def unwanted(asked: Iterable[tuple[int, str, str]]) -> set[tuple[int, str, str]]:
    """Those of (member, kind, channel) that are not wanted, by choice or by default. One query."""
    asked = set(asked)
    rows = Preference.objects.filter(
        member__in={member for member, _kind, _channel in asked},
        kind__in={kind for _member, kind, _channel in asked},
        channel__in={channel for _member, _kind, channel in asked},
    )
    chosen = {
        (row.member_id, row.kind, row.channel): row.on
        for row in rows.only("member_id", "kind", "channel", "on")
    }
    return {each for each in asked if not chosen.get(each, by_default(each[1], each[2]))}


def choose(*, member: Member, kind: str, on: bool, channel: str = EMAIL) -> None:
    """Turn a kind on or off; again changes nothing, not even since when. Two queries.

    It counts for what is queued already: senders ask when they take a message. Raises ValueError
    for a kind that is none. What she does herself goes through ``services/notifications.py``.
    """
    if kind not in mail_kinds:
        raise ValueError(f"{kind!r} is no kind of mail.")
    same = Preference.objects.filter(member=member, kind=kind, channel=channel, on=on)
    if not same.exists():
        write(member, {(kind, channel): on}, at=clock.now())


def write(member: Member, cells: Mapping[Cell, bool], *, at: dt.datetime) -> None:
    """Write cells, whether there are rows for them or not. One query."""
    if cells:
        Preference.objects.bulk_create(
            [
                Preference(member=member, kind=kind, channel=channel, on=on, since=at)
                for (kind, channel), on in cells.items()
            ],
            update_conflicts=True,
            unique_fields=["member", "kind", "channel"],
            update_fields=["on", "since"],
        )
