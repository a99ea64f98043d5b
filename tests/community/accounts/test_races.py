"""Codes, links and last ways in, when several requests come in the same moment."""

import time
from functools import partial

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.utils import translation

from community import clock
from community.errors import DomainError
from community.models import ClaimLink, Consent, Member, SignInCode
from community.services import claims, members, providers, sign_in
from tests.community.accounts.helpers import newest_code, wrong
from tests.factories import MemberFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = ["rules", "privacy"]


@pytest.fixture
def code_row():
    cache.clear()
    row = sign_in.send_code(address="ada@example.org", locale="en")
    return row, newest_code("ada@example.org")


def test_a_code_lets_one_of_eight_requests_in(code_row):
    row, code = code_row

    said = race(*[partial(sign_in.prove, row=row, code=code)] * 8)

    assert said.count("done") == 1
    assert SignInCode.objects.get().used_at is not None


def test_control_looking_before_using_lets_more_than_one_in(code_row):
    row, code = code_row

    def naive() -> None:
        fresh = SignInCode.objects.get(pk=row.pk)
        if fresh.used_at or fresh.code_hash != sign_in._hash(fresh, code):
            raise DomainError("used")
        time.sleep(0.2)
        SignInCode.objects.filter(pk=row.pk).update(used_at=clock.now())

    assert race(*[naive] * 8).count("done") > 1


def test_eight_guesses_at_once_are_five_tries(code_row):
    row, code = code_row

    said = race(*[partial(sign_in.prove, row=row, code=wrong(code))] * 8)

    assert SignInCode.objects.get().tries_left == 0
    assert sum("tried too often" in text for text in said) == 3
    assert "done" not in said


def test_a_claim_link_is_used_once():
    member = MemberFactory(email=None, state="unclaimed")
    with translation.override("en"):
        _link, address = claims.issue(member=member, by=MemberFactory())
    token = address.rstrip("/").rsplit("/", 1)[-1]

    said = race(*[partial(claims.use, token=token, agreed=BOTH, locale="en")] * 6)

    assert said.count("done") == 1
    assert ClaimLink.objects.get().used_at is not None
    assert Consent.objects.filter(member=member).count() == 2


def test_issued_at_once_one_link_is_open():
    member, staff = MemberFactory(email=None, state="unclaimed"), MemberFactory()

    said = race(*[partial(claims.issue, member=member, by=staff)] * 5)

    assert said == ["done"] * 5
    assert ClaimLink.objects.filter(used_at=None, revoked_at=None).count() == 1


def test_one_new_address_becomes_one_member():
    join = partial(members.join, email="ada@example.org", locale="en", timezone="UTC", agreed=BOTH)

    assert race(*[join] * 6) == ["done"] * 6
    assert Member.objects.filter(email="ada@example.org").count() == 1
    assert Consent.objects.count() == 2


def test_the_last_two_ways_in_are_not_both_removed_at_once():
    member = MemberFactory(email=None)
    accounts = [
        SocialAccount.objects.create(user=member, provider=provider, uid="u")
        for provider in ("weixin", "feishu")
    ]

    said = race(
        *(partial(providers.disconnect, member=member, account_id=row.pk) for row in accounts)
    )

    assert said.count("done") == 1
    assert SocialAccount.objects.count() == 1
