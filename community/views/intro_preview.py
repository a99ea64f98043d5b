"""The page to check before publishing, asking for help, versions, and going out of sight."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import access
from community.errors import DomainError
from community.forms.answering import HelpForm
from community.forms.introduction import (
    PART_LABELS,
    STEP_FORMS,
    ReadersForm,
    readers_initial,
)
from community.forms.refusal import refuse
from community.models import Introduction, IntroductionTag, Room, Space
from community.models.introduction import CAMP_KINDS
from community.services import help_requests, intro_drafts, introductions
from community.services.answers import Answers, answers_of
from community.services.intro_drafts import STEPS, Draft
from community.trust import hints
from community.views.introduction import aside_context, published_message, sign_in_first

Side = IntroductionTag.Side
HINTED = (
    "nickname",
    "occupation",
    "place",
    "line",
    "reason_own",
    "proud",
    "offers_own",
    "needs_own",
    "hours",
)
LOOKS_LIKE = {
    hints.PHONE: gettext_lazy("“%(quote)s” looks like a phone number."),
    hints.WECHAT: gettext_lazy("“%(quote)s” looks like a WeChat name."),
    hints.QQ: gettext_lazy("“%(quote)s” looks like a QQ number."),
    hints.EMAIL: gettext_lazy("“%(quote)s” looks like an e-mail address."),
    hints.DOOR: gettext_lazy("“%(quote)s” looks like a house number."),
    hints.IDENTITY: gettext_lazy("“%(quote)s” looks like the number of an identity card."),
}
STEP_OF_FIELD = {name: step for step, names in STEPS.items() for name in names}


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """Everything at one sight, with a hint at what should perhaps not be public. A POST publishes,
    or answers one hint (``do`` = ``keep:key`` or ``drop:key``); who is no member yet is asked to
    join first, and the text stays."""
    draft = intro_drafts.load(request.user, request.session)
    member = request.user if request.user.is_authenticated else None
    own = {"in_camp": _is_in_camp(member), "minor": bool(member and member.is_minor)}
    if request.method != "POST":
        form = ReadersForm(initial=readers_initial(draft.audience, draft.visibility), **own)
        return _page(request, draft, form)
    form = ReadersForm(request.POST, **own)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    doing, _colon, key = request.POST.get("do", "publish").partition(":")
    draft = intro_drafts.save_choices(
        request.user,
        request.session,
        audience=form.cleaned_data["audience"],
        visibility=form.visibility(),
        keep=key if doing == "keep" else "",
        drop=_to_drop(draft, key) if doing == "drop" else None,
    )
    if doing in ("keep", "drop"):
        return redirect(f"{reverse('community:intro_preview')}#check")
    if member is None:
        return sign_in_first(request)
    return _publish(request, draft, form)


def _publish(request: HttpRequest, draft: Draft, form: ReadersForm) -> HttpResponse:
    answers = answers_of(draft.as_json())
    if problems_of(draft):
        return _page(request, draft, form, status=422)
    try:
        outcome = introductions.publish(member=request.user, answers=answers)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, draft, form, status=422)
    appears = outcome.first and not outcome.is_held
    messages.success(request, published_message(outcome), extra_tags="burst" if appears else "")
    space = Space.objects.of(request.user).first()
    if appears and space is not None:
        return redirect(space)
    return redirect("community:profile", request.user.handle)


def problems_of(draft: Draft) -> list[tuple[int, Any, str]]:
    """What keeps the draft from being published: (step, label, sentence)."""
    found = []
    for step, form_class in STEP_FORMS.items():
        form = form_class(draft.fields)
        if not form.is_valid():
            found += [
                (step, form.fields[name].label, sentence)
                for name, sentences in form.errors.items()
                for sentence in sentences
            ]
    return found


def hints_of(draft: Draft) -> list[dict[str, Any]]:
    """The hints she has not answered yet, with the words in which they are asked."""
    found = []
    for name in HINTED:
        text = draft.fields.get(name)
        if not isinstance(text, str):
            continue
        for hint in hints.find_hints(text):
            if hint.key not in draft.kept:
                label = STEP_FORMS[STEP_OF_FIELD[name]].base_fields[name].label
                says = LOOKS_LIKE[hint.kind] % {"quote": hint.quote}
                found.append({"key": hint.key, "field": name, "label": label, "says": says})
    return found


def _to_drop(draft: Draft, key: str) -> tuple[str, str] | None:
    for name in HINTED:
        text = draft.fields.get(name)
        for hint in hints.find_hints(text) if isinstance(text, str) else ():
            if hint.key == key:
                return name, hint.quote
    return None


def _is_in_camp(member: Any) -> bool:
    if member is None or not member.standing.rooms:
        return False
    return Room.objects.filter(pk__in=list(member.standing.rooms), kind__in=CAMP_KINDS).exists()


def _page(
    request: HttpRequest, draft: Draft, form: ReadersForm, *, status: int = 200
) -> HttpResponse:
    answers = answers_of(draft.as_json())
    context = aside_context(request, draft) | {
        "form": form,
        "rows": rows_of(answers),
        "hints": hints_of(draft),
        "problems": problems_of(draft),
        "is_public": draft.audience == "public",
    }
    return render(request, "community/intro_preview.html", context, status=status)


def rows_of(answers: Answers) -> list[dict[str, Any]]:
    """The answers to check: label, text, the step where it is changed, whether a person's voice
    is heard in it."""
    comma = _(", ")
    reasons = comma.join([*answers.labels(Side.REASON), *filter(None, [answers.reason_own])])
    ways = dict(STEP_FORMS[4]().fields["ways"].choices)  # type: ignore[attr-defined]
    contact = comma.join(
        [*(str(ways[way]) for way in answers.ways), *filter(None, [answers.hours])]
    )
    rows = [
        (_("Name"), answers.nickname, 1, False),
        (PART_LABELS["occupation"], answers.occupation, 1, False),
        (PART_LABELS["place"], answers.place, 1, False),
        (PART_LABELS["line"], answers.line, 2, True),
        (PART_LABELS["reasons"], reasons, 2, False),
        (PART_LABELS["proud"], answers.proud, 3, True),
        (PART_LABELS["offers"], comma.join(answers.labels(Side.OFFER)), 4, False),
        (PART_LABELS["needs"], comma.join(answers.labels(Side.NEED)), 4, False),
        (PART_LABELS["directions"], comma.join(answers.labels(Side.DIRECTION)), 4, False),
        (PART_LABELS["links"], comma.join(answers.links), 4, False),
        (PART_LABELS["contact"], contact, 4, False),
    ]
    # What a person says is set in the face of people, whatever page it stands on.
    return [
        {
            "label": label,
            "text": format_html('<span class="voice">{}</span>', text) if voice and text else text,
            "step": step,
        }
        for label, text, step, voice in rows
    ]


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_help(request: HttpRequest) -> HttpResponse:
    """ "Write it with me": asking, and what has become of it."""
    pending = help_requests.mine(request.user)
    spaces = Space.objects.of(request.user)
    if request.method == "POST" and request.POST.get("do") == "withdraw" and pending:
        help_requests.withdraw(request=pending, by=request.user)
        messages.success(request, _("Your request is withdrawn."))
        return redirect("community:intro_help")
    initial = {"space": spaces.first()}
    form = HelpForm(request.POST or None, spaces=spaces, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            help_requests.ask(
                member=request.user,
                space=form.cleaned_data["space"],
                note=form.cleaned_data["note"],
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Somebody will come and write it with you."))
            return redirect("community:intro_help")
    context = {"form": form, "pending": pending, "spaces": spaces}
    status = 422 if form.errors else 200
    return render(request, "community/intro_help.html", context, status=status)


@access.signed_in
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """The texts as they were published, the newest first. Two queries."""
    row = Introduction.objects.filter(member=request.user).first()
    kept = list(row.versions.all()) if row else []
    return render(request, "community/intro_versions.html", {"row": row, "versions": kept})


@access.signed_in
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One of them beside what it says now."""
    row = Introduction.objects.filter(member=request.user).first()
    kept = {item.number: item for item in row.versions.all()} if row else {}
    if number not in kept:
        raise Http404
    newest = max(kept)
    context = {
        "old": _shown(kept[number].content),
        "old_version": kept[number],
        "new": _shown(kept[newest].content),
        "new_version": kept[newest],
    }
    return render(request, "community/intro_version.html", context)


