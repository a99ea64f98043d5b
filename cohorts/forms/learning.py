"""What a learner hands in, and what staff change in a lesson."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Lesson
from cohorts.models.lesson import LONGEST_CHECK_IN
from cohorts.services.check_ins import LONGEST_LINK, Given
from cohorts.services.lessons import FIELDS, TEXTS
from community.models import Upload

WANTED = ("text", "url", "photo")


class CheckInForm(forms.Form):
    """A line, a link, a picture, or the button that says she rests. ``keep`` says that she has read
    the hint about a phone number and means it; ``kept_photo`` is a picture that is stored already."""

    day = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LONGEST_CHECK_IN * 10,  # the service says by how much it is too long
        label=_("One thing you learned today"),
        widget=forms.Textarea(
            {"rows": 3, "class": "textarea--voice", "data-count": LONGEST_CHECK_IN}
        ),
    )
    url = forms.CharField(
        required=False,
        max_length=LONGEST_LINK * 10,
        label=_("A link"),
        widget=forms.TextInput(
            {"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}
        ),
    )
    photo = forms.FileField(
        required=False, label=_("A picture"), widget=forms.FileInput({"accept": "image/*"})
    )
    kept_photo = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    drop_photo = forms.BooleanField(required=False, label=_("Leave the picture out"))
    rest = forms.BooleanField(required=False, widget=forms.HiddenInput)
    keep = forms.BooleanField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, label: Any = "", hint: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.hints: list[str] = []
        self.kept_upload: Upload | None = None
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].help_text = hint
        self._show_as_wanted()

    def full_clean(self) -> None:
        """None of them is needed by itself, which the service says in better words than a form can;
        only what is shown must not say "optional"."""
        for name in WANTED:
            self.fields[name].required = False
        super().full_clean()
        self._show_as_wanted()

    def _show_as_wanted(self) -> None:
        for name in WANTED:
            self.fields[name].required = True

    def given(self, upload: Upload | None) -> Given:
        data = self.cleaned_data
        return Given(text=data["text"], url=data["url"], upload=upload, rests=data["rest"])

    def keep_picture(self, upload: Upload) -> None:
        """The picture stands in the form from now on, so that nobody has to choose it twice."""
        self.kept_upload = upload
        self.data = self.data.copy()
        self.data["kept_photo"] = upload.public_id


class LessonForm(forms.ModelForm):
    """Everything of a lesson; ``changed_at`` is the one that was read, to the microsecond."""

    changed_at = forms.CharField(widget=forms.HiddenInput, max_length=40)
    link = forms.URLField(
        required=False,
        max_length=LONGEST_LINK,
        assume_scheme="https",
        label=_("Link to a video or an audio"),
        error_messages={"invalid": _("This is no link. Paste one that begins with https://.")},
    )

    class Meta:
        model = Lesson
        fields = FIELDS
        labels = {
            "title": _("Title"),
            "minutes": _("Minutes to read"),
            "homework": _("What is handed in"),
            "body": _("The lesson"),
            "example": _("An example, worked through"),
            "exercise": _("Exercise"),
            "model_answer": _("One way to do it"),
        }
        widgets = {name: forms.Textarea({"rows": 8}) for name in TEXTS} | {
            "homework": forms.Textarea({"rows": 2})
        }
        error_messages = {"minutes": {"invalid": _("Write a whole number, like 12.")}}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["changed_at"] = self.instance.changed_at.isoformat()

    def clean_changed_at(self) -> dt.datetime:
        try:
            read = dt.datetime.fromisoformat(self.cleaned_data["changed_at"])
        except ValueError as error:
            raise forms.ValidationError(_("Load the page again.")) from error
        if read.tzinfo is None:
            raise forms.ValidationError(_("Load the page again."))
        return read
