"""All days for the staff, and what has come for those who read."""

import datetime as dt

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import SopTask
from cohorts.services import announcing
from community.models import Announcement, Posting, Run
from tests.cohorts.announcing.helpers import (
    D1,
    D2,
    NOON_OF_D1,
    announce,
    groups,
    here,
    member_of,
)
from tests.cohorts.factories import SopStepFactory
from tests.factories import MemberFactory, approved


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
    approved(Announcement.objects.get())
    one = queries(here("announcements", None)), queries(read)
    approved(announce(camp, dt.date(2026, 3, 1), text="Before."))
    approved(announce(camp, dt.date(2026, 2, 28), text="Before that."))

    assert one == (queries(here("announcements", None)), queries(read))
    assert max(one) <= 8


def test_learner_reads_what_has_come_and_no_more(client, camp):
    client.force_login(member_of(camp, "learner"))
    approved(announce(camp, D1 - dt.timedelta(days=1), text="Yesterday <b>."))
    approved(announce(camp, D2, text="Tomorrow."))
    announce(camp, dt.date(2026, 2, 27), text="A draft.")
    approved(announce(camp, dt.date(2026, 2, 28), text="Tonight.", at=dt.time(23, 59)))
    Announcement.objects.filter(day=D1).update(at=dt.time(12, 1))
    approved(Announcement.objects.get(day=D1))
    url = reverse("cohorts:announcement_list", args=[camp.space.slug, "writing"])

    before = [row.said for row in client.get(url).context["page"].rows]
    with time_machine.travel(NOON_OF_D1 + dt.timedelta(minutes=1), tick=False):
        after = client.get(url)

    assert before == ["Yesterday <b>.", "Tonight."]
    assert after.context["page"].rows[0].said.startswith("Good morning, Writing.")
    assert "Yesterday &lt;b&gt;." in after.content.decode()


def test_draft_that_was_posted_or_sent_is_read(client, camp):
    client.force_login(member_of(camp, "learner"))
    posted = announce(camp, dt.date(2026, 2, 27), text="Posted by hand.")
    Posting.objects.create(announcement=posted, by=MemberFactory())
    sent = announce(camp, dt.date(2026, 2, 28), text="Sent late.")
    Run.objects.create(what="announcement", subject=sent.public_id, local_date=sent.day)
    skipped = announce(camp, dt.date(2026, 2, 26), text="Never.")
    Run.objects.create(
        what="announcement", subject=skipped.public_id, local_date=skipped.day, state="skipped"
    )
    url = reverse("cohorts:announcement_list", args=[camp.space.slug, "writing"])

    rows = client.get(url).context["page"].rows

    assert [row.said for row in rows] == ["Sent late.", "Posted by hand."]


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
