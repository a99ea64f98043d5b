"""What a member does on her page of notifications. Each deed gives the way back."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from community import clock
from community.errors import DomainError
from community.models import Member, NotificationSettings, QuietDays
from community.services.notification_choices import DIGEST, Frequency, Preset, cells, meaning
from community.services.notification_deeds import deed
from community.services.preferences import EMAIL, Cell

MUTED_DAYS = dt.timedelta(days=7)
MOST_QUIET_DAYS = 20
LONGEST_QUIET = dt.timedelta(days=366)


def turn(*, member: Member, kind: str, channel: str = EMAIL, on: bool) -> str:
    """Turn one kind on or off by one channel; the way back. It counts for what is queued already:
    senders ask when they take a message. Raises ValueError for a cell that is none."""
    return choose(member=member, wanted={(kind, channel): on})


def choose(*, member: Member, wanted: Mapping[Cell, bool]) -> str:
    """Set some cells; the way back. Her own digest comes once a week if it is turned on and had no
    frequency. Raises ValueError for a cell that is none."""
    for cell in wanted:
        if cell not in cells():
            raise ValueError(f"{cell!r} is no kind of mail and channel.")
    with deed(member) as doing:
        doing.choose(wanted)
        if wanted.get(DIGEST) and doing.settings.digest == Frequency.NEVER:
            doing.put(digest=Frequency.WEEKLY)
    return doing.back


def choose_preset(*, member: Member, preset: str) -> str:
    """Write what one of the three says, all of it or nothing; the way back. Raises ValueError for
    one that is none."""
    if preset not in (Preset.QUIET, Preset.NORMAL, Preset.ALL):
        raise ValueError(f"{preset!r} is no preset.")
    wanted, frequency = meaning(preset)
    with deed(member) as doing:
        doing.choose(wanted)
        doing.put(digest=frequency)
    return doing.back


def choose_digest(
    *, member: Member, frequency: str, at: dt.time, weekday: int, as_letter: bool, timezone: str
) -> str:
    """How often her own digest comes, when by her clock, and how; the way back."""
    with deed(member) as doing:
        doing.choose({DIGEST: frequency != Frequency.NEVER})
        doing.put(
            digest=frequency, digest_at=at, digest_weekday=weekday, as_letter=as_letter,
            timezone=timezone,
        )  # fmt: skip
    return doing.back


def moved(member: Member) -> None:
    """Her time zone is another one now: her own digest comes at the same hour of the new clock.
    Nothing for who has no settings of her own."""
    if NotificationSettings.objects.filter(member=member).exists():
        with deed(member, anew=True):
            pass


def choose_hours(*, member: Member, begins: dt.time, ends: dt.time) -> str:
    """From when until when she is left alone every day; the same time twice is never."""
    with deed(member) as doing:
        doing.put(quiet_from=begins, quiet_until=ends)
    return doing.back


def mute(*, member: Member) -> str:
    """Nothing but what is about her account or her safety until her clock shows this hour in seven
    days; the way back."""
    with deed(member) as doing:
        here = doing.at.astimezone(ZoneInfo(member.timezone))
        until = clock.local_to_utc(here.date() + MUTED_DAYS, here.time(), member.timezone)
        doing.put(muted_until=until)
    return doing.back


def unmute(*, member: Member) -> str:
    """She may be told everything again; the way back."""
    with deed(member) as doing:
        doing.put(muted_until=None)
    return doing.back


def quiet_days(member: Member) -> list[QuietDays]:
    """Those that are not over by her calendar, the next first. One query."""
    today = clock.local_date(member.timezone)
    return list(QuietDays.objects.filter(member=member, last__gte=today).order_by("first", "last"))


def add_days(*, member: Member, first: dt.date, last: dt.date) -> str:
    """Put days into her list; what is over is cleared away. Raises DomainError for days that are
    over, too many at once, and a list that is full; the same days twice are in it once."""
    today = clock.local_date(member.timezone)
    if last < first:
        raise DomainError(_("The last day lies before the first."), field="last")
    if last < today:
        raise DomainError(_("These days are over. Choose days from today on."), field="last")
    if last - first > LONGEST_QUIET:
        raise DomainError(_("This is more than a year. Choose a shorter time."), field="last")
    with deed(member) as doing:
        mine = QuietDays.objects.filter(member=member)
        mine.filter(last__lt=today - dt.timedelta(days=2)).delete()
        if mine.filter(last__gte=today).count() >= MOST_QUIET_DAYS:
            raise DomainError(
                _("Your list holds %(most)d. Remove one that you do not need, then add this one.")
                % {"most": MOST_QUIET_DAYS}
            )
        row = QuietDays(member=member, first=first, last=last)
        QuietDays.objects.bulk_create([row], ignore_conflicts=True)
        doing.before["added"] = row.public_id
    return doing.back


def remove_days(*, member: Member, days: QuietDays) -> str:
    """Take days out of her list; twice is fine."""
    with deed(member) as doing:
        QuietDays.objects.filter(member=member, pk=days.pk).delete()
        doing.before["removed"] = [days.first.isoformat(), days.last.isoformat()]
    return doing.back
