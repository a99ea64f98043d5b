"""When and how often a member is told something. What by which way is a table of boxes."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from community.forms.me import zone_choices
from community.services.notification_choices import Chosen, Frequency

NO_TIME = {
    "required": _("Choose a time of day."),
    "invalid": _("This is no time of day. Write it like 08:30."),
}
NO_DATE = {
    "required": _("Choose a day."),
    "invalid": _("This is no day of the calendar. Write it like 2026-03-08."),
}


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input--w-s"}),
        error_messages=NO_TIME,
    )


def _date(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages=NO_DATE,
    )


class DigestForm(forms.Form):
    """Her own digest: how often, when, and in which shape."""

    frequency = forms.ChoiceField(
        label=_("How often"), choices=Frequency.choices, widget=forms.RadioSelect
    )
    at = _time(_("Time of day"))
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        help_text=_("Counts for the weekly one."),
        widget=forms.Select(attrs={"class": "input--w-m"}),
    )
    as_letter = forms.BooleanField(
        label=_("As a letter"),
        required=False,
        help_text=_("Plain, in large type, for reading on paper or to somebody."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Your digest, quiet hours and quiet days go by it."),
    )

    @staticmethod
    def of(chosen: Chosen, timezone: str) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        row = chosen.settings
        return {
            "frequency": chosen.frequency,
            "at": row.digest_at,
            "weekday": row.digest_weekday,
            "as_letter": row.as_letter,
            "timezone": timezone,
        }


class HoursForm(forms.Form):
    """From when until when, every day."""

    begins = _time(_("From"))
    ends = _time(_("Until"))


class DaysForm(forms.Form):
    """Days of one holiday or journey. What cannot be is said by the service, at its field."""

    first = _date(_("First day"))
    last = _date(_("Last day"))
