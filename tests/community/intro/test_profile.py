"""A member's page, as each reader sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.models import Block, Member
from community.models.audience import LEVEL, Audience
from community.registry import Badge, ProfileBadge, profile_badges
from community.services import articles, blocks, introductions, praise
from tests.community.intro.helpers import PROUD, introduced, joined, said
from tests.factories import (
    MemberFactory,
    MembershipFactory,
    RoomFactory,
    RoomMembershipFactory,
    SpaceFactory,
)

pytestmark = pytest.mark.django_db
READERS = ("stranger", "outsider", "neighbour", "mate", "staff", "self")


@pytest.fixture
def cast():
    """The owner of the page and one reader of each kind."""
    space = SpaceFactory()
    camp = RoomFactory(space=space)
    row = introduced(
        space,
        audience="spaces",
        visibility={
            "line": "public",
            "proud": "camp",
            "needs": "staff",
            "links": "spaces",
            "contact": "camp",
        },
        ways=("letter", "phone"),
        hours="晚上八点以后",
        links=("https://example.org/film",),
    )
    mate = joined(space)
    for who in (row.member, mate):
        RoomMembershipFactory(room=camp, member=who)
    return {
        "row": row,
        "space": space,
        "stranger": None,
        "outsider": MemberFactory(),
        "neighbour": joined(space),
        "mate": mate,
        "staff": joined(space, role="assistant"),
        "self": row.member,
    }


def page(client, cast, reader: str, query: str = ""):
    client.logout()
    if cast[reader] is not None:
        client.force_login(cast[reader])
    path = reverse("community:profile", args=[cast["row"].member.handle])
    return client.get(path + query)


SEEN = {  # part: the text that gives it away, and who reads it
    "line": ("学会了剪第一条片子", {"stranger", "outsider", "neighbour", "mate", "staff", "self"}),
    "occupation": ("剪辑学徒", {"neighbour", "mate", "staff", "self"}),
    "offers": ("Moving house", {"neighbour", "mate", "staff", "self"}),
    "links": ("example.org/film", {"neighbour", "mate", "staff", "self"}),
    "proud": ("312 段", {"mate", "staff", "self"}),
    "contact": ("晚上八点以后", {"mate", "staff", "self"}),
    "needs": ("Feedback on homework", {"staff", "self"}),
}


@pytest.mark.parametrize("reader", READERS)
def test_each_reader_sees_what_is_for_her(client, cast, reader):
    body = page(client, cast, reader).content.decode()
    seen = {part for part, (text, _who) in SEEN.items() if text in body}
    assert seen == {part for part, (_text, who) in SEEN.items() if reader in who}


@pytest.mark.parametrize(
    "circle, reader",
    [("public", "stranger"), ("spaces", "neighbour"), ("camp", "mate"), ("staff", "staff")],
)
def test_the_owner_sees_what_others_see(client, cast, circle, reader):
    theirs = page(client, cast, reader).content.decode()
    own = page(client, cast, "self", f"?as={circle}").content.decode()
    for part, (text, _who) in SEEN.items():
        assert (text in own) == (text in theirs), part


def test_nobody_else_can_look_through_the_eyes_of_staff(client, cast):
    body = page(client, cast, "neighbour", "?as=staff").content.decode()
    assert "Feedback on homework" not in body


def test_no_search_engine_and_no_cache(client, cast):
    answer = page(client, cast, "stranger")
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in answer["Cache-Control"]


def test_a_page_without_a_public_part_is_as_unknown_as_an_unknown_handle(client, cast):
    introductions.publish(member=cast["self"], answers=said())
    handle = cast["self"].handle
    hidden, unknown = (client.get(f"/people/{name}/") for name in (handle, "nobody_here"))
    assert hidden.status_code == unknown.status_code == 302
    assert hidden.url.replace(handle, "x") == unknown.url.replace("nobody_here", "x")
    client.force_login(cast["outsider"])
    hidden, unknown = (client.get(f"/people/{name}/") for name in (handle, "nobody_here"))
    assert hidden.status_code == unknown.status_code == 404
    strip = lambda answer, name: answer.content.decode().replace(name, "x")  # noqa: E731
    assert len(strip(hidden, handle)) == pytest.approx(len(strip(unknown, "nobody_here")), abs=200)
    assert "阿禾" not in hidden.content.decode()


def test_a_link_preview_of_a_stranger_names_nobody(client, cast):
    introductions.publish(member=cast["self"], answers=said())
    path = f"/people/{cast['self'].handle}/"
    answer = client.get(path, follow=True)
    assert "阿禾" not in answer.content.decode()


@pytest.mark.parametrize("blocker", ["owner", "reader"])
def test_blocked_is_not_found_both_ways(client, cast, blocker):
    one, other = cast["self"], cast["neighbour"]
    if blocker == "reader":
        one, other = other, one
    blocks.block(member=one, other=other)
    assert page(client, cast, "neighbour").status_code == 404


def test_blocking_and_meeting_again(client, cast):
    client.force_login(cast["neighbour"])
    handle = cast["self"].handle
    assert client.post(f"/people/{handle}/block/").status_code == 302
    assert Block.objects.filter(member=cast["neighbour"], blocked=cast["self"]).exists()
    client.post("/me/blocked/", {"who": cast["self"].public_id})
    assert not Block.objects.exists()
    assert client.get(f"/people/{handle}/").status_code == 200


def test_hidden_everywhere_with_one_tap(client, cast):
    client.force_login(cast["self"])
    client.post("/me/hide/", {"do": "hide"})
    assert Member.objects.listed().filter(pk=cast["self"].pk).count() == 0
    assert page(client, cast, "neighbour").status_code == 404
    assert page(client, cast, "mate").status_code == 404
    assert page(client, cast, "self").status_code == 200
    client.post("/me/hide/", {"do": "show"})
    assert page(client, cast, "neighbour").status_code == 200


def test_a_minor_is_read_in_her_camp_only_and_never_by_everybody(client, cast):
    Member.objects.filter(pk=cast["self"].pk).update(is_minor=True)
    cast["self"].refresh_from_db()
    introductions.publish(member=cast["self"], answers=said(audience="public", ways=("phone",)))
    assert page(client, cast, "stranger").status_code == 302
    assert page(client, cast, "neighbour").status_code == 404
    body = page(client, cast, "mate").content.decode()
    assert "学会了剪第一条片子" in body
    assert "By phone" not in body


def test_a_profile_costs_ten_queries_whatever_is_on_it(client, cast, django_assert_max_num_queries):
    client.force_login(cast["neighbour"])
    path = f"/people/{cast['self'].handle}/"
    counts = []
    for number in (1, 3):
        for n in range(number):
            other = introduced(cast["space"], role="member").member
            praise.give(
                introduction=cast["row"], by=other, part="line", text=f"看见了第 {n} 个月的早餐"
            )
            praise.recognise(member=cast["self"], by=other)
            article = articles.begin(member=cast["self"])
            articles.save_draft(article=article, title=f"T{n}", body="字", writer="w", seen=0)
            articles.publish(article=article, audience="spaces")
        with django_assert_max_num_queries(10) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.fixture
def badge():
    """What a camp would register: one query, for who shares a space with her."""
    asked = []

    def rows(member, viewer, level):
        asked.append(level)
        inside = member.room_memberships.active().filter(room__kind="camp").select_related("room")
        return [Badge(f"Now in {place.room.name}", f"/c/{place.room_id}/") for place in inside]

    entry = ProfileBadge(rows, shown_to=lambda level: level >= LEVEL[Audience.SPACES], limit=2)
    profile_badges.register("sample", entry)
    yield asked
    if "sample" in profile_badges:
        profile_badges.unregister("sample")


def test_an_app_above_says_something_under_her_name(client, cast, badge):
    head = page(client, cast, "neighbour").content.decode().split("</header>")[1]
    room = cast["self"].room_memberships.get().room

    assert f'<a href="/c/{room.pk}/">Now in {room.name}</a>' in head
    assert badge == [LEVEL[Audience.SPACES]]


@pytest.mark.parametrize(
    "reader, query", [("stranger", ""), ("outsider", ""), ("self", "?as=public")]
)
def test_a_badge_that_is_not_for_a_reader_is_not_even_asked_for(client, cast, badge, reader, query):
    answer = page(client, cast, reader, query)

    assert answer.status_code == 200
    assert "Now in" not in answer.content.decode()
    assert badge == []


def test_badges_are_one_query_and_at_most_as_many_as_the_app_says(client, cast, badge):
    path = f"/people/{cast['self'].handle}/"
    client.force_login(cast["neighbour"])
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for _again in range(2):
        RoomMembershipFactory(room=RoomFactory(space=cast["space"]), member=cast["self"])

    with CaptureQueriesContext(connection) as three:
        body = client.get(path).content.decode()
    profile_badges.unregister("sample")
    with CaptureQueriesContext(connection) as none:
        empty = client.get(path).content.decode()

    assert body.count("Now in") == 2
    assert len(one) == len(three) == len(none) + 1
    assert "Now in" not in empty


def test_what_two_people_have_for_each_other(client):
    space = SpaceFactory()
    hers = introduced(space)
    mine = introduced(space, offers=(("feedback", "feedback"),), needs=(("cooking", "cooking"),))
    client.force_login(mine.member)
    body = client.get(f"/people/{hers.member.handle}/").content.decode()
    assert "You can help with" in body
    assert "They can help you with" in body


def test_a_qr_code_leads_to_the_page(client, cast):
    client.force_login(cast["self"])
    answer = client.get(f"/people/{cast['self'].handle}/qr.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    client.force_login(cast["outsider"])
    introductions.publish(member=cast["self"], answers=said())
    assert client.get(f"/people/{cast['self'].handle}/qr.svg").status_code == 404


def test_only_the_owner_sees_how_far_it_has_come(client, cast):
    assert "How far it has come" in page(client, cast, "self").content.decode()
    for reader in READERS[:-1]:
        assert "How far it has come" not in page(client, cast, reader).content.decode()


def test_the_words_are_shown_sanitised(client, cast):
    text = PROUD + "\n\n<script>alert(1)</script> [here](javascript:alert(1))"
    introductions.publish(member=cast["self"], answers=said(proud=text))
    body = page(client, cast, "mate").content.decode()
    assert "<script>alert" not in body
    assert 'href="javascript' not in body


def test_somebody_without_an_introduction_has_a_page_in_her_spaces_only(client):
    space = SpaceFactory()
    quiet, reader = joined(space, handle="quiet"), joined(space)
    client.force_login(reader)
    assert "has not written an introduction" in client.get("/people/quiet/").content.decode()
    client.force_login(MemberFactory())
    assert client.get(f"/people/{quiet.handle}/").status_code == 404


def test_a_member_of_two_spaces_is_read_in_both(client, cast):
    other = SpaceFactory()
    MembershipFactory(space=other, member=cast["self"])
    reader = joined(other)
    client.force_login(reader)
    assert client.get(f"/people/{cast['self'].handle}/").status_code == 200
