"""What one writes to and about learners: praise, and that one has spoken with them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import ContactNote
from cohorts.models.lesson import LONGEST_PRAISE
from cohorts.services.contacts import LONGEST_NOTE, LONGEST_VALUE


class CheckInPraiseForm(forms.Form):
    """One concrete thing. ``first`` says that nobody had answered when the page was made."""

    text = forms.CharField(
        label=_("Praise one concrete thing"),
        help_text=_("What you saw, and what it did to you. Not “great”, but which sentence."),
        max_length=LONGEST_PRAISE * 10,  # the service says by how much it is too long
        error_messages={"required": _("Name one thing that you noticed; a few words will do.")},
        widget=forms.Textarea(
            {"rows": 2, "class": "textarea--voice", "data-count": LONGEST_PRAISE}
        ),
    )
    first = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """The channel is the button that is pressed; the rest may stay empty."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE * 10,
        label=_("What you spoke about"),
        widget=forms.Textarea({"rows": 2, "data-count": LONGEST_NOTE}),
    )
    value_kind = forms.ChoiceField(
        required=False,
        label=_("What others could have from them"),
        choices=ContactNote.Value.choices,
        widget=forms.RadioSelect({"class": "chip-set"}),
    )
    value = forms.CharField(
        required=False,
        max_length=LONGEST_VALUE * 10,
        label=_("In a few words"),
        widget=forms.TextInput({"data-count": LONGEST_VALUE}),
    )
    channel = forms.ChoiceField(
        choices=ContactNote.Channel.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose how you have spoken.")},
    )
