"""The board of a real camp, from the template that comes with the house, on each of its days."""

import datetime as dt
import gzip

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import TemplateVersion
from cohorts.services import camps
from cohorts.services.templates import shipped
from community.models import ChatGroup, Membership
from community.services import spaces
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
OPENS_ON = dt.date(2026, 3, 2)
KB = 1024


def test_each_day_of_a_real_camp_is_one_light_page(client):
    shipped.install()
    lead, assistant = MemberFactory(), MemberFactory()
    space = spaces.open_space(owner=lead, name="Letters", slug="letters")
    spaces.join(space=space, member=assistant, role=Membership.Role.ASSISTANT)
    version = TemplateVersion.objects.newest().get(
        template__key="writing-14", template__language="en"
    )
    with time_machine.travel(dt.datetime(2026, 2, 26, 1, tzinfo=dt.UTC), tick=False):
        camp = camps.open_camp(
            space=space, version=version, opens_on=OPENS_ON, name="Letters 1", by=lead,
            staff={lead: "lead", assistant: "assistant"},
        )  # fmt: skip
    ChatGroup.objects.create(room=camp.run.room, name="Big group")
    client.force_login(assistant)
    client.get(f"/ops/camp/{camp.slug}/board/")

    costs = {}
    for day in camp.calendar.span.all_days():
        # In the evening, with all that was to be done before still open.
        evening = camp.calendar.moment(day, dt.time(22, 30))
        with time_machine.travel(evening, tick=False), CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/ops/camp/{camp.slug}/board/")
        costs[day] = (answer.status_code, len(asked), len(gzip.compress(answer.content)))

    assert {status for status, _queries, _size in costs.values()} == {200}
    assert max(queries for _status, queries, _size in costs.values()) <= 12, costs
    assert max(size for _status, _queries, size in costs.values()) <= 30 * KB, costs
