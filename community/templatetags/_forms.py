"""Forms: the form itself, what is wrong with it, its steps, searching.

Fields are Django's: ``{{ form.name.as_field_group }}`` renders ``django/forms/field.html``.
"""

from collections.abc import Iterable
from typing import Any

from django.forms import BaseForm
from django.forms.utils import ErrorList
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
STEP_STATES = ("", "done", "current")


@kit.box(context=True)
def form(
    context: Context,
    content: SafeString,
    action: str = "",
    *,
    method: str = "post",
    files: bool = False,
    **attrs: Any,
) -> SafeString:
    """A <form> with its CSRF token. The browser's own bubbles are off, because they speak the
    browser's language and are gone at once; ``{% error_summary form %}`` says it instead."""
    one_of("form method", method, ("post", "get"))
    return render("form", content=content, action=action, method=method, files=files,
                  attrs=attributes(attrs), csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.part
def error_summary(*forms: BaseForm) -> SafeString:
    """What is wrong, at the top of the page, with links to the fields. It takes the focus where
    scripts run. Nothing when nothing is wrong."""
    problems = [problem for form in forms if form.is_bound for problem in _problems(form)]
    return render("error_summary", problems=problems) if problems else SafeString("")


def _problems(form: BaseForm) -> Iterable[tuple[str, str]]:
    for error in form.non_field_errors():
        yield "", error
    for bound in form:
        errors: ErrorList = bound.errors
        for error in errors:
            # Django's own sentences ("This field is required.") do not say which field.
            said = _("%(label)s: %(problem)s") % {"label": bound.label, "problem": error}
            yield ("" if bound.is_hidden else _first_id(bound)), said


def _first_id(bound: Any) -> str:
    """The id of what can take the focus: of a group of choices that is the first one."""
    if getattr(bound.field.widget, "use_fieldset", False) and bound.subwidgets:
        return bound.subwidgets[0].id_for_label or bound.auto_id
    return bound.id_for_label or bound.auto_id


@kit.part
def steps(steps: Iterable[dict[str, str]], label: str) -> SafeString:
    """Where one is in a few steps. Each is ``{"label", "state", "href"}``, state done, current or
    ""; ``label`` says it in words ("Step 2 of 4")."""
    checked = [step | {"state": one_of("steps state", step["state"], STEP_STATES)}
               for step in steps]  # fmt: skip
    return render("steps", steps=checked, label=label)


@kit.part
def search_field(
    label: str, *, name: str = "q", value: str = "", placeholder: str = "", id: str = "q"
) -> SafeString:
    """What one types a search into; it stands in a ``{% form method="get" %}``. ``/`` jumps to
    the one with the id "q"."""
    return render("search_field", label=label, name=name, value=value, placeholder=placeholder,
                  id=id)  # fmt: skip


@kit.part
def example(text: str, label: str, target: str) -> SafeString:
    """An opening sentence that ``label`` puts into the empty text field with the id ``target``."""
    return render("example", text=text, label=label, target=target)


@kit.box
def examples(content: SafeString, summary: str, open: bool = False) -> SafeString:
    """Opening sentences to start from; inside it ``example``."""
    return format_html(
        '<details class="fold example"{}><summary>{}</summary>'
        '<ul class="example__list">{}</ul></details>',
        " open" if open else "", summary, content,
    )  # fmt: skip
