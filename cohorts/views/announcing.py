"""What a camp is told each day: the text to be posted, where it was, and the list that learners read."""

import datetime as dt
from copy import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.announcing import NO_GROUP, PostedForm, TextForm
from cohorts.models import Camp
from cohorts.services import announcing, evidence
from community import access, pages
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Announcement
from community.services import announcements as texts
from community.services import form_tokens, placeholders, postings
from community.services.announcements import ChangedElsewhere, WrongText
from community.services.postings import Marked

A_PAGE = 20


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
    """The text of one day as it is posted, and the chat groups. Four queries beyond her own."""
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
@require_http_methods(["GET", "HEAD", "POST"])
def announcement_edit(request: HttpRequest, slug: str, date: dt.date) -> HttpResponse:
    """Change the text of a day. 409 with both texts if somebody has done so meanwhile."""
    camp = _camp_for(request, slug)
    row = _row_for(camp, date)
    form = TextForm(request.POST or None, announcement=row)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, camp, row, date, form)
    if request.POST.get("do") == "preview":
        return _edit_page(request, camp, row, date, form, **_preview(row, form, date, camp))
    try:
        texts.change(
            announcement=row,
            version=form.cleaned_data["version"],
            by=request.user,
            texts=form.texts,
        )
    except ChangedElsewhere as other:
        return _both(request, camp, other, date)
    except WrongText as wrong:
        form.refuse_texts(wrong)
        return _edit_page(request, camp, row, date, form)
    except DomainError as refusal:
        refuse(form, refusal)
        return _edit_page(request, camp, row, date, form)
    messages.success(request, _("The text is changed."))
    return redirect("cohorts:announcement", slug, date)


@access.requires("cohorts.see_camp")
@require_safe
def announcement_list(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """What the camp has been told so far, the newest first. Two queries beyond her own."""
    camp = access.get_permitted(
        request,
        Camp.objects.visible_to(request.user),
        "cohorts.see_camp",
        slug=slug,
        space__slug=space,
    )
    page = pages.page(
        texts.come(camp.room), by="-day", cursor=request.GET.get("after", ""), size=A_PAGE
    )
    today = camp.calendar.date_of(camp.calendar.today())
    for row in page.rows:
        row.said = texts.render(row, row.day, locale=camp.run.language)
        row.camp_day = camp.calendar.day_on(row.day)
        row.is_now = row.day <= today <= row.last_day
    return render(request, "cohorts/announcement_list.html", {"camp": camp, "page": page})


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
    context = _frame(camp, row, date) | {
        "form": form,
        "places": places,
        "left": sum(place.posting is None for place in places),
        **_said(texts.render(row, date, locale=camp.run.language)),
        "mine": [place for place in places if place.posting and place.posting.by == request.user],
    }
    return render(request, "cohorts/announcement.html", context, status=status_of(form))


def _edit_page(
    request: HttpRequest,
    camp: Camp,
    row: Announcement,
    date: dt.date,
    form: TextForm,
    *,
    status: int = 0,
    **more: Any,
) -> HttpResponse:
    names = placeholders.NAMES.items()
    several = texts.is_for_several(row)
    known = [(n, what) for n, what in names if not (several and n in placeholders.OF_ONE_DAY)]
    context = _frame(camp, row, date) | {"form": form, "known": known}
    context["is_posted"] = postings.standing(row).exists()
    return render(
        request,
        "cohorts/announcement_edit.html",
        context | more,
        status=status or status_of(form),
    )


def _both(request: HttpRequest, camp: Camp, other: ChangedElsewhere, date: dt.date) -> HttpResponse:
    """What she typed, and the newer text that she has not seen; saving again is saving on top."""
    data = request.POST.copy()
    data["version"] = str(other.announcement.version)
    form = TextForm(data, announcement=other.announcement)
    more = {"theirs": other.announcement, "refusal": str(other)}
    return _edit_page(request, camp, other.announcement, date, form, status=409, **more)


def _preview(row: Announcement, form: TextForm, date: dt.date, camp: Camp) -> dict[str, Any]:
    """The typed text as it would be posted; placeholders that cannot be filled stay as they are."""
    typed = copy(row)
    for name, text in form.texts.items():
        setattr(typed, name, text.replace("\r\n", "\n"))
    return _said(texts.render(typed, date, locale=camp.run.language))


def _said(text: str) -> dict[str, Any]:
    return {"said": text, "lines": texts.lines_on_a_phone(text)}


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
