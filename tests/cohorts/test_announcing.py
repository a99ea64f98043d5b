"""The announcements of a camp: the pages, the posting, and the steps that watch it."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from cohorts.models import Evidence, SopTask
from cohorts.registry import facts
from cohorts.services import announcing
from community.models import Announcement, ChatGroup, Posting, Upload
from community.services import form_tokens
from tests.cohorts.factories import CampFactory, SopStepFactory, SopTaskFactory
from tests.factories import MemberFactory, MembershipFactory, RoomMembershipFactory

NOON_OF_D1 = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
D1, D2 = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
WATCH = {"fact": "announcement_delivered"}


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON_OF_D1, tick=False):
        yield


@pytest.fixture
def camp(db):
    camp = CampFactory(name="Writing", slug="writing", space__default_locale="en")
    announce(camp, D1, text="Good morning, {{ camp.name }}.\n\n{{ check_in.link }}")
    return camp


def announce(camp, day, last=None, **values):
    dates = [day + dt.timedelta(days=n) for n in range(((last or day) - day).days + 1)]
    told = {"camp.name": camp.name, "check_in.link": "/c/check/"}
    return Announcement.objects.create(
        room=camp.run.room, day=day, last_day=last or day,
        **{"at": dt.time(8, 30), "values": {date.isoformat(): told for date in dates}} | values,
    )  # fmt: skip


def member_of(camp, role):
    member = MemberFactory()
    MembershipFactory(space=camp.space, member=member)
    RoomMembershipFactory(room=camp.run.room, member=member, role=role)
    return member


def groups(camp, *names):
    return [ChatGroup.objects.create(room=camp.run.room, name=name) for name in names]


@pytest.fixture
def assistant(camp, client):
    member = member_of(camp, "assistant")
    client.force_login(member)
    return member


def here(name="announcement", date=D1):
    args = ["writing"] if date is None else ["writing", date]
    return reverse(f"cohorts:{name}", args=args)


def post(client, name="announcement_post", date=D1, **data):
    if name == "announcement_post":
        data = {form_tokens.FIELD: form_tokens.issue()} | data
    return client.post(here(name, date), data)


def watching(camp, day=1):
    return SopTaskFactory(
        run=camp.run, step=SopStepFactory(version=camp.run.version, watch=WATCH), day=day
    )


def picture():
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(file, "PNG")
    file.name, file.seek_to = "shot.png", file.seek(0)
    return file


def said(response):
    return [str(message) for message in response.context["messages"]]


# The page ---------------------------------------------------------------------


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

    assert one == queries() <= 8


# Posting ----------------------------------------------------------------------


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
        ({"group": "all", "photo": io.BytesIO(b"no picture")}, "picture"),
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


# Evidence on the board ----------------------------------------------------------


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


def test_evidence_for_a_day_without_a_text_is_evidence_only(camp):
    task = watching(camp, day=2)

    give(task, MemberFactory())

    assert (Evidence.objects.count(), Posting.objects.count()) == (1, 0)


# Changing the text ----------------------------------------------------------------


def test_changed_text_is_copied_from_then_on(client, assistant):
    post(client, "announcement_edit", version=1, text="Hello.", do="save")

    row = Announcement.objects.get()
    assert (row.text, row.version, row.changed_by) == ("Hello.", 2, assistant)
    assert client.get(here()).context["said"] == "Hello."


def test_course_day_is_changed_slot_by_slot(client, camp, assistant):
    row = announce(camp, D2, preview="Morning.", lesson="Lesson.")
    form = client.get(here("announcement_edit", D2)).context["form"]
    assert form.names == ("preview", "lesson", "check_in", "encouragement")

    post(
        client, "announcement_edit", D2, version=1, do="save",
        preview="Evening.", lesson="Lesson.", check_in="", encouragement="Go on.",
    )  # fmt: skip

    row.refresh_from_db()
    assert row.source == "Evening.\n\nLesson.\n\nGo on."


def test_stale_change_shows_both_texts_and_loses_none(client, camp, assistant):
    post(client, "announcement_edit", version=1, text="Ada's words.", do="save")

    response = post(client, "announcement_edit", version=1, text="My words.", do="save")

    shown = response.content.decode()
    assert response.status_code == 409
    assert "Ada&#x27;s words." in shown
    assert "My words.</textarea>" in shown
    assert Announcement.objects.get().text == "Ada's words."
    version = response.context["form"]["version"].value()
    post(client, "announcement_edit", version=version, text="My words.", do="save")
    assert Announcement.objects.get().text == "My words."


def test_wrong_placeholder_is_named_by_its_line_and_the_typing_is_kept(client, assistant):
    response = post(
        client, "announcement_edit", version=1, do="save",
        text="早上好\n{{ day }\n{{ lesson.titel }}\n{{ nickname }}",
    )  # fmt: skip

    errors = [str(error) for error in response.context["form"].errors["text"]]
    assert response.status_code == 422
    assert [error.split(":")[0] for error in errors] == ["Line 2", "Line 3", "Line 4"]
    assert "{{ lesson.titel }}" in response.content.decode()
    assert Announcement.objects.get().version == 1


def test_preview_shows_and_saves_nothing(client, assistant):
    response = post(
        client, "announcement_edit", version=1, do="preview", text="Hi, {{ camp.name }}."
    )

    assert (response.status_code, response.context["said"]) == (200, "Hi, Writing.")
    assert Announcement.objects.get().version == 1


def test_text_of_the_preparation_is_not_changed_once_posted(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    row = announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")
    Posting.objects.create(announcement=row, by=assistant)

    response = post(client, "announcement_edit", first, version=1, text="New.", do="save")

    row.refresh_from_db()
    assert (response.status_code, row.text) == (422, "Welcome.")
    assert "Take the postings back first" in response.content.decode()


def test_edit_names_only_what_the_text_may(client, camp, assistant):
    first = dt.date(2026, 2, 28)
    announce(camp, first, dt.date(2026, 3, 1), kind="preparation", text="Welcome.")

    known = dict(client.get(here("announcement_edit", first)).context["known"])

    assert "camp.name" in known
    assert "day" not in known
    assert "day" in dict(client.get(here("announcement_edit")).context["known"])


# The lists --------------------------------------------------------------------------


def test_staff_see_where_each_day_stands(client, camp, assistant):
    row = announce(camp, D2, text="Second.")
    announce(camp, dt.date(2026, 3, 4), text="Third.")
    one, two = groups(camp, "One", "Two")
    for group in (one, two):
        Posting.objects.create(
            announcement=Announcement.objects.get(day=D1), chat_group=group, by=assistant
        )
    Posting.objects.create(announcement=row, chat_group=one, by=assistant)

    days = client.get(here("announcements", None)).context["days"]

    assert [(day.day, day.state, day.is_now) for day in days] == [
        (1, "posted", True),
        (2, "partly", False),
        (3, "not", False),
    ]


def test_camp_without_groups_has_states_too(camp):
    assert [day.state for day in announcing.days(camp)] == ["not"]
    Posting.objects.create(announcement=Announcement.objects.get(), by=MemberFactory())

    assert [day.state for day in announcing.days(camp)] == ["posted"]


def test_list_costs_the_same_for_one_day_and_for_three(client, camp, assistant):
    def queries(name):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(name).status_code == 200
        return len(asked)

    read = reverse("cohorts:announcement_list", args=[camp.space.slug, "writing"])
    one = queries(here("announcements", None)), queries(read)
    announce(camp, dt.date(2026, 3, 1), text="Before.")
    announce(camp, dt.date(2026, 2, 28), text="Before that.")

    assert one == (queries(here("announcements", None)), queries(read))
    assert max(one) <= 8


def test_learner_reads_what_has_come_and_no_more(client, camp):
    client.force_login(member_of(camp, "learner"))
    announce(camp, D1 - dt.timedelta(days=1), text="Yesterday <b>.")
    announce(camp, D2, text="Tomorrow.")
    announce(camp, dt.date(2026, 2, 28), text="Tonight.", at=dt.time(23, 59))
    Announcement.objects.filter(day=D1).update(at=dt.time(12, 1))
    url = reverse("cohorts:announcement_list", args=[camp.space.slug, "writing"])

    before = [row.said for row in client.get(url).context["page"].rows]
    with time_machine.travel(NOON_OF_D1 + dt.timedelta(minutes=1), tick=False):
        after = client.get(url)

    assert before == ["Yesterday <b>.", "Tonight."]
    assert after.context["page"].rows[0].said.startswith("Good morning, Writing.")
    assert "Yesterday &lt;b&gt;." in after.content.decode()


def test_list_of_another_space_is_not_there(client, camp):
    client.force_login(member_of(camp, "learner"))

    assert client.get("/c/elsewhere/camp/writing/announcements/").status_code == 404


def test_every_step_page_leads_to_the_day(camp, client, assistant):
    task = SopTask.objects.create(
        run=camp.run, step=SopStepFactory(version=camp.run.version), day=1, role="assistant",
        opens_at=NOON_OF_D1, due_at=NOON_OF_D1,
    )  # fmt: skip
    date = task.run.calendar.date_of(task.day)

    assert reverse("cohorts:announcement", args=["writing", date.isoformat()]) == here()
