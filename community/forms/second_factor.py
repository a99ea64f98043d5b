"""allauth's forms for second factors, in our words and with our fields."""

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from community.services import entrance


def code_field(label: Any, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "enterkeyhint": "go", "autofocus": True} | attrs
        ),
        error_messages={"required": _("Type the code.")},
    )


class ActivateTOTPForm(totp.ActivateTOTPForm):
    code = code_field(_("Code that the app shows"), **{"inputmode": "numeric", "class": "otp"})

    def clean_code(self) -> str:
        code = super().clean_code()
        # Whoever has just set it up has shown it; to ask again at once would need the next code.
        entrance.note_second_factor(context.request, "totp")
        return code


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again, such as the name of the phone."),
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("No passkey was made. Try again, or on another device."),
            "invalid": _("No passkey was made. Try again, or on another device."),
        },
    )
    # Always one that signs in alone: a key that only is a second step helps fewer people.
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("credential") and not self.errors:
            entrance.note_second_factor(context.request, "webauthn")
        return cleaned


class AuthenticateForm(base.AuthenticateForm):
    code = code_field(_("Code from your app, or a recovery code"))


class ReauthenticateForm(base.ReauthenticateForm):
    code = code_field(_("Code from your app, or a recovery code"))


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    name = forms.CharField(label=_("Name of this passkey"), max_length=60)
