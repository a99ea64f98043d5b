"""What one fills in on the board: evidence, a reason, another person, another time, a note."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import EvidenceKind, SopTask
from cohorts.models.care import LONGEST_NOTE
from cohorts.services.evidence import LONGEST_LINK, LONGEST_TEXT
from cohorts.services.step_body import Body
from cohorts.services.tasks import LONGEST_REASON

TYPED = {
    EvidenceKind.TEXT: _("What was done, in a few words"),
    EvidenceKind.LINK: _("The link"),
    EvidenceKind.NUMBER: _("The number"),
}


class VersionedForm(forms.Form):
    """Everything done to a task says which version of it was seen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CompleteForm(VersionedForm):
    """What closing a step asks for: nothing, words, a link, a number, a picture; which chat groups
    it shows; why it is closed although it should wait."""

    evidence = forms.CharField(required=False)
    photo = forms.FileField(required=False, label=_("Screenshot"))
    kept_photo = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    groups = forms.MultipleChoiceField(
        required=False,
        label=_("It shows these chat groups"),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        required=False, max_length=LONGEST_REASON, label=_("Why it is done all the same")
    )

    def __init__(self, *args: Any, body: Body, **more: Any) -> None:
        super().__init__(*args, **more)
        kind = body.task.step.evidence
        self._fit_evidence(kind)
        if kind != EvidenceKind.PHOTO:
            del self.fields["photo"], self.fields["kept_photo"]
        else:
            self.fields["photo"].widget.attrs["accept"] = "image/*"
        if body.groups:
            left = {group.pk for group in body.missing}
            self.fields["groups"].choices = [  # type: ignore[attr-defined]
                (group.public_id, group.name) for group in body.groups if group.pk in left
            ]
        else:
            del self.fields["groups"]
        self.asks_for_reason = body.asks_for_reason
        if not self.asks_for_reason:
            self.fields["reason"].widget = forms.HiddenInput()
        if not self.is_bound:
            self._show_what_is_wanted()

    def full_clean(self) -> None:
        """Whether something is missing the service says, in better words than a form can; only what
        is shown must not say "optional"."""
        super().full_clean()
        self._show_what_is_wanted()

    def _show_what_is_wanted(self) -> None:
        for name in ("evidence", "photo", "groups"):
            if name in self.fields:
                self.fields[name].required = True
        self.fields["reason"].required = self.asks_for_reason

    def _fit_evidence(self, kind: str) -> None:
        if kind not in TYPED:
            del self.fields["evidence"]
            return
        field = self.fields["evidence"]
        field.label = TYPED[EvidenceKind(kind)]
        if kind == EvidenceKind.TEXT:
            field.widget = forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT})
        elif kind == EvidenceKind.LINK:
            field.widget = forms.TextInput(
                attrs={"inputmode": "url", "placeholder": "https://", "maxlength": LONGEST_LINK}
            )
        else:
            field.widget = forms.TextInput(attrs={"inputmode": "numeric"})


class SkipForm(VersionedForm):
    reason = forms.CharField(max_length=LONGEST_REASON, label=_("Why it is skipped"))


class TaskHandOverForm(VersionedForm):
    """To whom a step is given; nobody is its role."""

    to = forms.ChoiceField(required=False, label=_("Who does it"))
    note = forms.CharField(required=False, max_length=LONGEST_REASON, label=_("A word with it"))

    def __init__(self, *args: Any, body: Body, **more: Any) -> None:
        super().__init__(*args, **more)
        task: SopTask = body.task
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("Whoever is %(role)s") % {"role": task.get_role_display()}),
            *((person.handle, person.name) for person in body.staff),
        ]


class PostponeForm(VersionedForm):
    day = forms.TypedChoiceField(coerce=int, label=_("Day"))
    time = forms.TimeField(
        label=_("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M"],
    )
    note = forms.CharField(required=False, max_length=LONGEST_REASON, label=_("Why"))

    def __init__(self, *args: Any, body: Body, **more: Any) -> None:
        super().__init__(*args, **more)
        calendar = body.task.run.calendar
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (day, f"D{day} · {_date(calendar.date_of(day))}") for day in body.days
        ]


class HandOverNoteForm(forms.Form):
    text = forms.CharField(
        max_length=LONGEST_NOTE,
        label=_("What the next one should know"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _date(date: dt.date) -> str:
    return date.strftime("%m-%d")
