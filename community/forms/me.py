"""Forms about oneself: how one is called, in which language and time, and how one signs in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from community.forms.entrance import AddressField, TargetField
from community.forms.fields import TIMEZONES
from community.models import Member
from community.services.entrance import ZONES

# Addresses that would look like the house speaking.
_HOUSE = (
    "admin administrator shalijin operator support help staff root system security official "
    "moderator api www mail team everyone all none null undefined me you"
)
RESERVED = frozenset(_HOUSE.split())


def zone_choices() -> list[tuple[str, Any]]:
    """Those often chosen first, called as people call them; then all by name."""
    often = dict(TIMEZONES)
    rest = [
        (zone, zone.replace("_", " "))
        for zone in sorted(ZONES)
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/"))
        if zone not in often
    ]
    return [(_("Often chosen"), TIMEZONES), (_("All"), rest)]


class SettingsForm(forms.ModelForm):
    """What a member may change about herself without proving anything."""

    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zone_choices,
        help_text=_("Times on the pages and in your mails are in it."),
    )

    class Meta:
        model = Member
        fields = ["display_name", "handle", "locale", "timezone", "theme"]
        labels = {
            "display_name": _("Name that others see"),
            "handle": _("Handle"),
            "locale": _("Language"),
            "theme": _("Colours"),
        }
        help_texts = {
            "handle": _("The last part of your page's address. 3 to 30 letters, digits, _"),
        }
        error_messages = {
            "handle": {"unique": _("Somebody else has this handle. Choose another one.")}
        }
        widgets = {
            "handle": forms.TextInput(
                attrs={
                    "autocapitalize": "none",
                    "autocomplete": "off",
                    "spellcheck": "false",
                    "class": "input--w-m",
                }
            ),
            "display_name": forms.TextInput(
                attrs={"autocomplete": "nickname", "class": "input--w-m"}
            ),
            "locale": forms.RadioSelect,
            "theme": forms.RadioSelect,
        }

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"]
        if handle in RESERVED and handle != self.initial.get("handle"):
            raise forms.ValidationError(_("Somebody else has this handle. Choose another one."))
        return handle


class NewPasswordForm(forms.Form):
    """One field, which can be looked at: typing it twice finds no more slips."""

    password = forms.CharField(
        label=_("New password"),
        max_length=1_000,
        strip=False,
        help_text=_(
            "12 characters or more. Three or four words that do not belong together are good."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Type a password.")},
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.member)
        return password


class EmailForm(forms.Form):
    email = AddressField(label=_("New e-mail address"))


class LanguageForm(forms.Form):
    """In which language, and where to go on."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = TargetField()
