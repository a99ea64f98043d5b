"""Nobody is named without a yes, and a yes can be taken back at any time."""

import pytest

from community.errors import DomainError
from community.models import AuditEvent, Highlight, InboxItem, Run
from community.services import (
    digest_checks,
    digest_due,
    digest_texts,
    digests,
    highlight_consent,
    highlights,
)
from tests.community.highlights.helpers import (
    HALF_PAST_EIGHT,
    YESTERDAY,
    entries,
    people,
    room_with_staff,
    save,
    star,
    thing,
)
from tests.factories import MemberFactory, OutboxMessageFactory

pytestmark = pytest.mark.django_db
CONSENT = "/me/highlights/{}/"


@pytest.fixture
def scene(morning):
    room, staff = room_with_staff()
    author = people(room, display_name="林小满")
    return room, staff, author, star(room, staff, author=author)


def name_under(row):
    row.refresh_from_db()
    digest = digests.draft(room=row.room, day=row.day, place=digests.Place("/x/", "D2", "en"))
    return [one.name for one in digest_texts.items(digest_texts.rows_of(digest))]


def test_unanswered_is_told_without_the_name(scene):
    _room, staff, _author, row = scene
    assert name_under(row) == [""]

    highlight_consent.ask(row=row, by=staff)

    assert name_under(row) == [""]


def test_asking_puts_one_question_under_her_bell(scene):
    _room, staff, author, row = scene

    highlight_consent.ask(row=row, by=staff)
    highlight_consent.ask(row=row, by=staff)

    item = InboxItem.objects.get(run__what="highlight_consent")
    assert (item.member, item.run.path) == (author, CONSENT.format(row.public_id))
    assert str(author) not in str(item.run.context)


def test_her_yes_names_her_and_can_be_taken_back_at_once(scene):
    _room, _staff, author, row = scene

    highlight_consent.answer(row=row, answer="named", by=author)
    assert name_under(row) == ["林小满"]
    highlight_consent.answer(row=row, answer="anon", by=author)
    assert name_under(row) == [""]
    highlight_consent.answer(row=row, answer="no", by=author)

    assert name_under(row) == []
    assert AuditEvent.objects.filter(action="highlight.consent").count() == 3


def test_staff_cannot_say_yes_for_a_member_or_over_her_answer(scene):
    _room, staff, author, row = scene

    with pytest.raises(DomainError, match="says so herself"):
        highlight_consent.answer(row=row, answer="named", by=staff)
    highlight_consent.answer(row=row, answer="named", by=author)

    with pytest.raises(DomainError, match="has answered already"):
        highlight_consent.answer(row=row, answer="anon", by=staff)


def test_staff_write_down_what_somebody_in_the_chat_said(morning):
    room, staff = room_with_staff()
    row = highlights.star(room=room, thing=thing(kind="chat", speaker="𠮷野家的猫"), by=staff)
    with pytest.raises(DomainError, match="not in the room"):
        highlight_consent.ask(row=row, by=staff)

    highlight_consent.answer(row=row, answer="named", by=staff)

    assert name_under(row) == ["𠮷野家的猫"]
    assert (row.consent_by, row.consent_at is not None) == (staff, True)


def test_minor_and_hidden_are_not_named_whatever_was_answered(scene):
    _room, _staff, author, row = scene
    highlight_consent.answer(row=row, answer="named", by=author)
    author.is_minor = True
    author.save()

    assert name_under(row) == [""]
    with pytest.raises(DomainError, match="under age"):
        highlight_consent.answer(row=Highlight.objects.get(), answer="named", by=author)


def test_who_is_not_named_stands_in_no_text_either(scene):
    room, staff, _author, row = scene
    digest = digests.draft(room=room, day=YESTERDAY, place=digests.Place("/x/", "D2", "en"))
    entry = entries(digest)[0]
    save(
        digest,
        staff,
        digests.Entry(entry.row, "林小满的三步", "林小满说：先听", "tip", "先听，再看"),
    )

    (row,) = digest_texts.rows_of(digest)
    shown = digest_texts.items([row])
    text = "".join(
        digest_texts.text(digest, shown, style) for style in ("screen", "long", "letter")
    )

    assert "林小满" not in text
    assert "林小满" not in str(digest_texts.context_of(digest, [row]))
    assert any("stands in the text" in one.text for one in digest_checks.checks(digest, [row]))


