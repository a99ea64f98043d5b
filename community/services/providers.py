"""Signing in by way of another service: which ones this installation has, and for which browser.

Everything about a service stands in ``settings.OAUTH``; what is not there does not exist, and no
host is called but those that are named there.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.errors import DomainError
from community.models import Member
from community.services import audit, entrance, members

NAMES = {
    "weixin": gettext_lazy("WeChat"),
    "feishu": gettext_lazy("Feishu"),
    "dingtalk": gettext_lazy("DingTalk"),
}


@dataclass(frozen=True)
class Offer:
    """A button on the sign-in page. ``origin`` is where its form leads in the end."""

    id: str
    name: Any
    url: str
    origin: str


def config_for(provider: str, request: HttpRequest) -> dict[str, str] | None:
    """The configuration that works in this browser, or None.

    WeChat has two: inside its own browser one signs in by a tap, on every other screen by a QR code
    that the phone scans. Neither works in the place of the other.
    """
    if provider != "weixin":
        return settings.OAUTH.get(provider)
    return settings.OAUTH.get("weixin" if entrance.is_wechat(request) else "weixin_web")


def origin(config: dict[str, str]) -> str:
    """Scheme and host of the page where one says yes, as the security policy writes them."""
    parts = urlsplit(config["authorize_base"])
    return f"{parts.scheme}://{parts.netloc}"


def offers(request: HttpRequest) -> list[Offer]:
    """The services to show in this browser, in a fixed order. No query."""
    found = []
    for provider, name in NAMES.items():
        if config := config_for(provider, request):
            found.append(
                Offer(
                    id=provider,
                    name=name,
                    url=reverse(f"{provider}_login"),
                    origin=origin(config),
                )
            )
    return found


@dataclass(frozen=True)
class Connection:
    """A service that a member has connected, as she knows it."""

    id: int
    provider: str
    name: Any
    known_as: str


def connections(member: Member) -> list[Connection]:
    """The services she has connected. One query."""
    return [
        Connection(
            id=account.pk,
            provider=account.provider,
            name=NAMES.get(account.provider, account.provider),
            known_as=account.extra_data.get("name", ""),
        )
        for account in SocialAccount.objects.filter(user=member).order_by("pk")
    ]


@transaction.atomic
def disconnect(*, member: Member, account_id: int) -> Any:
    """Take a service away as a way to sign in; returns its name.

    Locks the member's row. Raises DomainError if it is the last way in, or is not hers.
    """
    Member.objects.select_for_update().get(pk=member.pk)
    account = SocialAccount.objects.filter(user=member, pk=account_id).first()
    if account is None:
        raise DomainError(_("This service is not connected any more."))
    if not members.ways_in(member) - {f"social:{account_id}"}:
        raise DomainError(
            _("This is your last way to sign in. Add an e-mail address or a passkey first.")
        )
    account.delete()
    audit.record("member.disconnected", actor=member, subject=member, data={"by": account.provider})
    return NAMES.get(account.provider, account.provider)
