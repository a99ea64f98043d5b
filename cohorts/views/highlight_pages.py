"""The highlights of a camp as its people read them: a page that stays, and as a letter to be
printed."""

import datetime as dt

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from cohorts.services import camp_highlights
from cohorts.views.scope import camp_in
from community import access, pages
from community.models import Digest
from community.services import digest_texts
from community.views.profile import unlisted

SEE = "cohorts.see_camp"
A_PAGE = 20


@access.requires(SEE)
@require_safe
def highlights(request: HttpRequest, space: str, slug: str, date: dt.date) -> HttpResponse:
    """One day, with ``?as=letter`` for paper. Two queries beyond her own. Who is named is asked anew
    each time."""
    camp = camp_highlights.camp_of(request.user, space, slug)
    if camp is None:
        raise Http404
    access.check(request, SEE, camp)
    digest = camp_highlights.out_on(camp, date)
    if digest is None:
        raise Http404
    shown = digest_texts.items(digest_texts.rows_of(digest, request.user))
    context = {
        "camp": camp,
        "digest": digest,
        "date": date,
        "day": camp.calendar.day_on(date),
        "shown": shown,
        "minutes": digest_texts.minutes(shown),
        "may_staff": request.user.has_perm("cohorts.staff_camp", camp),
    }
    if request.GET.get("as") == "letter":
        with translation.override(digest.locale):
            context["letter"] = digest_texts.letter(digest, shown)
        return unlisted(render(request, "cohorts/highlights_letter.html", context))
    return unlisted(render(request, "cohorts/highlights.html", context))


@access.requires(SEE)
@require_safe
def highlight_list(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """The days of the camp whose highlights went out, the newest first. One query beyond her own."""
    camp = camp_in(request, SEE, space, slug)
    told = Q(items__unstarred_at=None) & ~Q(items__consent="no")
    rows = Digest.objects.out().filter(room=camp.room).annotate(count=Count("items", filter=told))
    page = pages.page(rows, by="-day", cursor=request.GET.get("after", ""), size=A_PAGE)
    return render(request, "cohorts/highlight_list.html", {"camp": camp, "page": page})
