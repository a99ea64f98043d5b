"""How the site looks and is installed: theme, manifest, service worker, offline page."""

import hashlib
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from community import access, assets
from community.assets import address
from community.forms.appearance import ThemeForm

YEAR = 365 * 24 * 3600
ICON_SIZES = (192, 512)


@access.public
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice in a cookie, and with the member who is signed in (one UPDATE). Answers 204
    to a script, and everybody else by going back to where they were."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_("Choose light, dark, or like the device."))
    theme = form.cleaned_data["theme"]
    if request.user.is_authenticated and request.user.theme != theme:
        request.user.theme = theme
        request.user.save(update_fields=["theme"])
    response = (
        HttpResponse(status=204)
        if request.headers.get("X-Requested-With") == "fetch"
        else redirect(_safe_next(request, form.cleaned_data["next"]))
    )
    response.set_cookie(
        "theme", theme, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True
    )
    return response


def _safe_next(request: HttpRequest, wanted: str) -> str:
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url("community:landing")


@access.public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page the service worker keeps for when there is no connection. No query."""
    return render(request, "errors/offline.html")


@access.public
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the site on its home screen, in the reader's language."""
    icons = [
        {"src": address(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": "any maskable"}
        for size in ICON_SIZES
    ]  # fmt: skip
    name = str(settings.SITE_NAME)
    content = {
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": "en" if get_language() == "en" else "zh-Hans",
        "start_url": reverse("community:today"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#F7F4EE",
        "theme_color": "#F7F4EE",
        "icons": [{"src": address("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}, *icons],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Vary"] = "Accept-Language, Cookie"
    return response


@access.public
@require_safe
@cache_control(max_age=0, no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, at the root so that it may answer for every page. It keeps built files and the
    offline page, and nothing that anybody wrote."""
    keep = [address("app.css"), address("app.js"), address("icons.svg"), address("favicon.svg")]
    config = {
        # The names hold the hashes of what they name, so a new build makes a new cache.
        "version": hashlib.sha256(" ".join(keep).encode()).hexdigest()[:16],
        "keep": [*keep, reverse("community:offline")],
        "offline": reverse("community:offline"),
        "static": settings.STATIC_URL,
    }
    source = assets.worker_source()
    return HttpResponse(
        f"var CONFIG = {json.dumps(config)};\n{source}", content_type="text/javascript"
    )
