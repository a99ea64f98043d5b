"""The missed-and-late desk: what waits for a person, and how far what went out has come."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from community import access, clock, pages
from community.errors import DomainError
from community.forms.late import NoteForm, SkipForm, StopForm
from community.forms.refusal import refuse, status_of
from community.models import Run
from community.services import delivery_desk, inbox, late_desk, under_way

PERM = "community.decide_what_is_late"


@access.requires(PERM)
@require_safe
def late_list(request: HttpRequest) -> HttpResponse:
    """What did not go out by itself, newest first, what is going out now, and when somebody last
    looked. Three queries beyond her standing, however many there are."""
    access.check(request, PERM)
    page = pages.page(
        late_desk.waiting(request.user), by="-id", cursor=request.GET.get("after", "")
    )
    going = under_way.listed(request.user) if page.is_first else []
    for run in [*page.rows, *going]:
        run.line = inbox.line(run)
        run.due_there = _there(run)
    look, now = delivery_desk.last_look(), clock.now()
    context = {
        "page": page,
        "going": going,
        "look": look,
        "now": now,
        "look_is_late": look is None or now - look.at > delivery_desk.LOOK_TOO_OLD,
    }
    return render(request, "community/late_list.html", context)


@access.requires(PERM)
@require_safe
def run_detail(request: HttpRequest, run: str) -> HttpResponse:
    """One sending: what it says, how far it has come, and what may be decided. Three queries."""
    return _page(request, _run_for(request, run))


@access.requires(PERM)
@require_POST
def run_send(request: HttpRequest, run: str) -> HttpResponse:
    """Send it now, with or without a note."""
    row, form = _run_for(request, run), NoteForm(request.POST)

    def send(note: str) -> str:
        late_desk.send_now(run=row, by=request.user, note=note)
        return _("It is going out now.")

    if _did(request, form, send):
        return redirect("community:run_detail", row.public_id)
    return _page(request, row, note=form)


@access.requires(PERM)
@require_POST
def run_skip(request: HttpRequest, run: str) -> HttpResponse:
    """It is not sent; why is kept."""
    row, form = _run_for(request, run), SkipForm(request.POST)

    def skip(reason: str) -> str:
        late_desk.skip(run=row, by=request.user, reason=reason)
        return _("It is not sent. Why is written down.")

    if _did(request, form, skip):
        return redirect("community:late_list")
    return _page(request, row, skip=form)


@access.requires(PERM)
@require_POST
def run_stop(request: HttpRequest, run: str) -> HttpResponse:
    """What is going out goes out to nobody else; why is kept."""
    row, form = _run_for(request, run), StopForm(request.POST)

    def stop(reason: str) -> str:
        return _stopped(under_way.stop(run=row, by=request.user, reason=reason))

    if _did(request, form, stop):
        return redirect("community:run_detail", row.public_id)
    return _page(request, row, stop=form)


def _did(request: HttpRequest, form: Form, deed: Callable[..., str]) -> bool:
    """Do ``deed`` with what the form says and show what it came to; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        said = deed(**form.cleaned_data)
    except DomainError as refusal:
        refuse(form, refusal)
        return False
    messages.success(request, said)
    return True


def _stopped(dropped: int) -> str:
    if not dropped:
        return _("Stopped. Nobody else gets it; who has it keeps it.")
    text = ngettext(
        "Stopped. %(count)d mail that waited is not sent; who has it keeps it.",
        "Stopped. %(count)d mails that waited are not sent; who has it keeps it.",
        dropped,
    )
    return text % {"count": dropped}


def _run_for(request: HttpRequest, public_id: str) -> Run:
    return access.get_permitted(
        request,
        Run.objects.visible_to(request.user)
        .filter(room__isnull=False)
        .select_related("room__space", "decided_by"),
        PERM,
        public_id=public_id,
    )


def _page(
    request: HttpRequest,
    run: Run,
    *,
    note: NoteForm | None = None,
    skip: SkipForm | None = None,
    stop: StopForm | None = None,
) -> HttpResponse:
    note, skip, stop = note or NoteForm(), skip or SkipForm(), stop or StopForm()
    progress = under_way.progress(run)
    wrong = next((form for form in (note, skip, stop) if form.errors), note)
    context = {
        "run": run,
        "line": inbox.line(run, note=False),
        "said": run.context.get("text", ""),
        "due_there": _there(run),
        # The texts of announcements say in which language they are.
        "language": run.context.get("language", ""),
        "progress": progress,
        "may_decide": late_desk.is_undecided(run),
        # Who was slower still reads what she wrote, and why it was not done.
        "may_stop": under_way.may_stop(run, progress) or stop.is_bound,
        "note": note,
        "skip": skip,
        "stop": stop,
        "wrong": wrong,
    }
    return render(request, "community/run_detail.html", context, status=status_of(wrong))


def _there(run: Run):
    """When it was to go out, by the clock of its room, without a zone: shown as it stands."""
    if run.due_at is None or run.room is None:
        return None
    return run.due_at.astimezone(ZoneInfo(run.room.timezone)).replace(tzinfo=None)
