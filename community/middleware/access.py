"""Refuse what nobody has opened."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import resolve_url
from django.urls import ResolverMatch

from community.access import Policy

PUBLIC, SIGNED_IN = Policy("public"), Policy("signed_in")
OPERATOR = Policy("operator", "community.operate")
SERVED = ["GET", "HEAD", "POST", "OPTIONS"]

# Views of others cannot carry our decorator, so this table speaks for them, by route name. A route
# that is not in it is refused like any other undeclared one.
THIRD_PARTY: dict[str, Policy] = {
    # Part of coming in: allauth itself looks whether somebody is on the way.
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "socialaccount_signup": PUBLIC,
    "socialaccount_login_cancelled": PUBLIC,
    "socialaccount_login_error": PUBLIC,
    "weixin_login": PUBLIC,
    "weixin_callback": PUBLIC,
    "feishu_login": PUBLIC,
    "feishu_callback": PUBLIC,
    "dingtalk_login": PUBLIC,
    "dingtalk_callback": PUBLIC,
    # One's own second factors.
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
}


def policy_of(match: ResolverMatch) -> Policy | None:
    """What is declared for the route: by the view itself, or by the table for third parties."""
    if declared := getattr(match.func, "access_policy", None):
        return declared
    if "admin" in match.app_names:
        return OPERATOR
    return THIRD_PARTY.get(match.view_name)


class ClosedByDefaultMiddleware:
    """Before any view: no declared policy is a 403, even to a signed-in member."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        match = request.resolver_match
        policy = policy_of(match) if match else None
        if policy is None:
            raise PermissionDenied(f"{view.__module__}.{view.__name__} declares no access.")
        if policy.kind == "public":
            return self._by_method(request, view)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        if policy.kind == "operator" and not request.user.has_perm(policy.perm):
            raise PermissionDenied
        return self._by_method(request, view)

    @staticmethod
    def _by_method(request: HttpRequest, view) -> HttpResponse | None:
        """Our views name their methods. Views of others take a PUT for a POST, which nobody needs."""
        if hasattr(view, "access_policy") or request.method in SERVED:
            return None
        return HttpResponseNotAllowed(SERVED)
