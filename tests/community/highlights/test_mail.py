"""The mail and the line under the bell, in both languages; who is not named stands in neither."""

import pytest
from django.template import Context, Engine
from django.utils import translation

from community.models import Highlight, Run
from community.services import digest_due, digests, inbox
from tests.community.highlights.helpers import HALF_PAST_EIGHT, drafted, room_with_staff

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
