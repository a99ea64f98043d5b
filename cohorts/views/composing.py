"""The composer: one announcement with its checks, how it will look in the chat, and whether it may go
out."""

import datetime as dt
from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.forms.composing import ComposerForm
from cohorts.models import Camp
from cohorts.services import announcement_calendar, announcement_desk
from cohorts.views.scope import camp_for
from community import access, clock
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Announcement
from community.services import announcement_checks as checks
from community.services import (
    announcement_marks,
    announcement_states,
    announcements,
    placeholders,
)
from community.services.announcement_states import NotReady
from community.services.announcement_writing import ChangedElsewhere, WrongText, cleaned
from community.services.linting import rules, shape
from community.services.linting.rules import Draft

STATES = {
    "unschedule": announcement_states.unschedule,
    "cancel": announcement_states.cancel,
}


@access.requires("cohorts.staff_camp")
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_edit(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """Write the text of a day, look at it, save it, schedule it. 409 with both texts if somebody
    has changed it meanwhile. Ten queries beyond her own."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    row = row_or_blank(camp, date)
    form = _form(request, camp, row)
    if request.method != "POST" or not form.is_valid():
        return _page(request, camp, row, date, form)
    deed, _colon, what = request.POST.get("do", "save").partition(":")
    if deed == "insert":
        return _page(request, camp, row, date, _with_insert(form, camp, row, date, what))
    if deed in ("preview", "links"):
        return _page(request, camp, row, date, form, ask_links=deed == "links")
    return _save(request, camp, row, date, form, and_schedule=deed == "schedule")


@access.requires("cohorts.staff_camp")
@require_POST
def announcement_lint(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """What the linter says of what is typed, and how it looks now; nothing is kept."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    row = row_or_blank(camp, date)
    form = _form(request, camp, row)
    form.is_valid()
    context = _frame(camp, row, date) | _checked(camp, _typed(row, form), date) | {"form": form}
    context["saw"], context["saw_other"] = (
        announcement_marks.who_saw(_typed(row, form)) if row.pk else ([], False)
    )
    return render(request, "cohorts/_composer_live.html", context)


@access.requires("cohorts.staff_camp")
@require_POST
def announcement_state(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """Approve it as the second person, take it back to a draft, or cancel it (``do``)."""
    camp = camp_for(request, "cohorts.staff_camp", slug)
    row = announcements.of_day(camp.room, date)
    if row is None:
        raise Http404
    row.room = camp.room
    decide(request, camp, row)
    return redirect("cohorts:announcement_edit", slug, date)


def decide(request: HttpRequest, camp: Camp, row: Announcement) -> None:
    """Do what a button asks for, and say what came of it."""
    deed, version = request.POST.get("do", ""), request.POST.get("version", "")
    number = int(version) if version.isdigit() else 0
    done = {
        "approve": _("Approved: it goes out at its hour."),
        "unschedule": _("It is a draft again."),
        "cancel": _("Cancelled: it does not go out. The text stays."),
    }
    try:
        if deed == "approve":
            access.check(request, "cohorts.lead_camp", camp)
            announcement_states.approve(
                announcement=row, version=number, by=request.user,
                as_read=request.POST.get("as_read", ""),
            )  # fmt: skip
        elif deed in STATES:
            STATES[deed](announcement=row, version=number, by=request.user)
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done[deed])


def row_or_blank(camp: Camp, date: dt.date) -> Announcement:
    """The announcement of a day, or an unsaved one; 404 for a day that the camp does not have."""
    row = announcements.of_day(camp.room, date)
    if row is None:
        if camp.calendar.phase_on(date) in ("before", "after"):
            raise Http404
        row = announcement_desk.blank(camp, date)
    row.room = camp.room
    return row


def _form(request: HttpRequest, camp: Camp, row: Announcement) -> ComposerForm:
    sent = request.POST if request.method == "POST" else None
    return ComposerForm(sent, row=row, staff=announcement_desk.staff_of(camp))


def _live(form: ComposerForm, camp: Camp, date: dt.date) -> None:
    """The checks follow the typing, half a second behind."""
    form.fields["text"].widget.attrs |= {
        "hx-post": reverse("cohorts:announcement_lint", args=[camp.slug, date]),
        "hx-trigger": "input changed delay:400ms",
        "hx-include": "#ann-form",
        "hx-target": "#checks",
        "hx-swap": "outerHTML",
        "hx-sync": "this:replace",
    }


def _save(
    request: HttpRequest,
    camp: Camp,
    row: Announcement,
    date: dt.date,
    form: ComposerForm,
    *,
    and_schedule: bool,
) -> HttpResponse:
    given = form.cleaned_data
    try:
        row = announcement_desk.save(
            camp=camp, row=row, version=given["version"], text=given["text"], by=request.user,
            at=given["at"], sender=form.sender_chosen,
        )  # fmt: skip
    except ChangedElsewhere as other:
        return _both(request, camp, other, date)
    except WrongText as wrong:
        form.refuse_texts(wrong)
        return _page(request, camp, row, date, form)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, camp, row, date, form)
    row.room = camp.room
    if and_schedule:
        return _schedule(request, camp, row, date)
    if row.asks_again:
        messages.warning(request, _("Saved. It was scheduled and says something else now."))
    else:
        messages.success(request, _("The text is saved."))
    return redirect("cohorts:announcement_edit", camp.slug, date)


