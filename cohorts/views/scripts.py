"""Words to copy: scripts by moment, light games, and the run sheets of the ceremonies."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cohorts.models import Camp, Moment, Script
from cohorts.services import run_sheets, script_words
from cohorts.views.care import STAFF
from cohorts.views.scope import camp_for
from community import access
from community.models import Member

LONGEST_SEARCH = 60
MOST_CAMPS = 12
SHEETS = ("opening", "closing")


@access.requires("cohorts.see_board")
@require_safe
def script_list(request: HttpRequest) -> HttpResponse:
    """The scripts of one of her camps for one moment, or with a word in them, filled with its
    values of today. Another camp is one tap away. Three queries, whatever their number."""
    access.check(request, "cohorts.see_board")
    camps = _camps_of(request.user)
    asked = request.GET.get("camp", "")
    camp = next((camp for camp in camps if camp.slug == asked), camps[0] if camps else None)
    words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip()
    moment = request.GET.get("moment", "")
    if words:  # a word is looked for in all of them
        moment = ""
    elif moment not in Moment.values:
        moment = Moment.JOIN.value
    context: dict[str, Any] = {
        "camp": camp,
        "camps": [(row.name, _query(row, moment, words)) for row in camps],
        "moments": [(value, label, _query(camp, value, "")) for value, label in Moment.choices],
        "moment": moment,
        "words": words,
        "rows": _words_for(camp, moment, words, request.user) if camp else [],
    }
    return render(request, "cohorts/scripts.html", context)


@access.requires(STAFF)
@require_POST
def script_use(request: HttpRequest, slug: str, script: int) -> HttpResponse:
    """She has copied it for this camp: the next one sees by whom and when."""
    camp = camp_for(request, STAFF, slug)
    found = get_object_or_404(camp.run.version.scripts, pk=script)
    script_words.use(script=found, run=camp.run, by=request.user)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(reverse("cohorts:script_list") + _query(camp, found.moment, ""))


@access.requires(STAFF)
@require_safe
def games(request: HttpRequest, slug: str) -> HttpResponse:
    """Light games of the camp's template: how they go, when they fit, and what to say. One query."""
    camp = camp_for(request, STAFF, slug)
    fill = script_words.filler(camp.run, camp.calendar.today(), request.user)
    found = [
        game | {"say": fill(game.get("say") or ""), "id": f"game-{number}"}
        for number, game in enumerate(camp.run.version.content.get("games", []), start=1)
    ]
    return render(request, "cohorts/games.html", {"camp": camp, "games": found})


@access.requires(STAFF)
@require_safe
def run_sheet(request: HttpRequest, slug: str, which: str) -> HttpResponse:
    """A ceremony by the clock: a table for the staff and for paper, and with ``?view=big`` in big
    type for who presents from a phone. Three queries."""
    camp = camp_for(request, STAFF, slug)
    if which not in SHEETS:
        raise Http404
    sheet = run_sheets.of(camp, which, request.user)
    template = "run_sheet_big" if sheet and request.GET.get("view") == "big" else "run_sheet"
    context = {"camp": camp, "which": which, "sheet": sheet, "sheets": SHEETS}
    return render(request, f"cohorts/{template}.html", context)


def _camps_of(member: Member) -> list[Camp]:
    """Those that are not over yet, and those that she helps to run before those she only manages.
    One query."""
    found = Camp.objects.run_by(member).in_progress().select_related("run__version__template")
    rooms = member.standing.rooms
    return sorted(found[:MOST_CAMPS], key=lambda camp: camp.run.room_id not in rooms)


def _words_for(camp: Camp, moment: str, words: str, reader: Member) -> list[script_words.Words]:
    scripts = Script.objects.order_by("position")
    if moment:
        scripts = scripts.filter(moment=moment)
    if words:
        scripts = scripts.filter(Q(title__icontains=words) | Q(text__icontains=words))
    return script_words.words_of(camp.run, camp.calendar.today(), reader, scripts)


def _query(camp: Camp | None, moment: str, words: str) -> str:
    chosen = {"camp": camp.slug if camp else "", "moment": moment, "q": words}
    return "?" + urlencode({name: value for name, value in chosen.items() if value})
