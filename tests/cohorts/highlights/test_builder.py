"""The page on which staff put a day's highlights together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import Digest, Highlight, InboxItem
from tests.cohorts.highlights.helpers import (
    D2,
    HALF_PAST_EIGHT,
    desk,
    page,
    send,
    star,
    texts_of_yesterday,
)


@pytest.fixture
def rows(s):
    for row in texts_of_yesterday(s, 3):
        star(s, row)
    return list(Highlight.objects.order_by("pk"))


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_page_of_a_day_with_nothing_says_that_nothing_is_fine(s):
    shown = page(s).content.decode()

    assert "Nothing is starred for this day" in shown
    assert not Digest.objects.exists()


def test_page_shows_candidates_and_check_ins_without_a_star(s):
    first, *_others = texts_of_yesterday(s, 3)
    star(s, first)

    shown = page(s)

    assert [row.text for row in shown.context["desk"].rows] == [first.text]
    assert len(shown.context["desk"].others) == 2
    assert "2 more check-ins of that day" in shown.content.decode()


def test_saving_keeps_what_is_ticked_and_fills_in_a_phrase(s, rows):
    response = send(s, rows[:2])

    assert response.status_code == 302
    digest = Digest.objects.get()
    assert (digest.day, digest.label, digest.version) == (D2, "D2", 2)
    assert [row.public_id for row in digest.items.order_by("position")] == [
        row.public_id for row in rows[:2]
    ]
    assert digest.items.first().phrase_found == 1
    shown = page(s).content.decode()
    assert "① 匿名：先听，再看，最后剪掉多余的" in shown
    assert "occurs once" in shown


def test_moving_up_saves_what_was_typed_as_well(s, rows):
    send(s, rows)

    title = f"{rows[2].public_id}-title"
    send(s, rows, f"up:{rows[2].public_id}", **{title: "第三条的标题"})

    items = list(Digest.objects.get().items.order_by("position"))
    assert [row.pk for row in items] == [rows[0].pk, rows[2].pk, rows[1].pk]
    assert items[1].title == "第三条的标题"


def test_schedule_and_take_back(s, rows, clock):
    send(s, rows)

    send(s, rows, "schedule", at="08:30")
    digest = Digest.objects.get()
    assert (digest.state, digest.due_at, digest.approved_by) == (
        "approved", HALF_PAST_EIGHT, s.assistant,
    )  # fmt: skip
    assert "They go out at 08:30." in said(page(s))

    send(s, rows, "back")
    assert Digest.objects.get().state == "draft"


def test_refused_schedule_keeps_everything_that_was_typed(s, rows):
    field = f"{rows[0].public_id}-phrase"

    response = send(s, rows, "schedule", opening="早上好", **{field: "没有这句"})

    assert response.status_code == 422
    shown = response.content.decode()
    assert "does not stand in the original" in shown
    assert 'value="没有这句"' in shown
    assert "早上好" in shown
    assert Digest.objects.get().state == "draft"
    assert send(s, rows, "schedule", **{field: ""}).status_code == 302


def test_too_long_title_stays_at_its_field(s, rows):
    field = f"{rows[0].public_id}-title"

    response = send(s, rows, **{field: "长" * 41})

    assert response.status_code == 422
    assert "长" * 41 in response.content.decode()


def test_two_who_save_at_once_lose_nothing(s, rows):
    send(s, rows)
    title = f"{rows[0].public_id}-title"
    seen = Digest.objects.get().version
    s.client.force_login(s.lead)
    send(s, rows, **{title: "老周的"})

    s.client.force_login(s.assistant)
    response = send(s, rows, version=seen, **{title: "小桃的"})

    assert response.status_code == 409
    shown = response.content.decode()
    assert "老周 has saved these highlights meanwhile" in shown
    assert 'value="小桃的"' in shown
    assert f'name="version" value="{seen + 1}"' in shown
    assert send(s, rows, **{title: "小桃的"}).status_code == 302


def test_asking_the_author_by_one_button(s, rows):
    send(s, rows, f"ask:{rows[0].public_id}")

    assert Highlight.objects.get(pk=rows[0].pk).consent == "asked"
    assert InboxItem.objects.get(run__what="highlight_consent").member == rows[0].author


def test_star_is_taken_away_on_the_page(s, rows):
    send(s, rows)

    send(s, rows, f"unstar:{rows[1].public_id}")

    assert Digest.objects.get().items.count() == 2
    assert Highlight.objects.starred().count() == 2


def test_who_said_no_cannot_be_ticked(s, rows):
    Highlight.objects.filter(pk=rows[0].pk).update(consent="no", consent_by=rows[0].author)

    send(s, rows)

    assert Digest.objects.get().items.count() == 2
    assert "does not want it to be told" in page(s).content.decode()


def test_after_it_went_out_a_correction_is_asked_for(s, rows):
    send(s, rows, "send")
    assert Digest.objects.get().is_out()

    refused = send(s, rows[:2])
    kept = send(s, rows[:2], correction="第三条不该在这里。")

    assert refused.status_code == 422
    assert "Say in a sentence what you put right" in refused.content.decode()
    assert kept.status_code == 302
    assert Digest.objects.get().items.count() == 2


def test_preview_is_what_is_copied_in_every_style(s, rows):
    for style, word in (
        ("screen", "phone-preview"),
        ("long", "digest__text"),
        ("letter", "letter--paper"),
    ):
        send(s, rows, style=style)
        shown = page(s)
        assert word in shown.content.decode()
        assert (
            f'data-copy="{shown.context["text"]}"' in shown.content.decode()
            or "“" in shown.context["text"]
        )


def test_page_costs_the_same_for_one_candidate_and_for_three(s):
    rows = texts_of_yesterday(s, 3)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert page(s).status_code == 200
        return len(asked)

    star(s, rows[0])
    queries()
    one = queries()
    star(s, rows[1])
    star(s, rows[2])

    assert one == queries() <= 8


@pytest.mark.parametrize("date", ["2026-02-01", "2026-03-05", "2026-03-31", "2026-02-30"])
def test_days_that_have_no_highlights_are_no_page(s, date):
    assert s.client.get(f"/ops/camp/one/highlights/{date}/").status_code == 404


def test_learner_reaches_none_of_it(s, rows):
    s.enter(s.learner)

    for name in ("highlights_edit", "highlights_paste", "highlights_picture"):
        assert s.client.get(desk(name)).status_code == 403
    assert send(s, rows).status_code == 403
    assert not Digest.objects.exists()
