"""Forms for coming in: the address, the code, the password, what one agrees to."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import Consent
from community.services import sign_in
from community.trust.redirects import local_path

DOCUMENTS = [Consent.Document.RULES, Consent.Document.PRIVACY]
CODE_LENGTH = 6


class AddressField(forms.CharField):
    """An e-mail address, in the form in which it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.EmailInput(
            attrs={
                "autocomplete": "email",
                "inputmode": "email",
                "autocapitalize": "none",
                "spellcheck": "false",
                "enterkeyhint": "go",
            }
        )
        kwargs = {
            "label": _("E-mail address"),
            "max_length": 254,
            "widget": widget,
            "error_messages": {"required": _("Type your e-mail address.")},
        } | kwargs
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        address = sign_in.normalise(super().clean(value))
        try:
            validate_email(address)
        except forms.ValidationError:
            raise forms.ValidationError(
                _("This is no e-mail address. It looks like name@example.com.")
            ) from None
        return address


class TargetField(forms.CharField):
    """Where to go on, in a hidden field. What leads nowhere here is dropped without a word: it
    was not the person who typed it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.HiddenInput} | kwargs)

    def clean(self, value: Any) -> str:
        return local_path(value)


class InvitationField(forms.CharField):
    """An invitation's code, in a hidden field; what cannot be one is dropped without a word."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.HiddenInput} | kwargs)

    def clean(self, value: Any) -> str:
        fits = isinstance(value, str) and len(value) <= 40 and value.isascii() and value.isalnum()
        return value if fits else ""


def _agree_label() -> str:
    return format_html(
        gettext("I have read the {rules} and the {privacy} and agree."),
        rules=_link("community:rules", gettext("rules")),
        privacy=_link("community:privacy", gettext("privacy statement")),
    )


def _link(name: str, words: str) -> str:
    # In a tab of its own, so that what was typed is still there afterwards.
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', reverse(name), words)


class AgreeField(forms.BooleanField):
    """The box to tick; its label leads to both documents, in the language of the page."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": lazy(_agree_label, SafeString)(),
            "error_messages": {
                "required": _("Read the rules and the privacy statement, then tick this box.")
            },
        } | kwargs
        super().__init__(**kwargs)


class EntryForm(forms.Form):
    """The one form to sign in and to sign up with. It is the same for every address."""

    email = AddressField(help_text=_("We send a 6-digit code. No advertising."))
    shared = forms.BooleanField(
        label=_("This is a shared device, or somebody else's"),
        help_text=_("You are signed out when the browser is closed."),
        required=False,
    )
    agree = AgreeField(required=False, help_text=_("Needed once, when you are new here."))
    # For robots, which fill in everything they find; people and screen readers never meet it.
    fax = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    next = TargetField()
    i = InvitationField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # a form that came back wrong gives the focus to what is wrong
            self.fields["email"].widget.attrs["autofocus"] = True

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("fax"))

    @property
    def agreed(self) -> list[str]:
        return list(DOCUMENTS) if self.cleaned_data.get("agree") else []


class CodeForm(forms.Form):
    """The six digits from the mail, pasted or typed, with the blanks that mail programs add."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "otp",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "enterkeyhint": "go",
                "autofocus": True,
            }
        ),
        error_messages={"required": _("Type the 6 digits from the mail.")},
    )

    def clean_code(self) -> str:
        code = "".join(sign_in.normalise(self.cleaned_data["code"]).split())
        if len(code) != CODE_LENGTH or not (code.isascii() and code.isdigit()):
            # No try is lost by a slip of the finger.
            raise forms.ValidationError(
                _("The code has 6 digits. Look at the newest mail from us.")
            )
        return code


class PasswordSignInForm(forms.Form):
    email = AddressField()
    password = forms.CharField(
        label=_("Password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "enterkeyhint": "go"}
        ),
        error_messages={"required": _("Type your password.")},
    )
    shared = forms.BooleanField(
        label=_("This is a shared device, or somebody else's"),
        help_text=_("You are signed out when the browser is closed."),
        required=False,
    )
    next = TargetField()


class AgreeForm(forms.Form):
    """What a new member agrees to, if she has not ticked it before."""

    agree = AgreeField()

    @property
    def agreed(self) -> list[str]:
        return list(DOCUMENTS)


class ClaimForm(AgreeForm):
    """Taking an account over that staff have made."""

    shared = forms.BooleanField(
        label=_("This is a shared device, or somebody else's"),
        help_text=_("You are signed out when the browser is closed."),
        required=False,
    )


class SocialJoinForm(AgreeForm):
    """The last step of coming in by another service; allauth's sign-up view runs it."""

    display_name = forms.CharField(label=_("Name that others see"), max_length=60, required=False)
    field_order = ["display_name", "agree"]

    def __init__(self, *args: Any, sociallogin: Any, **kwargs: Any) -> None:
        self.sociallogin = sociallogin
        kwargs["initial"] = {"display_name": sociallogin.user.display_name}
        super().__init__(*args, **kwargs)

    def try_save(self, request: HttpRequest) -> tuple[Any, None]:
        """allauth's protocol: the new member, and no response of its own."""
        return get_adapter(request).save_user(request, self.sociallogin, form=self), None


class ConfirmPasswordForm(forms.Form):
    """It is her: the password once more."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": _("Type your password.")},
    )