def _shown(content: dict[str, Any]) -> list[dict[str, Any]]:
    words = {
        Side(side): tuple((key, label) for key, label in pairs)
        for side, pairs in content.get("words", {}).items()
    }
    answers = Answers(
        nickname=content.get("nickname", ""),
        occupation=content.get("occupation", ""),
        place_code=content.get("place_code", ""),
        place_text=content.get("place_text", ""),
        line=content.get("line", ""),
        reason_own=content.get("reason_own", ""),
        proud=content.get("proud", ""),
        links=tuple(content.get("links", ())),
        offers=words.get(Side.OFFER, ()),
        needs=words.get(Side.NEED, ()),
        directions=words.get(Side.DIRECTION, ()),
        reasons=words.get(Side.REASON, ()),
    )
    return [row for row in rows_of(answers) if row["text"]]


@access.signed_in
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Out of sight, or back; one tap each."""
    if request.POST.get("do") == "show":
        introductions.come_out(request.user)
        messages.success(request, _("You can be found again."))
    else:
        introductions.hide(request.user)
        messages.success(
            request, _("You are in no list, and your page is gone for others until you come back.")
        )
    return redirect("community:profile", request.user.handle)


@access.signed_in
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the published text back."""
    try:
        introductions.withdraw(request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nobody reads it any more. What you wrote is kept as a draft."))
    return redirect("community:profile", request.user.handle)
