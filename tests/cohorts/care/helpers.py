"""A camp on its third day, with people who have introduced themselves and handed in."""

import datetime as dt
from typing import Any

from django.urls import reverse

from cohorts.models import CheckIn, Enrolment
from community import clock
from community.models import Introduction, IntroductionTag, Member, Tag
from community.services import form_tokens, rooms, spaces
from tests.cohorts.board.helpers import Scene
from tests.cohorts.factories import CheckInFactory, EnrolmentFactory
from tests.factories import MemberFactory

# 09:00 in Shanghai on D3.
NOW = dt.datetime(2026, 3, 4, 1, 0, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=9)


def learner(
    s: Scene, name: str = "", *, enrolled_at: dt.datetime = LONG_AGO, **fields: Any
) -> Enrolment:
    """Somebody who learns in the scene's camp, with her place in its room."""
    member = MemberFactory(**({"display_name": name} if name else {}))
    spaces.join(space=s.camp.space, member=member)
    rooms.enter(room=s.camp.run.room, member=member)
    return EnrolmentFactory(camp=s.camp, member=member, enrolled_at=enrolled_at, **fields)


def hand_in(enrolment: Enrolment, day: int = 1, **fields: Any) -> CheckIn:
    """Handed in at noon of ``day``, as UTC sees it."""
    noon = dt.datetime(2026, 3, 1 + day, 4, 0, tzinfo=dt.UTC)
    values = {"text": "I wrote about a kettle.", "handed_in_at": min(noon, clock.now())} | fields
    return CheckInFactory(enrolment=enrolment, day=day, **values)


def introduce(member: Member, *, wants: tuple[str, ...] = (), **fields: Any) -> Introduction:
    values = {"nickname": str(member)[:30], "line": "I mend kettles.", "published_at": LONG_AGO}
    row = Introduction.objects.create(member=member, **values | fields)
    for word in wants:
        tag = Tag.objects.create(kind="skill", key=word, label=word)
        IntroductionTag.objects.create(introduction=row, tag=tag, side="need")
    return row


def post(s: Scene, name: str, *args: Any, **data: Any):
    """What the scene's client gets for a form with a token of its own."""
    address = reverse(f"cohorts:{name}", args=[s.camp.slug, *args])
    return s.client.post(address, {"form_token": form_tokens.issue()} | data)


def get(s: Scene, name: str, *args: Any, **query: Any):
    return s.client.get(reverse(f"cohorts:{name}", args=[s.camp.slug, *args]), query)
