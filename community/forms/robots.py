"""How somebody who runs a space or a camp sets up the robot of its staff group."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.errors import DomainError
from community.models import Robot
from community.services import robots

Kind = Robot.Kind


class RobotForm(forms.ModelForm):
    """What is asked when a robot is set up."""

    address = forms.CharField(
        label=_("Webhook address"),
        max_length=500,
        error_messages={"required": _("Paste the address that the app shows for the robot.")},
        help_text=_("The app shows it when the robot is made. Paste the whole of it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    secret = forms.CharField(
        label=_("Secret for the signature"),
        required=False,
        max_length=200,
        help_text=_("Feishu, Lark and DingTalk: if “signature” is chosen there. WeCom has none."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    only_staff = forms.BooleanField(
        label=_("Only people who run it are in this group"),
        help_text=_("We cannot see who is in it. A robot never writes to groups of learners."),
        error_messages={
            "required": _("Tick it when no learner is in the group; otherwise use another group.")
        },
    )

    class Meta:
        model = Robot
        fields = [
            "platform",
            "name",
            "keyword",
            "locale",
            "daily_at",
            *(f"tells_{kind}" for kind in Robot.SWITCHED),
        ]
        labels = {
            "platform": _("Where the group is"),
            "name": _("Name of the group"),
            "keyword": _("Keyword"),
            "locale": _("Language of its messages"),
            "daily_at": _("Hour of what comes once a day"),
            **{f"tells_{kind}": kind.label for kind in Robot.SWITCHED},
        }
        help_texts = {
            "keyword": _("Only if the robot's settings ask for one. It is put into each message."),
            "daily_at": _("By the clock of the space or the camp."),
        }
        error_messages = {"name": {"required": _("Write what the group is called.")}}
        widgets = {
            "platform": forms.RadioSelect,
            "daily_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # There is always one of these: a ModelForm would offer an empty choice as well.
        for name, choices in (("platform", Robot.Platform.choices), ("locale", None)):
            field = self.fields[name]
            field.choices = choices or [pair for pair in field.choices if pair[0]]

    def clean(self) -> dict[str, Any]:
        """An address of another platform is named together with all else that is wrong."""
        told = super().clean() or self.cleaned_data
        if told.get("platform") and told.get("address"):
            try:
                robots.key_in(told["platform"], told["address"])
            except DomainError as refusal:
                self.add_error("address", str(refusal))
        return told

    @property
    def kinds(self) -> list[forms.BoundField]:
        """The switches, in their order."""
        return [self[f"tells_{kind}"] for kind in Robot.SWITCHED]

    @property
    def told(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "only_staff"}


class RobotChangeForm(RobotForm):
    """The same for one that is there: its key and secret stay unless others are entered."""

    field_order = ["platform", "name", "address", "secret"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].required = False
        self.fields["address"].label = _("Another webhook address")
        self.fields["address"].help_text = _("Leave it empty to keep the one that is there.")
        self.fields["secret"].label = _("Another secret")
        self.fields["secret"].help_text = _(
            "Leave it empty to keep the one that is there. With another address, the old secret "
            "is dropped."
        )
        del self.fields["only_staff"]
