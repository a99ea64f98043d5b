"""What the theme switch sends."""

from django import forms

from community.models import Member


class ThemeForm(forms.Form):
    """``theme``, and ``next``: the page to come back to."""

    theme = forms.ChoiceField(choices=Member.Theme.choices)
    next = forms.CharField(required=False, max_length=2_000)
