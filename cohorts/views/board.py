"""The board of the day, across all of one's runs and of one camp; closing several steps at once;
notes for those who come next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.board import HandOverNoteForm
from cohorts.models import Camp, HandOver, Phase, SopRun, SopTask
from cohorts.services import board as days
from cohorts.services import task_change, tasks
from cohorts.services.board_rows import Board, local_time
from community import access
from community.errors import DomainError
from community.forms.refusal import status_of
from community.models import Member
from community.services import form_tokens

MOST_RUNS = 12
MOST_CHOSEN = 100


@access.requires("cohorts.see_board")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Today in each of her runs. As many queries for one as for twelve."""
    access.check(request, "cohorts.see_board")
    found, queues = days.boards(runs=runs_of(request.user), viewer=request.user)
    context = _frame(request) | {
        "beside": queues,
        "boards": [_shown(request, one) for one in found],
    }
    return render(request, "cohorts/board.html", context)


@access.requires("cohorts.staff_camp")
@require_safe
def run_board(request: HttpRequest, slug: str) -> HttpResponse:
    """One day of one camp: today unless ``?day=`` says another."""
    camp = _camp_for(request, slug)
    day = asked_day(request.GET)
    (found,), queues = days.boards(runs=[camp.run], viewer=request.user, day=day)
    shown = {
        "camp": camp,
        "beside": queues,
        "boards": [_shown(request, found)],
        "day_text": str(found.day),
    }
    context = _frame(request) | shown
    return render(request, "cohorts/run_board.html", context | _pager(found))


@access.requires("cohorts.see_board")
@form_tokens.once
@require_POST
def board_close(request: HttpRequest) -> HttpResponse:
    """Close what was ticked together, each by itself; what is refused is listed with its reason."""
    access.check(request, "cohorts.see_board")
    chosen = _chosen(request.POST.getlist("chosen"))
    reachable = SopTask.objects.visible_to(request.user).filter(public_id__in=chosen)
    done, refused = 0, []
    for task in task_change.fetch(reachable):
        try:
            tasks.complete(task=task, by=request.user, version=chosen[task.public_id])
            done += 1
        except DomainError as refusal:
            refused.append((task, str(refusal)))
    if done:
        messages.success(
            request, ngettext("%(n)d step is done.", "%(n)d steps are done.", done) % {"n": done}
        )
    if not refused:
        if not done:
            messages.error(request, _("Choose at least one step."))
        return redirect(_back_to(request))
    return render(
        request,
        "cohorts/board_refused.html",
        {"refused": refused, "done": done, "back": _back_to(request)},
        status=409,
    )


@access.requires("cohorts.staff_camp")
@form_tokens.once
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, slug: str) -> HttpResponse:
    """A note that the next one who opens the board sees."""
    camp = _camp_for(request, slug)
    form = HandOverNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        HandOver.objects.create(run=camp.run, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("The next one who opens the board will read it."))
        return redirect("cohorts:run_board", camp.slug)
    context = {"camp": camp, "form": form}
    return render(request, "cohorts/hand_over.html", context, status=status_of(form))


def runs_of(member: Member) -> list[SopRun]:
    """The active runs she works in; who works in none sees those of the spaces she manages. One
    query, or two."""
    of = (SopRun.objects.staffed_by(member), SopRun.objects.visible_to(member))
    for runs in of:
        if found := list(runs.active().select_related("room", "camp")[:MOST_RUNS]):
            return found
    return []


def asked_day(query: Any) -> int | None:
    """The day that an address asks for; None for none, for 0, and for what is no number."""
    try:
        return int(query.get("day", "")) or None
    except ValueError:
        return None


def _camp_for(request: HttpRequest, slug: str) -> Camp:
    return access.get_permitted(
        request, Camp.objects.visible_to(request.user), "cohorts.staff_camp", slug=slug
    )


def _frame(request: HttpRequest) -> dict[str, Any]:
    """What both boards have around them. No query."""
    here = {"mine": "mine" in request.GET, "choose": "choose" in request.GET}
    query = request.GET.copy()
    query["choose"] = "1"
    return here | {
        "not_mine": not here["mine"],
        "choose_url": f"?{query.urlencode()}",
        "note_form": HandOverNoteForm(auto_id="note-%s"),
    }


def _shown(request: HttpRequest, found: Board) -> dict[str, Any]:
    """What a template shows of one board; what comes next, when all is done, is one query more."""
    only_mine = "mine" in request.GET
    groups = [
        (name, [row for row in found.group(name) if row.is_mine or not only_mine])
        for name in ("before", "late", "now", "later")
    ]
    return {
        "board": found,
        "groups": [(name, rows) for name, rows in groups if rows],
        "done": [row for row in found.group("done") if row.is_mine or not only_mine],
        "phases": phases(found),
        "next": next_after(found.run, found.day) if found.all_done or not found.total else None,
    }


def next_after(run: SopRun, day: int) -> dict[str, Any] | None:
    """The first thing after ``day`` and when it is, for whoever has finished. One query."""
    task = days.next_up(run, day)
    if task is None:
        return None
    tomorrow = run.calendar.today() + 1 == task.day or (run.calendar.today(), task.day) == (-1, 1)
    return {
        "task": task,
        "is_tomorrow": tomorrow,
        "time": local_time(task),
        "day_text": str(task.day),
    }


def phases(found: Board) -> list[tuple[str, str]]:
    """The phases of a run with what the shown day is to them: done, current or to come."""
    span = found.run.span
    lengths = {
        Phase.PREPARATION: span.preparation_days,
        Phase.COURSE: span.days,
        Phase.CLOSING: span.closing_days,
    }
    order = [phase for phase, length in lengths.items() if length]
    here = span.phase_of(found.day)
    at = next((n for n, phase in enumerate(order) if phase == here), len(order))
    return [
        (str(phase.label), "done" if n < at else "current" if n == at else "")
        for n, phase in enumerate(order)
    ]


def _pager(found: Board) -> dict[str, str]:
    """The day before and the day after, by their names; the first has none before it."""
    base = reverse("cohorts:run_board", args=[found.run.camp.slug])
    before, after = found.previous_day, found.next_day
    return {
        "previous": f"{base}?day={before}" if before else "",
        "previous_label": f"D{before}" if before else "",
        "next": f"{base}?day={after}" if after else "",
        "next_label": f"D{after}" if after else "",
    }


def _chosen(values: list[str]) -> dict[str, int]:
    """{public id: the version that was seen}; what is not of that form is nobody's tick."""
    pairs = [value.partition(":") for value in values[:MOST_CHOSEN]]
    return {key: int(version) for key, _sep, version in pairs if version.isdecimal()}


def _back_to(request: HttpRequest) -> str:
    camp = Camp.objects.visible_to(request.user).filter(slug=request.POST.get("camp", "")).first()
    if camp is None:
        return reverse("cohorts:board")
    day = asked_day(request.POST)
    return reverse("cohorts:run_board", args=[camp.slug]) + (f"?day={day}" if day else "")
