"""The digest of a day: its draft, writing it, checking it, a person's yes, putting it right."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from community.errors import DomainError
from community.models import Digest, Highlight, Run
from community.services import (
    digest_checks,
    digest_due,
    digest_texts,
    digests,
    highlight_consent,
    highlights,
    late_desk,
    planner,
)
from community.services.digests import ChangedElsewhere, Entry
from community.services.jump_phrases import haystack
from tests.community.highlights.helpers import (
    HALF_PAST_EIGHT,
    PLACE,
    YESTERDAY,
    drafted,
    entries,
    room_with_staff,
    save,
    star,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(morning):
    room, staff = room_with_staff()
    return room, staff, drafted(room, staff)


def kinds(digest):
    return {
        one.text: one.kind for one in digest_checks.checks(digest, digest_texts.rows_of(digest))
    }


def test_draft_takes_the_first_five_stars_and_is_made_once(morning):
    room, staff = room_with_staff()
    drafted(room, staff, 7)

    again = digests.draft(room=room, day=YESTERDAY, place=PLACE)

    assert Digest.objects.get() == again
    assert [row.source for row in again.items.order_by("position")] == [
        f"thing-{number}" for number in range(5)
    ]
    assert again.due_at == HALF_PAST_EIGHT
    assert (again.state, again.path, again.label) == ("draft", PLACE.path, "D2")


def test_draft_finds_phrases_among_the_texts_of_the_day(morning):
    room, staff = room_with_staff()
    star(room, staff, text="先听，再看，最后才剪掉多余的")
    known = haystack(["先听，再看，最后才剪掉多余的", "最后才剪"])

    digest = digests.draft(room=room, day=YESTERDAY, place=PLACE, known=known)

    row = digest.items.get()
    assert (row.phrase, row.phrase_found) == ("最后才剪掉多", 1)


def test_saving_writes_order_words_and_kind(scene):
    _room, staff, digest = scene
    one, _two, three = entries(digest)

    save(digest, staff, Entry(three.row, "第三", "话 三", "tip"), Entry(one.row, quote="话一"))

    rows = digest_texts.rows_of(digest)
    assert [(row.source, row.title, row.quote, row.tag) for row in rows] == [
        ("thing-2", "第三", "话 三", "tip"),
        ("thing-0", "", "话一", ""),
    ]


def test_second_who_saves_is_told_and_writes_nothing(scene):
    _room, staff, digest = scene
    seen = digest.version
    save(digest, staff, opening="先来的")

    with pytest.raises(ChangedElsewhere, match="小桃 has saved"):
        save(digest, staff, version=seen, opening="后来的")

    digest.refresh_from_db()
    assert digest.opening == "先来的"


def test_words_that_were_taken_away_while_somebody_wrote_do_not_come_back(scene):
    _room, staff, digest = scene
    typed = entries(digest)
    highlights.forget(kind="check_in", sources=["thing-0"])

    save(digest, staff, *typed)

    row = Highlight.objects.get(source="thing-0")
    assert (row.quote, row.text, row.digest) == ("", "", None)


def test_what_is_too_long_names_its_field(scene):
    _room, staff, digest = scene
    entry = entries(digest)[0]

    with pytest.raises(DomainError, match="1 characters too long") as refusal:
        save(digest, staff, Entry(entry.row, title="长" * 41))

    assert refusal.value.field == f"{entry.row.public_id}-title"


def test_phrase_is_judged_when_it_is_saved(scene):
    _room, staff, digest = scene
    entry = entries(digest)[0]
    known = haystack(["第0件值得讲的事情", "第1件值得讲的事情"])

    save(digest, staff, Entry(entry.row, quote="话", phrase="值得讲的事情"), known=known)

    assert digest.items.get().phrase_found == 2
    assert kinds(digest)["“值得讲的事情” occurs 2 times"] == "bad"
    with pytest.raises(DomainError, match="occurs 2 times"):
        digests.approve(digest=digest, version=digest.version, by=staff)


def test_more_than_five_do_not_go_out_and_fewer_than_three_are_a_hint(morning):
    room, staff = room_with_staff()
    digest = drafted(room, staff, 6)
    rows = list(Highlight.objects.order_by("pk"))
    save(digest, staff, *[Entry(row, quote=row.quote) for row in rows])

    assert kinds(digest)["6 picked, and 5 are the most"] == "bad"
    with pytest.raises(DomainError, match="5 are the most"):
        digests.approve(digest=digest, version=digest.version, by=staff)
    save(digest, staff, Entry(rows[0], quote="话"))

    assert kinds(digest)["1 picked"] == "warn"
    assert digests.approve(digest=digest, version=digest.version, by=staff).is_out()


def test_nothing_goes_out_without_an_item_or_without_words(scene):
    _room, staff, digest = scene
    save(digest, staff, Entry(entries(digest)[0].row))
    with pytest.raises(DomainError, match="says nothing yet"):
        digests.approve(digest=digest, version=digest.version, by=staff)
    Highlight.objects.update(digest=None)

    with pytest.raises(DomainError, match="0 picked"):
        digests.approve(digest=digest, version=digest.version, by=staff)


def test_yes_in_time_goes_out_at_its_hour_and_late_at_once(scene, morning):
    _room, staff, digest = scene
    digest = digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)
    assert (digest.due_at, digest.is_out()) == (HALF_PAST_EIGHT, False)
    assert digests.take_yes_back(digest=digest, by=staff)
    assert digest.state == "draft"
    late = HALF_PAST_EIGHT + dt.timedelta(hours=2)
    morning.move_to(late)

    digest = digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)

    assert (digest.due_at, digest.is_out()) == (late, True)
    with pytest.raises(DomainError, match="has gone out already"):
        digests.take_yes_back(digest=digest, by=staff)


def test_yes_to_a_text_that_was_changed_meanwhile_is_refused(scene):
    _room, staff, digest = scene
    seen = digest.version
    save(digest, staff, opening="新")

    with pytest.raises(ChangedElsewhere):
        digests.approve(digest=digest, version=seen, by=staff)

    assert Digest.objects.get().state == "draft"


def test_scheduled_text_that_may_not_go_out_any_more_is_a_draft_again(scene):
    _room, staff, digest = scene
    digest = digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)

    digest = save(digest, staff, Entry(entries(digest)[0].row))

    assert (digest.state, digest.approved_by) == ("draft", None)


def test_after_it_went_out_a_change_says_what_was_put_right(scene):
    room, staff, digest = scene
    digest = digests.approve(digest=digest, version=digest.version, by=staff)
    late = star(room, staff, "late")
    two = entries(digest)[:2]
    with pytest.raises(DomainError) as refusal:
        save(digest, staff, *two)
    assert refusal.value.field == "correction"

    digest = save(digest, staff, *two, Entry(late, quote="晚"), correction="第三条去掉了。")

    assert digest.correction == "第三条去掉了。"
    assert [row.source for row in digest_texts.rows_of(digest)] == ["thing-0", "thing-1"]


def test_due_in_time_is_what_a_person_said_yes_to(scene, morning, django_assert_num_queries):
    _room, staff, digest = scene
    digest = digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)
    assert digest_due.rows(HALF_PAST_EIGHT - dt.timedelta(seconds=1)) == []
    other, other_staff = room_with_staff()
    drafted(other, other_staff)

    with django_assert_num_queries(2):
        due = digest_due.rows(HALF_PAST_EIGHT)

    assert [(one.subject, one.reason) for one in due] == [
        (digest.public_id, ""),
        (Digest.objects.get(room=other).public_id, "not_approved"),
    ]
    assert (due[0].skip_when_late, due[0].late_after) == (True, dt.timedelta(hours=12))
    assert (due[0].local_date, due[0].kind, due[0].path) == (
        dt.date(2026, 3, 4), "digest", PLACE.path,
    )  # fmt: skip
    assert due[0].context["count"] == 3


def test_due_is_asked_once_and_an_empty_one_never(scene):
    _room, _staff, _digest = scene
    (due,) = digest_due.rows(HALF_PAST_EIGHT)
    Run.objects.create(what=due.what, subject=due.subject, local_date=due.local_date)
    assert digest_due.rows(HALF_PAST_EIGHT) == []
    Run.objects.all().delete()

    Highlight.objects.update(digest=None)

    assert digest_due.rows(HALF_PAST_EIGHT) == []


def test_no_of_an_author_since_the_look_began_is_not_in_what_is_planned(scene):
    _room, staff, digest = scene
    digests.approve(digest=digest, version=digest.version, by=staff)
    [seen] = digest_due.rows(digest.due_at)
    row = digest.items.order_by("position").first()
    highlight_consent.answer(row=row, answer="no", by=row.author)

    planner._make(seen, digest.due_at)

    run = Run.objects.get(what="digest")
    assert (run.state, run.context["count"]) == ("open", 2)
    assert row.quote not in str(run.context)


def test_yes_lets_a_run_go_on_that_waited_for_it(scene, morning):
    room, staff, digest = scene
    run = Run.objects.create(
        what="digest", subject=digest.public_id, local_date=dt.date(2026, 3, 4), state="waits",
        reason="not_approved", room=room, due_at=digest.due_at,
    )  # fmt: skip

    digests.approve(digest=digest, version=digest.version, by=staff)

    run.refresh_from_db()
    assert (run.state, run.reason, run.decided_by) == ("open", "", staff)
    assert run.context["count"] == 3
    assert digest_due.again(run)["label"] == "D2"


def test_yes_for_later_to_what_goes_on_at_once_opens_its_page_at_once(scene, morning):
    room, staff, digest = scene
    run = Run.objects.create(
        what="digest", subject=digest.public_id, local_date=dt.date(2026, 3, 4), state="waits",
        reason="not_approved", room=room, due_at=digest.due_at,
    )  # fmt: skip

    digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)

    run.refresh_from_db()
    assert run.state == "open"
    assert digest.is_out()


def test_what_has_gone_out_is_not_scheduled_anew(scene):
    _room, staff, digest = scene
    digests.approve(digest=digest, version=digest.version, by=staff)

    with pytest.raises(DomainError, match="gone out already"):
        digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)

    digest.refresh_from_db()
    assert digest.is_out()


def test_desk_sends_no_draft_whose_page_nobody_can_open(scene):
    room, staff, digest = scene
    run = Run.objects.create(
        what="digest", subject=digest.public_id, local_date=dt.date(2026, 3, 4), state="waits",
        reason="not_approved", room=room, due_at=digest.due_at,
    )  # fmt: skip

    with pytest.raises(DomainError, match="Nobody has said yes"):
        late_desk.send_now(run=run, by=staff)

    Highlight.objects.update(consent="no", digest=None)
    Digest.objects.update(state="approved", approved_by=staff, approved_at=digest.due_at)
    with pytest.raises(DomainError, match="Nothing is left"):
        late_desk.send_now(run=run, by=staff)

    run.refresh_from_db()
    assert run.state == "waits"


def test_texts_are_as_short_as_their_style(scene):
    _room, staff, digest = scene
    save(digest, staff, opening="Good morning.", style="screen")
    shown = digest_texts.items(digest_texts.rows_of(digest))

    screen = digest_texts.text(digest, shown)
    letter = digest_texts.text(digest, shown, "letter")

    assert screen.startswith("D2 highlights, 1 minute to read\n\nGood morning.\n\n① anonymous: ")
    assert "You can skip the rest with a quiet mind." in screen
    assert screen.endswith("/c/letters/camp/one/highlights/2026-03-03/")
    assert letter.startswith("Dear friend,\n\nGood morning.\n\nSomebody said: “")
    assert "http" not in letter
    assert "Search" not in letter


def test_text_is_in_the_language_of_the_room(scene):
    _room, _staff, digest = scene
    digest.locale = "zh-hans"
    shown = digest_texts.items(digest_texts.rows_of(digest))

    assert "匿名" in digest_texts.text(digest, shown)


def test_refused_item_cannot_stand_in_a_digest(scene):
    _room, _staff, digest = scene

    with pytest.raises(IntegrityError), transaction.atomic():
        Highlight.objects.filter(digest=digest).update(consent="no")

    assert digest.items.filter(consent="no").count() == 0
