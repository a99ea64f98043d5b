"""What tests of the personal digest need: a member whose hour has come, and what her mail says."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation

from community import clock
from community.models import InboxItem, Member, NotificationSettings, OutboxMessage, Room, Run
from community.registry import Personal
from community.services import mail
from community.services.personal_digest import letter, planning
from tests.factories import MemberFactory

MONDAY = dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)  # 08:30 in Shanghai


def chosen(member: Member, due: dt.datetime | None, digest: str = "daily", **fields: Any):
    """Her settings, with ``due`` as the moment of her next one."""
    return NotificationSettings.objects.create(
        member=member, digest=digest, next_digest_at=due, **fields
    )


def due_member(due: dt.datetime = MONDAY, *, digest: str = "daily", **fields: Any) -> Member:
    member = MemberFactory(**fields)
    chosen(member, due, digest)
    return member


def queued(member: Member) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(member=member, kind=planning.KIND).order_by("pk"))


def told(
    members: Iterable[Member],
    text: str,
    *,
    kind: str = "",
    room: Room | None = None,
    at: dt.datetime | None = None,
) -> Run:
    """Something under the bell of ``members``, as the fan-out of a room leaves it."""
    run = Run.objects.create(
        what="told",
        subject=text[:40],
        local_date=dt.date(2026, 3, 1),
        kind=kind,
        room=room,
        template="community/note",
        context={"text": text},
        path="/help/",
        state="done",
        finished_at=clock.now(),
    )
    InboxItem.objects.bulk_create(
        InboxItem(run=run, member=member, created_at=at or clock.now()) for member in members
    )
    return run


def personal_of(member: Member, now: dt.datetime | None = None) -> Personal | None:
    """What ``compose`` gives for her alone."""
    row = OutboxMessage(pk=1, member=Member.objects.get(pk=member.pk))
    return letter.compose([row], now or clock.now())[1]


def mails_of(members: Iterable[Member], now: dt.datetime | None = None) -> dict[int, str]:
    """By the key of the member: the whole mail, headers, text and HTML; "" if none is sent. Spliced
    here as the sender does it."""
    rows = [
        OutboxMessage(
            pk=member.pk, public_id=f"x{member.pk}", kind=planning.KIND, list_id=planning.KIND,
            member=Member.objects.get(pk=member.pk), template=planning.TEMPLATE,
        )
        for member in members
    ]  # fmt: skip
    now = now or clock.now()
    found = {}
    for key, personal in letter.compose(rows, now).items():
        row = next(row for row in rows if row.pk == key)
        found[key] = whole(row, personal, now) if personal else ""
    return found


def whole(row: OutboxMessage, personal: Personal, now: dt.datetime) -> str:
    """The mail of one row in one text."""
    built = built_mail(row, personal, now)
    headers = "\n".join(f"{name}: {value}" for name, value in built.headers.items())
    return "\n".join([headers, built.to, built.subject, built.text, built.html])


def built_mail(row: OutboxMessage, personal: Personal, now: dt.datetime) -> Any:
    dates = planning._dates(clock.local_date("Asia/Shanghai", now))
    row.context = {
        "dates": dates,
        "personal_text": personal.text,
        "personal_html": personal.html,
    }
    with translation.override(settings.LANGUAGE_CODE):
        return mail.build(row, now=now)
