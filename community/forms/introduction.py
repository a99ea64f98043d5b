"""The four steps of an introduction, and who reads what.

A step is saved as it stands, valid or not, so that nothing typed is lost; the form says what has to
be mended before it is published.
"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from community.models import ContactPreference, Tag
from community.models.audience import Audience
from community.models.introduction import LIMITS, PARTS
from community.models.tag import CURATED
from community.services.answers import MOST_LINKS, bad_links, one_line
from community.services.intro_drafts import LISTS, STEPS
from community.services.introductions import over_by

PART_LABELS = {
    "occupation": _("What you do"),
    "place": _("Where you are"),
    "line": _("One sentence"),
    "reasons": _("Why you are here"),
    "proud": _("What you are proud of"),
    "offers": _("What you can give"),
    "needs": _("What you look for"),
    "directions": _("Directions"),
    "links": _("Links"),
    "contact": _("How to reach you"),
}


class Chips(forms.CheckboxSelectMultiple):
    """Words that are chosen by one tap."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "chip-set"})


class Text(forms.CharField):
    """A text whose error says by how much it is too long, and which never cuts anything off."""

    def __init__(self, *, name: str = "", rows: int = 0, **kwargs: Any) -> None:
        self.most = LIMITS.get(name, 0)
        attrs = {"autocomplete": "off"}
        if rows:
            attrs |= {"rows": rows, "data-count": self.most, "class": "textarea--voice"}
        kwargs.setdefault("widget", forms.Textarea(attrs) if rows else forms.TextInput(attrs))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        length = len(value if "\n" in value else one_line(value))
        if self.most and length > self.most:
            raise forms.ValidationError(over_by(length - self.most), code="too_long")


class StepForm(forms.Form):
    """One step. ``writer`` and ``seen`` say which open page sends it (see the drafts)."""

    step = 0
    writer = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def raw(self) -> dict[str, Any]:
        """What was sent for this step, as it stands."""
        data = self.data
        return {
            name: (data.getlist(name) if isinstance(data, QueryDict) else data.get(name, []))
            if name in LISTS
            else data.get(name, "")
            for name in STEPS[self.step]
        }


class BasicsForm(StepForm):
    step = 1
    nickname = Text(
        name="nickname",
        required=True,
        label=_("What do people call you?"),
        help_text=_("Any name you answer to. The only thing that has to be filled in."),
        error_messages={"required": _("Tell us what people call you; the rest is up to you.")},
    )
    occupation = Text(
        name="occupation",
        label=_("What do you do, or what did you do before?"),
        help_text=_("“Learning to edit” or “used to keep books” is fine as well."),
    )
    place = Text(
        name="place",
        label=_("Which city or region are you in?"),
        help_text=_("A city or a province. Never an address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("nickname", "occupation", "place"):
            self.fields[name].widget.attrs["enterkeyhint"] = "next"
        self.fields["nickname"].widget.attrs |= {"autocomplete": "nickname", "autofocus": True}


class LineForm(StepForm):
    step = 2
    line = Text(
        name="line",
        rows=2,
        label=_("Yourself in one sentence"),
        help_text=_("No need to sum up a life. One thing of late is enough."),
    )
    reasons = forms.MultipleChoiceField(required=False, widget=Chips)
    reason_own = Text(name="reason_own", label=_("Another reason, in your own words"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].widget.attrs |= {"autofocus": True, "enterkeyhint": "next"}
        self.fields["reasons"].label = _("Why are you here?")
        self.fields["reasons"].choices = choices_of(Tag.Kind.REASON)


class ProudForm(StepForm):
    step = 3
    proud = Text(
        name="proud",
        rows=8,
        label=_("The one thing you are most proud of"),
        help_text=_("What was hard, what you did, what came of it. A small thing counts."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proud"].widget.attrs["autofocus"] = True


class GiveForm(StepForm):
    step = 4
    offers = forms.MultipleChoiceField(required=False, widget=Chips)
    offers_own = Text(label=_("Something else you can give"))
    needs = forms.MultipleChoiceField(required=False, widget=Chips)
    needs_own = Text(label=_("Something else you look for"))
    directions = forms.MultipleChoiceField(required=False, widget=Chips)
    links = forms.CharField(
        required=False,
        strip=True,
        label=_("Links"),
        help_text=_("Your works elsewhere, one address a line."),
        widget=forms.Textarea({"rows": 2, "inputmode": "url", "autocapitalize": "none"}),
    )
    ways = forms.MultipleChoiceField(required=False, widget=Chips)
    hours = Text(
        name="hours",
        label=_("When?"),
        help_text=_("“Evenings after eight”, “Sundays”. No number, no address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = choices_of(Tag.Kind.SKILL)
        labels = {
            "offers": _("What can you give?"),
            "needs": _("What do you look for?"),
            "directions": _("Which way would you like to go?"),
            "ways": _("How do you like to be reached?"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["offers"].choices = self.fields["needs"].choices = skills
        self.fields["directions"].choices = choices_of(Tag.Kind.DIRECTION)
        self.fields["ways"].choices = ContactPreference.Way.choices

    def clean_links(self) -> str:
        text: str = self.cleaned_data["links"]
        bad = bad_links(text)
        if bad:
            raise forms.ValidationError(
                _("“%(link)s” is no web address. It begins with https://."),
                params={"link": bad[0][:60]},
            )
        if len(text.split()) > MOST_LINKS:
            raise forms.ValidationError(_("Five links fit here. Choose the five best."))
        return text


STEP_FORMS: dict[int, type[StepForm]] = {
    form.step: form for form in (BasicsForm, LineForm, ProudForm, GiveForm)
}


def choices_of(kind: str) -> list[tuple[str, Any]]:
    return [(word.key, word.label) for word in CURATED[kind]]


class ReadersForm(forms.Form):
    """Who reads it: one answer for all of it, and one for each part where it differs."""

    audience = forms.ChoiceField(
        label=_("Who can see it"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can see it.")},
    )

    def __init__(self, *args: Any, in_camp: bool = False, minor: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        circles = [
            (Audience.SPACES.value, _("The people of my spaces")),
            (Audience.CAMP.value, _("Only the people of my camp")),
            (Audience.PUBLIC.value, _("Everybody, also who is not signed in")),
        ]
        left_out = ({Audience.CAMP.value} if not in_camp else set()) | (
            {Audience.PUBLIC.value} if minor else set()
        )
        self.fields["audience"].choices = [pair for pair in circles if pair[0] not in left_out]
        narrow = [pair for pair in Audience.choices if pair[0] not in left_out]
        for part in PARTS:
            self.fields[f"see_{part}"] = forms.ChoiceField(
                required=False,
                label=PART_LABELS[part],
                choices=[("", _("As above")), *narrow],
                widget=forms.Select({"class": "input--w-m"}),
            )

    def parts(self) -> list[Any]:
        """The bound fields of the single parts."""
        return [self[f"see_{part}"] for part in PARTS]

    def visibility(self) -> dict[str, str]:
        """The parts for which another circle was chosen."""
        chosen = {part: self.cleaned_data.get(f"see_{part}") for part in PARTS}
        return {part: circle for part, circle in chosen.items() if circle}


def readers_initial(audience: str, visibility: dict[str, str]) -> dict[str, str]:
    """Where a ReadersForm begins."""
    return {"audience": audience} | {f"see_{part}": visibility.get(part, "") for part in PARTS}
