"""The wizard: four steps, each a plain form, and the page to check before publishing.

It works before there is an account: what a guest writes stands in her session.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.forms.introduction import STEP_FORMS, StepForm
from community.models import IntroductionTag
from community.services import intro_drafts, introductions, strength
from community.services.answers import Answers, answers_of
from community.services.intro_drafts import STEPS, Draft, WrittenElsewhere
from community.trust import ratelimit

Side = IntroductionTag.Side
CHECK = 5
NAMES = {
    1: gettext_lazy("Basics"),
    2: gettext_lazy("One sentence"),
    3: gettext_lazy("Proud of"),
    4: gettext_lazy("Give and need"),
}
NEXT_LABELS = {
    1: gettext_lazy("Next: one sentence"),
    2: gettext_lazy("Next: the thing you are proud of"),
    3: gettext_lazy("Next: what you give and need"),
    4: gettext_lazy("Look at it before it goes out"),
}
EXAMPLES = (
    gettext_lazy("Kept books for nine years, in my second year of growing vegetables"),
    gettext_lazy("A language teacher who mends bicycles"),
    gettext_lazy("Looking after my mother in a small town, writing a novel at night"),
)


@access.public
@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """Where she stopped: a step, or the page to check."""
    draft = intro_drafts.load(request.user, request.session)
    row = getattr(request.user, "introduction", None) if request.user.is_authenticated else None
    if draft.step == CHECK or (row is not None and row.is_published and not row.draft):
        return redirect("community:intro_preview")
    return redirect("community:intro_step", draft.step)


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, step: int) -> HttpResponse:
    """One step. A POST keeps what was typed whatever is wrong with it, and goes where the pressed
    button says. 409 if the same step was written on another device meanwhile."""
    if step not in STEPS:
        raise Http404
    if request.method != "POST":
        draft = intro_drafts.load(request.user, request.session)
        form = STEP_FORMS[step](initial=_initial(draft, step))
        return _page(request, step, form, draft)
    _limit(request)
    form = STEP_FORMS[step](request.POST)
    try:
        draft = _save(request, form, step)
    except WrittenElsewhere as other:
        return _conflict(request, step, other)
    going = request.POST.get("go", "next")
    if going == "back":
        return redirect("community:intro_step", max(1, step - 1))
    if going == "later":
        return redirect("community:today" if request.user.is_authenticated else "community:landing")
    if going == "help":
        return redirect("community:intro_help")
    if not form.is_valid():
        return _page(request, step, form, draft, status=422)
    if step == len(STEPS):
        return redirect("community:intro_preview")
    return redirect("community:intro_step", step + 1)


@access.public
@require_POST
def autosave(request: HttpRequest, step: int) -> HttpResponse:
    """Keep what is being typed. 204; 409 with a sentence if another device was there meanwhile."""
    if step not in STEPS:
        raise Http404
    _limit(request)
    try:
        _save(request, STEP_FORMS[step](request.POST), step, here=True)
    except WrittenElsewhere:
        return HttpResponse(
            _("This step was written on another device. Press Next to see both."), status=409
        )
    return HttpResponse(status=204)


@access.public
@require_safe
def aside(request: HttpRequest) -> HttpResponse:
    """The preview and how far the text has come; asked for after each save."""
    draft = intro_drafts.load(request.user, request.session)
    return render(request, "community/_intro_aside.html", aside_context(request, draft))


@access.public
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """How "how far it has come" is counted: the table in the code, shown. No query."""
    return render(
        request,
        "community/intro_rules.html",
        {
            "parts": strength.PARTS,
            "total": sum(part.points for part in strength.PARTS),
            "bands": [(least, word) for least, word in strength.BANDS],
            "clear": strength.CLEAR,
        },
    )


def aside_context(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """What the column beside each step shows; it is for the writer alone."""
    answers = answers_of(draft.as_json())
    points = strength.strength_of(answers)
    return {
        "letter": letter_of(answers),
        "strength": points,
        "strength_word": strength.word_for(points),
        "missing": strength.missing(answers)[:3],
    }


def letter_of(answers: Answers) -> dict[str, Any]:
    """The introduction as a letter."""
    comma = _(", ")
    reasons = [*answers.labels(Side.REASON), *filter(None, [answers.reason_own])]
    return {
        "name": answers.nickname or _("Your name"),
        "meta": " · ".join(filter(None, [answers.occupation, answers.place])),
        "line": answers.line,
        "reasons": comma.join(reasons),
        "proud": answers.proud,
        "gives": comma.join(answers.labels(Side.OFFER)),
        "needs": comma.join(answers.labels(Side.NEED)),
    }


def published_message(outcome: introductions.Published) -> str:
    """What is said after publishing."""
    if outcome.is_held:
        return _("It is kept. Somebody who runs your space reads it first, then others see it.")
    if not outcome.first:
        return _("Published. Others read the new text now.")
    if not outcome.neighbours:
        return _("That was your first appearance. Others can see you now.")
    return ngettext(
        "You are visible now. %(count)d person here lives where you live.",
        "You are visible now. %(count)d people here live where you live.",
        outcome.neighbours,
    ) % {"count": outcome.neighbours}


def _save(request: HttpRequest, form: StepForm, step: int, *, here: bool = False) -> Draft:
    form.is_valid()
    return intro_drafts.save_step(
        request.user,
        request.session,
        step=step,
        values=form.raw(),
        writer=form.cleaned_data.get("writer") or intro_drafts.new_writer(),
        seen=form.cleaned_data.get("seen") or 0,
        then=step if here else step + 1,
    )


def _limit(request: HttpRequest) -> None:
    """A guest costs a session row; a robot must not fill the table."""
    if not request.user.is_authenticated:
        ratelimit.hit("intro-draft", ratelimit.client_ip(request), limit=1_200, window=3_600)


def _initial(draft: Draft, step: int) -> dict[str, Any]:
    return {name: draft.fields.get(name, "") for name in STEPS[step]} | {
        "writer": intro_drafts.new_writer(),
        "seen": draft.seen(step),
    }


def _page(
    request: HttpRequest,
    step: int,
    form: StepForm,
    draft: Draft,
    *,
    theirs: list[tuple[Any, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = aside_context(request, draft) | {
        "form": form,
        "step": step,
        "steps": steps_of(draft, step),
        "next_label": NEXT_LABELS[step],
        "examples": EXAMPLES,
        "theirs": theirs,
        "laid_aside": [
            (form.fields[name].label, draft.aside[name])
            for name in STEPS[step]
            if name in draft.aside
        ],
        "restored": request.method == "GET" and not draft.is_empty and bool(draft.marks),
    }
    return render(request, "community/intro_step.html", context, status=status)


def steps_of(draft: Draft, current: int) -> list[dict[str, Any]]:
    """The four steps over the page."""
    return [
        {
            "label": f"{number} {name}",
            "state": "current" if number == current else "done" if _is_begun(draft, number) else "",
            "href": reverse("community:intro_step", args=[number]),
        }
        for number, name in NAMES.items()
    ]


def _is_begun(draft: Draft, step: int) -> bool:
    return any(draft.fields.get(name) for name in STEPS[step])


def _conflict(request: HttpRequest, step: int, other: WrittenElsewhere) -> HttpResponse:
    """Both versions: hers in the form, the other one above it. Sending again keeps hers."""
    data = request.POST.copy()
    data["seen"], data["writer"] = str(other.seen), intro_drafts.new_writer()
    form = STEP_FORMS[step](data)
    theirs = []
    for name, value in other.theirs.items():
        if not value:
            continue
        if isinstance(value, list):
            labels = dict(form.fields[name].choices)  # type: ignore[attr-defined]
            value = _(", ").join(str(labels.get(key, key)) for key in value)
        theirs.append((form.fields[name].label, value))
    draft = intro_drafts.load(request.user, request.session)
    return _page(request, step, form, draft, theirs=theirs, status=409)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """A guest has written it; the account is asked for now, and she comes back here."""
    messages.info(request, _("Your text is kept. Sign in or join, and publish it then."))
    query = urlencode({"next": reverse("community:intro_preview")})
    return redirect(f"{reverse('community:login')}?{query}")
