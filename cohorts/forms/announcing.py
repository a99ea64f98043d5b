"""Saying that an announcement was posted."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from cohorts.services.announcing import Place
from community.models import ChatGroup, Member

LONGEST_LINK = 500
ALL, NO_GROUP = "all", "none"


class PostedForm(forms.Form):
    """Where it was posted: one group by its own button, all that are left, or those ticked; and what
    shows it, which may serve several."""

    group = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    groups = forms.MultipleChoiceField(
        required=False, label=_("It shows these chat groups"), widget=forms.CheckboxSelectMultiple
    )
    url = forms.URLField(
        required=False,
        max_length=LONGEST_LINK,
        assume_scheme="https",
        label=_("Link to the message"),
        widget=forms.TextInput({"inputmode": "url", "placeholder": "https://"}),
        error_messages={"invalid": _("This is no link. Paste one that begins with https://.")},
    )
    photo = forms.FileField(
        required=False, label=_("Screenshot"), widget=forms.FileInput({"accept": "image/*"})
    )

    def __init__(self, *args: Any, places: Iterable[Place], by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        self._places = {
            place.group.public_id if place.group else NO_GROUP: place for place in places
        }
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (key, place.group.name)
            for key, place in self._places.items()
            if place.group and (place.posting is None or place.posting.by_id == by.pk)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [*cleaned.get("groups", []), *filter(None, [cleaned.get("group")])]
        if chosen == [ALL]:
            chosen = [key for key, place in self._places.items() if place.posting is None]
        if not chosen and not self.errors:
            raise forms.ValidationError(_g("Choose at least one chat group."))
        if set(chosen) - set(self._places):
            raise forms.ValidationError(
                _g("One of these chat groups is closed by now. Look at the list again.")
            )
        cleaned["chosen"] = self._groups(chosen)
        return cleaned

    def _groups(self, keys: list[str]) -> list[ChatGroup | None]:
        return [self._places[key].group for key in dict.fromkeys(keys)]
