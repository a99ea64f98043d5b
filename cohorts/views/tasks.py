"""One step: how it is done, and everything one can do with it from the board or from its own page."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cohorts.forms.board import SkipForm
from cohorts.models import SopTask
from cohorts.services import board, evidence, script_words, step_body, task_change, tasks
from cohorts.services.board_rows import address
from cohorts.services.step_body import Body
from cohorts.services.task_change import Stale
from cohorts.views.board import asked_day, next_after
from cohorts.views.task_deeds import DEEDS, OTHERS, Deed
from community import access, clock
from community.errors import DomainError
from community.forms.refusal import refuse
from community.models import Upload
from community.services import form_tokens, uploads

# Where a body can stand: in the aside of a desktop, in the row of a phone, on a page of its own.
PLACES = ("aside", "row", "page")


@access.requires("cohorts.work_on_run")
@require_safe
def task(request: HttpRequest, public_id: str) -> HttpResponse:
    """How it is done. Opening it is seeing it: the others read who has."""
    found = _task_for(request, public_id)
    tasks.see(task=found, by=request.user)
    place = request.GET.get("place", "")
    place = place if request.htmx and place in PLACES else "page"
    return _show(request, _body(request, found), place)


@access.requires("cohorts.work_on_run")
@require_POST
def task_do(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close, skip, hand over or put off. Somebody who was faster is shown with what they did (409),
    and what was typed is still there."""
    found = _task_for(request, public_id)
    deed = DEEDS.get(request.POST.get("do", ""), DEEDS["complete"])
    body = _body(request, found)
    form = deed.form(data=request.POST, files=request.FILES, body=body, auto_id=_ids(found))
    try:
        if not form.is_valid():
            return _refused(request, body, deed, form, 422)
        picture = _picture(request, found, form)
        with form_tokens.spend(request) as press:
            if press.again and picture is not None and request.FILES:
                uploads.delete(picture)  # the first press has kept the same one
            said = "" if press.again else deed.act(found, request.user, form.cleaned_data, picture)
            press.done(address(found))
    except Stale as stale:
        return _refused(request, _body(request, stale.task), deed, form, 409, stale)
    except DomainError as refusal:
        refuse(form, refusal)
        return _refused(request, body, deed, form, 422)
    return _done(request, found, said)


@access.requires("cohorts.work_on_run")
@require_POST
def task_back(request: HttpRequest, public_id: str, version: int) -> HttpResponse:
    """Take back what made ``version``: from the toast for ten seconds, from the row for a day."""
    found = _task_for(request, public_id)
    try:
        tasks.take_back(task=found, by=request.user, version=version)
    except DomainError as refusal:
        found = refusal.task if isinstance(refusal, Stale) else found
        return _row_refused(request, found, str(refusal), 409)
    return _done(
        request, found, _("“%(step)s” is open again.") % {"step": found.step.title}, undo=False
    )


@access.requires("cohorts.work_on_run")
@require_POST
def task_words(request: HttpRequest, public_id: str, script: int) -> HttpResponse:
    """She has copied a script of the step: the next one sees that it was just said."""
    found = _task_for(request, public_id)
    words = get_object_or_404(found.run.version.scripts, pk=script)
    script_words.use(script=words, run=found.run, by=request.user)
    return HttpResponse(status=204)


# What is answered -------------------------------------------------------------------------------


def _done(request: HttpRequest, task: SopTask, said: str, undo: bool = True) -> HttpResponse:
    """The row as it is now, with the progress and a toast; without a script, the board."""
    back = (
        reverse("cohorts:task_back", args=[task.public_id, task.version]) if undo and said else ""
    )
    still_open = task.version == _seen_version(request)  # an attempt was kept, nothing to take back
    back = "" if still_open else back
    if not request.htmx:
        if said:
            messages.success(request, said, extra_tags=f"undo:{back}" if back else "")
        return redirect(address(task))
    body = _body(request, task)
    context = {"row": body.row, "said": said, "back": back} | _progress(request, task)
    if _place(request) == "aside":
        context |= _context(request, body, "aside")
    return render(request, "cohorts/_task_answer.html", context)


def _refused(
    request: HttpRequest,
    body: Body,
    deed: Deed,
    form: forms.Form,
    status: int,
    stale: Stale | None = None,
) -> HttpResponse:
    """The form again, with what is wrong or who was faster. A tick from the row gets its row back."""
    place = _place(request)
    if stale is not None:
        form = _on_top(form, body)
        form.conflict = str(stale)  # type: ignore[attr-defined]
    if request.htmx and not place:
        first = str(stale) if stale else _first_error(form)
        return _row_refused(request, body.task, first, status, body)
    response = _show(request, body, place or "page", form, deed, status=status)
    if request.htmx:
        response["HX-Retarget"] = (
            "#step-body" if place == "aside" else f"#body-{body.task.public_id}"
        )
        response["HX-Reswap"] = "innerHTML"
    return response


