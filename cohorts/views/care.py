"""What the staff do for learners day by day: praise what was handed in, speak with who is quiet."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.care import CheckInPraiseForm, ContactForm
from cohorts.models import Camp, CheckIn, CheckInPraise, ContactNote, Enrolment
from cohorts.services import contacts, learners, praise_queue
from cohorts.services.praise_queue import PraisedMeanwhile
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Highlight
from community.services import form_tokens, highlights
from community.trust import ratelimit
from community.views.profile import unlisted

MOST = 20
STAFF = "cohorts.staff_camp"


@access.requires(STAFF)
@require_safe
def praise_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Check-ins that wait for a word: who has heard nothing for three days, then the oldest.
    Five queries, whatever their number."""
    camp = camp_for(request, STAFF, slug)
    waiting = praise_queue.waiting(camp)
    rows = list(waiting[: MOST + 1])
    number = waiting.count() if len(rows) > MOST else len(rows)
    answered, handed_in = praise_queue.progress(camp)
    starred = highlights.starred_among(
        camp.room, Highlight.Kind.CHECK_IN, [row.public_id for row in rows]
    )
    context = {
        "camp": camp,
        "rows": [
            (row, praise_queue.is_overdue(row), _praise_form(row), row.public_id in starred)
            for row in rows[:MOST]
        ],
        "waiting": number,
        "left_out": max(0, number - MOST),
        "answered": answered,
        "handed_in": handed_in,
    }
    return unlisted(render(request, "cohorts/praise_queue.html", context))


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def praise_give(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Answer one. Who was faster is shown with what they wrote (409), and what was typed is kept."""
    camp = camp_for(request, STAFF, slug)
    row = get_object_or_404(praise_queue.of(camp), public_id=public_id)
    said = list(CheckInPraise.objects.filter(check_in=row).select_related("by"))
    form = _praise_form(row, request.POST or None, first=not said)
    theirs = None
    if request.method == "POST" and form.is_valid():
        ratelimit.hit("praise", request.user.pk, limit=120, window=3_600)
        try:
            praise_queue.give(
                check_in=row,
                by=request.user,
                text=form.cleaned_data["text"],
                as_first=form.cleaned_data["first"],
            )
        except PraisedMeanwhile as other:
            theirs = other.praise
            form = CheckInPraiseForm(initial=form.cleaned_data | {"first": False})
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            name = row.enrolment.member
            messages.success(request, _("%(name)s can read it now.") % {"name": name})
            return redirect("cohorts:praise_queue", slug)
    context = {"camp": camp, "row": row, "said": said, "form": form, "theirs": theirs}
    status = 409 if theirs else status_of(form)
    return unlisted(render(request, "cohorts/praise_give.html", context, status=status))


@access.requires(STAFF)
@require_safe
def contact_list(request: HttpRequest, slug: str) -> HttpResponse:
    """With whom nobody has spoken for some days (three unless ``?days=`` says another), and about
    what one could. Four queries, whatever their number."""
    camp = camp_for(request, STAFF, slug)
    days = contacts.days_asked(request.GET.get("days", ""))
    silent = contacts.silent(camp, days)
    rows = list(silent[: MOST + 1])
    number = silent.count() if len(rows) > MOST else len(rows)
    told = learners.told(camp, rows[:MOST], request.user)
    context = {
        "camp": camp,
        "days": days,
        "choices": [(n, f"?days={n}") for n in (1, 3, 5, 7)],
        "rows": [(row, told[row.pk], ContactForm(auto_id=f"{row.public_id}-%s"))
                 for row in rows[:MOST]],
        "waiting": number,
        "left_out": max(0, number - MOST),
        "channels": ContactNote.Channel.choices,
    }  # fmt: skip
    return unlisted(render(request, "cohorts/contacts.html", context))


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """Note that one has spoken with her; back to the list, or to her card."""
    camp = camp_for(request, STAFF, slug)
    row = enrolment_for(camp, handle)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            contacts.note(
                enrolment=row,
                by=request.user,
                channel=data["channel"],
                text=data["note"],
                value_kind=data["value_kind"],
                value=data["value"],
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("Noted: you have spoken with %(name)s.") % {"name": row.member}
            )
            return redirect(_back(request, camp, handle))
    context = {
        "camp": camp,
        "enrolment": row,
        "form": form,
        "channels": ContactNote.Channel.choices,
        "days": request.POST.get("days", ""),
        "card": "card" in request.POST or request.method == "GET",
    }
    return unlisted(render(request, "cohorts/contact_note.html", context, status=status_of(form)))


def enrolment_for(camp: Camp, handle: str) -> Enrolment:
    """Somebody who has or had a place in the camp; 404 otherwise. One query. Whoever calls it has
    asked for the camp already."""
    rows: QuerySet[Enrolment] = learners.of(camp)
    found = get_object_or_404(rows, member__handle=handle)
    found.camp = camp
    return found


def _praise_form(row: CheckIn, data: Any = None, *, first: bool = True) -> CheckInPraiseForm:
    return CheckInPraiseForm(data, auto_id=f"{row.public_id}-%s", initial={"first": first})


def _back(request: HttpRequest, camp: Camp, handle: str) -> str:
    if "card" in request.POST:
        return reverse("cohorts:learner", args=[camp.slug, handle])
    days = contacts.days_asked(request.POST.get("days", ""))
    query = "" if days == contacts.USUAL_DAYS else "?" + urlencode({"days": days})
    return reverse("cohorts:contacts", args=[camp.slug]) + query
