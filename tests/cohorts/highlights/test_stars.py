"""Stars beside check-ins and introductions: one tap on, one tap off, without a script."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import CheckIn
from cohorts.services import check_ins
from cohorts.services.check_ins import Given
from community.models import Flag, Highlight, Introduction
from tests.cohorts.highlights.helpers import D2, desk, star, texts_of_yesterday
from tests.cohorts.learning.helpers import hand_in, handed_in

QUEUE = "/ops/camp/one/praise/"


def test_star_goes_on_and_off_by_one_tap_and_comes_back_to_where_it_was(s):
    (row,) = texts_of_yesterday(s, 1)

    on = star(s, row, next=f"{QUEUE}#{row.public_id}")
    starred = Highlight.objects.starred().get()
    shown = s.client.get(QUEUE).content.decode()
    off = star(s, row, off="1", next="https://evil.example/")

    assert (on.status_code, on.url) == (302, f"{QUEUE}#{row.public_id}")
    assert (starred.day, starred.text, starred.author) == (D2, row.text, row.enrolment.member)
    assert (starred.starred_by, starred.source) == (s.assistant, row.public_id)
    assert 'name="off"' in shown
    assert off.url == QUEUE
    assert not Highlight.objects.starred().exists()


def test_star_by_htmx_answers_with_the_button_as_it_is_now(s):
    (row,) = texts_of_yesterday(s, 1)
    url = reverse("cohorts:star_check_in", args=["one", row.public_id])

    said = s.client.post(url, headers={"HX-Request": "true"}).content.decode()

    assert f'id="star-{row.public_id}"' in said
    assert 'name="off"' in said


def test_introduction_is_starred_with_what_the_camp_reads_of_it(s):
    member = s.learner
    Introduction.objects.create(
        member=member, nickname="小满", line="我在学剪辑。", proud="藏起来的事",
        published_at=s.place.enrolled_at, audience="spaces", visibility={"proud": "staff"},
    )  # fmt: skip
    url = reverse("cohorts:star_introduction", args=["one", member.handle])

    s.client.post(url)

    row = Highlight.objects.get()
    assert (row.kind, row.text, row.author) == ("intro", "我在学剪辑。", member)
    s.client.post(url, {"off": "1"})
    assert not Highlight.objects.starred().exists()


def test_introduction_that_the_camp_does_not_read_is_refused(s):
    Introduction.objects.create(
        member=s.learner, nickname="小满", line="只给班委看", published_at=s.place.enrolled_at,
        audience="staff",
    )  # fmt: skip

    s.client.post(reverse("cohorts:star_introduction", args=["one", s.learner.handle]))

    assert not Highlight.objects.exists()


def test_check_in_that_waits_for_staff_is_refused(s):
    (row,) = texts_of_yesterday(s, 1)
    Flag.objects.create(
        space=s.camp.space, member=row.enrolment.member, what=Flag.What.CHECK_IN,
        subject=row.public_id, part="text", level="hold", words=["x"],
    )  # fmt: skip

    star(s, row)

    assert not Highlight.objects.exists()


def test_rest_and_check_in_of_another_camp_cannot_be_starred(s):
    rest = handed_in(s.another("歇着"), 2, "", kind=CheckIn.Kind.REST)

    assert star(s, rest).status_code == 404
    assert not Highlight.objects.exists()


def test_learner_stars_nothing(s):
    (row,) = texts_of_yesterday(s, 1)
    s.enter(s.learner)

    assert star(s, row).status_code == 403
    assert not Highlight.objects.exists()


def test_what_is_taken_back_takes_its_star_along(s):
    row = hand_in(s.another("小雨"), text="今天写的一句")
    star(s, row)
    assert Highlight.objects.starred().exists()

    check_ins.take_back(check_in=row)

    assert not Highlight.objects.starred().exists()


def test_what_is_changed_changes_the_star(s):
    row = hand_in(s.another("小雨"), text="今天写的一句")
    star(s, row)

    check_ins.change(check_in=row, given=Given(text="改过的一句"))

    assert Highlight.objects.get().text == "改过的一句"


@pytest.mark.parametrize("path", [QUEUE, "/ops/camp/one/highlights/"])
def test_lists_cost_the_same_for_one_star_and_for_three(s, path):
    rows = texts_of_yesterday(s, 3)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert s.client.get(path).status_code == 200
        return len(asked)

    queries()
    star(s, rows[0])
    one = queries()
    star(s, rows[1])
    star(s, rows[2])

    assert one == queries() <= 9


def test_card_of_a_learner_shows_what_is_starred(s):
    row = handed_in(s.place, 2, "一句话", handed_in_at=s.place.enrolled_at + dt.timedelta(days=1))
    star(s, row)

    shown = s.client.get(reverse("cohorts:learner", args=["one", s.learner.handle]))

    assert shown.context["starred"] == {row.public_id}
    assert desk("highlights_days", date=None)
