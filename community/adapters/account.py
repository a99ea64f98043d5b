"""How allauth's login, messages and mails are ours."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _

from community.models import Member
from community.services import entrance, notices
from community.trust import ratelimit
from community.trust.redirects import local_path

# The last parts of allauth's template names, for what we tell by our own mail: its words stand in
# the template, because they are read in the member's language when the mail leaves.
NOTICES = frozenset(
    {
        "password_set",
        "password_changed",
        "totp_activated",
        "totp_deactivated",
        "webauthn_added",
        "webauthn_removed",
        "recovery_codes_generated",
        "account_connected",
        "account_disconnected",
    }
)


class AccountAdapter(DefaultAccountAdapter):
    """allauth decides in which order things happen; this says what they are here."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("The code is not right. Look again, or wait for the next one."),
        "too_many_login_attempts": _(
            "There were too many tries. Wait five minutes, then try again."
        ),
        "rate_limited": _("There were too many tries. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """allauth's own sign-up is not used; ours is at /join/."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        return bool(local_path(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        return ratelimit.client_ip(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Our ``confirmed`` wrapper has asked already; allauth need not ask again."""
        return not entrance.has_confirmed(self.request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    get_signup_redirect_url = get_login_redirect_url

    def get_reauthentication_methods(self, user: Member) -> list[dict[str, Any]]:
        """Who has a second factor shows that; the password alone is for those who have none."""
        methods = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger or methods

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:
        """Only somebody who has proven to be the member gets here, so the truth can be told."""
        request.session.flush()
        return render(request, "community/suspended.html", status=403)

    def post_login(
        self,
        request: HttpRequest,
        user: Member,
        *,
        email_verification: str,
        signal_kwargs: dict[str, Any] | None,
        email: str | None,
        signup: bool,
        redirect_url: str | None,
    ) -> HttpResponse:
        """All stages are done: apply what the browser carried, and leave its cookies."""
        asked = redirect_url or get_next_redirect_url(request)
        arrival = entrance.arrive(request, user, asked)
        response = super().post_login(
            request,
            user,
            email_verification=email_verification,
            signal_kwargs=signal_kwargs,
            email=email,
            signup=signup,
            redirect_url=arrival.target or self.get_login_redirect_url(request),
        )
        if arrival.refusal:
            messages.warning(request, arrival.refusal)
        entrance.remember_choices(request, response, user)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's mails with links and codes are replaced by ours; it must not send one."""
        raise LookupError(
            f"allauth wants to send {template_prefix!r}; route that page to ours, or add the mail "
            "to NOTICES."
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Member,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the member what was changed about how she signs in; one row of the outbox."""
        name = template_prefix.rpartition("/")[2]
        if name not in NOTICES:
            raise LookupError(f"There is no mail of ours for {template_prefix!r}.")
        notices.queue(user, name)
