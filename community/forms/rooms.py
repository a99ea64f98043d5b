"""Forms about rooms."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms.fields import TimezoneField
from community.models import Member, Membership, Room, RoomMembership, Space


class RoomForm(forms.ModelForm):
    """A new room; the space's own two are there already."""

    KINDS = (Room.Kind.CAMP, Room.Kind.GROUP, Room.Kind.STAFF)
    timezone = TimezoneField()

    class Meta:
        model = Room
        fields = ["name", "kind", "part_of", "timezone"]
        labels = {"name": _("Name"), "kind": _("Kind"), "part_of": _("Part of")}
        help_texts = {
            "part_of": _("The camp that this group or staff room belongs to."),
        }

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.space = space
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in self.KINDS]
        self.fields["part_of"].queryset = Room.objects.filter(space=space, kind=Room.Kind.CAMP)
        self.fields["part_of"].empty_label = _("Nothing; it stands by itself")
        self.fields["timezone"].current = space.timezone
        self.fields["timezone"].initial = space.timezone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Room.Kind.STAFF and cleaned.get("part_of") is None:
            self.add_error("part_of", _("A staff room belongs to a camp. Choose which."))
        if cleaned.get("kind") == Room.Kind.CAMP and cleaned.get("part_of") is not None:
            self.add_error("part_of", _("A camp is part of nothing. Leave this empty."))
        return cleaned


def roles_in(room: Room) -> list[tuple[str, str]]:
    """The roles that ``room`` has, as choices: a staff room has no learners."""
    none = {RoomMembership.Role.LEARNER} if room.kind == Room.Kind.STAFF else set()
    return [(role.value, role.label) for role in RoomMembership.Role if role not in none]


class EnterRoomForm(forms.Form):
    """Who comes in, and as what. ``listed`` are those shown; anybody in the space is accepted, so
    that a page which has moved on meanwhile loses nobody who was ticked."""

    people = forms.ModelMultipleChoiceField(
        label=_("Who"),
        queryset=Member.objects.none(),
        to_field_name="handle",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one person.")},
    )
    role = forms.ChoiceField(label=_("As what"))

    def __init__(self, *args: Any, room: Room, listed: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_in(room)
        self.fields["role"].initial = self.fields["role"].choices[-1][0]
        self.fields["people"].queryset = Member.objects.filter(
            memberships__space=room.space_id, memberships__state=Membership.State.ACTIVE
        )
        self.fields["people"].widget.choices = [
            (row.member.handle, f"{row.member} · @{row.member.handle}") for row in listed
        ]


class PlaceForm(forms.Form):
    """Another role in a room."""

    role = forms.ChoiceField(label=_("Role in this room"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_in(room)
