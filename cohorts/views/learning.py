"""A camp as its learners see it: what to do today, and handing in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cohorts.forms.camp_people import ReasonForm
from cohorts.forms.learning import CheckInForm
from cohorts.models import Camp, CheckIn, Enrolment
from cohorts.services import (
    camp_feed,
    camp_highlights,
    camp_home,
    catch_up,
    check_ins,
    evidence,
)
from cohorts.services.camp_home import Mine, Said
from cohorts.services.check_ins import AlreadyHandedIn
from cohorts.views.scope import camp_in
from community import access
from community.errors import DomainError
from community.forms.refusal import refuse, status_of
from community.models import Upload
from community.services import form_tokens, uploads
from community.trust import hints, ratelimit
from community.views.intro_preview import LOOKS_LIKE
from community.views.profile import unlisted

LEARN, SEE = "cohorts.check_in", "cohorts.see_camp"


@access.requires(SEE)
@require_safe
def camp(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """What to do today, for learners; the people who run it see the same with a way to their tools.
    Twelve queries at most, whatever the number of people and days."""
    found = camp_in(request, SEE, space, slug, camp_highlights.with_newest)
    home = camp_home.home(found, request.user)
    context = {"camp": found, "home": home, "reason_form": ReasonForm()}
    if home.mine:
        context |= _part(found, home.mine, said=home.said)
    else:
        context["may_staff"] = request.user.has_perm("cohorts.staff_camp", found)
    return unlisted(render(request, "cohorts/camp.html", context))


@access.requires(LEARN)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """Hand in for today, or with ``day`` for one that is over. What was typed or chosen is still
    there when it cannot be; the same form pressed twice is one check-in."""
    found = camp_in(request, LEARN, space, slug)
    enrolment = _enrolment_for(request, found)
    mine = camp_home.of_today(enrolment, request.user)
    day = _asked_day(request, mine)
    if request.method != "POST":
        return _page(request, mine, _fresh_form(mine, day), day)
    ratelimit.hit("check-in", request.user.pk, limit=60, window=3_600)
    form = CheckInForm(request.POST, request.FILES, label=_label(found, day))
    if not form.is_valid():
        return _page(request, mine, form, day)
    try:
        given = form.given(_picture(request, found, form))
        if not _is_meant(form):
            return _page(request, mine, form, day)
        with form_tokens.spend(request) as press:
            row = None if press.again else check_ins.hand_in(
                enrolment=enrolment, day=day, given=given
            )  # fmt: skip
            press.done(found.get_absolute_url())
        if row is None and request.FILES and given.upload is not None:
            uploads.delete(given.upload)  # the first press has kept the same picture
    except AlreadyHandedIn as other:
        form.other = other.check_in  # type: ignore[attr-defined]
        refuse(form, other)
        return _page(request, mine, form, day)
    except DomainError as refusal:
        refuse(form, refusal)
        return _page(request, mine, form, day)
    return _done(request, enrolment, row)


@access.requires(SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_edit(request: HttpRequest, space: str, slug: str, public_id: str) -> HttpResponse:
    """Change what was handed in, on the same day."""
    found = camp_in(request, SEE, space, slug)
    row = _own(request, found, public_id)
    form = CheckInForm(
        request.POST or None, request.FILES or None, initial=_typed(row),
        label=_label(found, row.day),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            given = form.given(_picture(request, found, form))
            if _is_meant(form):
                check_ins.change(check_in=row, given=given)
                messages.success(request, _("Changed."))
                return redirect(found)
        except DomainError as refusal:
            refuse(form, refusal)
    context = {"camp": found, "row": row, "form": form, "may": check_ins.may_change(row)}
    status = 422 if form.hints else status_of(form)
    return unlisted(render(request, "cohorts/check_in_edit.html", context, status=status))


@access.requires(SEE)
@require_POST
def check_in_back(request: HttpRequest, space: str, slug: str, public_id: str) -> HttpResponse:
    """It was not handed in: from the toast for ten seconds, from the card for the day."""
    found = camp_in(request, SEE, space, slug)
    row = _own(request, found, public_id)
    try:
        check_ins.take_back(check_in=row)
        said = _("Taken back. What you wrote is in the form.")
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    if request.htmx:
        return _swapped(request, row.enrolment, said, "")
    messages.success(request, said)
    return redirect(found)


@access.requires(SEE)
@require_POST
def check_in_react(request: HttpRequest, space: str, slug: str, public_id: str) -> HttpResponse:
    """One of the two words on what somebody beside her has handed in, or taking it back."""
    found = camp_in(request, SEE, space, slug)
    row = get_object_or_404(camp_feed.readable_by(found, request.user), public_id=public_id)
    access.check(request, LEARN, found)
    if "unsay" in request.POST:
        camp_feed.unsay(check_in=row, member=request.user, word=request.POST["unsay"])
    else:
        try:
            camp_feed.say(check_in=row, member=request.user, word=request.POST.get("word", ""))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(found)
    if not request.htmx:
        return redirect(f"{found.get_absolute_url()}#ci-{row.public_id}")
    words = camp_feed.words_on([row], request.user)[row.pk]
    context = {"camp": found, "row": row, "words": words, "may_say": True}
    return unlisted(render(request, "cohorts/_other_check_in.html", context))


@access.requires(LEARN)
@require_POST
def make_up(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """Whether missed days make themselves up, or she picks them."""
    found = camp_in(request, LEARN, space, slug)
    on = request.POST.get("by_itself") == "on"
    check_ins.make_up_by_itself(enrolment=_enrolment_for(request, found), on=on)
    messages.success(
        request,
        _("Missed days make themselves up again.") if on
        else _("From now on you choose which day a make-up day is for."),
    )  # fmt: skip
    return redirect(found)


@access.requires(LEARN)
@require_POST
def catch_up_away(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    """Put the card of a late joiner away."""
    found = camp_in(request, LEARN, space, slug)
    catch_up.put_away(_enrolment_for(request, found))
    return redirect(found)


# Finding -----------------------------------------------------------------------------------------


def _enrolment_for(request: HttpRequest, found: Camp) -> Enrolment:
    """Her place. 404 for who is in the room without one, which only a test or a shell can make."""
    enrolment = camp_home.enrolment_of(found, request.user)
    if enrolment is None:
        raise Http404
    return enrolment


def _own(request: HttpRequest, found: Camp, public_id: str) -> CheckIn:
    rows = CheckIn.objects.standing().select_related("enrolment", "upload")
    row = get_object_or_404(
        rows, public_id=public_id, enrolment__camp=found, enrolment__member=request.user
    )
    row.enrolment.camp, row.enrolment.member = found, request.user
    return row


def _asked_day(request: HttpRequest, mine: Mine) -> int:
    """The day in the form or the address, else the one that it is; nonsense is the one that it is."""
    asked = (request.POST if request.method == "POST" else request.GET).get("day", "")
    if asked.isdecimal() and len(asked) < 4:
        return int(asked)
    return mine.day or 0


# What is answered --------------------------------------------------------------------------------


def _part(
    found: Camp, mine: Mine, form: CheckInForm | None = None, said: Said | None = None
) -> dict[str, Any]:
    """What the part with the check-in needs; without a form, a fresh one for now. ``said`` is
    today's announcement: tomorrow begins when today began."""
    return {
        "camp": found,
        "mine": mine,
        "stage": camp_home.stage_of(found),
        "form": form or _fresh_form(mine, mine.day or 0),
        "is_late": camp_home.is_past_the_hour(found),
        "begins_at": said.time if said else None,
        "is_last_day": found.calendar.today() == found.run.days,
    }


