"""Putting a day's highlights together: the items, how they are told, a pasted chat, a screenshot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Digest, Highlight
from community.models.highlight import (
    LONGEST_PHRASE,
    LONGEST_QUOTE,
    LONGEST_TITLE,
)
from community.services.digests import LONGEST_OPENING, Entry

LONGEST_PASTE = 200_000
CHIPS = {"class": "chip-set"}


class DigestForm(forms.Form):
    """What is said of the whole. ``correction`` is asked for once it has gone out."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    style = forms.ChoiceField(
        choices=Digest.Style.choices, label=_("Written as"), widget=forms.RadioSelect(CHIPS)
    )
    opening = forms.CharField(
        required=False,
        max_length=LONGEST_OPENING,
        label=_("A sentence to begin with"),
        widget=forms.Textarea({"rows": 2}),
    )
    at = forms.TimeField(
        required=False, label=_("Goes out at"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    correction = forms.CharField(
        required=False,
        max_length=LONGEST_OPENING,
        label=_("What you put right"),
        help_text=_("Its readers see this sentence on the page."),
    )

    def __init__(self, *args: Any, is_out: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        del self.fields["at" if is_out else "correction"]


class ItemForm(forms.Form):
    """One item; its prefix is the highlight's public id."""

    title = forms.CharField(
        required=False,
        max_length=LONGEST_TITLE,
        label=_("Title"),
        help_text=_("What it is about, without a name."),
    )
    quote = forms.CharField(
        required=False,
        max_length=LONGEST_QUOTE,
        label=_("Quote"),
        widget=forms.Textarea({"rows": 3}),
    )
    tag = forms.ChoiceField(
        required=False,
        choices=[("", _("none")), *Highlight.Tag.choices],
        label=_("Kind"),
        widget=forms.RadioSelect(CHIPS),
    )
    phrase = forms.CharField(
        required=False,
        max_length=LONGEST_PHRASE,
        label=_("Jump phrase"),
        help_text=_("Some signs of the original that occur nowhere else. Empty is fine."),
    )

    def __init__(self, data: Any = None, *, row: Highlight, **more: Any) -> None:
        initial = {name: getattr(row, name) for name in ("title", "quote", "tag", "phrase")}
        super().__init__(data, prefix=row.public_id, initial=initial, **more)
        self.row = row

    @property
    def entry(self) -> Entry:
        return Entry(self.row, **{name: self.cleaned_data.get(name, "") for name in
                                  ("title", "quote", "tag", "phrase")})  # fmt: skip


class PasteForm(forms.Form):
    """A piece of chat, of which only what is ticked is kept."""

    paste = forms.CharField(
        strip=False,
        label=_("The chat, as you copied it"),
        widget=forms.Textarea({"rows": 10}),
        error_messages={"required": _("Paste the chat here first.")},
    )

    def clean_paste(self) -> str:
        text = self.cleaned_data["paste"]
        if len(text) > LONGEST_PASTE:
            raise forms.ValidationError(
                _("This has %(length)d characters; %(most)d can be read at once. Paste a shorter piece, "
                  "one evening of the chat at a time."),
                params={"length": len(text), "most": LONGEST_PASTE},
            )  # fmt: skip
        return text


class ScreenshotForm(forms.Form):
    """A screenshot with the words that stand in it, for who cannot see it."""

    photo = forms.FileField(
        required=False, label=_("Screenshot"), widget=forms.FileInput({"accept": "image/*"})
    )
    kept_photo = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    quote = forms.CharField(
        max_length=LONGEST_QUOTE,
        label=_("What stands in it"),
        help_text=_("Type the words. They are read out to who cannot see the picture."),
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Type the words that stand in the picture.")},
    )
    speaker = forms.CharField(
        required=False,
        max_length=60,
        label=_("Who said it"),
        help_text=_("As the chat calls them. It is shown only after a yes."),
    )
