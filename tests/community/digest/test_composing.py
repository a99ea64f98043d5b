"""What a digest says, and that nothing new means no mail."""

import datetime as dt

import pytest
import time_machine

from community.models import Introduction, Member, NotificationSettings, OutboxMessage, Praise
from community.services import inbox
from community.services.personal_digest import composing, letter
from tests.community.digest.helpers import (
    MONDAY,
    built_mail,
    chosen,
    due_member,
    mails_of,
    personal_of,
    told,
)
from tests.factories import MemberFactory, MembershipFactory, RoomFactory, RoomMembershipFactory

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def in_room(member, room):
    MembershipFactory(space=room.space, member=member)
    RoomMembershipFactory(room=room, member=member)


def praise_of(member, text="The sentence about the bus."):
    introduction = Introduction.objects.get_or_create(
        member=member, defaults={"nickname": "Ada", "published_at": MONDAY - 9 * DAY}
    )[0]
    by = MemberFactory(display_name="Grace")
    return Praise.objects.create(
        introduction=introduction, by=by, text=text, given_at=MONDAY - HOUR
    )


def test_nothing_new_is_no_mail(db):
    member = due_member()

    assert personal_of(member) is None


def test_what_came_to_her_stands_in_text_and_html_with_its_link(db, settings):
    member, room = due_member(), RoomFactory()
    in_room(member, room)
    told([member], "Lesson 3 is <open>", kind="announcement", room=room, at=MONDAY - HOUR)

    personal = personal_of(member)

    assert "— Announcements you have not read —" in personal.text
    assert f"· Lesson 3 is <open>\n  {settings.BASE_URL}/help/" in personal.text
    assert "Lesson 3 is &lt;open&gt;" in personal.html
    assert f'href="{settings.BASE_URL}/help/"' in personal.html
    assert personal.text.startswith(f"{member}, this is new for you since")


def test_what_was_told_in_the_last_one_and_what_she_has_read_are_left_out(db):
    member = due_member()
    NotificationSettings.objects.update(digest_covers_until=MONDAY - 2 * HOUR)
    told([member], "Told before", at=MONDAY - 3 * HOUR)
    told([member], "At the very end of it", at=MONDAY - 2 * HOUR)
    told([member], "Read by now", at=MONDAY - HOUR).items.update(read_at=MONDAY)

    assert personal_of(member) is None


@pytest.mark.parametrize(
    ("digest", "ago", "is_told"),
    [("daily", 23, True), ("daily", 25, False), ("weekly", 6 * 24, True), ("never", 6 * 24, True),
     ("weekly", 8 * 24, False)],
)  # fmt: skip
def test_first_digest_looks_back_a_day_or_a_week(db, digest, ago, is_told):
    member = due_member(digest=digest)
    told([member], "A note", at=MONDAY - ago * HOUR)

    assert (personal_of(member) is not None) == is_told


def test_who_has_got_none_for_months_is_told_two_weeks(db):
    member = due_member()
    NotificationSettings.objects.update(digest_covers_until=MONDAY - 90 * DAY)
    told([member], "Long ago", at=MONDAY - 15 * DAY)
    told([member], "Of late", at=MONDAY - 13 * DAY)

    personal = personal_of(member)

    assert "Of late" in personal.text
    assert "Long ago" not in personal.text


def test_settled_moves_the_window_so_that_the_next_one_begins_there(db):
    member, other = due_member(), due_member()
    told([member, other], "A note", at=MONDAY - HOUR)
    rows = [OutboxMessage(pk=1, member=member), OutboxMessage(pk=2, member=other)]
    letter.compose(rows, MONDAY)

    letter.settled(rows[:1])

    covers = dict(NotificationSettings.objects.values_list("member", "digest_covers_until"))
    assert covers == {member.pk: MONDAY, other.pk: None}
    assert personal_of(member, MONDAY + HOUR) is None
    assert personal_of(other, MONDAY + HOUR) is not None


def test_settled_by_another_process_goes_by_when_it_was_due(db):
    member = due_member()

    letter.settled([OutboxMessage(pk=1, member=member, not_before=MONDAY - HOUR)])

    assert NotificationSettings.objects.get().digest_covers_until == MONDAY - HOUR


def test_settled_never_moves_back(db):
    member = due_member()
    NotificationSettings.objects.update(digest_covers_until=MONDAY + HOUR)
    rows = [OutboxMessage(pk=1, member=member)]
    letter.compose(rows, MONDAY)

    letter.settled(rows)

    assert NotificationSettings.objects.get().digest_covers_until == MONDAY + HOUR


