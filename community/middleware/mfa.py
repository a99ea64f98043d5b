"""People with power over others' beds, money or accounts sign in with a second factor."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from community.services import entrance

GRANTS = ("coordinator", "second_approver", "partner", "operator")
ALWAYS = {
    "community:help",
    "community:logout",
    "community:privacy",
    "community:rules",
    "community:healthz",
    "community:readyz",
    "community:set_theme",
    "community:offline",
    "community:manifest",
    "community:service_worker",
    "set_language",
}
# While there is no second factor: what leads to one.
TO_SET_UP = ALWAYS | {
    "community:second_step",
    "community:confirm",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
}
# While there is one that this session has not shown: what shows it.
TO_SHOW = ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def is_demanded_of(member) -> bool:
    """Owners of a space, and those with one of the grants. Reads her standing, no query beyond."""
    standing = member.standing
    return "owner" in standing.spaces.values() or any(
        standing.is_granted_anywhere(role) for role in GRANTS
    )


class SecondFactorMiddleware:
    """Before any view, where ``MFA_DEMANDED`` is on: no second factor, no page but the one that
    sets it up; one that this session has not shown, no page but the one that asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        member = request.user
        if not settings.MFA_DEMANDED or not member.is_authenticated:
            return None
        if not is_demanded_of(member) or entrance.has_second_factor(request, member):
            return None
        here = request.resolver_match.view_name
        if here in ALWAYS:
            return None
        back = request.get_full_path() if request.method == "GET" else "/"
        page = entrance.second_factor_page(member, back)
        if here in (TO_SHOW if page else TO_SET_UP):
            return None
        return redirect(page or "community:second_step")
