"""What a person at the delivery desk decides, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import OutboxMessage

State = OutboxMessage.State

TOO_LONG = _("It has %(show_value)d characters; %(limit_value)d are the most.")
WHY = _("Say in a few words why; it is kept with it.")
DEEDS = {
    "again": _("Send it again"),
    "give_up": _("Give it up"),
    "noted": _("I have seen that it may have come twice"),
}


class ReasonForm(forms.Form):
    """A deed that is written down needs a reason."""

    reason = forms.CharField(
        label=_("Why"),
        min_length=2,
        max_length=300,
        error_messages={"required": WHY, "min_length": WHY, "max_length": TOO_LONG},
        help_text=_("It is written down together with your name."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DeedForm(ReasonForm):
    """What shall become of one message; offers only what is possible for it."""

    deed = forms.ChoiceField(
        label=_("What now"),
        error_messages={"required": _("Choose what shall become of it.")},
        widget=forms.RadioSelect,
    )
    field_order = ["deed", "reason"]

    def __init__(self, *args: Any, message: OutboxMessage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = possible_deeds(message)
        self.fields["deed"].choices = [(deed, DEEDS[deed]) for deed in possible]
        if len(possible) == 1:
            self.fields["deed"].initial = possible[0]


def possible_deeds(message: OutboxMessage) -> list[str]:
    """The deeds that make sense for the message as it stands."""
    open_end = message.state in {State.DEAD, State.UNKNOWN}
    can_go = (open_end or message.state == State.SUPPRESSED) and not message.wiped
    return [
        deed
        for deed, possible in (
            ("again", can_go),
            ("give_up", open_end),
            ("noted", message.maybe_twice),
        )
        if possible
    ]


class SwitchForm(ReasonForm):
    """Turn hold or stop on or off; ``turn`` is what the person saw, so that two who press the same
    button at once do not undo each other."""

    turn = forms.ChoiceField(choices=[("on", "on"), ("off", "off")], widget=forms.HiddenInput)
