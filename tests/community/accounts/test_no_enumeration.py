"""What a stranger sees of an address that is known, unknown, suspended or not claimed yet: the same.

Compared byte for byte after what is random is taken out, with the number of queries, of password
hashes, of mails and of rows.
"""

import re
from dataclasses import dataclass

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import OutboxMessage, SignInCode
from tests.community.accounts.helpers import newest_code, wrong
from tests.community.delivery.helpers import delivered
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db

PASSWORD = "velvet-harbour-nine-lamps"
ADDRESSES = {
    "known": "aa@example.org",
    "with_password": "bb@example.org",
    "suspended": "cc@example.org",
    "unclaimed": "dd@example.org",
    "unknown": "ee@example.org",
}
RANDOM = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]+|(nonce=")[^"]+|(data-countdown="|data-seconds>)\d+'
    r'|(name="code" value=")\d{6}'  # what was typed is shown again
)


@dataclass(frozen=True)
class Seen:
    status: int
    headers: tuple
    body: str
    queries: int
    hashes: int


@pytest.fixture
def world(monkeypatch):
    cache.clear()
    MemberFactory(email=ADDRESSES["known"])
    member = MemberFactory(email=ADDRESSES["with_password"])
    member.set_password(PASSWORD)
    member.save()
    shut = MemberFactory(email=ADDRESSES["suspended"], state="suspended")
    shut.set_password(PASSWORD)
    shut.save()
    MemberFactory(email=ADDRESSES["unclaimed"], state="unclaimed")
    return Hashes(monkeypatch)


class Hashes:
    """Counts how often a password hash is computed."""

    def __init__(self, monkeypatch) -> None:
        self.count = 0
        hasher = type(hashers.get_hasher())
        encode = hasher.encode

        def counted(hasher_self, *args, **kwargs):
            self.count += 1
            return encode(hasher_self, *args, **kwargs)

        monkeypatch.setattr(hasher, "encode", counted)


def look(world: Hashes, address: str, ask) -> Seen:
    before = world.count
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    body = RANDOM.sub(r"\1\2\3\4", response.content.decode()).replace(address, "ADDRESS")
    return Seen(
        status=response.status_code,
        headers=tuple(sorted(map(_plain, response.headers.items()))),
        body=body,
        queries=len(queries),
        hashes=world.count - before,
    )


def _plain(header: tuple[str, str]) -> tuple[str, str]:
    """A header without what differs in any two responses: ids, and the order of the policy."""
    name, value = header
    if name in ("X-Request-ID", "Expires"):
        return name, ""
    return name, "; ".join(sorted(value.split("; ")))


def only(seen: dict[str, Seen]) -> Seen:
    """The one thing that all of them saw; fails with the names of those who saw something else."""
    first = seen["unknown"]
    for name, one in seen.items():
        for what in Seen.__dataclass_fields__:
            assert getattr(one, what) == getattr(first, what), f"{name}: {what}"
    return first


def test_asking_for_a_code_is_the_same_for_every_address(world):
    seen = {
        name: look(world, address, lambda a=address: Client().post("/login/", {"email": a}))
        for name, address in ADDRESSES.items()
    }

    assert only(seen).status == 302
    assert only(seen).hashes == 0
    assert SignInCode.objects.count() == OutboxMessage.objects.count() == len(ADDRESSES)


def test_the_mails_are_the_same_for_every_address(world):
    for address in ADDRESSES.values():
        Client().post("/login/", {"email": address})

    mails = {}
    for mail in delivered():
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        plain = re.sub(r"\d{6}", "CODE", f"{mail['Subject']}\n{text}\n{html}")
        mails[mail["To"]] = plain

    assert sorted(mails) == sorted(ADDRESSES.values())
    assert len(set(mails.values())) == 1


def test_the_code_page_and_a_wrong_code_are_the_same_for_every_address(world):
    pages, wrongs, lasts = {}, {}, {}
    for name, address in ADDRESSES.items():
        client = Client()
        client.post("/login/", {"email": address})
        code = newest_code(address)
        pages[name] = look(world, address, lambda c=client: c.get("/login/code/"))
        typed = {"code": wrong(code)}
        for _try in range(5):
            last = look(world, address, lambda c=client, t=typed: c.post("/login/code/", t))
            wrongs.setdefault(name, last)
        lasts[name] = last

    assert only(pages).status == 200
    assert only(wrongs).status == only(lasts).status == 422
    assert only(wrongs).hashes == 0


def test_a_wrong_password_is_the_same_for_every_address(world):
    seen = {
        name: look(
            world,
            address,
            lambda a=address: Client().post(
                "/login/password/", {"email": a, "password": "not-this-one-surely"}
            ),
        )
        for name, address in ADDRESSES.items()
    }

    assert only(seen).status == 422
    assert only(seen).hashes == 1


def test_the_right_code_leads_all_who_may_come_in_to_one_place(world):
    places = set()
    for name in ("known", "with_password", "unclaimed", "unknown"):
        client = Client()
        client.post("/login/", {"email": ADDRESSES[name], "agree": "on"})
        response = client.post("/login/code/", {"code": newest_code(ADDRESSES[name])})
        places.add((response.status_code, response["Location"]))

    assert places == {(302, "/today/")}


def test_the_comparison_sees_a_page_that_gives_itself_away(world, monkeypatch):
    """The control: with a member looked up on the way, the same comparison must fail."""
    from community.models import Member
    from community.services import sign_in

    honest = sign_in.send_code

    def leaking(*, address, **kwargs):
        member = Member.objects.filter(email=address).first()
        if member is not None:
            member.check_password("x")
        return honest(address=address, **kwargs)

    monkeypatch.setattr(sign_in, "send_code", leaking)
    seen = {
        name: look(world, address, lambda a=address: Client().post("/login/", {"email": a}))
        for name, address in ADDRESSES.items()
    }

    with pytest.raises(AssertionError):
        only(seen)
