"""Writing a long text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.models.article import LONGEST_TITLE
from community.models.audience import Audience


class ArticleForm(forms.Form):
    """``writer`` and ``seen`` say which open page sends it."""

    title = forms.CharField(
        required=False,
        label=_("Title"),
        widget=forms.TextInput({"data-count": LONGEST_TITLE, "autocomplete": "off"}),
    )
    body = forms.CharField(
        required=False,
        strip=False,
        label=_("Text"),
        help_text=_(
            "Markdown if you like: a line of its own with ## is a heading, * makes a list."
        ),
        widget=forms.Textarea({"rows": 18, "class": "textarea--voice textarea--tall"}),
    )
    audience = forms.ChoiceField(
        label=_("Who can read it"),
        choices=[
            (Audience.SPACES.value, _("The people of my spaces")),
            (Audience.CAMP.value, _("Only the people of my camp")),
            (Audience.PUBLIC.value, _("Everybody, also who is not signed in")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    writer = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
