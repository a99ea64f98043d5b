"""The staff room of a camp: threads, agreed wording, notes handed over. No learner reaches it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.staff_room import AnswerForm, DecisionForm, NoteForm
from cohorts.models import Camp, StaffDecision, StaffNote
from cohorts.services import learners, staff_room
from cohorts.services.staff_room import ReplacedMeanwhile
from cohorts.views.care import STAFF
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.services import form_tokens
from community.views.profile import unlisted

PARTS = (
    ("", gettext_lazy("Notes")),
    ("wording", gettext_lazy("Agreed wording")),
    ("hand-over", gettext_lazy("Handed over")),
)


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """Notes with their answers, the newest thread first; what is agreed; what was handed over. A
    POST writes a note. Four queries, whatever their number."""
    camp = camp_for(request, STAFF, slug)
    part = request.GET.get("part", "")
    if request.method == "POST" or part not in {name for name, _label in PARTS}:
        part = ""
    form = _note_form(request, camp)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            staff_room.write(camp=camp, by=request.user, text=data["text"], about=data["about"])
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The staff can read it now."))
            return redirect("cohorts:staff_room", slug)
    context = {"camp": camp, "part": part, "parts": PARTS, "form": form}
    context["writing"] = form.is_bound or "about" in request.GET
    context |= _shown(camp, part, request.GET)
    return unlisted(render(request, "cohorts/staff_room.html", context, status=status_of(form)))


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One note with its answers; a POST answers it."""
    camp = camp_for(request, STAFF, slug)
    notes = StaffNote.objects.filter(room=camp.staff_room_id, answers=None)
    note = get_object_or_404(notes.select_related("by", "about__member"), public_id=public_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            staff_room.write(
                camp=camp, by=request.user, text=form.cleaned_data["text"], answers=note
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The staff can read it now."))
            return redirect("cohorts:staff_note", slug, public_id)
    answers = note.replies.select_related("by").order_by("at", "pk")
    context = {"camp": camp, "note": note, "answers": answers, "form": form}
    return unlisted(render(request, "cohorts/staff_note.html", context, status=status_of(form)))


@access.requires(STAFF)
@require_safe
def decision(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """One agreed wording, with what it replaced and what has replaced it. Two queries."""
    camp = camp_for(request, STAFF, slug)
    found = get_object_or_404(staff_room.decisions_of(camp), public_id=public_id)
    context = {"camp": camp, "decision": found}
    return unlisted(render(request, "cohorts/staff_decision.html", context))


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, public_id: str = "") -> HttpResponse:
    """Agree on a wording, or on a newer one in the place of another (409 if somebody has just
    done that)."""
    camp = camp_for(request, STAFF, slug)
    old = None
    if public_id:
        old = get_object_or_404(staff_room.decisions_of(camp), public_id=public_id)
        if old.replaced_by is not None and request.method != "POST":
            return redirect("cohorts:staff_decision", slug, old.replaced_by.public_id)
    form = DecisionForm(
        request.POST or None, staff=staff_room.staff_of(camp), initial=_initial(old)
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            made = staff_room.decide(camp=camp, by=request.user, replaces=old, **form.cleaned_data)
        except ReplacedMeanwhile as other:
            theirs = other.decision
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Agreed. The staff can copy it now."))
            return redirect("cohorts:staff_decision", slug, made.public_id)
    context = {"camp": camp, "old": old, "form": form, "theirs": theirs}
    status = 409 if theirs else status_of(form)
    return unlisted(render(request, "cohorts/staff_decide.html", context, status=status))


def _note_form(request: HttpRequest, camp: Camp) -> NoteForm:
    people = learners.of(camp).filter(state__in=learners.HERE).order_by("member__display_name")
    about = request.GET.get("about", "")[:16]
    return NoteForm(request.POST or None, learners=people, initial={"about": about})


def _shown(camp: Camp, part: str, query: Any) -> dict[str, Any]:
    """What the chosen tab holds. One query, two for the threads."""
    cursor = query.get("after", "")
    if part == "wording":
        old = "old" in query
        return {"page": staff_room.decisions(camp, cursor, old=old), "old": old}
    if part == "hand-over":
        return {"page": staff_room.hand_overs(camp, cursor)}
    return {"page": staff_room.threads(camp, cursor)}


def _initial(old: StaffDecision | None) -> dict[str, Any]:
    if old is None:
        return {}
    return {
        "question": old.question,
        "wording": old.wording,
        "teller": old.teller.handle if old.teller else "",
        "told": old.told,
        "link": old.link,
    }
