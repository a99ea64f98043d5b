"""Writing an announcement, pasting many, correcting one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Announcement, Member
from community.services.announcement_writing import WrongText

# A whole camp in one field: a hundred days of two thousand signs.
LONGEST_BLOCK = 200_000


class ComposerForm(forms.Form):
    """One text as it is written, its hour, and who speaks. ``version`` 0 is a day without a text."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        strip=False,
        label=_("Text"),
        help_text=_("Plain words. It arrives as it stands here."),
        widget=forms.Textarea({"rows": 17, "class": "textarea--tall"}),
        error_messages={"required": _("Write what everybody shall read.")},
    )
    at = forms.TimeField(
        label=_("Sent at"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Say at what time it is sent, like 08:30."),
            "invalid": _("This is no time of day. Write it like 08:30."),
        },
    )
    sender = forms.ChoiceField(required=False, label=_("Who speaks"))

    def __init__(self, *args: Any, row: Announcement, staff: Iterable[Member], **more: Any) -> None:
        self.staff = {member.public_id: member for member in staff}
        initial = {
            "version": row.version if row.pk else 0,
            "text": row.source,
            "at": row.at,
            "sender": row.sender.public_id if row.sender else next(iter(self.staff), ""),
        }
        super().__init__(*args, initial=initial, **more)
        if row.sender and row.sender.public_id not in self.staff:
            self.staff[row.sender.public_id] = row.sender
        self.fields["sender"].choices = [  # type: ignore[attr-defined]
            (key, str(member)) for key, member in self.staff.items()
        ]

    @property
    def sender_chosen(self) -> Member | None:
        """None leaves it as it is."""
        return self.staff.get(self.cleaned_data.get("sender", ""))

    def refuse_texts(self, wrong: WrongText) -> None:
        """Each sentence at the text."""
        for said in wrong.problems.values():
            for sentence in said:
                self.add_error("text", sentence)


class PasteForm(forms.Form):
    """Many days in one block."""

    block = forms.CharField(
        max_length=LONGEST_BLOCK,
        strip=False,
        label=_("All days"),
        help_text=_("Each day begins with a line of its own, like D1, 第 2 天 or Day 3."),
        widget=forms.Textarea({"rows": 16, "class": "textarea--tall"}),
        error_messages={
            "required": _("Paste the text of at least one day."),
            "max_length": _("That is too much for one field. Paste it in two pieces."),
        },
    )


class CorrectionForm(forms.Form):
    """What was wrong, and what is right."""

    text = forms.CharField(
        strip=False,
        label=_("Correction"),
        help_text=_(
            "Say what was wrong and what is right. It goes to those who read the first one."
        ),
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": _("Write what was wrong and what is right.")},
    )
