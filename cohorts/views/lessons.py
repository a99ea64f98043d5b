"""Reading a camp: its lessons, all its days, and what one has written in it."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.forms.learning import LessonForm
from cohorts.models import Camp, CheckIn, Phase
from cohorts.models.calendar import day_of
from cohorts.services import camp_feed, camp_home, check_ins, days, learners, lessons
from cohorts.services.lessons import LessonChanged
from cohorts.views.scope import camp_in
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.views.profile import unlisted

SEE, LEARN, CHANGE = "cohorts.see_camp", "cohorts.check_in", "cohorts.change_lesson"


@access.requires(SEE)
@require_safe
def lesson(request: HttpRequest, space: str, slug: str, day: int) -> HttpResponse:
    """One lesson. Before its day learners read from when on it is open; staff read all. Eight
    queries at most."""
    camp = camp_in(request, SEE, space, slug)
    if day == check_ins.PRACTICE:  # where a word on a practice check-in leads
        return redirect(camp)
    today = camp.calendar.today()
    learns = request.user.has_perm(LEARN, camp)
    found = get_object_or_404(camp.lessons, day=day)
    found.camp = camp
    is_open = day <= today or not learns
    row = _handed_in(request, camp, day) if learns and is_open else None
    context = {
        "camp": camp,
        "lesson": found,
        "is_open": is_open,
        "date": camp.calendar.date_of(day),
        "is_today": day == today,
        "row": row,
        "may_check_in": learns,
        "words": camp_feed.words_on([row], request.user)[row.pk] if row else None,
        "may_change": request.user.has_perm(CHANGE, camp),
        "is_early": day > today,
        **_beside(lessons.entries(camp, today), day),
    }
    return unlisted(render(request, "cohorts/lesson.html", context))


@access.requires(CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: HttpRequest, space: str, slug: str, day: int) -> HttpResponse:
    """Change a lesson of this camp. 409 with both texts if somebody has done so meanwhile."""
    camp = camp_in(request, CHANGE, space, slug)
    found = get_object_or_404(camp.lessons, day=day)
    found.camp = camp
    # A copy, because a form writes into its instance even when it is wrong.
    form = LessonForm(request.POST or None, instance=copy(found))
    theirs = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lessons.change(
                lesson=found, changed_at=data["changed_at"], by=request.user, values=data
            )
        except LessonChanged as other:
            theirs = other
            sent = request.POST.copy()
            sent["changed_at"] = other.lesson.changed_at.isoformat()
            form = LessonForm(sent, instance=copy(other.lesson))
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The lesson is changed."))
            return redirect(found)
    context = {"camp": camp, "lesson": found, "form": form, "theirs": theirs}
    status = 409 if theirs else status_of(form)
    return render(request, "cohorts/lesson_edit.html", context, status=status)


@access.requires(SEE)
@require_safe
def calendar(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """The whole camp, day by day by phase, with her days done. Six queries, whatever its length."""
    camp = camp_in(request, SEE, space, slug)
    enrolment = camp_home.enrolment_of(camp, request.user)
    today = camp.calendar.today()
    standing = check_ins.days_of(enrolment) if enrolment else None
    state = {dot.day: dot.state for dot in standing.dots} if standing else {}
    by_day = {one.day: one for one in lessons.entries(camp, today)}
    can = check_ins.can_be_made_up(enrolment, standing) if enrolment and standing else []
    rows: dict[str, list[dict[str, Any]]] = {phase: [] for phase in Phase.values}
    for offset in range(-camp.run.preparation_days, camp.run.days + camp.run.closing_days):
        day = day_of(offset)
        date = camp.calendar.date_of(day)
        rows[camp.calendar.phase_on(date)].append(
            {
                "day": day,
                "label": str(day),
                "date": date,
                "lesson": by_day.get(day),
                "state": state.get(day, ""),
                "can_make_up": day in can,
                "is_today": day == today,
            }
        )
    context = {
        "camp": camp,
        "phases": [(Phase(phase).label, found) for phase, found in rows.items() if found],
        "standing": standing,
        "dots": learners.dots_of(standing) if standing else [],
        "learns": enrolment is not None,
    }
    return unlisted(render(request, "cohorts/calendar.html", context))


@access.requires(LEARN)
@require_safe
def my_check_ins(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """All that she has written there, to read again and to print. Six queries at most."""
    camp = camp_in(request, LEARN, space, slug)
    rows = list(
        CheckIn.objects.standing()
        .filter(enrolment__camp=camp, enrolment__member=request.user)
        .select_related("enrolment", "upload")
        .order_by("day")
    )
    for row in rows:
        row.enrolment.camp = camp
        row.date = camp.calendar.date_of(row.day) if row.day else None  # type: ignore[attr-defined]
        row.may_change = check_ins.may_change(row)  # type: ignore[attr-defined]
    words = camp_feed.words_on(rows, request.user)
    titles = {one.day: one.title for one in lessons.entries(camp, camp.calendar.today())}
    context = {
        "camp": camp,
        "rows": [(row, words[row.pk], titles.get(row.day, "")) for row in rows],
        "closing_day": check_ins.closing_day(camp),
        "rest": days.REST,
    }
    return unlisted(render(request, "cohorts/my_check_ins.html", context))


def _handed_in(request: HttpRequest, camp: Camp, day: int) -> CheckIn | None:
    """What she has handed in for the day. One query."""
    rows = CheckIn.objects.standing().filter(
        enrolment__camp=camp, enrolment__member=request.user, day=day
    )
    return rows.select_related("upload").first()


def _beside(entries: list[lessons.Entry], day: int) -> dict[str, Any]:
    """The lessons before and after it."""
    before = [one for one in entries if one.day < day]
    after = [one for one in entries if one.day > day]
    return {"before": before[-1] if before else None, "after": after[0] if after else None}