def _schedule(request: HttpRequest, camp: Camp, row: Announcement, date: dt.date) -> HttpResponse:
    """What was typed is kept in any case."""
    try:
        row = announcement_desk.schedule(camp=camp, row=row, version=row.version, by=request.user)
    except NotReady as wrong:
        messages.warning(request, _("The text is saved. It cannot be scheduled yet."))
        form = ComposerForm(row=row, staff=announcement_desk.staff_of(camp))
        return _page(request, camp, row, date, form, status=422, refusal=str(wrong))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if row.state == Announcement.State.ASKED:
            messages.success(request, _("Saved. It goes out when a second person has approved it."))
        elif announcements.starts_at(row, camp.room) <= clock.now():
            said = _(
                "Scheduled, though its hour is past: it goes out now, or a lead sends it by hand."
            )
            messages.warning(request, said)
        else:
            said = _("Scheduled: it goes out at %(time)s.") % {"time": f"{row.at:%H:%M}"}
            messages.success(request, said)
    return redirect("cohorts:announcement_edit", camp.slug, date)


def _with_insert(
    form: ComposerForm, camp: Camp, row: Announcement, date: dt.date, slot: str
) -> ComposerForm:
    """The typed text with the piece that a finding offers, for who has no script."""
    text = cleaned({"text": form.cleaned_data["text"]})["text"]
    found = rules.lint(checks.draft_of(row, date, text))
    remedy = next((one.remedy for one in found if one.remedy and one.remedy.slot == slot), None)
    data = form.data.copy()
    if remedy is not None:
        data["text"] = text[: remedy.at] + remedy.text + text[remedy.at :]
    new = ComposerForm(data, row=row, staff=form.staff.values())
    new.is_valid()
    return new


def _both(request: HttpRequest, camp: Camp, other: ChangedElsewhere, date: dt.date) -> HttpResponse:
    """What she typed, and the newer text that she has not seen; saving again is saving on top."""
    theirs = other.announcement
    theirs.room = camp.room
    data = request.POST.copy()
    data["version"] = str(theirs.version)
    form = ComposerForm(data, row=theirs, staff=announcement_desk.staff_of(camp))
    form.is_valid()
    more = {"theirs": theirs, "refusal": str(other)}
    return _page(request, camp, theirs, date, form, status=409, **more)


def _typed(row: Announcement, form: ComposerForm) -> Announcement:
    """``row`` with what stands in the form."""
    typed = copy(row)
    if not form.is_bound:
        return typed
    text = cleaned({"text": form.cleaned_data.get("text", "")})["text"]
    for name, piece in checks.by_slot(row, text).items():
        setattr(typed, name, piece)
    typed.at = form.cleaned_data.get("at") or row.at
    typed.sender = form.sender_chosen or row.sender
    return typed


def _checked(
    camp: Camp, row: Announcement, date: dt.date, *, ask_links: bool = False
) -> dict[str, Any]:
    """What the linter says, and the pictures of a phone."""
    draft = checks.draft_of(row, date)
    found = rules.lint(draft) + (checks.dead_links(draft) if ask_links else [])
    return {
        "findings": [(one, _utf16(draft, one)) for one in found],
        "errors": len(rules.errors(found)),
        "passed": rules.passed(draft, found),
        "asked_links": ask_links and not any(one.rule == "answers" for one in found),
        **phone(draft),
        "speaker": announcements.speaker(row)[0],
    }


