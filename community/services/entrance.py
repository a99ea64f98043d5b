"""Coming in: what a browser carries through sign-in, and handing over to allauth's login stages.

The session row is the memory: a code typed after the phone has killed the tab, or after the server
was restarted, still finds its way. Nothing about the person stands in it but the opaque id of her
code.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import available_timezones

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from community.errors import DomainError
from community.models import Member, SignInCode
from community.services import consents, intro_drafts, invitations, members, sign_in
from community.trust.redirects import local_path

PLAN = "sign_in"
SHARED = "shared_device"
YEAR = 365 * 24 * 3600
AGREED = "agreed"
# So long after she has shown who she is, she may change how she signs in without showing it again.
CONFIRMED_SECONDS = 900
ZONES = frozenset(available_timezones())


@dataclass
class Plan:
    """What this browser is about to do, kept in its session from the first form to the last."""

    code: str = ""
    next: str = ""
    invitation: str = ""
    shared: bool = False
    agreed: list[str] = field(default_factory=list)
    proven: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Plan":
        """The plan in the session; an empty one if there is none or it is not ours."""
        kept = request.session.get(PLAN)
        if not isinstance(kept, dict) or set(kept) != set(cls.__dataclass_fields__):
            return cls()
        return cls(**kept)

    def keep(self, request: HttpRequest) -> None:
        request.session[PLAN] = asdict(self)


def new_member_settings(request: HttpRequest) -> dict[str, str]:
    """Language and time zone of somebody new: the page's, and the browser's own if it told."""
    told = request.COOKIES.get("tz", "")
    return {
        "locale": get_language() or settings.LANGUAGE_CODE,
        "timezone": told if told in ZONES else settings.DEFAULT_TIMEZONE,
    }


def is_new(row: SignInCode) -> bool:
    """Whether the proven address has no account that its owner has taken up. One query."""
    active = Member.objects.filter(email=row.address).exclude(state=Member.State.UNCLAIMED)
    return not active.exists()


def come_in(request: HttpRequest, row: SignInCode) -> HttpResponse:
    """Let the owner of the proven address in: as who she is, as who staff entered, or as new.

    Somebody new must have agreed to the documents (``Plan.agreed``). A suspended member gets the
    page that says so.
    """
    plan, choices = Plan.of(request), new_member_settings(request)
    member = Member.objects.filter(email=row.address).first()
    signup = member is None
    if member is None:
        member = members.join(email=row.address, agreed=plan.agreed, **choices)
    elif member.state == Member.State.UNCLAIMED:
        member = members.claim(member=member, agreed=plan.agreed, locale=choices["locale"])
    sign_in.forget(row)
    return enter(request, member, method="code", signup=signup)


def enter(
    request: HttpRequest, member: Member, *, method: str, signup: bool = False, **facts: Any
) -> HttpResponse:
    """Sign ``member`` in through allauth's stages: a second factor is asked for if she has one.

    The response leads to the next stage, or to where the plan says. ``method`` says what proved
    her identity: "code", "password" or "claim".
    """
    plan = Plan.of(request)
    record_authentication(request, member, method, **facts)
    login = Login(user=member, redirect_url=plan.next or None, signup=signup)
    return perform_login(request, login)


@dataclass(frozen=True)
class Arrival:
    """Where she goes now, and what to tell her if her invitation could not be taken up."""

    target: str
    refusal: str = ""


def arrive(request: HttpRequest, member: Member, redirect_url: str | None = None) -> Arrival:
    """She is in: apply what the plan holds.

    The session ends with the browser on a shared device, consents ticked on the form are recorded,
    an introduction begun before comes along, an invitation is taken up. An invitation that can no
    longer be used does not keep her out.
    """
    plan = Plan.of(request)
    request.session.pop(PLAN, None)
    if plan.shared:
        request.session[SHARED] = True
        request.session.set_expiry(0)
    if plan.agreed:
        consents.give(member=member, documents=plan.agreed)
    remember_consents(request, member)
    intro_drafts.adopt_draft(request.session, member)
    target = local_path(redirect_url) or local_path(plan.next)
    if not plan.invitation:
        return Arrival(target)
    try:
        space = invitations.accept(code=plan.invitation, member=member)
    except DomainError as refusal:
        return Arrival(target, str(refusal))
    return Arrival(target or space.get_absolute_url())


def remember_consents(request: HttpRequest, member: Member) -> None:
    """Write into the session which versions she has agreed to all of, so that no page has to ask
    the database for it. One query; done on arrival and whenever she answers."""
    request.session[AGREED] = "" if consents.missing(member) else consents.in_force()


def has_to_agree(request: HttpRequest) -> bool:
    """Whether this session knows of a document she has not agreed to. No query."""
    known = request.session.get(AGREED)
    return known is not None and known != consents.in_force()


def has_confirmed(request: HttpRequest) -> bool:
    """Whether she has shown who she is in the last quarter of an hour, in this session."""
    records = get_authentication_records(request, request.user)
    newest = max((record.get("at", 0) for record in records), default=0)
    return 0 <= time.time() - newest < CONFIRMED_SECONDS


def confirm(request: HttpRequest, *, method: str) -> None:
    """She has just shown again who she is, by "password" or "code"."""
    record_authentication(request, request.user, method, reauthenticated=True)


def second_factor_page(member: Member, target: str) -> str:
    """The page that asks for her second factor and then leads to ``target``; "" if she has none.
    One query."""
    kinds = set(
        Authenticator.objects.filter(user=member)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values_list("type", flat=True)
    )
    if not kinds:
        return ""
    by_app = Authenticator.Type.TOTP in kinds
    name = "mfa_reauthenticate" if by_app else "mfa_reauthenticate_webauthn"
    return f"{reverse(name)}?{urlencode({'next': target})}"


def note_second_factor(request: HttpRequest, kind: str) -> None:
    """She has shown a second factor while setting it up."""
    record_authentication(request, request.user, "mfa", type=kind, set_up=True)


def has_second_factor(request: HttpRequest, member: Member) -> bool:
    """Whether a second factor or a passkey has been used in this session. No query."""
    records = get_authentication_records(request, member)
    return any(record.get("method") == "mfa" for record in records)


def used_code(request: HttpRequest, member: Member) -> bool:
    """Whether this session was opened by proving the address."""
    records = get_authentication_records(request, member)
    return any(record.get("method") in ("code", "claim") for record in records)


def is_shared(request: HttpRequest) -> bool:
    return bool(request.session.get(SHARED))


def is_wechat(request: HttpRequest) -> bool:
    """Whether the page is shown inside WeChat, where passkeys and downloads do not work."""
    return "MicroMessenger" in request.META.get("HTTP_USER_AGENT", "")


def remember_choices(request: HttpRequest, response: HttpResponse, member: Member) -> None:
    """Put language and theme into the browser's cookies, so that it looks alike signed out; on a
    shared device leave a mark for scripts instead, until the browser is closed."""
    secure = settings.HTTPS
    if is_shared(request):
        response.set_cookie("shared_device", "1", samesite="Lax", secure=secure)
        return
    response.delete_cookie("shared_device")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        member.locale,
        max_age=YEAR,
        samesite="Lax",
        secure=secure,
    )
    response.set_cookie(
        "theme", member.theme, max_age=YEAR, samesite="Lax", secure=secure, httponly=True
    )
