"""A service's refusal, shown in the form that asked for it, with what was typed still there."""

from django import forms

from community.errors import DomainError


def refuse(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put the sentence at the field that it is about, or over the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def status_of(form: forms.BaseForm) -> int:
    """422 for a form that was sent and is wrong, else 200."""
    return 422 if form.errors else 200
