"""A member's page of notifications: what she is told, by which way, and when she is left alone."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import access, clock
from community.errors import DomainError
from community.forms.notifications import DaysForm, DigestForm, HoursForm
from community.forms.refusal import refuse, status_of
from community.models import NotificationSettings, QuietDays
from community.registry import mail_kinds
from community.services import notification_deeds, notifications, quiet
from community.services.notification_choices import DIGEST, Chosen, cells, chosen
from community.services.preferences import CHANNELS, Cell

Preset = NotificationSettings.Preset


@dataclass(frozen=True)
class Box:
    """A cell of the table. Without a ``name`` there is nothing to choose."""

    channel: str
    name: str = ""
    on: bool = False


@access.signed_in
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All of it, each part with its own button. Three queries."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **bound: forms.BaseForm) -> HttpResponse:
    member = request.user
    mine = chosen(member)
    row = mine.settings
    now = clock.now()
    context = _choices(mine) | {
        "digest_form": DigestForm(initial=DigestForm.of(mine, member.timezone)),
        "hours_form": HoursForm(initial={"begins": row.quiet_from, "ends": row.quiet_until}),
        "days_form": DaysForm(),
        "quiet_days": notifications.quiet_days(member),
        "muted_until": row.muted_until if row.muted_until and row.muted_until > now else None,
        "next_digest": _next_digest(mine, member.timezone),
    }
    return render(request, "community/notifications.html", context | bound, status=status)


def _next_digest(mine: Chosen, timezone: str) -> dt.datetime | None:
    """When her next digest reaches her: not before her quiet hours are over. No query."""
    row = mine.settings
    if mine.frequency == NotificationSettings.Frequency.NEVER or row.next_digest_at is None:
        return None
    every_day = quiet.Times(timezone, row.quiet_from, row.quiet_until)
    return quiet.ends(every_day, row.next_digest_at) or row.next_digest_at


def _choices(mine: Chosen) -> dict[str, Any]:
    """The presets and the table. No query."""
    return {
        "preset": mine.preset,
        "preset_label": Preset(mine.preset).label,
        "presets": [
            (Preset.QUIET, _("Nothing by mail. Everything is under the bell when you come.")),
            (Preset.NORMAL, _("By mail only answers to you, and your own digest once a week.")),
            (Preset.ALL, _("Everything by mail as well, and your own digest every day.")),
        ],
        "rows": [
            (entry.label, kind, [_box(mine, (kind, channel)) for channel in CHANNELS])
            for kind, entry in mail_kinds.items()
            if kind != DIGEST[0]
        ],
        "frequency": NotificationSettings.Frequency(mine.frequency).label,
    }


def _box(mine: Chosen, cell: Cell) -> Box:
    return Box(cell[1], ":".join(cell), mine.cells[cell])


@access.signed_in
@require_POST
def kinds(request: HttpRequest) -> HttpResponse:
    """The whole table, of which only what she has changed on her page is written; or with ``only``
    the one box that a script tells of. At most eight queries."""
    known = {":".join(cell): cell for cell in cells() if cell != DIGEST}
    ticked = set(request.POST.getlist("cell"))
    only = request.POST.get("only")
    if only:
        if only not in known:
            return HttpResponseBadRequest(_("There is no such box. Load the page again."))
        changed = {only}
    else:
        changed = (ticked ^ set(request.POST.getlist("shown"))) & known.keys()
    back = notifications.choose(
        member=request.user, wanted={known[name]: name in ticked for name in changed}
    )
    return _done(request, back, in_place=bool(only))


@access.signed_in
@require_POST
def preset(request: HttpRequest) -> HttpResponse:
    """One of the three, written into every box."""
    named = request.POST.get("preset", "")
    if named not in (Preset.QUIET, Preset.NORMAL, Preset.ALL):
        return HttpResponseBadRequest(_("There is no such choice. Load the page again."))
    back = notifications.choose_preset(member=request.user, preset=named)
    return _done(request, back, said=_("Chosen: %(preset)s") % {"preset": Preset(named).label})


@access.signed_in
@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """How often her own digest comes, when, by which clock, and in which shape."""
    form = DigestForm(request.POST)
    if not form.is_valid():
        return _page(request, status_of(form), digest_form=form)
    return _done(request, notifications.choose_digest(member=request.user, **form.cleaned_data))


@access.signed_in
@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """From when until when she is left alone every day."""
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, status_of(form), hours_form=form)
    return _done(request, notifications.choose_hours(member=request.user, **form.cleaned_data))


@access.signed_in
@require_POST
def mute(request: HttpRequest) -> HttpResponse:
    """Silence for seven days, or with ``end`` its end."""
    if request.POST.get("end"):
        back = notifications.unmute(member=request.user)
        return _done(request, back, said=_("The silence is over."))
    back = notifications.mute(member=request.user)
    return _done(request, back, said=_("Silent for seven days."))


@access.signed_in
@require_POST
def days(request: HttpRequest) -> HttpResponse:
    """Put days into her list."""
    form = DaysForm(request.POST)
    if form.is_valid():
        try:
            return _done(request, notifications.add_days(member=request.user, **form.cleaned_data))
        except DomainError as refusal:
            refuse(form, refusal)
    return _page(request, status_of(form), days_form=form)


@access.signed_in
@require_POST
def days_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take days out of her list. 404 for somebody else's."""
    found = get_object_or_404(QuietDays.objects.filter(member=request.user), public_id=public_id)
    return _done(request, notifications.remove_days(member=request.user, days=found))


@access.signed_in
@require_POST
def undo(request: HttpRequest, back: str) -> HttpResponse:
    """Take back what a toast or a page tells of."""
    try:
        notification_deeds.take_back(member=request.user, back=back)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is as it was before."))
    return redirect("community:notifications")


def _done(
    request: HttpRequest, back: str, *, said: str = "", in_place: bool = False
) -> HttpResponse:
    """The page again, with the way back; a box that was saved by itself gets only what is another
    beside it."""
    said = said or _("Saved.")
    undo_at = reverse("community:notifications_undo", args=[back])
    if in_place and request.htmx:
        context = _choices(chosen(request.user)) | {"said": said, "undo_at": undo_at}
        return render(request, "community/_notification_answer.html", context)
    messages.success(request, said, extra_tags=f"undo:{undo_at}")
    return redirect("community:notifications")
