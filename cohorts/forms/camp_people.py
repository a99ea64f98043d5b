"""Forms about the people of a camp: who learns, who is staff, who is away, who is invited."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.forms.camps import DateInput
from cohorts.models import Camp
from cohorts.services.camp_staff import Place
from cohorts.services.enrolment import LONGEST_REASON
from community.models import Member, Membership, RoomMembership

STAFF_ROLES = [(role.value, role.label) for role in RoomMembership.STAFF_ROLES]
MOST_DAYS = 180


class PeopleField(forms.ModelMultipleChoiceField):
    """People of a space, ticked. ``listed`` are those shown; anybody in the space is accepted, so
    that a page which has moved on meanwhile loses nobody who was ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Member.objects.none(),
            to_field_name="handle",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Tick at least one person.")},
            **kwargs,
        )

    def offer(self, camp: Camp, listed: Sequence[Membership]) -> None:
        self.queryset = Member.objects.filter(
            memberships__space=camp.space_id, memberships__state=Membership.State.ACTIVE
        )
        self.widget.choices = [
            (row.member.handle, f"{row.member} · @{row.member.handle}") for row in listed
        ]


class EnrolForm(forms.Form):
    """Who learns in the camp from now on."""

    people = PeopleField(label=_("Who"))

    def __init__(self, *args: Any, camp: Camp, listed: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].offer(camp, listed)


class StaffForm(EnrolForm):
    """Who joins the staff, and as what."""

    role = forms.ChoiceField(
        label=_("As what"), choices=STAFF_ROLES, initial=RoomMembership.Role.ASSISTANT
    )


class RoleForm(forms.Form):
    """Another role in the camp."""

    role = forms.ChoiceField(
        label=_("Role in this camp"), choices=STAFF_ROLES, widget=forms.RadioSelect
    )


class AbsenceForm(forms.Form):
    """From when to when, and who stands in."""

    first_day = forms.DateField(label=_("First day away"), widget=DateInput)
    last_day = forms.DateField(label=_("Last day away"), widget=DateInput)
    stand_in = forms.ChoiceField(label=_("Who stands in"), required=False)
    note = forms.CharField(label=_("Note for the staff"), max_length=200, required=False)

    def __init__(self, *args: Any, member: Member, team: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [place.member for place in team if place.member != member]
        self.others = {other.handle: other for other in others}
        self.fields["stand_in"].choices = [
            ("", _("Nobody; the others of the role do it")),
            *((handle, str(other)) for handle, other in self.others.items()),
        ]

    def clean_stand_in(self) -> Member | None:
        return self.others.get(self.cleaned_data["stand_in"])


class CampInvitationForm(forms.Form):
    """How many people, how long, and a note to tell it from the others."""

    max_uses = forms.IntegerField(label=_("How many people"), min_value=1, max_value=10_000)
    days = forms.IntegerField(
        label=_("Days it is good for"), min_value=1, max_value=MOST_DAYS, initial=14
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=60,
        required=False,
        help_text=_("For yourselves, such as where it was posted."),
    )


class ReasonForm(forms.Form):
    """Why she joins this camp, in her own words."""

    reason = forms.CharField(
        label=_("What do you want from this camp"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence helps the assistants to help you. Only they read it."),
    )
