"""What a room is told each day: laid down, filled in, changed."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.errors import DomainError
from community.models import Announcement, AuditEvent, Posting
from community.services import announcement_writing, announcements
from community.services.announcement_writing import ChangedElsewhere, WrongText
from tests.factories import MemberFactory, RoomFactory, approved

pytestmark = pytest.mark.usefixtures("in_english")

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def room(db):
    return RoomFactory()


def entry(day=MONDAY, last_day=None, **values):
    given = {"at": dt.time(8, 30), "text": "Good morning."} | values
    return Announcement(day=day, last_day=last_day or day, **given)


def lay_down(room, **values):
    [row] = announcement_writing.plan(room=room, entries=[entry(**values)])
    return row


def test_plan_keeps_all_entries_by_one_query(room, django_assert_num_queries):
    days = [MONDAY + dt.timedelta(days=n) for n in range(5)]

    with django_assert_num_queries(1):
        announcement_writing.plan(room=room, entries=[entry(day) for day in days])

    assert list(Announcement.objects.values_list("room", "day")) == [(room.pk, day) for day in days]


def test_plan_refuses_a_placeholder_and_keeps_nothing(room):
    with pytest.raises(WrongText, match="Line 2: “lesson.titel” is not known"):
        announcement_writing.plan(
            room=room,
            entries=[entry(), entry(MONDAY + dt.timedelta(days=1), text="a\n{{ lesson.titel }}")],
        )

    assert not Announcement.objects.exists()


def test_text_of_the_preparation_names_nothing_of_one_day(room):
    with pytest.raises(WrongText, match="changes every day"):
        lay_down(room, last_day=MONDAY + dt.timedelta(days=2), text="{{ day }}")


def test_announcement_of_a_day(room):
    lay_down(room, kind="correction", text="It was the other link.")
    preparation = lay_down(room, last_day=MONDAY + dt.timedelta(days=2), kind="preparation")

    found = [announcements.of_day(room, MONDAY + dt.timedelta(days=n)) for n in (-1, 0, 2, 3)]

    assert found == [None, preparation, preparation, None]


def test_text_is_filled_with_dates_of_its_language_and_whole_links(room, settings):
    settings.BASE_URL = "https://shalijin.example"
    row = lay_down(
        room,
        text="",
        preview="{{ camp.name }}，{{ date }}，{{ camp.opening_date }} 开营",
        lesson="今天：{{ lesson.title }}\n{{ lesson.link }}",
        check_in="{{ homework }}\n{{ check_in.link }}",
        encouragement="慢一点也行。",
        values={
            "2026-03-02": {
                "camp.name": "写作营",
                "camp.opening_date": "2026-03-01",
                "lesson.title": "写开头",
                "lesson.link": "/c/a/lesson/1/",
                "check_in.link": "https://elsewhere.example/form",
            }
        },
    )

    assert announcements.render(row, MONDAY, locale="zh-hans") == (
        "写作营，3月2日，2026年3月1日 开营\n\n"
        "今天：写开头\nhttps://shalijin.example/c/a/lesson/1/\n\n"
        "https://elsewhere.example/form\n\n"
        "慢一点也行。"
    )
    english = announcements.render(row, MONDAY, locale="en")
    assert english.startswith("写作营，March 2，March 1, 2026 开营")


def test_weekday_is_said_in_the_language_of_the_text(room):
    row = lay_down(room, text="{{ weekday }}")

    assert announcements.render(row, MONDAY, locale="en") == "Monday"
    assert announcements.render(row, MONDAY, locale="zh-hans") in ("星期一", "周一")


def test_day_without_values_is_still_a_text(room):
    row = lay_down(room, text="{{ camp.name }}\n\nGood morning, {{ sender }}.")

    assert announcements.render(row, MONDAY, locale="en") == "Good morning, ."


def test_text_of_several_days_is_the_same_on_each(room):
    row = Announcement.objects.create(
        room=room, day=MONDAY, last_day=MONDAY + dt.timedelta(days=2), at=dt.time(9),
        kind="preparation", text="{{ camp.name }} {{ day }} {{ date }}",
        values={"2026-03-02": {"camp.name": "A", "day": -3}, "2026-03-03": {"camp.name": "B"}},
    )  # fmt: skip

    said = {announcements.render(row, MONDAY + dt.timedelta(days=n), locale="en") for n in range(3)}

    assert said == {"A -3 March 2"}


def test_new_values_are_handed_down_to_their_day(room, django_assert_num_queries):
    values = {"2026-03-02": {"lesson.title": "Old", "homework": "One line."}}
    row = lay_down(room, text="{{ lesson.title }}: {{ homework }}", values=values)
    other = lay_down(room, day=MONDAY + dt.timedelta(days=1))

    announcement_writing.hand_down(
        room=room, values={MONDAY: values["2026-03-02"] | {"lesson.title": "New"}}
    )

    row.refresh_from_db()
    other.refresh_from_db()
    assert announcements.render(row, MONDAY, locale="en") == "New: One line."
    assert other.values == {}


def test_values_reach_a_text_of_several_days_on_any_of_them(room, django_assert_num_queries):
    row = lay_down(room, last_day=MONDAY + dt.timedelta(days=2), text="{{ camp.name }}")
    days = [MONDAY + dt.timedelta(days=n) for n in range(1, 5)]

    announcement_writing.hand_down(room=room, values={day: {"camp.name": "New"} for day in days})

    row.refresh_from_db()
    assert sorted(row.values) == ["2026-03-03", "2026-03-04"]
    with django_assert_num_queries(0):
        announcement_writing.hand_down(room=room, values={})


@pytest.mark.parametrize(
    "text, lines",
    [
        ("", 1),
        ("十五个字刚好是一行写满就换下行", 1),
        ("十五个字刚好是一行写满就换下行了", 2),
        ("a" * 27, 1),
        ("a" * 28, 2),
        ("早上好\n\n今天", 3),
    ],
)
def test_lines_are_counted_as_a_phone_shows_them(text, lines):
    assert announcements.lines_on_a_phone(text) == lines


def test_learners_are_told_what_has_come_by_the_rooms_clock(db):
    room = RoomFactory(timezone="America/New_York")
    first, second, third = (
        approved(lay_down(room, day=MONDAY + dt.timedelta(days=n))) for n in range(3)
    )

    with time_machine.travel("2026-03-03 13:29:00+00:00"):  # 08:29 there
        before = list(announcements.shown(room))
    with time_machine.travel("2026-03-03 13:30:00+00:00"):
        after = list(announcements.shown(room))

    assert (before, after) == ([first], [first, second])
    assert third not in after


# Changing ---------------------------------------------------------------------


def change(row, text="New.", version=None, by=None):
    return announcement_writing.change(
        announcement=row, version=version or row.version, by=by or MemberFactory(),
        texts={"text": text},
    )  # fmt: skip


def test_change_writes_who_and_when(room):
    row, ada = lay_down(room), MemberFactory()

    changed = change(row, "One  \r\ntwo.\r\n", by=ada)

    assert (changed.text, changed.version, changed.changed_by) == ("One\ntwo.", 2, ada)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject) == ("announcement.changed", row.public_id)


def test_stale_change_is_refused_with_the_newer_text(room):
    row, ada = lay_down(room), MemberFactory(display_name="Ada")
    change(row, "Ada's.", version=1, by=ada)

    with pytest.raises(ChangedElsewhere, match="Ada has changed this text") as refused:
        change(row, "Mine.", version=1)

    assert refused.value.announcement.text == "Ada's."
    row.refresh_from_db()
    assert (row.text, row.version) == ("Ada's.", 2)


def test_second_press_of_one_button_is_no_conflict(room):
    row = lay_down(room)
    change(row, "New.", version=1)

    assert change(row, "New.", version=1).version == 2
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    "text, said",
    [
        (" \n ", "Write what everybody shall read"),
        ("a\n{{ day }", "Line 2: “{{” stands alone"),
        ("x" * 4_001, "4001 characters; 4000 are the most"),
    ],
)
def test_wrong_text_is_refused_and_nothing_changes(room, text, said):
    row = lay_down(room)

    with pytest.raises(WrongText, match=said) as refused:
        change(row, text)

    assert list(refused.value.problems) == ["text"]
    row.refresh_from_db()
    assert (row.text, row.version) == ("Good morning.", 1)


def test_every_wrong_slot_is_named(room):
    row = lay_down(room, text="", preview="Hello.")

    with pytest.raises(WrongText) as refused:
        announcement_writing.change(
            announcement=row, version=1, by=MemberFactory(),
            texts={"preview": "{{ x }}", "lesson": "fine", "encouragement": "}}"},
        )  # fmt: skip

    assert list(refused.value.problems) == ["preview", "encouragement"]


def test_posted_text_of_the_preparation_stands(room):
    row = lay_down(room, last_day=MONDAY + dt.timedelta(days=2), kind="preparation")
    posting = Posting.objects.create(announcement=row, by=MemberFactory())

    with pytest.raises(DomainError, match="Take the postings back first"):
        change(row)

    posting.withdrawn_at = posting.at
    posting.save()
    assert change(row).text == "New."


def test_change_costs_the_same_whatever_there_is(room):
    rows = [lay_down(room, day=MONDAY + dt.timedelta(days=n)) for n in range(3)]

    with CaptureQueriesContext(connection) as asked:
        change(rows[0], by=rows[0].changed_by or MemberFactory())

    assert len(asked) <= 8
