"""Forms about somebody's place in a space."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class RoleForm(forms.Form):
    """Another role; ``roles`` are the choices that the person who asks may give."""

    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This role is not yours to give. Choose another one.")},
    )

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles


class ReasonForm(forms.Form):
    """Why something is done that somebody may ask about later."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence, for those who manage the space after you. It is not sent."),
    )
