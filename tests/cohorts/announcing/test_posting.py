"""The page of a day, saying where its text was posted, and the steps that watch it."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Evidence
from cohorts.registry import facts
from cohorts.services import announcing, tasks
from cohorts.services.evidence import Given
from community.errors import DomainError
from community.models import Announcement, Posting, Upload
from community.services import form_tokens, members
from tests.cohorts.announcing.helpers import (
    D2,
    NOON_OF_D1,
    WATCH,
    announce,
    groups,
    here,
    member_of,
    picture,
    post,
    said,
    watching,
)
from tests.cohorts.factories import SopStepFactory, SopTaskFactory
from tests.factories import MemberFactory


def test_page_shows_the_filled_text_and_copies_exactly_that(client, assistant, settings):
    settings.BASE_URL = "https://shalijin.example"

    shown = client.get(here())

    text = "Good morning, Writing.\n\nhttps://shalijin.example/c/check/"
    assert shown.context["said"] == text
    assert f'data-copy="{text}"' in shown.content.decode()
    assert f"readonly>{text}</textarea>" in shown.content.decode()


def test_page_of_a_day_without_a_text_and_of_no_day(client, assistant):
    assert "Nothing is written for this day" in client.get(here(date=D2)).content.decode()
    assert client.get(here(date=dt.date(2026, 6, 1))).status_code == 404
    assert client.get("/ops/camp/writing/announce/2026-02-30/").status_code == 404
    assert post(client, date=D2, group="none").status_code == 404


def test_page_says_that_the_preparation_has_one_text(client, camp, assistant):
    announce(camp, dt.date(2026, 2, 28), dt.date(2026, 3, 1), kind="preparation", text="Welcome.")

    shown = client.get(here(date=dt.date(2026, 3, 1))).content.decode()

    assert "It stands unchanging for all 2 days" in shown


def test_learner_reads_the_list_and_not_the_desk(client, camp):
    client.force_login(member_of(camp, "learner"))

    assert client.get(here()).status_code == 403
    assert client.get(here("announcements", None)).status_code == 403
    assert post(client, group="none").status_code == 403


def test_page_costs_the_same_for_one_group_and_for_three(client, camp, assistant):
    row = Announcement.objects.get()

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(here()).status_code == 200
        return len(asked)

    first = groups(camp, "One")
    Posting.objects.create(announcement=row, chat_group=first[0], by=MemberFactory())
    one = queries()
    for group in groups(camp, "Two", "Three"):
        Posting.objects.create(announcement=row, chat_group=group, by=MemberFactory())

    assert one == queries() <= 10


def test_one_tap_says_that_it_was_posted(client, camp, assistant):
    one, _two = groups(camp, "One", "Two")

    response = post(client, group=one.public_id)

    assert response.status_code == 302
    posting = Posting.objects.get()
    assert (posting.chat_group, posting.by, posting.at) == (one, assistant, NOON_OF_D1)
    shown = client.get(here())
    assert shown.context["left"] == 1
    assert "Posted in 1 place." in said(shown)


def test_last_group_closes_the_step_at_once(client, camp, assistant):
    task, tomorrow = watching(camp), watching(camp, day=2)
    one, two = groups(camp, "One", "Two")
    post(client, group=one.public_id)
    task.refresh_from_db()
    before = task.state

    post(client, group=two.public_id)

    task.refresh_from_db()
    tomorrow.refresh_from_db()
    assert (before, task.state, task.closed_by_house) == ("open", "done", True)
    assert tomorrow.state == "open"
    assert "It stands everywhere, so its step on the board is done." in said(client.get(here()))


def test_all_that_are_left_by_one_button(client, camp, assistant):
    one, *_others = groups(camp, "One", "Two", "Three")
    ben = MemberFactory()
    Posting.objects.create(announcement=Announcement.objects.get(), chat_group=one, by=ben)

    post(client, group="all")

    assert Posting.objects.filter(by=assistant).count() == 2
    assert Posting.objects.get(chat_group=one).by == ben


def test_second_person_is_told_by_whom_it_was_posted(client, camp, assistant):
    (one,) = groups(camp, "One")
    ben = MemberFactory(display_name="Ben")
    Posting.objects.create(announcement=Announcement.objects.get(), chat_group=one, by=ben)

    post(client, group=one.public_id)

    assert said(client.get(here())) == ["Ben posted it in “One” already, at 12:00."]


def test_one_screenshot_serves_several_groups_and_only_staff_see_it(client, camp, assistant):
    one, two, _three = groups(camp, "One", "Two", "Three")

    post(client, groups=[one.public_id, two.public_id], photo=picture())

    upload = Upload.objects.get()
    assert set(Posting.objects.values_list("chat_group", "upload")) == {
        (one.pk, upload.pk),
        (two.pk, upload.pk),
    }
    assert (upload.audience, upload.room) == ("room", camp.staff_room)


def test_camp_without_groups_is_posted_for_all(client, camp, assistant):
    task = watching(camp)

    post(client, group="none", url="https://example.org/1")

    posting = Posting.objects.get()
    task.refresh_from_db()
    assert (posting.chat_group, posting.url, task.state) == (None, "https://example.org/1", "done")


@pytest.mark.parametrize(
    "data, sentence",
    [
        ({}, "Choose at least one chat group."),
        ({"group": "no-such-group"}, "One of these chat groups is closed by now"),
        ({"group": "all", "url": "javascript:alert(1)"}, "This is no link"),
        ({"group": "all", "url": "not a link"}, "This is no link"),
        ({"group": "all", "photo": io.BytesIO(b"no picture")}, "not a picture that can be read"),
        ({"groups": ["nonsense"]}, "nonsense is not one of the available choices"),
    ],
)
def test_wrong_posting_is_refused_in_words_and_keeps_nothing(
    client, camp, assistant, data, sentence
):
    groups(camp, "One")

    response = post(client, **data)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Posting.objects.exists()


def test_group_that_was_closed_meanwhile_is_refused(client, camp, assistant):
    one, _two = groups(camp, "One", "Two")
    one.closed_at = NOON_OF_D1
    one.save()

    response = post(client, group=one.public_id)

    assert response.status_code == 422
    assert not Posting.objects.exists()


def test_form_is_accepted_once(client, camp, assistant):
    token = {form_tokens.FIELD: form_tokens.issue()}
    groups(camp, "One", "Two")

    first, second = (post(client, group="all", photo=picture(), **token) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 303)
    assert Upload.objects.count() == 1


def test_taking_back_opens_the_step_that_the_house_closed(client, camp, assistant):
    task = watching(camp)
    (one,) = groups(camp, "One")
    post(client, group=one.public_id)

    post(client, "announcement_back", group=one.public_id)

    task.refresh_from_db()
    assert (task.state, Posting.objects.get().withdrawn_at) == ("open", NOON_OF_D1)
    assert "Taken back" in said(client.get(here()))[-1]
    post(client, "announcement_back", group=one.public_id)
    assert said(client.get(here())) == ["It was taken back already."]
    post(client, group=one.public_id)
    task.refresh_from_db()
    assert task.state == "done"


def give(task, by, *chosen, **fields):
    given = Evidence.objects.create(task=task, kind="link", by=by, url="https://example.org/1")
    given.chat_groups.set(chosen)
    facts["announcement_delivered"].record(task, given, by)


def test_evidence_on_the_task_says_where_it_was_posted(camp):
    one, two = groups(camp, "One", "Two")
    task, ada = watching(camp), MemberFactory()

    give(task, ada, one)

    posting = Posting.objects.get()
    assert (posting.chat_group, posting.by, posting.url) == (one, ada, "https://example.org/1")
    give(task, MemberFactory(), one, two)
    assert Posting.objects.get(chat_group=one).by == ada
    assert Posting.objects.count() == 2


def test_evidence_without_groups_counts_where_there_are_none(camp):
    task, ada = watching(camp), MemberFactory()
    give(task, ada)
    assert Posting.objects.get().chat_group is None

    groups(camp, "One")
    Posting.objects.all().delete()
    give(task, ada)

    assert not Posting.objects.exists()


def test_closing_the_task_on_the_board_posts_in_the_same_breath(camp):
    one, two = groups(camp, "One", "Two")
    step = SopStepFactory(
        version=camp.run.version, watch=WATCH | {"gate": True}, evidence="link", per_chat_group=True
    )
    task, ada = SopTaskFactory(run=camp.run, step=step), MemberFactory()
    given = Given(typed="https://example.org/1")

    first = tasks.complete(task=task, by=ada, version=1, given=given, groups=[one])
    last = tasks.complete(task=task, by=ada, version=1, given=given, groups=[two])

    assert (first.is_closed, last.is_closed) == (False, True)
    assert set(Posting.objects.values_list("chat_group", "url")) == {
        (one.pk, "https://example.org/1"),
        (two.pk, "https://example.org/1"),
    }
    assert [day.state for day in announcing.days(camp)] == ["posted"]


def test_taking_the_step_back_takes_back_that_it_was_posted(camp):
    one, two = groups(camp, "One", "Two")
    step = SopStepFactory(
        version=camp.run.version, watch=WATCH | {"gate": True}, evidence="link", per_chat_group=True
    )
    task, ada, ben = SopTaskFactory(run=camp.run, step=step), MemberFactory(), MemberFactory()
    announcing.post(camp=camp, announcement=Announcement.objects.get(), groups=[one], by=ben)
    given = Given(typed="https://example.org/1")
    tasks.complete(task=task, by=ada, version=1, given=given, groups=[one, two])

    task.refresh_from_db()
    tasks.take_back(task=task, by=ada, version=task.version)

    standing = Posting.objects.filter(withdrawn_at=None)
    assert list(standing.values_list("chat_group", "by")) == [(one.pk, ben.pk)]


def test_day_that_has_not_come_is_not_said_to_be_posted(camp):
    later = announce(camp, dt.date(2026, 3, 3))

    with pytest.raises(DomainError, match="Its day has not come"):
        announcing.post(camp=camp, announcement=later, groups=[None], by=MemberFactory())
    assert not Posting.objects.exists()


def test_evidence_for_a_day_without_a_text_is_evidence_only(camp):
    task = watching(camp, day=2)

    give(task, MemberFactory())

    assert (Evidence.objects.count(), Posting.objects.count()) == (1, 0)


def test_erasing_who_posted_keeps_the_posting_without_the_picture(client, camp, assistant):
    group = groups(camp, "One")[0]
    text = Announcement.objects.filter(room=camp.run.room).first()
    owner = MemberFactory()
    picture = Upload.objects.create(
        owner=assistant, kind="evidence", audience="room", space=camp.space, room=camp.staff_room,
        content_type="image/jpeg", size=1, width=1, height=1, sha256="0" * 64,
    )  # fmt: skip
    posted = Posting.objects.create(
        announcement=text, chat_group=group, by=assistant, upload=picture
    )

    members.blank(member=assistant, by=owner, reason="She asked for it.")

    posted.refresh_from_db()
    assert (posted.upload, posted.withdrawn_at) == (None, None)