def test_nothing_leads_to_who_is_not_named(scene):
    room, _staff, author, row = scene
    Highlight.objects.update(path="/people/xiaoman/", phrase="先听，再看")
    digest = digests.draft(room=room, day=YESTERDAY, place=digests.Place("/x/", "D2", "en"))

    (item,) = digest_texts.items(digest_texts.rows_of(digest))
    assert (item.path, item.phrase) == ("", "")
    highlight_consent.answer(row=row, answer="named", by=author)
    (item,) = digest_texts.items(digest_texts.rows_of(digest))

    assert (item.path, item.phrase) == ("/people/xiaoman/", "先听，再看")


def test_answer_after_sending_changes_what_has_not_left_yet(scene, morning):
    room, staff, author, row = scene
    highlight_consent.answer(row=row, answer="named", by=author)
    digest = digests.draft(room=room, day=YESTERDAY, place=digests.Place("/x/", "D2", "en"))
    digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)
    morning.move_to(HALF_PAST_EIGHT)
    (due,) = digest_due.rows(HALF_PAST_EIGHT)
    run = Run.objects.create(
        what=due.what, subject=due.subject, local_date=due.local_date, context=due.context,
        note="Late, sorry.",
    )  # fmt: skip
    assert "林小满" in str(run.context)

    row.refresh_from_db()
    highlight_consent.answer(row=row, answer="anon", by=author)

    run.refresh_from_db()
    assert "林小满" not in str(run.context)
    assert run.context["items"][0]["name"] == ""
    assert run.context["note"] == "Late, sorry."


def test_when_nothing_is_left_of_it_no_mail_of_it_leaves(scene):
    room, _staff, author, row = scene
    digest = digests.draft(room=room, day=YESTERDAY, place=digests.Place("/x/", "D2", "en"))
    run = Run.objects.create(
        what="digest", subject=digest.public_id, local_date=YESTERDAY, room=room, kind="digest"
    )
    mail = OutboxMessageFactory(run=run, member=author, kind="digest")

    row.refresh_from_db()
    highlight_consent.answer(row=row, answer="no", by=author)

    run.refresh_from_db()
    mail.refresh_from_db()
    assert (run.state, mail.state, mail.reason) == ("skipped", "suppressed", "nothing_new")


def test_page_has_three_buttons_and_one_tap_is_enough(scene, client):
    _room, staff, author, row = scene
    highlight_consent.ask(row=row, by=staff)
    client.force_login(author)
    path = CONSENT.format(row.public_id)

    page = client.get(path).content.decode()
    response = client.post(path, {"answer": "named"})

    assert all(f'value="{answer}"' in page for answer in ("named", "anon", "no"))
    assert response.status_code == 302
    assert name_under(row) == ["林小满"]
    assert "You can change this whenever you like" in client.get(path).content.decode()


def test_page_is_nobody_elses_and_not_there_before_she_is_asked(scene, client):
    room, staff, author, row = scene
    path = CONSENT.format(row.public_id)
    client.force_login(author)
    assert client.get(path).status_code == 404
    highlight_consent.ask(row=row, by=staff)

    for other in (staff, people(room), MemberFactory()):
        client.force_login(other)
        assert client.get(path).status_code == 404
        assert client.post(path, {"answer": "named"}).status_code == 404

    assert name_under(row) == [""]


def test_page_refuses_an_answer_that_there_is_not(scene, client):
    _room, staff, author, row = scene
    highlight_consent.ask(row=row, by=staff)
    client.force_login(author)

    client.post(CONSENT.format(row.public_id), {"answer": "maybe"})

    row.refresh_from_db()
    assert row.consent == "asked"
