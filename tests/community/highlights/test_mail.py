"""The mail and the line under the bell, in both languages; who is not named stands in neither."""

import pytest
from django.template import Context, Engine
from django.utils import translation

from community.models import Block, Highlight, Member, OutboxMessage, Run
from community.services import digest_due, digest_readers, digest_texts, digests, inbox
from tests.community.highlights.helpers import HALF_PAST_EIGHT, drafted, room_with_staff
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
SIGN_OF = {"en": "anonymous", "zh-hans": "匿名"}


@pytest.mark.parametrize("locale", ["en", "zh-hans"])
def test_mail_has_all_its_parts_and_no_name(morning, locale):
    room, staff = room_with_staff()
    digest = drafted(room, staff)
    digests.approve(digest=digest, version=digest.version, by=staff, at=HALF_PAST_EIGHT)
    Highlight.objects.update(title="<b>第一次</b>")
    digest.locale = locale
    digest.save()
    (due,) = digest_due.rows(HALF_PAST_EIGHT)

    with translation.override(locale):
        parts = {
            part: Engine.get_default()
            .get_template(f"community/email/digest.{part}")
            .render(Context(due.context, autoescape=part == "html"))
            for part in ("subject.txt", "txt", "html")
        }
        line = inbox.line(Run(template=due.template, context=due.context))

    whole = " ".join([*parts.values(), line])
    assert "作者" not in whole
    assert "\n" not in parts["subject.txt"].strip()
    assert all(f"第{number}件值得讲的事情" in parts["txt"] for number in range(3))
    assert SIGN_OF[locale] in parts["txt"]
    assert "&lt;b&gt;第一次&lt;/b&gt;" in parts["html"]
    assert "<b>第一次</b>" in parts["txt"]
    assert due.context["link"] in parts["html"]
    assert "Camp one" in line
    assert len(parts["html"].encode()) < 60_000


def test_who_must_not_meet_a_named_author_is_mailed_without_the_name(
    morning, django_assert_num_queries
):
    room, staff = room_with_staff()
    digest = drafted(room, staff)
    row = digest.items.order_by("position").first()
    author = MemberFactory(display_name="作者小满")
    Highlight.objects.filter(pk=row.pk).update(
        author=author, consent="named", speaker="", kind="check_in", consent_by=author
    )
    apart, other = MemberFactory(), MemberFactory()
    Block.objects.create(member=author, blocked=apart)
    run = Run(what="digest", subject=digest.public_id, context={"note": "We were away."})
    rows = [OutboxMessage(pk=n, run=run, member=one) for n, one in ((1, apart), (2, other))]

    found = digest_readers.contexts(rows)
    with django_assert_num_queries(2):
        digest_readers.contexts(rows[1:])

    assert set(found) == {1}
    assert found[1]["note"] == "We were away."
    assert "作者小满" not in str(found[1])
    named = digest_texts.context_of(digest, digest_texts.rows_of(digest, other))
    assert "作者小满" in str(named)


@pytest.mark.parametrize(
    "gone", [{"hidden_at": HALF_PAST_EIGHT}, {"state": "suspended"}, {"is_minor": True}]
)
def test_who_hides_or_goes_before_the_mails_leave_is_named_in_none_of_them(morning, gone):
    room, staff = room_with_staff()
    digest = drafted(room, staff)
    author = MemberFactory(display_name="作者小满")
    first = digest.items.order_by("position").first()
    Highlight.objects.filter(pk=first.pk).update(
        author=author, consent="named", speaker="", kind="check_in", consent_by=author
    )
    planned = digest_texts.context_of(digest, digest_texts.rows_of(digest))
    assert "作者小满" in str(planned)
    run = Run(what="digest", subject=digest.public_id, context=planned | {"note": "We were away."})
    rows = [OutboxMessage(pk=n, run=run, member=MemberFactory()) for n in (1, 2)]
    assert digest_readers.contexts(rows) == {}

    Member.objects.filter(pk=author.pk).update(**gone)
    found = digest_readers.contexts(rows)

    assert set(found) == {1, 2}
    assert "作者小满" not in str(found)
    assert found[1]["note"] == "We were away."
    run.context = found[1]
    assert digest_readers.contexts(rows) == {}  # planned without the name: all share one mail
