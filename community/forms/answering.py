"""What is written about an introduction, and asked for around it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models import Praise, Space
from community.models.flag import WatchWord
from community.models.praise import LONGEST_HOW, LONGEST_PRAISE


class PraiseForm(forms.Form):
    """One concrete thing. ``first`` says that nobody had answered when the page was opened."""

    part = forms.ChoiceField(
        label=_("What did you notice?"),
        choices=Praise.Part.choices,
        required=False,
        widget=forms.RadioSelect({"class": "chip-set"}),
    )
    text = forms.CharField(
        label=_("Praise one concrete thing"),
        help_text=_("What you saw, and what it did to you. Not “great”, but which sentence."),
        max_length=LONGEST_PRAISE * 4,
        error_messages={"required": _("Name one thing that you noticed; a few words will do.")},
        widget=forms.Textarea(
            {
                "rows": 3,
                "class": "textarea--voice",
                "data-count": LONGEST_PRAISE,
                "placeholder": _("I noticed that you …"),
            }
        ),
    )
    first = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def part_or_other(self) -> str:
        return self.cleaned_data["part"] or Praise.Part.OTHER


class RecogniseForm(forms.Form):
    how = forms.CharField(
        required=False,
        max_length=LONGEST_HOW * 4,
        label=_("How do you know each other?"),
        help_text=_("“We were in the same class” is enough. Your name stands with it."),
        widget=forms.TextInput({"data-count": LONGEST_HOW}),
    )


class HelpForm(forms.Form):
    """In which space, and what would help."""

    space = forms.ModelChoiceField(
        queryset=Space.objects.none(),
        label=_("Who should help you?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a space whose people should help you.")},
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        label=_("What would help?"),
        help_text=_("“I would rather talk than type”, “I do not know where to begin”."),
        widget=forms.Textarea({"rows": 2, "data-count": 200}),
    )

    def __init__(self, *args: Any, spaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = spaces


class FlagForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=200,
        label=_("A note for the others who run the space"),
        widget=forms.TextInput(),
    )


class WatchWordForm(forms.Form):
    word = forms.CharField(max_length=30, label=_("Word"))
    level = forms.ChoiceField(label=_("What happens"), choices=WatchWord.Level.choices)
    space = forms.ModelChoiceField(
        queryset=Space.objects.none(), required=False, label=_("Where"), empty_label=None
    )

    def __init__(self, *args: Any, spaces: Any, everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["space"]
        field.queryset = spaces
        field.required = not everywhere
        field.empty_label = _("Everywhere") if everywhere else None
