"""Forms about a camp as a whole: opening it, its state, its chat groups."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.models import Camp, TemplateVersion
from cohorts.services import camp_defaults
from community.forms.fields import TimezoneField
from community.models import ChatGroup, Member, Membership, RoomMembership, Space

Role = RoomMembership.Role
MOST_CHAT_GROUPS = 20


class DateInput(forms.DateInput):
    """The browser's own calendar; what is sent is always year-month-day."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class PlanForm(forms.Form):
    """The part of the form for a new camp that decides what is made of the template."""

    version = forms.ChoiceField(label=_("Template"))
    opens_on = forms.DateField(label=_("Opening day (D1)"), widget=DateInput)
    timezone = TimezoneField(required=False)

    def __init__(
        self, *args: Any, space: Space, versions: Sequence[TemplateVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        self.versions = {version.public_id: version for version in versions}
        self.fields["version"].choices = [
            (key, f"{version.title} ({version.template.get_language_display()})")
            for key, version in self.versions.items()
        ]
        self.fields["timezone"].current = space.timezone
        self.fields["timezone"].initial = space.timezone

    def clean_version(self) -> TemplateVersion:
        return self.versions[self.cleaned_data["version"]]

    def clean_timezone(self) -> str:
        return self.cleaned_data["timezone"] or self.space.timezone


class OpeningForm(forms.Form):
    """The day on which a camp opens after all."""

    opens_on = forms.DateField(
        label=_("Opening day (D1)"),
        widget=DateInput,
        error_messages={
            "required": _("Choose the day on which the camp opens."),
            "invalid": _("This is no date. Write it like 2026-03-02."),
        },
    )


class OpenCampForm(PlanForm):
    """Everything that is asked before a camp is opened; all of it is filled in already."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    lead = forms.ChoiceField(label=_("Who leads it"))
    team = forms.MultipleChoiceField(
        label=_("Who helps"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each comes in with their role in the space. More can come later."),
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=2000, initial=60)
    chat_groups = forms.CharField(
        label=_("Chat groups"),
        required=False,
        max_length=1300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The names of the camp's WeChat groups, one on each line."),
    )
    field_order = ["version", "opens_on", "name", "lead", "team"]

    def __init__(
        self,
        *args: Any,
        staff: Sequence[Membership],
        names: dict[int, str],
        by: Member,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {place.member.handle: place for place in staff}
        self.names = names
        first = next(iter(self.versions.values()))
        people = [
            (handle, f"{place.member} · {place.get_role_display()}")
            for handle, place in self.staff.items()
        ]
        self.fields["lead"].choices = self.fields["team"].choices = people
        self.initial = {
            "version": first.public_id,
            "opens_on": camp_defaults.opening_for(first, self.space.timezone),
            "name": names[first.pk],
            "lead": by.handle,
            "team": [h for h, place in self.staff.items() if place.role in camp_defaults.ROLES],
        } | self.initial

    def clean_chat_groups(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["chat_groups"].splitlines()]
        names = [line for line in lines if line]
        if len(names) > MOST_CHAT_GROUPS:
            raise forms.ValidationError(
                _("At most %(count)d chat groups. Leave some out."),
                params={"count": MOST_CHAT_GROUPS},
            )
        return names

    def clean(self) -> dict[str, Any]:
        """A name that was proposed for one template follows when another one is chosen."""
        cleaned = super().clean() or self.cleaned_data
        version = cleaned.get("version")
        name = (cleaned.get("name") or "").strip()
        if version and (not name or name in self.names.values()):
            cleaned["name"] = self.names[version.pk]
        return cleaned

    def asked_for(self) -> dict[str, Any]:
        """What ``camps.open_camp`` takes."""
        said = self.cleaned_data
        team = {handle: camp_defaults.ROLES.get(self.staff[handle].role, Role.ASSISTANT)
                for handle in said["team"]}  # fmt: skip
        roles = team | {said["lead"]: Role.LEAD}
        taken = ("version", "opens_on", "timezone", "name", "capacity", "chat_groups")
        return {name: said[name] for name in taken} | {
            "staff": {self.staff[handle].member: str(role) for handle, role in roles.items()}
        }


# What each state means for people, as one chooses it by hand.
MEANING = {
    Camp.State.PLANNED: _("Nobody can come in by a link; staff still can bring people in."),
    Camp.State.ENROLLING: _("Links work from now on."),
    Camp.State.PREPARING: _("The preparation begins now."),
    Camp.State.RUNNING: _("The course begins now; its days stay those of the calendar."),
    Camp.State.CLOSING: _("The course ends now, and nobody comes in any more."),
    Camp.State.FINISHED: _("All is over. This cannot be taken back."),
    Camp.State.CANCELLED: _("The camp is called off. This cannot be taken back."),
}


class StateForm(forms.Form):
    """Another state, and why."""

    state = forms.ChoiceField(label=_("The camp becomes"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("A few words; they are kept with the camp.")
    )

    def __init__(self, *args: Any, camp: Camp, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = Camp.NEXT[Camp.State(camp.state)]
        self.fields["state"].choices = [
            (state.value, f"{state.label}: {MEANING[state]}")
            for state in Camp.State
            if state in allowed
        ]


class ChatGroupForm(forms.ModelForm):
    """A group's name and where it is; the service checks whether the name is free."""

    class Meta:
        model = ChatGroup
        fields = ["name", "platform"]
        labels = {"name": _("Name of the group"), "platform": _("Where it is")}


class ChatGroupNameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
