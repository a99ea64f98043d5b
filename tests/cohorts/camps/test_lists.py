"""Lists of camps and of their people cost the same with one row and with three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts import sections
from cohorts.services import camp_invitations, camp_staff, enrolment
from community.services import spaces
from tests.cohorts.camps.helpers import at, opened
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


def asked_by(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


def test_the_list_of_camps(lead, team):
    counts = []
    for number in (1, 2):
        for _camp in range(number):
            opened(team)
        counts.append(asked_by(lead, reverse("cohorts:camp_list")))

    assert counts[0] == counts[1] <= 6


def test_the_camps_of_a_space_are_one_query(team):
    for number in (1, 2):
        for _camp in range(number):
            opened(team)
        viewer = type(team.member).objects.get(pk=team.member.pk)
        assert viewer.standing.spaces
        with CaptureQueriesContext(connection) as asked:
            rows = sections.camps_of(viewer, team.space)
        assert len(asked) == 1
    assert len(rows) == 3


def test_the_desk_and_its_people(lead, team):
    camp = opened(team)
    pages = [
        at(name, camp)
        for name in (
            "camp_desk",
            "camp_staff",
            "camp_enrol",
            "camp_chat_groups",
            "camp_invitation_list",
        )
    ]
    before = {url: asked_by(lead, url) for url in pages}
    for number in range(3):
        staff, learner, outside = MemberFactory.create_batch(3)
        for member in (staff, learner, outside):
            spaces.join(space=team.space, member=member)
        camp_staff.put(camp=camp, member=staff, role="atmosphere", by=team.lead)
        enrolment.enrol(camp=camp, member=learner, by=team.lead)
        camp_invitations.invite(camp=camp, by=team.lead, max_uses=3, days=3)
        camp.room.chat_groups.create(name=f"Group {number}")

    assert {url: asked_by(lead, url) for url in pages} == before