def test_praise_stands_with_its_words_and_not_as_the_line_of_the_bell_too(db):
    member = due_member()
    praise = praise_of(member)
    run = told([member], "Somebody has praised you", at=MONDAY - HOUR)
    type(run).objects.filter(pk=run.pk).update(what="praise", subject=praise.public_id)

    personal = personal_of(member)

    assert "· Grace on your introduction\n  The sentence about the bus." in personal.text
    assert "Somebody has praised you" not in personal.text


def test_sections_show_their_limit_newest_first_and_say_how_many_more(db):
    member = due_member()
    for number in range(8):
        told([member], f"Note {number}", at=MONDAY - (number + 1) * HOUR)

    _readers, [part] = composing.digest_of(member)

    assert [str(row.title) for row in part.rows] == [f"Note {number}" for number in range(5)]
    assert part.more == 3
    assert "and 3 more" in personal_of(member).text


def test_each_reader_is_written_to_in_her_own_language(db):
    ada, yi = due_member(), due_member(locale="zh-hans")
    told([ada, yi], "一条消息", at=MONDAY - HOUR)

    mails = mails_of([ada, yi])

    assert "Also new" in mails[ada.pk]
    assert "The house puts this together" in mails[ada.pk]
    assert "Also new" not in mails[yi.pk]
    assert "3月2日" in mails[yi.pk]


def test_whole_mail_has_both_parts_a_way_out_and_fits(db):
    member, room = due_member(), RoomFactory()
    in_room(member, room)
    for number in range(40):
        kind = ("announcement", "digest", "answer", "")[number % 4]
        told([member], f"{number} " + "长" * 900, kind=kind, room=room, at=MONDAY - HOUR)
    row = OutboxMessage(
        pk=1, public_id="x1", kind="personal_digest", list_id="personal_digest", member=member,
        template="community/personal_digest",
    )  # fmt: skip

    mail = built_mail(row, personal_of(member), MONDAY)

    assert len(mail.text.encode()) + len(mail.html.encode()) < 60_000
    assert mail.subject == "What is new for you · March 2"
    assert mail.headers["List-Id"].startswith("<personal_digest.")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in (mail.text, mail.html):
        assert "/help/" in part
        assert "/me/digest/" in part
        assert "/me/notifications/" in part
        assert "no person wrote it" in part


def test_braces_and_percent_signs_in_what_people_write_stay_as_they_are(db):
    member = due_member(display_name="100% {ada}")
    told([member], "50 %(done)s {title} {{ x }}", at=MONDAY - HOUR)

    personal = personal_of(member)

    assert "50 %(done)s {title} {{ x }}" in personal.text
    assert personal.text.startswith("100% {ada}, this is new")
    assert "50 %(done)s {title} {{ x }}" in personal.html


@pytest.mark.parametrize("count", [1, 3])
def test_composing_costs_the_same_for_one_and_for_three(db, django_assert_num_queries, count):
    room = RoomFactory()
    members = [due_member() for _ in range(count)]
    for member in members:
        in_room(member, room)
        praise_of(member)
        told([member], f"A note for {member}", at=MONDAY - HOUR)
    told(members, "Read this", kind="announcement", room=room, at=MONDAY - HOUR)
    rows = [
        OutboxMessage(pk=n, member=member)
        for n, member in enumerate(Member.objects.filter(pk__in=[member.pk for member in members]))
    ]

    with django_assert_num_queries(6):
        found = letter.compose(rows, MONDAY)

    assert all("Grace" in one.text and "Read this" in one.text for one in found.values())


def test_reading_a_digest_marks_nothing_as_read(db, client):
    member = due_member()
    run = inbox.notify(
        "note", subject="x", members=type(member).objects.all(), template="community/note",
        context={"text": "A note"},
    )  # fmt: skip
    client.force_login(member)

    page = client.get("/me/digest/")

    assert run.items.unread().count() == 1
    assert b"A note" in page.content


def test_page_says_when_mail_comes_and_what_to_do_when_nothing_is_new(db, client):
    member = MemberFactory()
    client.force_login(member)

    page = client.get("/me/digest/").content.decode()

    assert "Every week on Monday at 08:30" in page
    assert "Nothing new since then" in page
    assert 'href="/today/"' in page


def test_page_is_there_for_who_gets_no_mail(db, client):
    member = MemberFactory()
    chosen(member, None, "never")
    told([member], "A note", at=MONDAY - HOUR)
    client.force_login(member)

    page = client.get("/me/digest/").content.decode()

    assert "You get no digest by mail" in page
    assert "A note" in page
