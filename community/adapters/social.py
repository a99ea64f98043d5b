"""People who come by way of another service: found again, or made members once they agree."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider
from django.conf import settings
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest
from django.urls import reverse

from community.adapters.oauth import PROVIDERS
from community.models import Member
from community.services import audit, consents, entrance, providers


class SocialAdapter(DefaultSocialAccountAdapter):
    """Providers come from ``settings.OAUTH`` and never from the database."""

    def list_apps(
        self,
        request: HttpRequest | None,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        return [
            _app(name, config)
            for name in PROVIDERS
            if provider in (None, name)
            if (config := providers.config_for(name, request or self.request))
            if client_id in (None, config["client_id"])
        ]

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        """The provider as it is configured for this browser; 404 where it is not."""
        apps = self.list_apps(request, provider, client_id)
        if not apps:
            raise Http404(f"{provider} is not configured for this browser.")
        return PROVIDERS[provider](request, app=apps[0])

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("community:security")

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> Member:
        member = sociallogin.user
        member.display_name = data.get("name", "")
        return member

    @transaction.atomic
    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: Form | None = None
    ) -> Member:
        """Make the member, connect the service to her, record what she agreed to."""
        assert form is not None  # sign-up is never automatic: there is something to agree to
        member = sociallogin.user
        for name, value in entrance.new_member_settings(request).items():
            setattr(member, name, value)
        member.display_name = form.cleaned_data["display_name"]
        member.set_unusable_password()
        member.save()
        sociallogin.account.user = member
        sociallogin.account.save()
        consents.give(member=member, documents=form.agreed)  # type: ignore[attr-defined]
        audit.record(
            "member.joined",
            actor=member,
            subject=member,
            data={"by": sociallogin.account.provider},
        )
        return member

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        kwargs.pop("context", None)  # our notice needs nothing of it
        super().send_notification_mail(*args, **kwargs)


def _app(name: str, config: dict[str, str]) -> SocialApp:
    return SocialApp(
        provider=name,
        name=str(settings.SITE_NAME),
        client_id=config["client_id"],
        secret=config["secret"],
        settings=config,
    )