def _row_refused(
    request: HttpRequest, task: SopTask, sentence: str, status: int, body: Body | None = None
) -> HttpResponse:
    if not request.htmx:
        messages.error(request, sentence)
        return redirect(address(task))
    body = body or _body(request, task)
    body.row.refusal = sentence
    context = {"row": body.row, "said": "", "back": ""} | _progress(request, task)
    return render(request, "cohorts/_task_answer.html", context, status=status)


def _show(
    request: HttpRequest,
    body: Body,
    place: str,
    form: forms.Form | None = None,
    deed: Deed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _context(request, body, place, form, deed)
    template = "cohorts/task.html" if place == "page" else "cohorts/_task_body.html"
    return render(request, template, context, status=status)


def _context(
    request: HttpRequest,
    body: Body,
    place: str,
    sent: forms.Form | None = None,
    deed: Deed | None = None,
) -> dict[str, Any]:
    """The body with its forms, the one that was sent with what is wrong in it."""
    known = dict.fromkeys(DEEDS) | (
        {key: sent for key, each in DEEDS.items() if each is deed} if sent else {}
    )
    at = body.task.due_at.astimezone(body.zone)
    initial = {
        "version": body.task.version,
        "evidence": body.last_typed,
        "kept_photo": body.last_picture,
        "groups": [group.public_id for group in body.missing],
        "to": body.task.assignee.handle if body.task.assignee else "",
        "day": body.task.day,
        "time": at.time(),
    }
    made = {
        f"{key}_form": known[key]
        or each.form(body=body, initial=initial, auto_id=_ids(body.task, key))
        for key, each in DEEDS.items()
    }
    fragment = place != "page"  # there htmx swaps the row; a page of its own is sent whole
    action = reverse("cohorts:task_do", args=[body.task.public_id])
    return made | {
        "others": [
            {
                "key": key,
                "label": label(),
                "button": button(),
                "form": made[f"{key}_form"],
                "open": known[key] is not None,
            }
            for key, label, button in OTHERS
        ],
        "hx": action if fragment else "",
        "hx_target": f"#task-{body.task.public_id}" if fragment else "",
        "hx_swap": "outerHTML" if fragment else "",
        "body": body,
        "task": body.task,
        "row": body.row,
        "place": place,
        "sent": next((key for key in DEEDS if known[key]), ""),
        "conflict": getattr(sent, "conflict", ""),
        "about": deed.about() if deed else "",
        "action": action,
        "board_url": address(body.task),
    }


def _on_top(form: forms.Form, body: Body) -> forms.Form:
    """The same form with what was typed, ready to be sent on top of what the other did."""
    data = form.data.copy()
    data["version"] = str(body.task.version)
    fresh = type(form)(
        data=data,
        auto_id=form.auto_id,
        **({"body": body} if not isinstance(form, SkipForm) else {}),
    )
    fresh.full_clean()
    kept = getattr(form, "kept_upload", None)
    if kept is not None:
        data["kept_photo"] = kept.public_id
    return fresh


def _picture(request: HttpRequest, task: SopTask, form: forms.Form) -> Upload | None:
    """The screenshot that was sent, stored; or the one kept from a form that was refused. What was
    stored stands in the form from then on, so that nobody has to choose it twice."""
    file, kept = form.cleaned_data.get("photo"), form.cleaned_data.get("kept_photo", "")
    camp = getattr(task.run, "camp", None)
    room = camp.staff_room if camp else task.run.room
    if file:
        upload = evidence.picture(file=file, by=request.user, room=room)
    else:
        upload = evidence.kept_picture(public_id=kept, by=request.user, room=room)
    if upload is not None:
        form.kept_upload = upload  # type: ignore[attr-defined]
        form.data = form.data.copy()
        form.data["kept_photo"] = upload.public_id
    return upload


def _first_error(form: forms.Form) -> str:
    for errors in form.errors.values():
        return str(errors[0])
    return ""


def _task_for(request: HttpRequest, public_id: str) -> SopTask:
    reachable = task_change.fetch(SopTask.objects.visible_to(request.user))
    found = get_object_or_404(reachable, public_id=public_id)
    access.check(request, "cohorts.work_on_run", found.run)
    return found


def _body(request: HttpRequest, task: SopTask) -> Body:
    return step_body.body_of(task, viewer=request.user, now=clock.now())


def _progress(request: HttpRequest, task: SopTask) -> dict[str, Any]:
    """How far the day is that the board shows, which is not always the day of the task."""
    url = request.htmx.current_url_abs_path or ""
    query = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    day = board.shown_day(task.run, asked_day(query), clock.now())
    closed, total = board.progress(task.run, day)
    after = next_after(task.run, day) if total and closed == total else None
    return {
        "run": task.run,
        "day": day,
        "closed": closed,
        "total": total,
        "left": total - closed,
        "next": after,
    }


def _place(request: HttpRequest) -> str:
    place = request.POST.get("place", "")
    return place if place in PLACES else ""


def _seen_version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() else None


def _ids(task: SopTask, key: str = "sent") -> str:
    return f"{task.public_id}-{key}-%s"
