"""Fields as Django renders them by our templates, and what is wrong with a form."""

from django import forms
from django.template import engines
from django.utils import translation


def rendered(source, **context):
    with translation.override("en"):
        return engines["django"].from_string(source).render(context)


class Name(forms.Form):
    name = forms.CharField(label="Your name", help_text="As people call you.")
    why = forms.MultipleChoiceField(
        label="Why", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple,
        required=False,
    )  # fmt: skip
    agreed = forms.BooleanField(label="I have read the rules")
    hidden = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Nothing fits.")


def test_field_ties_label_hint_and_error_together():
    form = Name({"why": ["a"]})

    with translation.override("en"):
        html = form["name"].as_field_group()

    assert '<label class="field__label" for="id_name">Your name</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input"' in html


def test_field_of_choices_is_a_group_and_says_that_it_is_optional():
    with translation.override("en"):
        html = Name()["why"].as_field_group()

    assert html.count("<fieldset") == 1
    assert '<legend class="field__label">Why <span class="field__opt">optional</span>' in html
    assert html.count('<label class="check"') == 2


def test_field_that_is_a_single_box_is_its_own_label():
    html = Name()["agreed"].as_field_group()

    assert html.count("<label") == 1
    assert '<label class="check" for="id_agreed">' in html


def test_error_summary_links_to_what_can_take_the_focus():
    html = rendered("{% error_summary form %}", form=Name({"hidden": ""}))

    assert "4 things need mending" in html
    assert '<a href="#id_name">Your name: This field is required.</a>' in html
    assert '<a href="#id_agreed">' in html
    assert '<span class="error-summary__whole">Nothing fits.</span>' in html
    assert 'href="#id_hidden"' not in html


def test_error_summary_is_nothing_when_nothing_is_wrong():
    assert rendered("{% error_summary form %}", form=Name()) == ""
