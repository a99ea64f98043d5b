"""What a camp is told each day, as it is posted by hand: the text, and where it stands."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cohorts.forms.announcing import NO_GROUP, PostedForm
from cohorts.models import Camp
from cohorts.services import announcement_grid, announcing, evidence
from cohorts.views.composing import phone
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Announcement
from community.services import (
    announcement_checks,
    announcement_corrections,
    announcement_marks,
    form_tokens,
    postings,
)
from community.services import announcements as texts
from community.services.postings import Marked


@access.requires("cohorts.staff_camp")
@require_safe
def announcements(request: HttpRequest, slug: str) -> HttpResponse:
    """All days of the camp, each with where its text stands. Four queries beyond her own."""
    camp = _camp_for(request, slug)
    context = {"camp": camp, "days": announcing.days(camp), "today": camp.calendar.today()}
    return render(request, "cohorts/announcements.html", context)


@access.requires("cohorts.staff_camp")
@require_safe
def announcement(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """The text of one day as it is sent and posted, who has looked at it, the chat groups, its
    corrections. Seven queries beyond her own."""
    camp = _camp_for(request, slug)
    row = texts.of_day(camp.room, date)
    if row is None:
        return _nothing_on(request, camp, date)
    return _page(request, camp, row, date)


@access.requires("cohorts.staff_camp")
@form_tokens.once
@require_POST
def announcement_post(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """She has posted it in one group or several, and shows it or not."""
    camp = _camp_for(request, slug)
    row = _row_for(camp, date)
    form = PostedForm(request.POST, request.FILES, places=announcing.places(row), by=request.user)
    if form.is_valid():
        try:
            marked, closed = announcing.post(
                camp=camp,
                announcement=row,
                groups=form.cleaned_data["chosen"],
                by=request.user,
                url=form.cleaned_data["url"],
                upload=_picture(request, camp, form),
            )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            _tell(request, camp, marked, closed)
            return redirect("cohorts:announcement", slug, date)
    return _page(request, camp, row, date, form=form)


@access.requires("cohorts.staff_camp")
@require_POST
def announcement_back(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """It was not posted there after all."""
    camp = _camp_for(request, slug)
    row = _row_for(camp, date)
    key = request.POST.get("group", "")
    group = {"chat_group": None} if key == NO_GROUP else {"chat_group__public_id": key}
    posting = postings.standing(row).filter(**group).select_related("announcement").first()
    if posting is None or not announcing.take_back(camp=camp, posting=posting, by=request.user):
        messages.info(request, _("It was taken back already."))
    else:
        messages.success(request, _("Taken back: it does not count as posted there."))
    return redirect("cohorts:announcement", slug, date)


@access.requires("cohorts.staff_camp")
@require_POST
def announcement_seen(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """She has sent the text to herself and has looked at it in the chat."""
    camp = _camp_for(request, slug)
    row = _row_for(camp, date)
    announcement_marks.seen_in_chat(announcement=row, by=request.user)
    messages.success(request, _("Noted: you have seen this text in the chat."))
    return redirect("cohorts:announcement", slug, date)


@access.requires("cohorts.staff_camp")
@require_safe
def chats(request: HttpRequest, slug: str) -> HttpResponse:
    """Chat groups and days: where each text stands, and which groups wait. Three queries beyond her
    own."""
    camp = _camp_for(request, slug)
    groups, lines = announcement_grid.grid(camp)
    context = {
        "camp": camp,
        "groups": groups,
        "lines": lines,
        "late": announcement_grid.late_names(lines),
    }
    return render(request, "cohorts/chats.html", context)


def _camp_for(request: HttpRequest, slug: str) -> Camp:
    return access.get_permitted(
        request, Camp.objects.visible_to(request.user), "cohorts.staff_camp", slug=slug
    )


def _row_for(camp: Camp, date: dt.date) -> Announcement:
    row = texts.of_day(camp.room, date)
    if row is None:
        raise Http404
    row.room = camp.room
    return row


def _picture(request: HttpRequest, camp: Camp, form: PostedForm) -> Any:
    """The screenshot, kept for the people of the staff room."""
    file = form.cleaned_data["photo"]
    return file and evidence.picture(file=file, by=request.user, room=camp.staff_room)


def _tell(request: HttpRequest, camp: Camp, marked: Marked, closed: int) -> None:
    if marked.mine:
        said = ngettext("Posted in %(n)d place.", "Posted in %(n)d places.", len(marked.mine))
        messages.success(request, said % {"n": len(marked.mine)})
    for posting in marked.others:
        messages.warning(request, postings.already(posting, camp.room))
    if closed:
        messages.success(request, _("It stands everywhere, so its step on the board is done."))


def _page(
    request: HttpRequest,
    camp: Camp,
    row: Announcement,
    date: dt.date,
    *,
    form: PostedForm | None = None,
) -> HttpResponse:
    places = announcing.places(row)
    form = form or PostedForm(places=places, by=request.user)
    saw, saw_other = announcement_marks.who_saw(row)
    context = _frame(camp, row, date) | {
        "form": form,
        "places": places,
        "left": sum(place.posting is None for place in places),
        **phone(announcement_checks.draft_of(row, date)),
        "speaker": texts.speaker(row)[0],
        "saw": saw,
        "saw_other": saw_other,
        "i_saw": any(proof.by == request.user for proof in saw),
        "corrections": _corrections(row),
        "got": announcement_marks.got(row, request.user)[1],
        "may_lead": request.user.has_perm("cohorts.lead_camp", camp),
        "mine": [place for place in places if place.posting and place.posting.by == request.user],
    }
    return render(request, "cohorts/announcement.html", context, status=status_of(form))


def _corrections(row: Announcement) -> list[Announcement]:
    """Each with the hash of its text, which approving it names."""
    found = announcement_corrections.of(row)
    for one in found:
        one.as_read = texts.text_hash(one)
    return found


def _frame(camp: Camp, row: Announcement, date: dt.date) -> dict[str, Any]:
    return {
        "camp": camp,
        "announcement": row,
        "date": date,
        "day": camp.calendar.day_on(date),
        "several": texts.is_for_several(row),
        "days_of_it": (row.last_day - row.day).days + 1,
    }


def _nothing_on(request: HttpRequest, camp: Camp, date: dt.date) -> HttpResponse:
    """A day of the camp for which nothing was written; other days are no page."""
    if camp.calendar.phase_on(date) in ("before", "after"):
        raise Http404
    context = {"camp": camp, "date": date, "day": camp.calendar.day_on(date)}
    return render(request, "cohorts/announcement_none.html", context)