def _utf16(draft: Draft, finding: rules.Finding) -> int:
    """Where a remedy goes, counted as a browser counts."""
    at = finding.remedy.at if finding.remedy else 0
    return len(draft.text[:at].encode("utf-16-le")) // 2


def phone(draft: Draft) -> dict[str, Any]:
    """How it looks in a bubble, on the page of the announcement and on a small phone, each with
    where its screen ends."""
    limits = shape.limits()
    text = draft.rendered
    looks = {}
    for name, signs in (
        ("bubble", limits.line),
        ("page", limits.page_line),
        ("small", limits.line - 1),
    ):
        begin, rest = shape.at_the_fold(text, signs=signs, screen=limits.screen)
        lines = shape.lines(text, signs)
        over = max(0, lines - limits.screen)
        looks[name] = {"begin": begin, "rest": rest, "lines": lines, "over": over}
    return {
        "said": text,
        "looks": looks,
        "most": limits.screen,
        "lines": looks["bubble"]["lines"],
        "signs": len(text.replace("\n", "")),
    }


def _frame(camp: Camp, row: Announcement, date: dt.date) -> dict[str, Any]:
    return {
        "camp": camp,
        "announcement": row,
        "date": date,
        "day": camp.calendar.day_on(date),
        "phase": camp.calendar.phase_on(date),
        "several": announcements.is_for_several(row),
        "days_of_it": (row.last_day - row.day).days + 1,
        "is_new": row.pk is None,
    }


def _page(
    request: HttpRequest,
    camp: Camp,
    row: Announcement,
    date: dt.date,
    form: ComposerForm,
    *,
    status: int = 0,
    ask_links: bool = False,
    **more: Any,
) -> HttpResponse:
    _live(form, camp, date)
    cells = announcement_calendar.cells(camp)
    here = next((cell for cell in cells if cell.date == date), None)
    typed = _typed(row, form) if form.is_valid() or not form.is_bound else _typed_anyway(row, form)
    names = placeholders.NAMES.items()
    several = announcements.is_for_several(row)
    saw, saw_other = announcement_marks.who_saw(row) if row.pk else ([], False)
    context = _frame(camp, row, date) | _checked(camp, typed, date, ask_links=ask_links)
    context |= {
        "form": form,
        "weeks": announcement_calendar.weeks(cells),
        "cell": here,
        "around": _around(cells, date),
        "is_sent": here is not None and here.state == "sent",
        "is_posted": bool(row.pk and row.is_out),
        "known": [(n, w) for n, w in names if not (several and n in placeholders.OF_ONE_DAY)],
        "saw": saw,
        "saw_other": saw_other,
        "as_read": announcements.text_hash(row),
        "may_approve": _may_approve(request, camp, row),
        "insert": _inserts(),
    }
    return render(
        request, "cohorts/announcement_edit.html", context | more, status=status or status_of(form)
    )


def _typed_anyway(row: Announcement, form: ComposerForm) -> Announcement:
    """A form with a mistake in another field still shows its text."""
    typed = copy(row)
    for name, piece in checks.by_slot(
        row, cleaned({"text": form.data.get("text", "")})["text"]
    ).items():
        setattr(typed, name, piece)
    return typed


def _may_approve(request: HttpRequest, camp: Camp, row: Announcement) -> bool:
    """Whether she is the second person that it waits for."""
    waits = row.state == Announcement.State.ASKED and row.scheduled_by_id != request.user.pk
    return waits and request.user.has_perm("cohorts.lead_camp", camp)


def _around(cells: list[announcement_calendar.Cell], date: dt.date) -> tuple[Any, Any]:
    """The day before and the day after, where there is one."""
    dates = [cell.date for cell in cells]
    if date not in dates:
        return None, None
    at = dates.index(date)
    return (cells[at - 1] if at else None), (cells[at + 1] if at + 1 < len(cells) else None)


def _inserts() -> list[tuple[str, str]]:
    """(label, piece) of what is put in at the cursor by one tap."""
    return [
        (_("lesson"), "{{ lesson.title }}\n{{ lesson.link }}"),
        (_("check-in"), "{{ check_in.link }}"),
        (_("who speaks"), "{{ sender }} · {{ reply_to }}"),
        (_("day"), "{{ day }}"),
    ]
