"""Pages for what went wrong. They ask no database and no session: those may be what is broken."""

import logging
import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

from community.trust import logs

logger = logging.getLogger(__name__)
AWAY = (OperationalError, InterfaceError, RedisAway, RedisSlow)
RETRY_SECONDS = 30
NOT_GIVEN_BACK = re.compile(r"(?i)token|password|code|secret|^next$|^_")
TYPED_MOST = 20_000


def page(request: HttpRequest, status: int, template: str = "", **context: object) -> HttpResponse:
    """The page ``errors/<status>.html`` with the id that finds this request in the log."""
    context |= {
        "code": status,
        "reference": logs.request_id(),
        "theme": request.COOKIES.get("theme", "auto"),
    }
    name = f"errors/{template or status}.html"
    return HttpResponse(render_to_string(name, context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; or the database or Redis is away, which is said as such and passes."""
    if isinstance(sys.exc_info()[1], AWAY):
        response = page(request, 503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return page(request, 500)


def too_large(request: HttpRequest, most: int | None = None) -> HttpResponse:
    """``most`` is the limit in bytes that was met: the one for whole requests unless told."""
    megabytes = (most or settings.REQUEST_MAX_BYTES) / 2**20
    return page(request, 413, limit=f"{megabytes:.3g} MB")


def too_often(request: HttpRequest, wait: int = 0, reason: str = "") -> HttpResponse:
    """``wait`` is in seconds; allauth, which calls this too, knows only that it is about a minute."""
    response = page(request, 429, wait=wait, reason=reason)
    response["Retry-After"] = wait or 60
    return response


def cannot_be_done(request: HttpRequest, reason: str = "") -> HttpResponse:
    """It cannot be done now: ``reason`` says why, and what to do."""
    return page(request, 409, reason=reason)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere. What was typed is shown, to be copied."""
    logger.info("csrf refused: %s", reason)
    return page(request, 403, "403_csrf", typed=typed(request))


def form_too_old(request: HttpRequest) -> HttpResponse:
    """The form was open for days. What was typed is shown, to be copied."""
    return page(request, 409, "403_csrf", typed=typed(request))


def typed(request: HttpRequest) -> list[str]:
    """The longer texts of the form that was sent; no password, code or token."""
    texts = [
        value.strip()
        for name, values in request.POST.lists()
        if not NOT_GIVEN_BACK.search(name)
        for value in values
    ]
    return [text[:TYPED_MOST] for text in texts if len(text) >= 20]
