"""Counting how often something was asked for."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from community.trust import ratelimit

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def test_the_limit_is_reached_and_the_wait_is_said():
    with time_machine.travel(NOON, tick=False):
        left = [ratelimit.hit("code", "ada", limit=3, window=600) for _ in range(3)]
        assert left == [2, 1, 0]
        with pytest.raises(ratelimit.RateLimited, match="Try again in 10 minutes") as refusal:
            ratelimit.hit("code", "ada", limit=3, window=600)
    assert refusal.value.wait == 600


def test_the_next_window_starts_anew():
    with time_machine.travel(NOON, tick=False):
        ratelimit.hit("code", "ada", limit=1, window=600)
    with time_machine.travel(NOON + dt.timedelta(seconds=599), tick=False):
        with pytest.raises(ratelimit.RateLimited) as refusal:
            ratelimit.hit("code", "ada", limit=1, window=600)
        assert refusal.value.wait == 1
    with time_machine.travel(NOON + dt.timedelta(seconds=600), tick=False):
        assert ratelimit.hit("code", "ada", limit=1, window=600) == 0


def test_keys_and_scopes_do_not_mix():
    ratelimit.hit("code", "ada", limit=1, window=600)

    assert ratelimit.hit("code", "ben", limit=1, window=600) == 0
    assert ratelimit.hit("password", "ada", limit=1, window=600) == 0


def test_peek_counts_nothing_and_reset_forgets():
    ratelimit.hit("code", "ada", limit=2, window=600)

    assert ratelimit.peek("code", "ada", limit=2, window=600) == 1
    assert ratelimit.peek("code", "ada", limit=2, window=600) == 1
    ratelimit.reset("code", "ada", window=600)
    assert ratelimit.peek("code", "ada", limit=2, window=600) == 2


def test_the_cache_does_not_tell_who_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(cache, "add", lambda name, *args, **kwargs: asked.append(name))
    monkeypatch.setattr(cache, "incr", lambda name: 1)

    ratelimit.hit("code", "ada@example.org", limit=2, window=600)

    assert "ada" not in asked[0]


def test_one_ipv6_customer_is_one():
    ratelimit.hit("code", "2001:db8:1:2::1", limit=1, window=600)

    with pytest.raises(ratelimit.RateLimited):
        ratelimit.hit("code", "2001:db8:1:2:ffff::9", limit=1, window=600)
    assert ratelimit.hit("code", "2001:db8:1:3::1", limit=1, window=600) == 0


@pytest.mark.parametrize(
    "seconds,words",
    [(1, "1 second"), (90, "90 seconds"), (91, "2 minutes"), (5401, "2 hours")],
)
def test_the_wait_in_words(seconds, words):
    assert ratelimit.in_words(seconds) == words


@pytest.mark.parametrize(
    "proxies,forwarded,expected",
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert ratelimit.client_ip(request) == expected


def test_a_limited_view_counts_posts_only(member):
    @ratelimit.limited("save", limit=1, window=600, by="member")
    def view(request):
        return HttpResponse("saved")

    def ask(method, user):
        request = getattr(RequestFactory(), method)("/")
        request.user = user
        return view(request)

    assert ask("get", member).content == b"saved"
    assert ask("post", member).content == b"saved"
    with pytest.raises(ratelimit.RateLimited):
        ask("post", member)
    assert ask("get", member).content == b"saved"
    assert ask("post", AnonymousUser()).content == b"saved"
