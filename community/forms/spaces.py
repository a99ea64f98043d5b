"""Forms of a space."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.forms.fields import MemberField, TimezoneField
from community.models import Space


class SpaceForm(forms.ModelForm):
    """What an owner settles."""

    timezone = TimezoneField(help_text=_("Days begin and announcements go out by this clock."))

    class Meta:
        model = Space
        fields = ["name", "purpose", "timezone", "default_locale", "visibility"]
        labels = {
            "name": _("Name"),
            "purpose": _("What it is for"),
            "default_locale": _("Language"),
            "visibility": _("Who may read its front page"),
        }
        help_texts = {
            "purpose": _("One sentence. Whoever is invited reads it first."),
            "default_locale": _("For messages to people who have not chosen one."),
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].current = self.instance.timezone
        # A ModelForm offers an empty choice for none; there is always one of these.
        self.fields["timezone"].initial = self.instance.timezone


class SpaceSettingsForm(SpaceForm):
    """What an owner settles later as well: who has to read what is sent to many."""

    class Meta(SpaceForm.Meta):
        fields = [*SpaceForm.Meta.fields, "second_approval"]
        labels = {
            **SpaceForm.Meta.labels,
            "second_approval": _("Two people read an announcement before it goes out"),
        }
        help_texts = {
            **SpaceForm.Meta.help_texts,
            "second_approval": _(
                "Whoever schedules it asks; a lead or a manager reads exactly this text and says yes."
            ),
        }


class OpenSpaceForm(SpaceForm):
    """What an operator says to open a space."""

    owner = MemberField(
        label=_("Owner"),
        required=False,
        help_text=_("A handle or an e-mail address. Empty means you."),
    )

    class Meta(SpaceForm.Meta):
        fields = ["name", "slug", *SpaceForm.Meta.fields[1:]]
        labels = {**SpaceForm.Meta.labels, "slug": _("Address")}
        help_texts = {
            **SpaceForm.Meta.help_texts,
            "slug": _("Stands in every link and stays. Small letters, digits and hyphens."),
        }
