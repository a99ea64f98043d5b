"""Exceptions that are answers: said in words, with the right status."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from community.errors import DomainError
from community.services.form_tokens import FormTooOld
from community.trust.ratelimit import RateLimited
from community.views import errors


class ErrorsMiddleware:
    """Too large a request is refused unread; what a service refused is shown as its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.REQUEST_MAX_BYTES:
            return errors.too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, RateLimited):
            return errors.too_often(request, exception.wait, str(exception))
        if isinstance(exception, FormTooOld):
            return errors.form_too_old(request)
        if isinstance(exception, DomainError):
            return errors.cannot_be_done(request, str(exception))
        return None
