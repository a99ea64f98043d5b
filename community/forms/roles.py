"""The form that grants a role beyond rooms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms.fields import MemberField
from community.models import RoleGrant, Space


class GrantForm(forms.Form):
    """Who, what, and where."""

    member = MemberField(label=_("Who"), help_text=_("A handle or an e-mail address."))
    role = forms.ChoiceField(label=_("Role"), choices=RoleGrant.Role.choices)
    space = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Space.objects.none(),
        required=False,
        empty_label=_("Everywhere"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["space"].queryset = Space.objects.all()
