"""What a person says about a message that did not go out by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms.delivery import TOO_LONG, WHY
from community.services.late_desk import LONGEST_NOTE


class NoteForm(forms.Form):
    """A line that is put in front when it is sent late; it may be left out."""

    note = forms.CharField(
        label=_("A note in front of it"),
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={"max_length": TOO_LONG},
        help_text=_(
            "Like: “Our machine was down last night; this is what was meant for yesterday.”"
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SkipForm(forms.Form):
    """Why it is not sent at all."""

    reason = forms.CharField(
        label=_("Why it is not sent"),
        min_length=2,
        max_length=300,
        help_text=_("It is written down together with your name."),
        error_messages={"required": WHY, "min_length": WHY, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StopForm(SkipForm):
    """Why it is stopped halfway."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why it is stopped")
