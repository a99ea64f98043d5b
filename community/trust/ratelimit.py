"""How often something may be asked for: a fixed window, counted in the shared cache.

The cache must be shared by all web processes (Redis), or be the memory of the only one: settings
refuse anything else in production.
"""

import hashlib
import ipaddress
import math
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community import clock
from community.errors import DomainError


class RateLimited(DomainError):
    """Asked for too often; ``wait`` is the number of seconds until it works again."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(
            _("This was asked for too often. Try again in %(time)s.") % {"time": in_words(wait)}
        )


def in_words(seconds: int) -> str:
    """A wait as people say it: seconds up to 90, then minutes up to 90, then hours; rounded up."""
    if seconds <= 90:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    if minutes <= 90:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _window(window: int) -> tuple[int, int]:
    """The number of the running window, and the seconds until it ends."""
    now = clock.now().timestamp()
    number = int(now // window)
    return number, max(1, math.ceil((number + 1) * window - now))


def _cache_key(scope: str, key: object, number: int) -> str:
    # Hashed: keys are addresses and e-mails, and a cache may be looked into.
    told = f"{settings.SECRET_KEY}\0{scope}\0{_network(str(key))}".encode()
    return f"rate:{scope}:{hashlib.sha256(told).hexdigest()[:32]}:{number}"


def _network(key: str) -> str:
    """One IPv6 customer has 2**64 addresses; they count as one."""
    if ":" not in key:
        return key
    try:
        return str(ipaddress.ip_network((key, 64), strict=False))
    except ValueError:
        return key


def hit(scope: str, key: object, *, limit: int, window: int) -> int:
    """Count one more for ``key`` and return how many are left; RateLimited above ``limit``.

    ``window`` is in seconds. Two or three round trips to the cache; no query.
    """
    number, wait = _window(window)
    name = _cache_key(scope, key, number)
    cache.add(name, 0, timeout=wait + 60)
    try:
        count = cache.incr(name)
    except ValueError:  # evicted between the two calls
        cache.set(name, 1, timeout=wait + 60)
        count = 1
    if count > limit:
        raise RateLimited(wait)
    return limit - count


def peek(scope: str, key: object, *, limit: int, window: int) -> int:
    """How many are left, without counting. 0 means that the next ``hit`` is refused."""
    number, _wait = _window(window)
    return max(0, limit - int(cache.get(_cache_key(scope, key, number), 0)))


def reset(scope: str, key: object, *, window: int) -> None:
    """Forget what was counted in the running window (the right password was given)."""
    number, _wait = _window(window)
    cache.delete(_cache_key(scope, key, number))


def client_ip(request: HttpRequest) -> str:
    """The address of whoever asks.

    Every proxy appends the address it was asked from, so with ``TRUSTED_PROXY_COUNT`` proxies of
    ours the one that counts is that many from the right; what stands left of it anybody can write.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    candidate = told[-proxies] if proxies and len(told) >= proxies else ""
    for text in (candidate, request.META.get("REMOTE_ADDR", "")):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(address)
    return "unknown"


View = Callable[..., HttpResponse]


def limited(
    scope: str, *, limit: int, window: int, by: str = "ip", methods: tuple[str, ...] = ("POST",)
) -> Callable[[View], View]:
    """Limit a view by ``ip`` or by ``member`` (whoever is not signed in counts by address)."""
    if by not in ("ip", "member"):
        raise ValueError(f"by is {by!r}; use 'ip' or 'member'.")

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods:
                known = by == "member" and request.user.is_authenticated
                key = f"member {request.user.pk}" if known else client_ip(request)
                hit(scope, key, limit=limit, window=window)
            return view(request, *args, **kwargs)

        return counted

    return decorate
