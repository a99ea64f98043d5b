"""What belongs around every request: an id for the log, and one line that says how it went."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from community.trust import logs

logger = logging.getLogger("community.requests")
QUIET = frozenset({"community:healthz", "community:readyz"})


class RequestIdMiddleware:
    """Outermost: gives the request its id, returns it as ``X-Request-ID``, and logs the answer.

    The line names the route, never the path or the query: both may hold codes and names.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = logs.begin_request(request.headers.get("X-Request-ID"))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = name
            self._log(request, response.status_code, time.perf_counter() - started)
            return response
        finally:
            logs.end_request()

    @staticmethod
    def _log(request: HttpRequest, status: int, seconds: float) -> None:
        match = request.resolver_match
        route = match.view_name if match else ""
        if status < 400 and (not route or route in QUIET):
            return  # files, and what asks every few seconds whether we live
        milliseconds = round(seconds * 1000)
        logger.log(
            logging.WARNING if status >= 500 else logging.INFO,
            "%s %s %s in %s ms",
            request.method,
            route or "no route",
            status,
            milliseconds,
            extra={"route": route, "status": status, "milliseconds": milliseconds},
        )
