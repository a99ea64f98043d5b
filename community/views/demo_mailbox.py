"""The demo's mailbox: every mail that would have been sent, for whoever sits at the machine."""

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import access
from community.services import demo_mailbox as mailbox

# Whatever the mail holds: no script, no form, no request, not even to us.
SEALED_OFF = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def only_here(request: HttpRequest) -> None:
    """Not found unless this is the demo and the browser runs on this machine: sign-in codes stand
    in these mails. A request that came through a proxy came from elsewhere."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"} & set(request.META)
    try:
        is_here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        is_here = False
    if not settings.DEMO or not is_here or forwarded:
        raise Http404


@access.public
@require_safe
@never_cache
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first. No query: they are files."""
    only_here(request)
    page = mailbox.page(request.GET.get("after", ""))
    return render(request, "community/demo_mailbox.html", {"page": page})


@access.public
@require_safe
@never_cache
def demo_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, and its code to copy."""
    only_here(request)
    return render(request, "community/demo_mail.html", {"mail": _mail(name)})


@access.public
@require_safe
@never_cache
def demo_mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as it was written, in a page that may do nothing."""
    only_here(request)
    response = HttpResponse(_mail(name).html)
    response.headers["Content-Security-Policy"] = SEALED_OFF
    return response


def _mail(name: str) -> mailbox.DemoMail:
    found = mailbox.get(name)
    if found is None:
        raise Http404
    return found
