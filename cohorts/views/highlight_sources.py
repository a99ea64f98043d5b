"""Where highlights come from: a star beside a check-in or an introduction, a pasted chat, a
screenshot."""

import datetime as dt
import hashlib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.highlights import PasteForm, ScreenshotForm
from cohorts.models import Camp
from cohorts.services import evidence, pasting, praise_queue, starring
from cohorts.views.care import STAFF, enrolment_for
from cohorts.views.highlights import has_highlights
from cohorts.views.scope import camp_for
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Highlight
from community.services import form_tokens, highlights
from community.services.highlights import Thing
from community.trust import ratelimit
from community.trust.redirects import local_path
from community.views.profile import unlisted

Kind = Highlight.Kind


@access.requires(STAFF)
@require_POST
def star_check_in(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The star beside a check-in: on, or with ``off`` away again."""
    camp = camp_for(request, STAFF, slug)
    row = get_object_or_404(praise_queue.of(camp), public_id=public_id)
    try:
        if off := "off" in request.POST:
            highlights.unstar(room=camp.room, kind=Kind.CHECK_IN, source=row.public_id)
        else:
            starring.star_check_in(camp=camp, check_in=row, by=request.user)
    except DomainError as refusal:
        return _refused(request, camp, refusal)
    context = {"camp": camp, "row": row, "is_starred": not off, "next": _back(request, camp)}
    return _told(request, camp, context, off)


@access.requires(STAFF)
@require_POST
def star_introduction(request: HttpRequest, slug: str, handle: str) -> HttpResponse:
    """The star beside an introduction, on the card of who wrote it."""
    camp = camp_for(request, STAFF, slug)
    row = enrolment_for(camp, handle)
    try:
        if off := "off" in request.POST:
            written = getattr(row.member, "introduction", None)
            source = written.public_id if written else ""
            highlights.unstar(room=camp.room, kind=Kind.INTRODUCTION, source=source)
        else:
            starring.star_introduction(camp=camp, enrolment=row, by=request.user)
    except DomainError as refusal:
        return _refused(request, camp, refusal)
    context = {"camp": camp, "enrolment": row, "is_starred": not off, "next": _back(request, camp)}
    return _told(request, camp, context, off)


def _back(request: HttpRequest, camp: Camp) -> str:
    return local_path(request.POST.get("next")) or f"/ops/camp/{camp.slug}/praise/"


def _told(request: HttpRequest, camp: Camp, context: dict[str, Any], off: bool) -> HttpResponse:
    """The button as it is now; without a script, back to where it was pressed."""
    if request.htmx:
        return unlisted(render(request, "cohorts/_star.html", context))
    messages.success(
        request, _("The star is gone.") if off else _("Starred for the day's highlights.")
    )
    return redirect(context["next"])


def _refused(request: HttpRequest, camp: Camp, refusal: DomainError) -> HttpResponse:
    messages.error(request, str(refusal))
    back = _back(request, camp)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": back})
    return redirect(back)


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def highlights_paste(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """Paste a piece of chat, tick what is worth telling; only that is kept. What was pasted stays in
    the form until it is."""
    camp = _camp_on(request, slug, date)
    form = PasteForm(request.POST or None)
    messages_read, chosen = None, set(request.POST.getlist("line"))
    if request.method == "POST" and form.is_valid():
        ratelimit.hit("paste", request.user.pk, limit=120, window=3_600)
        messages_read = pasting.read(form.cleaned_data["paste"], date)
        if request.POST.get("do") == "keep":
            try:
                kept = pasting.keep(
                    camp=camp, date=date, read=messages_read, lines=chosen, by=request.user
                )
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                said = ngettext("%(n)d thing kept.", "%(n)d things kept.", kept) % {"n": kept}
                messages.success(request, said)
                return redirect("cohorts:highlights_edit", slug, date)
    context = {
        "camp": camp, "date": date, "day": camp.calendar.day_on(date), "form": form,
        "read": messages_read, "chosen": chosen,
    }  # fmt: skip
    return unlisted(
        render(request, "cohorts/highlights_paste.html", context, status=status_of(form))
    )


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def highlights_picture(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """A screenshot with the words that stand in it."""
    camp = _camp_on(request, slug, date)
    form = ScreenshotForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        valid = form.is_valid()
        try:
            upload = _picture(request, camp, form)
            if upload is None:
                raise DomainError(_("Add a screenshot."), field="photo")
            if valid:
                _keep_picture(request, camp, date, form, upload)
                messages.success(request, _("The screenshot is among the candidates."))
                return redirect("cohorts:highlights_edit", slug, date)
        except DomainError as refusal:
            refuse(form, refusal)
    context = {"camp": camp, "date": date, "day": camp.calendar.day_on(date), "form": form}
    return unlisted(
        render(request, "cohorts/highlights_picture.html", context, status=status_of(form))
    )


def _picture(request: HttpRequest, camp: Camp, form: ScreenshotForm) -> Any:
    """What was chosen now, or with a form that was refused a moment ago."""
    if file := form.files.get(form.add_prefix("photo")):
        upload = evidence.picture(file=file, by=request.user, room=camp.room)
    else:
        upload = evidence.kept_picture(
            public_id=request.POST.get("kept_photo", "")[:16], by=request.user, room=camp.room
        )
    if upload is not None:
        form.data = form.data.copy()
        form.data["kept_photo"] = upload.public_id
    return upload


def _keep_picture(
    request: HttpRequest, camp: Camp, date: dt.date, form: ScreenshotForm, upload: Any
) -> None:
    data = form.cleaned_data
    thing = Thing(
        kind=Kind.SCREENSHOT,
        source=hashlib.sha256(upload.public_id.encode()).hexdigest()[:40],
        text=data["quote"],
        quote=" ".join(data["quote"].split()),
        speaker=data["speaker"].strip(),
        upload=upload,
    )
    highlights.star(room=camp.room, thing=thing, by=request.user, day=date)


def _camp_on(request: HttpRequest, slug: str, date: dt.date) -> Camp:
    camp = camp_for(request, STAFF, slug)
    if not has_highlights(camp, date):
        raise Http404
    return camp
