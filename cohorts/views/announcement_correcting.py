"""Correcting what was sent: a second text that goes to those who read the first one."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.composing import CorrectionForm
from cohorts.models import Camp
from cohorts.services import announcement_desk
from cohorts.views.composing import decide, phone
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Announcement
from community.services import (
    announcement_checks,
    announcement_corrections,
    announcements,
    form_tokens,
)
from community.services.announcement_writing import WrongText


@access.requires("cohorts.staff_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_correct(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """Write it, look at it, send it at once. Some ten queries when it is sent."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    row = announcements.of_day(camp.room, date)
    if row is None:
        raise Http404
    row.room = camp.room
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid() or request.POST.get("do") == "preview":
        return _page(request, camp, row, date, form)
    try:
        made = announcement_desk.correct(
            camp=camp, row=row, text=form.cleaned_data["text"], by=request.user
        )
    except WrongText as wrong:
        for said in wrong.problems.values():
            for sentence in said:
                form.add_error("text", sentence)
    except DomainError as refusal:
        refuse(form, refusal)
    else:
        waits = made.state == Announcement.State.ASKED
        messages.success(
            request,
            _("The correction waits for a second person.") if waits
            else _("The correction goes out now, to those who got the first text."),
        )  # fmt: skip
        return redirect("cohorts:announcement", slug, date)
    return _page(request, camp, row, date, form)


@access.requires("cohorts.staff_camp")
@require_POST
def correction_state(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Approve a correction as the second person, or cancel it (``do``)."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    row = get_object_or_404(
        Announcement.objects.filter(room=camp.run.room_id, kind=Announcement.Kind.CORRECTION)
        .select_related("corrects", "sender"),
        public_id=public_id,
    )  # fmt: skip
    row.room = camp.room
    decide(request, camp, row)
    return redirect("cohorts:announcement", slug, row.corrects.day)


def _page(
    request: HttpRequest, camp: Camp, row: Announcement, date: dt.date, form: CorrectionForm
) -> HttpResponse:
    context = {
        "camp": camp,
        "announcement": row,
        "date": date,
        "day": camp.calendar.day_on(date),
        "form": form,
        "first": announcements.render(row, date),
        "is_out": announcements.is_shown(row, camp.room),
    }
    if form.is_bound and form.data.get("text"):
        typed = announcement_corrections.begin(row, form.data["text"])
        draft = announcement_checks.draft_of(typed)
        context |= phone(draft) | {"findings": announcement_checks.lint(draft)}
        context["speaker"] = announcements.speaker(typed)[0]
    return render(request, "cohorts/announcement_correct.html", context, status=status_of(form))
