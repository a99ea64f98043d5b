"""``next=``: two hundred targets, on every page that takes one, and none leads off the site."""

import json
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from community.trust.redirects import local_path
from tests.factories import MemberFactory

TARGETS = json.loads(Path(__file__).with_name("next_targets.json").read_text(encoding="utf-8"))
HERE = "http://testserver/login/"


def host_of(location: str) -> str:
    """Where a browser goes: it drops tabs and line ends, trims what is invisible at the ends, and
    reads every backslash as a slash, then resolves against the page."""
    seen = "".join(char for char in location if char not in "\t\n\r")
    seen = seen.strip("".join(map(chr, range(0x21)))).replace("\\", "/")
    return urlsplit(urljoin(HERE, seen)).netloc


def test_the_corpus_is_large_and_holds_attacks():
    assert len(set(TARGETS)) >= 200

    off_site = {target for target in TARGETS if _naive(target) != "testserver"}
    assert len(off_site) >= 60


def _naive(target: str) -> str:
    try:
        return host_of(target)
    except ValueError:
        return "unreadable"


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_a_path_here_or_nothing(target):
    kept = local_path(target)

    assert kept in ("", target)
    if kept:
        assert kept.startswith("/")
        assert host_of(kept) == "testserver"


@pytest.mark.parametrize("target", ["/today/", "/c/river/?day=3&x=/y#z", "/help/", "/a%20b/"])
def test_a_path_of_this_site_is_kept(target):
    assert local_path(target) == target


@pytest.mark.parametrize("value", [None, 7, b"/today/", ["/today/"]])
def test_what_is_no_text_is_nothing(value):
    assert local_path(value) == ""


@pytest.mark.django_db
def test_no_page_that_takes_a_target_leads_off_the_site():
    member = MemberFactory(email="ada@example.org")
    member.set_password("velvet-harbour-nine-lamps")
    member.save()
    inside = Client()
    inside.force_login(member)
    places = set()
    for target in TARGETS:
        cache.clear()
        UserSession.objects.all().delete()
        signing_in = Client().post(
            "/login/password/",
            {"email": member.email, "password": "velvet-harbour-nine-lamps", "next": target},
        )
        answers = [
            signing_in,
            inside.get("/login/", {"next": target}),
            inside.post("/language/", {"language": "en", "next": target}),
            inside.post("/me/privacy/agree/", {"document": "rules", "next": target}),
        ]
        assert {answer.status_code for answer in answers} == {302}
        places |= {host_of(answer["Location"]) for answer in answers}

    assert places == {"testserver"}
