"""The people of a real list, from the file to the third day of a camp, as owner, assistant and
learner. Runs on both databases; skipped where the shared input files are not."""

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cohorts.models import Camp, CheckIn, Enrolment, SopTask, TemplateVersion
from cohorts.services import camp_rosters, camps
from cohorts.services.templates import shipped
from community.models import Announcement, Member, RoomMembership
from community.services import form_tokens, spaces
from community.services.look import look
from tests.community.roster.helpers import bring_in
from tests.factories import MemberFactory

ROSTER = Path(settings.BASE_DIR).parent / "shared" / "data" / "roster.csv"
OPENS_ON = dt.date(2026, 11, 30)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ROSTER.exists(), reason="the shared input files are not here"),
]


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def seen(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def world():
    """Ten days before the opening: the list has come in, and a camp is open for all of it."""
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False) as clock:
        owner, assistant = (MemberFactory(locale="zh-hans") for _ in range(2))
        space = spaces.open_space(owner=owner, name="山野来信", slug="letters")
        spaces.join(space=space, member=assistant, role="assistant")
        roster = bring_in(space, ROSTER.read_bytes(), name="roster.csv")
        shipped.install()
        version = TemplateVersion.objects.get(
            template__key="writing-14", template__language="zh-hans"
        )
        camp = camps.open_camp(
            space=space,
            version=version,
            opens_on=OPENS_ON,
            name="第一期 · 十四天写作营",
            staff={owner: "lead", assistant: "assistant"},
            by=owner,
            capacity=500,
            chat_groups=["一群", "二群"],
        )
        outcome = camp_rosters.bring_in(camp=camp, roster=roster, by=owner)
        yield (
            owner,
            assistant,
            Camp.objects.select_related("run__room").get(pk=camp.pk),
            (
                outcome,
                clock,
            ),
        )


def test_everybody_of_the_list_goes_through_the_camp_to_its_third_day(world):
    owner, assistant, camp, (outcome, clock) = world
    assert (len(outcome.enrolled), outcome.left_out) == (482, [])
    in_room = RoomMembership.objects.active().filter(room=camp.run.room, role="learner")
    assert in_room.count() == Enrolment.objects.active().filter(camp=camp).count() == 482
    assert SopTask.objects.filter(run=camp.run).count() > 200
    assert camp.lessons.count() == 14
    assert Announcement.objects.filter(room=camp.run.room).count() == 16

    clock.move_to(dt.datetime.fromisoformat("2026-12-02 10:30+08:00"))
    look()
    camp.refresh_from_db()
    assert (camp.state, camp.calendar.today()) == ("running", 3)

    desk = signed_in(owner)
    assert "482" in seen(desk, "cohorts:camp_desk", camp.slug)
    board = seen(signed_in(assistant), "cohorts:run_board", camp.slug)
    assert "发当天公告" in board

    learner = in_room.order_by("pk").first().member
    Member.objects.filter(pk=learner.pk).update(state="active")
    hers = signed_in(Member.objects.get(pk=learner.pk))
    home = seen(hers, "cohorts:camp", camp.space.slug, camp.slug)
    assert camp.lessons.get(day=3).title in home
    answer = hers.post(
        reverse("cohorts:check_in", args=[camp.space.slug, camp.slug]),
        {"kind": "text", "text": "今天写了三行。", "form_token": form_tokens.issue()},
    )
    assert answer.status_code == 302
    assert CheckIn.objects.get(enrolment__member=learner).day == 3
    assert hers.get(reverse("cohorts:run_board", args=[camp.slug])).status_code == 403
    praise = seen(signed_in(assistant), "cohorts:praise_queue", camp.slug)
    assert "今天写了三行。" in praise


def test_the_step_of_the_day_closes_when_its_announcement_is_posted_everywhere(world):
    _owner, assistant, camp, (_outcome, clock) = world
    clock.move_to(dt.datetime.fromisoformat("2026-12-02 08:40+08:00"))
    look()
    task = SopTask.objects.get(run=camp.run, day=3, step__key="post-announcement")
    client = signed_in(assistant)
    groups = camp.run.room.chat_groups.all()
    where = reverse("cohorts:announcement", args=[camp.slug, "2026-12-02"])
    page = client.get(where).content.decode()
    assert camp.lessons.get(day=3).title in page

    for group in groups:
        assert task.state == "open"
        client.post(
            reverse("cohorts:announcement_post", args=[camp.slug, "2026-12-02"]),
            {"group": group.public_id, "form_token": form_tokens.issue()},
        )
        task.refresh_from_db()
    assert (len(groups), task.state, task.closed_by_house) == (2, "done", True)
