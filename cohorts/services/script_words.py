"""The words of a script (话术) as they are copied: filled with the values of a camp and a day."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cohorts.models import Script, ScriptUse, SopRun
from community import clock
from community.errors import DomainError
from community.models import Announcement, Member
from community.services import announcements, placeholders


def filler(run: SopRun, day: int, sender: Member) -> Callable[[str], str]:
    """A function that fills texts for one day of a run. One query: the values are those that the
    announcement of the day was given, in the camp's language; only who speaks is another."""
    values = values_of(run, day) | {"sender": str(sender)}
    return lambda text: placeholders.fill(text, values)


def values_of(run: SopRun, day: int) -> dict[str, object]:
    """What a script may name on a day; a day without an announcement has the camp's name and its
    dates."""
    date = run.calendar.date_of(day)
    announcement = (
        Announcement.objects.filter(room=run.room_id, day__lte=date, last_day__gte=date)
        .exclude(kind=Announcement.Kind.CORRECTION)
        .select_related("sender")
        .first()
    )
    with translation.override(run.language):
        plain: dict[str, object] = {
            "camp.name": str(getattr(run, "camp", run)),
            "camp.opening_date": date_format(run.opens_on, "DATE_FORMAT"),
            "day": day if day > 0 else "",
            "date": date_format(date, "MONTH_DAY_FORMAT"),
            "weekday": date_format(date, "l"),
        }
    if announcement is None:
        return plain
    return plain | announcements.values_on(announcement, date, locale=run.language)


@dataclass(frozen=True)
class Words:
    """A script as it is copied, and who used it last in this run."""

    script: Script
    text: str
    last_by: str
    last_at: dt.datetime | None

    @property
    def id(self) -> str:
        """Of the element whose text is copied."""
        return f"words-{self.script.pk}"

    @property
    def ago(self) -> str:
        """How long ago that was, to its largest unit, by the one clock; "" for never."""
        return timesince(self.last_at, clock.now(), depth=1) if self.last_at else ""


def words_of(run: SopRun, day: int, sender: Member, scripts: QuerySet[Script]) -> list[Words]:
    """``scripts`` of the run's version as they are copied on ``day``. Two queries."""
    uses = ScriptUse.objects.filter(run=run.pk, script=OuterRef("pk")).order_by("-at", "-pk")
    found = scripts.filter(version=run.version_id).annotate(
        last_by=Subquery(uses.values("by__display_name")[:1]),
        last_at=Subquery(uses.values("at")[:1]),
    )
    fill = filler(run, day, sender)
    return [
        Words(script, fill(script.text), script.last_by or "", script.last_at) for script in found
    ]


def use(*, script: Script, run: SopRun, by: Member) -> ScriptUse:
    """``by`` has copied it: the next one sees that it was just said. One INSERT. Raises DomainError
    for a script that the run's template does not have."""
    if script.version_id != run.version_id:
        raise DomainError(_("This script belongs to another camp."))
    return ScriptUse.objects.create(script=script, run=run, by=by)
