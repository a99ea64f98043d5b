"""What a camp was told, for those who learn in it: the list, one text, and "got it"."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cohorts.models import Camp
from cohorts.views.scope import camp_in
from community import access, pages
from community.models import Announcement
from community.services import announcement_corrections, announcement_marks, announcements

A_PAGE = 20


@access.requires("cohorts.see_camp")
@require_safe
def announcement_list(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """What the camp has been told so far, the newest first. Two queries beyond her own."""
    camp = camp_in(request, "cohorts.see_camp", space, slug)
    page = pages.page(
        announcements.shown(camp.room), by="-day", cursor=request.GET.get("after", ""), size=A_PAGE
    )
    today = camp.calendar.date_of(camp.calendar.today())
    for row in page.rows:
        row.said = announcements.render(row, row.day)
        row.camp_day = camp.calendar.day_on(row.day)
        row.is_now = row.day <= today <= row.last_day
    return render(request, "cohorts/announcement_list.html", {"camp": camp, "page": page})


@access.requires("cohorts.see_camp")
@require_safe
def announcement_read(request: HttpRequest, space: str, slug: str, public_id: str) -> HttpResponse:
    """One text that has gone out, with what corrects it and what it corrects. 404 for a draft. Six
    queries beyond her own."""
    camp = camp_in(request, "cohorts.see_camp", space, slug)
    row = _shown(camp, public_id)
    speaker, reply_to = announcements.speaker(row)
    has_got, got = announcement_marks.got(row, request.user)
    is_staff = request.user.has_perm("cohorts.staff_camp", camp)
    context: dict[str, Any] = {
        "camp": camp,
        "announcement": row,
        "day": camp.calendar.day_on(row.day),
        "said": announcements.render(row, row.day),
        "speaker": speaker,
        "reply_to": reply_to,
        "profile": reverse("community:profile", args=[row.sender.handle]) if row.sender else "",
        "corrections": [one for one in announcement_corrections.of(row) if _is_out(one, camp)],
        "has_got": has_got,
        "got": got if is_staff else None,
    }
    return render(request, "cohorts/announcement_read.html", context)


@access.requires("cohorts.see_camp")
@require_POST
def announcement_got(request: HttpRequest, space: str, slug: str, public_id: str) -> HttpResponse:
    """She says that she has got it."""
    camp = camp_in(request, "cohorts.see_camp", space, slug)
    row = _shown(camp, public_id)
    announcement_marks.got_it(announcement=row, member=request.user)
    messages.success(request, _("Thank you. The staff see how many have got it, not who."))
    return redirect("cohorts:announcement_read", space, slug, public_id)


def _shown(camp: Camp, public_id: str) -> Announcement:
    rows = announcements.shown(camp.room).select_related("sender", "corrects__sender")
    return get_object_or_404(rows, public_id=public_id)


def _is_out(row: Announcement, camp: Camp) -> bool:
    return announcements.is_shown(row, camp.room)
