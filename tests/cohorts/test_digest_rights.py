"""A private word of one room is found in no other person's digest, mail or page."""

import pytest

from cohorts.services import digest_rows
from community.models import Block, Member
from community.services.personal_digest import telling
from tests.cohorts.digest_world import build
from tests.community.digest.helpers import mails_of

PAGES = ("/me/digest/", "/today/", "/c/home/", "/c/away/")


@pytest.fixture
def world(db):
    return build()


def leaks(world, texts_by_name):
    """(word, who) of every word that stands where it must not."""
    return [
        (word, name)
        for name, text in texts_by_name.items()
        for word, allowed in world.may.items()
        if word in text and name not in allowed
    ]


def missing(world, texts_by_name):
    """(word, who) of every word that somebody may read, and is not told."""
    return [
        (word, name)
        for word, allowed in world.may.items()
        for name in allowed
        if word not in texts_by_name[name]
    ]


def mails(world):
    found = mails_of(world.people.values())
    return {name: found[member.pk] for name, member in world.people.items()}


def test_no_word_stands_in_the_mail_of_who_may_not_read_it(world, monkeypatch):
    _no_limit(monkeypatch)

    found = mails(world)

    assert leaks(world, found) == []
    assert missing(world, found) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_word_stands_on_the_page_of_who_may_not_read_it(world, client, page):
    found = {}
    for name, member in world.people.items():
        client.force_login(member)
        found[name] = client.get(page).content.decode()

    # A lesson is on other pages for who has handed in for it already; here it is only due.
    may_too = {f"Lesson{slug}": {f"{slug}.learner"} for slug in ("home", "away")}
    world.may |= {word: world.may[word] | more for word, more in may_too.items()}
    assert leaks(world, found) == []


def test_control_without_the_rooms_every_word_leaks(world, monkeypatch):
    _no_limit(monkeypatch)
    for module in (telling, digest_rows):
        monkeypatch.setattr(module, "in_force", lambda room, member: Member.objects.all())

    found = {word for word, _name in leaks(world, mails(world))}

    assert {"Camphomeannouncement", "Staffhome", "Campawaynote"} <= found


def test_control_without_the_blocks_the_blocked_are_heard(world, monkeypatch):
    _no_limit(monkeypatch)
    for module in (telling, digest_rows):
        monkeypatch.setattr(module, "apart", lambda one, other: Block.objects.none())

    found = {word for word, _name in leaks(world, mails(world))}

    assert {"Blockedhome", "Blockshome", "Wellblockedhome"} <= found


def _no_limit(monkeypatch):
    """All rows are shown, so that none hides behind five others."""
    for section in telling.digest_sections:
        monkeypatch.setitem(section.__dict__, "limit", 100)
