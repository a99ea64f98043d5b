"""The words of a script (话术) as they are copied: filled with the values of a camp and a day."""

from collections.abc import Callable

from django.utils.formats import date_format

from cohorts.models import SopRun
from community.models import Announcement, Member
from community.services import placeholders


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
        .only("values")
        .first()
    )
    plain: dict[str, object] = {
        "camp.name": str(getattr(run, "camp", run)),
        "camp.opening_date": date_format(run.opens_on, "DATE_FORMAT"),
        "day": day if day > 0 else "",
        "date": date_format(date, "MONTH_DAY_FORMAT"),
        "weekday": date_format(date, "l"),
    }
    return plain | (announcement.values.get(date.isoformat(), {}) if announcement else {})
