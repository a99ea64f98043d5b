"""What one writes in the staff room: notes, answers, and what is to be said."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from cohorts.models import Enrolment
from cohorts.models.care import LONGEST_NOTE
from cohorts.services.staff_room import LONGEST_QUESTION, LONGEST_TOLD
from community.models import Member


class NoteForm(forms.Form):
    """A note, perhaps about one learner."""

    text = forms.CharField(
        label=_("A note for the staff"),
        help_text=_("Markdown works. No learner reads it."),
        max_length=LONGEST_NOTE * 5,  # the service says by how much it is too long
        error_messages={"required": _("Write a few words.")},
        widget=forms.Textarea({"rows": 4, "data-count": LONGEST_NOTE}),
    )
    about = forms.ModelChoiceField(
        queryset=Enrolment.objects.none(),
        required=False,
        label=_("About a learner"),
        empty_label=_("Nobody in particular"),
        to_field_name="public_id",
        error_messages={"invalid_choice": _("This learner is not in the camp.")},
    )

    def __init__(self, *args: Any, learners: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["about"]
        field.queryset = learners  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: str(row.member)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_NOTE * 5,
        error_messages={"required": _("Write a few words.")},
        widget=forms.Textarea({"rows": 2, "data-count": LONGEST_NOTE}),
    )


class DecisionForm(forms.Form):
    """The agreed wording: for which question, who tells it to whom, where it stands."""

    question = forms.CharField(
        label=_("When somebody asks …"),
        max_length=LONGEST_QUESTION * 5,
        error_messages={"required": _("Write a few words.")},
        widget=forms.TextInput({"data-count": LONGEST_QUESTION}),
    )
    wording = forms.CharField(
        label=_("… we say"),
        max_length=LONGEST_NOTE * 5,
        error_messages={"required": _("Write a few words.")},
        widget=forms.Textarea({"rows": 4, "data-count": LONGEST_NOTE}),
    )
    teller = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        required=False,
        label=_("Who tells it"),
        empty_label=_("Whoever is asked"),
        to_field_name="handle",
    )
    told = forms.CharField(
        required=False,
        max_length=LONGEST_TOLD * 5,
        label=_("Whom"),
        help_text=_("“Everybody in group 2”, “who asks”."),
    )
    link = forms.CharField(
        required=False,
        max_length=500,
        label=_("Where it stands"),
        validators=[
            URLValidator(
                schemes=["http", "https"], message=_("Give a whole link, beginning with https://.")
            )
        ],
        widget=forms.TextInput({"inputmode": "url", "placeholder": "https://"}),
    )

    def __init__(self, *args: Any, staff: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["teller"].queryset = staff  # type: ignore[attr-defined]
