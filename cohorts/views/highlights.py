"""Yesterday's highlights put together by staff: what is picked, how it reads, when it goes out."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.highlights import DigestForm, ItemForm
from cohorts.models import Camp
from cohorts.services import camp_highlights, highlight_desk
from cohorts.services.highlight_desk import Desk
from cohorts.views.scope import camp_for
from community import access, clock
from community.errors import DomainError
from community.forms.refusal import refuse
from community.models import Digest, Highlight, Member
from community.services import digest_texts, digests, form_tokens, highlight_consent, highlights
from community.services.announcements import lines_on_a_phone
from community.services.digests import ChangedElsewhere, Written
from community.views.profile import unlisted

STAFF = "cohorts.staff_camp"
Consent = Highlight.Consent


@access.requires(STAFF)
@require_safe
def highlights_days(request: HttpRequest, slug: str) -> HttpResponse:
    """The days of the camp up to today, the newest first, each with its stars and where its
    highlights stand. Three queries beyond her own."""
    camp = camp_for(request, STAFF, slug)
    context = {"camp": camp, "days": highlight_desk.days(camp)}
    return render(request, "cohorts/highlights_days.html", context)


@access.requires(STAFF)
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def highlights_edit(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """All of one day. Every button saves what was typed first and then does what it says, so that
    nothing is lost on the way. 409 with what was typed if somebody saved meanwhile."""
    camp = camp_for(request, STAFF, slug)
    if not has_highlights(camp, date):
        raise Http404
    desk = highlight_desk.desk(camp, date)
    if request.method != "POST":
        return _page(request, desk, _fresh(desk), [ItemForm(row=row) for row in desk.rows])
    picked = request.POST.getlist("pick")
    forms = _in_order([ItemForm(request.POST, row=row) for row in desk.rows], picked)
    form = DigestForm(request.POST, is_out=desk.is_out)
    chosen = [one for one in forms if one.row.public_id in picked]
    if not all([form.is_valid(), *(one.is_valid() for one in chosen)]):
        return _page(request, desk, form, forms, picked, status=422)
    try:
        digest = _save(request.user, desk, form, chosen)
        said = _act(request, camp, digest, form)
    except ChangedElsewhere as other:
        data = request.POST.copy()
        data["version"] = str(other.digest.version)
        form = DigestForm(data, is_out=desk.is_out)
        desk = highlight_desk.desk(camp, date)
        return _page(request, desk, form, forms, picked, status=409, refusal=str(other))
    except DomainError as refusal:
        _show(refusal, form, forms)
        desk = highlight_desk.desk(camp, date)
        data = request.POST.copy()
        data["version"] = str(desk.digest.version)
        form.data = data
        return _page(request, desk, form, forms, picked, status=422)
    messages.success(request, said)
    return redirect("cohorts:highlights_edit", slug, date)


def has_highlights(camp: Camp, date: dt.date) -> bool:
    today = camp.calendar.date_of(camp.calendar.today())
    return date <= today and camp.calendar.phase_on(date) not in ("before", "after")


def _fresh(desk: Desk) -> DigestForm:
    digest = desk.digest
    at = digest.due_at.astimezone(ZoneInfo(desk.camp.run.timezone)).time()
    initial = {"version": digest.version, "style": digest.style, "opening": digest.opening,
               "at": at}  # fmt: skip
    return DigestForm(initial=initial, is_out=desk.is_out)


def _in_order(forms: list[ItemForm], picked: list[str]) -> list[ItemForm]:
    """The picked ones in the order in which they were sent, then the others."""
    places = {key: place for place, key in enumerate(picked)}
    return sorted(forms, key=lambda one: places.get(one.row.public_id, len(places)))


def _show(refusal: DomainError, form: DigestForm, forms: list[ItemForm]) -> None:
    """The sentence at the field that it is about; fields of items are named "<id>-<field>"."""
    key, _dash, name = (refusal.field or "").partition("-")
    for one in forms:
        if one.row.public_id == key and one.is_bound and hasattr(one, "cleaned_data"):
            one.add_error(name, str(refusal))
            return
    refuse(form, refusal)


# What the buttons do --------------------------------------------------------


def _save(by: Member, desk: Desk, form: DigestForm, chosen: list[ItemForm]) -> Digest:
    data = form.cleaned_data
    digest = desk.digest
    if digest.pk is None:
        place = camp_highlights.place(desk.camp, desk.date)
        digest = digests.draft(room=desk.camp.room, day=desk.date, place=place)
    do, _colon, key = form.data.get("do", "").partition(":")
    entries = _moved([one.entry for one in chosen], do, key)
    written = Written(entries, data["style"], data["opening"], data.get("correction", ""))
    return digests.save(
        digest=digest, version=data["version"], by=by, written=written, known=desk.known
    )


def _moved(entries: list[Any], do: str, key: str) -> list[Any]:
    """One of them a place up or down, if that was the button."""
    step = {"up": -1, "down": 1}.get(do)
    at = next((n for n, one in enumerate(entries) if one.row.public_id == key), None)
    if step is None or at is None or not 0 <= at + step < len(entries):
        return entries
    entries[at], entries[at + step] = entries[at + step], entries[at]
    return entries


def _act(request: HttpRequest, camp: Camp, digest: Digest, form: DigestForm) -> str:
    """Do what the button says, beyond saving, and say it."""
    do, _colon, key = request.POST.get("do", "").partition(":")
    whole: dict[str, Callable[[], str]] = {
        "schedule": lambda: _schedule(camp, digest, form, request.user),
        "send": lambda: _send(digest, request.user),
        "back": lambda: _back(digest, request.user),
    }
    if do in whole:
        return whole[do]()
    if do in ("ask", "named", "anon", "no", "unstar"):
        row = Highlight.objects.starred().filter(room=camp.room, day=digest.day, public_id=key)
        found = row.select_related("author", "digest", "room__space").first()
        if found is not None:
            return _about_one(camp, found, do, request.user)
    return _("Put right.") if digest.is_out() else _("Saved.")


def _schedule(camp: Camp, digest: Digest, form: DigestForm, by: Member) -> str:
    time = form.cleaned_data.get("at") or digests.SENT_AT
    at = clock.local_to_utc(digest.day + dt.timedelta(days=1), time, camp.run.timezone)
    digest = digests.approve(digest=digest, version=digest.version, by=by, at=at)
    if digest.is_out():
        return _("That hour is over, so they go out now.")
    return _("They go out at %(time)s.") % {"time": f"{time:%H:%M}"}


def _send(digest: Digest, by: Member) -> str:
    digests.approve(digest=digest, version=digest.version, by=by)
    return _("They go out now.")


def _back(digest: Digest, by: Member) -> str:
    digests.take_yes_back(digest=digest, by=by)
    return _("Not scheduled any more; it is a draft again.")


def _about_one(camp: Camp, row: Highlight, do: str, by: Member) -> str:
    if do == "unstar":
        highlights.unstar(room=camp.room, kind=row.kind, source=row.source)
        return _("The star is gone, and the words with it.")
    if do == "ask":
        author = row.author or highlight_desk.who_is(camp, row.speaker)
        highlight_consent.ask(row=row, by=by, author=author)
        return _("Asked. The question is under their bell, with three buttons.")
    highlight_consent.answer(row=row, answer=do, by=by)
    return _("Noted: %(answer)s.") % {"answer": Consent(do).label}


# The page -------------------------------------------------------------------


def _page(
    request: HttpRequest,
    desk: Desk,
    form: DigestForm,
    forms: list[ItemForm],
    picked: list[str] | None = None,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    chosen = [row for row in desk.rows if row.digest_id and row.digest_id == desk.digest.pk]
    if picked is None:
        picked = [row.public_id for row in chosen]
    shown = digest_texts.items(chosen)
    text = digest_texts.text(desk.digest, shown) if shown else ""
    context = {
        "camp": desk.camp,
        "date": desk.date,
        "day": desk.camp.calendar.day_on(desk.date),
        "desk": desk,
        "digest": desk.digest,
        "form": form,
        "items": [
            {"form": one, "row": one.row, "is_picked": one.row.public_id in picked,
             "place": picked.index(one.row.public_id) + 1 if one.row.public_id in picked else 0,
             "checks": [c for c in desk.checks if c.about is not None and c.about.pk == one.row.pk],
             "member": desk.members.get(one.row.speaker),
             "author_answered": one.row.consent_by_id is not None
             and one.row.consent_by_id == one.row.author_id}
            for one in forms
        ],
        "picked": len(picked),
        "shown": shown,
        "text": text,
        "lines": lines_on_a_phone(text) if text else 0,
        "refusal": refusal,
        "bad_forms": [one for one in forms if one.errors],
    }  # fmt: skip
    return unlisted(render(request, "cohorts/highlights_edit.html", context, status=status))
