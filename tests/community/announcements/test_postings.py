"""Who has posted an announcement by hand, where, and what shows it."""

import datetime as dt

import pytest

from community.errors import DomainError
from community.models import Announcement, AuditEvent, ChatGroup, Posting, Upload
from community.services import postings
from tests.community.delivery.races import at_once, first_fault
from tests.factories import MemberFactory, RoomFactory

pytestmark = pytest.mark.usefixtures("in_english")

MONDAY = dt.date(2026, 3, 2)
ROUNDS = 20


def announced(room=None, groups=1):
    room = room or RoomFactory()
    row = Announcement.objects.create(
        room=room, day=MONDAY, last_day=MONDAY, at=dt.time(8, 30), text="Good morning."
    )
    made = [ChatGroup.objects.create(room=room, name=f"Group {n + 1}") for n in range(groups)]
    return row, made


def a_picture(owner):
    return Upload.objects.create(
        owner=owner, kind="evidence", content_type="image/jpeg", size=1, width=1, height=1,
        sha256="0" * 64,
    )  # fmt: skip


def test_posting_says_who_where_and_what_shows_it(db):
    row, [group] = announced()
    ada = MemberFactory()

    made = postings.mark_posted(
        announcement=row, chat_group=group, by=ada, url="https://example.org/1"
    )

    assert list(postings.standing(row)) == [made]
    assert (made.by, made.chat_group, made.url) == (ada, group, "https://example.org/1")


def test_second_press_marks_once(db):
    row, [group] = announced()
    ada = MemberFactory()

    first, second = (
        postings.mark_posted(announcement=row, chat_group=group, by=ada) for _ in range(2)
    )

    assert first == second
    assert Posting.objects.count() == 1


def test_what_shows_it_may_follow_later(db):
    row, [group] = announced()
    ada = MemberFactory()
    postings.mark_posted(announcement=row, chat_group=group, by=ada)
    picture = a_picture(ada)

    postings.mark_posted(announcement=row, chat_group=group, by=ada, upload=picture)
    postings.mark_posted(announcement=row, chat_group=group, by=ada, url="https://example.org/1")

    kept = Posting.objects.get()
    assert (kept.upload, kept.url) == (picture, "https://example.org/1")


def test_second_person_is_told_who_was_first_by_the_rooms_clock(db):
    row, [group] = announced(RoomFactory(timezone="Asia/Shanghai"))
    ada = MemberFactory(display_name="Ada")
    made = postings.mark_posted(announcement=row, chat_group=group, by=ada)
    Posting.objects.update(at=dt.datetime(2026, 3, 2, 0, 31, tzinfo=dt.UTC))

    with pytest.raises(DomainError) as refused:
        postings.mark_posted(
            announcement=row, chat_group=group, by=MemberFactory(), url="https://example.org/2"
        )

    assert str(refused.value) == "Ada posted it in “Group 1” already, at 08:31."
    made.refresh_from_db()
    assert (made.by, made.url) == (ada, "")


def test_one_screenshot_serves_several_groups(db, django_assert_num_queries):
    row, groups = announced(groups=3)
    ada, ben = MemberFactory(), MemberFactory()
    postings.mark_posted(announcement=row, chat_group=groups[0], by=ben)
    picture = a_picture(ada)

    with django_assert_num_queries(5):  # three, between the two of the transaction
        marked = postings.mark_posted_in(
            announcement=row, chat_groups=groups, by=ada, upload=picture
        )

    assert [posting.by for posting in marked.others] == [ben]
    assert [(posting.chat_group, posting.upload) for posting in marked.mine] == [
        (groups[1], picture),
        (groups[2], picture),
    ]
    assert Posting.objects.filter(upload=picture).count() == 2


def test_room_without_groups_is_posted_once(db):
    row, _groups = announced(groups=0)
    ada = MemberFactory(display_name="Ada")
    postings.mark_posted(announcement=row, chat_group=None, by=ada)

    with pytest.raises(DomainError, match="Ada posted it already, at"):
        postings.mark_posted(announcement=row, chat_group=None, by=MemberFactory())

    assert Posting.objects.count() == 1


def test_group_that_is_closed_or_of_another_room_is_refused(db):
    row, [group] = announced()
    _other, [strange] = announced()
    group.closed_at = row.changed_at

    for refused, said in ((group, "is closed"), (strange, "another room")):
        with pytest.raises(DomainError, match=said):
            postings.mark_posted(announcement=row, chat_group=refused, by=MemberFactory())

    assert not Posting.objects.exists()


def test_posting_is_taken_back_and_made_anew(db):
    row, [group] = announced()
    ada, ben = MemberFactory(), MemberFactory()
    made = postings.mark_posted(announcement=row, chat_group=group, by=ada)

    took = [postings.withdraw_posting(posting=made, by=ben) for _ in range(2)]
    again = postings.mark_posted(announcement=row, chat_group=group, by=ben)

    assert took == [True, False]
    assert list(postings.standing(row)) == [again]
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("announcement.posting_withdrawn", ben.public_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("groups", [0, 3])
def test_two_people_at_once_post_once_and_one_is_told(groups):
    row, chosen = announced(groups=groups)
    people = MemberFactory.create_batch(2)

    def post(number):
        marked = postings.mark_posted_in(
            announcement=row, chat_groups=chosen or [None], by=people[number]
        )
        return len(marked.mine), len(marked.others)

    found = at_once(2, post)

    each = groups or 1
    assert sum(mine for mine, _others in found) == each
    assert all(mine + others == each for mine, others in found)
    assert Posting.objects.count() == each


@pytest.mark.django_db(transaction=True)
def test_control_looking_first_and_inserting_then_posts_twice():
    """As if there were no constraint: each takes a group of his own, so nothing refuses."""
    row, groups = announced(groups=2)
    people = MemberFactory.create_batch(2)

    def post(number):
        if not Posting.objects.filter(announcement=row, withdrawn_at=None).exists():
            Posting.objects.create(announcement=row, chat_group=groups[number], by=people[number])

    def attempt():
        Posting.objects.all().delete()
        at_once(2, post)
        return Posting.objects.count() > 1

    assert first_fault(ROUNDS, attempt)
