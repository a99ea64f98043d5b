"""Fields that several forms share."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.models import Member

# Those that the first communities live in; another one that is set already is offered as well.
TIMEZONES = [
    ("Asia/Shanghai", _("China (Beijing, Shanghai)")),
    ("Asia/Urumqi", _("China (Urumqi time)")),
    ("Asia/Hong_Kong", _("Hong Kong")),
    ("Asia/Taipei", _("Taipei")),
    ("Asia/Singapore", _("Singapore")),
    ("Asia/Kuala_Lumpur", _("Kuala Lumpur")),
    ("Asia/Bangkok", _("Bangkok")),
    ("Asia/Tokyo", _("Tokyo")),
    ("Asia/Seoul", _("Seoul")),
    ("Australia/Sydney", _("Sydney")),
    ("Europe/London", _("London")),
    ("Europe/Berlin", _("Berlin")),
    ("Europe/Lisbon", _("Lisbon")),
    ("America/New_York", _("New York")),
    ("America/Los_Angeles", _("Los Angeles")),
    ("UTC", _("Universal time (UTC)")),
]


class TimezoneField(forms.ChoiceField):
    """A time zone by the name of a place; ``current`` is offered even if it is a rare one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=self._offered, **kwargs)
        self.current = ""

    def _offered(self) -> Iterator[tuple[str, Any]]:
        yield from TIMEZONES
        current = getattr(self, "current", "")
        if current in available_timezones() and current not in dict(TIMEZONES):
            yield current, current.replace("_", " ")


class MemberField(forms.CharField):
    """A member, by handle or by e-mail address; only for forms that operators see, because the
    answer tells whether an address is known."""

    default_error_messages = {
        "unknown": _("Nobody here has this handle or e-mail address. Look for a slip.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def clean(self, value: Any) -> Member | None:
        text = super().clean(value).strip().lower()
        if not text:
            return None
        known = Member.objects.exclude(state=Member.State.BLANKED)
        member = known.filter(Q(handle=text.removeprefix("@")) | Q(email=text)).first()
        if member is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return member
