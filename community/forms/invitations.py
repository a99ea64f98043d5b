"""Forms about invitations."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models.ids import ALPHABET

MOST_DAYS = 365


class InvitationForm(forms.Form):
    """How many people, how long, and a note to tell it from the others."""

    max_uses = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=10_000, initial=1
    )
    days = forms.IntegerField(
        label=_("Days it is good for"), min_value=1, max_value=MOST_DAYS, initial=7
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=60,
        required=False,
        help_text=_("For yourselves, such as where it was posted."),
    )


class CodeForm(forms.Form):
    """An invitation code from a slip of paper, with the spaces and hyphens people write."""

    code = forms.CharField(
        label=_("Invitation code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )

    def clean_code(self) -> Any:
        text = self.cleaned_data["code"].strip().rstrip("/").rsplit("/", 1)[-1]
        code = re.sub(r"[\s·.-]", "", text).lower()
        if not re.fullmatch(f"[{ALPHABET}]{{12}}", code):
            raise forms.ValidationError(
                _("An invitation code has 12 letters and digits. Compare it with your slip.")
            )
        return code
