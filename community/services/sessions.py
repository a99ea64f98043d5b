"""The devices on which a member is signed in: which there are, ending them, a new password."""

import re
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community import clock
from community.models import Member
from community.services import audit, notices

SWEPT_AT_ONCE = 500

# The first that fits names the browser; order matters, because each pretends to be the others.
BROWSERS = (
    ("MicroMessenger", _("WeChat")),
    ("DingTalk", _("DingTalk")),
    ("Lark|Feishu", _("Feishu")),
    ("QQBrowser", "QQ"),
    ("UCBrowser", "UC"),
    ("MiuiBrowser", "Mi Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Edg", "Edge"),
    ("OPR|Opera", "Opera"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """One place where she is signed in, in words."""

    id: int
    name: str
    ip: str
    since: Any
    is_here: bool


def devices(request: HttpRequest) -> list[Device]:
    """Where she is signed in now, this device first, then the newest. Two queries."""
    rows = list(UserSession.objects.filter(user=request.user).order_by("-created_at", "-pk"))
    alive = set(
        Session.objects.filter(
            session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    here = request.session.session_key
    found = [
        Device(row.pk, describe(row.user_agent), row.ip, row.created_at, row.session_key == here)
        for row in rows
        if row.session_key in alive
    ]
    return sorted(found, key=lambda device: not device.is_here)


def describe(user_agent: str) -> str:
    """A browser and a system that a person knows by these names."""
    browser = next((name for mark, name in BROWSERS if re.search(mark, user_agent)), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return str(browser or system or gettext("Unknown device"))


def end_all(member: Member, *, but: str = "") -> int:
    """End her sessions everywhere except the one with the key ``but``; how many there were.

    Three queries. A session that is not on the list dies too when the account is not active:
    Django asks ``is_active`` at every request.
    """
    rows = UserSession.objects.filter(user=member).exclude(session_key=but)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def end_one(member: Member, session_id: int) -> bool:
    """End one of her own sessions; False if there is none with that id."""
    row = UserSession.objects.filter(user=member, pk=session_id).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    return True


def end_here(request: HttpRequest) -> None:
    """Take this device off the list; the caller ends the session itself. One DELETE."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def sweep() -> int:
    """Delete sessions that are over, with their lines on the lists of devices, 500 at a time; how
    many there were. One query when there is none."""
    over = list(
        Session.objects.filter(expire_date__lt=clock.now()).values_list("session_key", flat=True)[
            :SWEPT_AT_ONCE
        ]
    )
    if over:
        UserSession.objects.filter(session_key__in=over).delete()
        Session.objects.filter(session_key__in=over).delete()
    return len(over)


@transaction.atomic
def set_password(request: HttpRequest, password: str) -> None:
    """Give the member a new password, end her other sessions, and tell her by mail.

    The caller has made sure that it is her, and that the password is a good one.
    """
    member, old_key = request.user, request.session.session_key
    assert isinstance(member, Member)  # nobody else gets here
    had_one = member.has_usable_password()
    member.set_password(password)
    member.save(update_fields=["password"])
    update_session_auth_hash(request, member)
    # The session has a new key now; the list of devices must still know it.
    UserSession.objects.filter(session_key=old_key).update(session_key=request.session.session_key)
    end_all(member, but=request.session.session_key or "")
    notices.queue(member, "password_changed" if had_one else "password_set")
    audit.record("member.password_set", actor=member, subject=member)
