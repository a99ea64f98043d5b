"""In-app items: told once, to whom it concerns, in the reader's language."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from community.models import InboxItem, Member, Run
from community.services import inbox, runs
from tests.factories import MemberFactory

DAY = dt.date(2026, 3, 2)


def tell(members=None, **changes):
    return inbox.notify(
        "reply",
        **{
            "subject": "post1",
            "members": Member.objects.all() if members is None else members,
            "template": "community/note",
            "context": {"text": "Ada answered <you> & me"},
            "path": "/today/",
            "local_date": DAY,
        }
        | changes,
    )


def test_notify_reaches_each_member_once(db):
    members = MemberFactory.create_batch(3)

    tell()
    tell()

    assert Run.objects.count() == 1
    assert sorted(InboxItem.objects.values_list("member_id", flat=True)) == [
        member.pk for member in members
    ]
    assert InboxItem.objects.unread().count() == 3


def test_notify_reaches_only_those_it_is_for(db):
    _ada, ben = MemberFactory.create_batch(2)

    tell(Member.objects.filter(pk=ben.pk))

    assert [item.member for item in InboxItem.objects.all()] == [ben]


def test_next_day_is_another_run(db):
    MemberFactory()

    tell()
    tell(local_date=DAY + dt.timedelta(days=1))

    assert InboxItem.objects.count() == 2


def test_fan_out_goes_on_where_it_stopped(db, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 2)
    first, second, third = MemberFactory.create_batch(3)
    run = inbox.plan("digest", subject="camp1", local_date=DAY, template="community/note")

    assert inbox.fan_out(run, Member.objects.all()) is False
    run.refresh_from_db()
    assert run.cursor == second.pk
    assert set(run.items.values_list("member_id", flat=True)) == {first.pk, second.pk}

    assert inbox.fan_out(run, Member.objects.all()) is True
    run.refresh_from_db()
    assert run.finished_at is not None
    assert set(run.items.values_list("member_id", flat=True)) == {first.pk, second.pk, third.pk}
    assert inbox.fan_out(run, Member.objects.all()) is True


def test_queries_do_not_grow_with_the_members(db):
    MemberFactory.create_batch(3)
    with CaptureQueriesContext(connection) as few:
        tell()
    MemberFactory.create_batch(30)
    with CaptureQueriesContext(connection) as many:
        tell(subject="post2")

    assert InboxItem.objects.count() == 3 + 33
    assert len(many) == len(few) <= 12  # five of them are savepoints of the suite's transaction


def test_mark_all_read_leaves_what_came_meanwhile(db):
    member = MemberFactory()
    tell()
    seen = InboxItem.objects.get().pk
    tell(subject="post2")

    inbox.mark_all_read(member, up_to=seen)

    assert [item.read_at is None for item in inbox.items_of(member)] == [True, False]


def test_line_is_in_the_language_of_the_reader_and_one_line(db):
    run = inbox.plan(
        "reply",
        subject="post1",
        local_date=DAY,
        template="community/note",
        context={"text": "a\nb & c"},
    )

    with translation.override("en"):
        assert inbox.line(run) == "a b & c"


def test_unknown_template_is_told_at_once(db):
    with pytest.raises(ValueError, match="no template"):
        tell(template="community/nothing")
