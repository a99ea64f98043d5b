"""The link in a mail that turns off its kind, and the door at which providers report bounces."""

import json
import logging
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from community import access, clock
from community.models import MailReport
from community.registry import mail_kinds
from community.services import notifications, preferences, stopped
from community.trust import webhooks

logger = logging.getLogger(__name__)
ONE_CLICK = "One-Click"
LARGEST_REPORT = 64 * 1024
# What a report may be called; the first is this site's own name for it.
KINDS = {
    "mail.bounced": MailReport.Kind.HARD,
    "mail.delayed": MailReport.Kind.SOFT,
    "mail.complained": MailReport.Kind.COMPLAINT,
}


@access.public
@csrf_exempt  # a mail program posts it without a page of ours; the token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows how it stands and changes nothing, because scanners open links; POST turns the kind
    off (RFC 8058's body, or the page's button) or on again. Two queries, seven more to change."""
    try:
        member, kind = preferences.read_link(token)
    except preferences.BrokenLink:
        return _useless(request)
    if request.method == "POST":
        one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
        turn = "off" if one_click else request.POST.get("turn", "")
        if turn not in ("on", "off"):
            return HttpResponse(status=400)
        notifications.turn(member=member, kind=kind, on=turn == "on")
        if one_click:
            return HttpResponse("OK\n", content_type="text/plain")
        return redirect("community:mail_off", token)
    context = {"kind": mail_kinds[kind].label, "on": preferences.wants(member, kind)}
    return render(request, "community/mail_off.html", context)


def _useless(request: HttpRequest) -> HttpResponse:
    refusal = _("It is not complete, or too old. Open it from the newest mail of that kind.")
    return render(request, "community/claim_useless.html", {"refusal": refusal}, status=404)


@access.public
@csrf_exempt  # a provider has no page of ours; it signs what it says
@require_POST
def mail_report(request: HttpRequest) -> HttpResponse:
    """Take one signed report of a bounce or a complaint; the same one again does nothing. 404 while
    EMAIL_WEBHOOK_SECRET is empty, 403 for what is not signed with it."""
    if not settings.EMAIL_WEBHOOK_SECRET:
        raise Http404
    if len(request.body) > LARGEST_REPORT:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        report_id = webhooks.verify(
            settings.EMAIL_WEBHOOK_SECRET,
            headers=request.headers,
            body=request.body,
            now=clock.now(),
        )
    except webhooks.Forged as error:
        logger.warning("A mail report was refused: %s", error)
        return JsonResponse({"error": "not signed, or too old"}, status=403)
    told = _read(request.body)
    if told is None:
        return JsonResponse({"error": f"type: {', '.join(KINDS)}; data.address"}, status=400)
    return JsonResponse({"new": stopped.report(report_id=report_id, **told)})


def _read(body: bytes) -> dict[str, Any] | None:
    """What the report says, or None if it is none."""
    try:
        told = json.loads(body)
        kind, address = KINDS[told["type"]], told["data"]["address"]
        said = told["data"].get("said", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(address, str) or not isinstance(said, str) or len(address) > 254:
        return None
    if "@" not in address or "\x00" in address + said:
        return None
    return {"kind": kind, "address": address, "said": said}