def _page(request: HttpRequest, mine: Mine, form: CheckInForm, day: int) -> HttpResponse:
    """The form on a page of its own, or the part of it that htmx has sent."""
    found = mine.enrolment.camp
    status = 422 if form.hints else status_of(form)
    is_now = day == mine.day
    other = getattr(form, "other", None)
    if request.htmx:
        context = _part(found, mine, form) | {"other": other}
        return unlisted(render(request, "cohorts/_check_in_part.html", context, status=status))
    if other is None and not form.is_bound and is_now:
        other = mine.today
    context = {
        "camp": found, "mine": mine, "form": form, "day": day, "is_now": is_now, "other": other,
        "date": found.calendar.date_of(day) if day else None,
        "is_open": is_now or day in mine.can_make_up,
    }  # fmt: skip
    return unlisted(render(request, "cohorts/check_in.html", context, status=status))


def _done(request: HttpRequest, enrolment: Enrolment, row: CheckIn | None) -> HttpResponse:
    """The card as it is now, with the way back; without a script, the camp's home."""
    found = enrolment.camp
    said, back = "", ""
    if row is not None:
        said = _("Made up: D%(day)d counts.") % {"day": row.day} if row.made_up else _("Handed in.")
        back = reverse("cohorts:check_in_back", args=[found.space.slug, found.slug, row.public_id])
    if request.htmx:
        return _swapped(request, enrolment, said, back)
    if said:
        messages.success(request, said, extra_tags=f"undo:{back}")
    return redirect(found)


def _swapped(request: HttpRequest, enrolment: Enrolment, said: str, back: str) -> HttpResponse:
    mine = camp_home.of_today(enrolment, request.user)
    camp = enrolment.camp
    today = camp_home.said(camp, camp.calendar.today())
    context = _part(camp, mine, said=today) | {"done": said, "back": back}
    return unlisted(render(request, "cohorts/_check_in_part.html", context))


# The form ----------------------------------------------------------------------------------------


def _fresh_form(mine: Mine, day: int) -> CheckInForm:
    typed = mine.typed if day == mine.day else {}
    return CheckInForm(initial={"day": day} | typed, label=_label(mine.enrolment.camp, day))


def _label(found: Camp, day: int) -> str:
    if day == check_ins.PRACTICE:
        return _("Try it out: one line on why you came")
    if day == check_ins.closing_day(found):
        return _("Three sentences for the next camp")
    return _("One thing you learned today")


def _typed(row: CheckIn) -> dict[str, Any]:
    kept = row.upload.public_id if row.upload else ""
    return {"text": row.text, "url": row.url, "kept_photo": kept, "rest": row.kind == "rest"}


def _is_meant(form: CheckInForm) -> bool:
    """Whether she means what looks like a phone number. A hint is a question and never a refusal:
    the second press hands it in."""
    if form.cleaned_data["keep"] or form.cleaned_data["rest"]:
        return True
    found = hints.find_hints(form.cleaned_data["text"])
    form.hints = [LOOKS_LIKE[hint.kind] % {"quote": hint.quote} for hint in found[:3]]
    return not form.hints


def _picture(request: HttpRequest, found: Camp, form: CheckInForm) -> Upload | None:
    """The picture that was sent, decoded and stored before anything is locked; or the one that the
    form has kept. The people of the camp's room may see it."""
    file, kept = form.cleaned_data["photo"], form.cleaned_data["kept_photo"]
    room = found.run.room
    if form.cleaned_data["drop_photo"]:
        return None
    if file:
        upload = evidence.picture(file=file, by=request.user, room=room)
    else:
        upload = evidence.kept_picture(public_id=kept, by=request.user, room=room)
    if upload is not None:
        form.keep_picture(upload)
    return upload
