"""A camp that opens on 2 March 2026, its texts, its people and their chat groups."""

import datetime as dt
import io

from django.urls import reverse
from PIL import Image

from community.models import Announcement, ChatGroup
from community.services import form_tokens
from tests.cohorts.factories import SopStepFactory, SopTaskFactory
from tests.factories import MemberFactory, MembershipFactory, RoomMembershipFactory

NOON_OF_D1 = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
D1, D2 = dt.date(2026, 3, 2), dt.date(2026, 3, 3)
GOOD = (
    "Today we write one line.\n\nThe lesson\n{{ lesson.link }}\n\n"
    "Check in\n{{ check_in.link }}\n\nGo on."
)
WATCH = {"fact": "announcement_delivered"}


def announce(camp, day, last=None, **values):
    dates = [day + dt.timedelta(days=n) for n in range(((last or day) - day).days + 1)]
    told = {"camp.name": camp.name, "check_in.link": "/c/check/", "lesson.link": "/c/lesson/"}
    return Announcement.objects.create(
        room=camp.run.room, day=day, last_day=last or day,
        **{"at": dt.time(8, 30), "language": "en", "values": {date.isoformat(): told for date in dates}} | values,
    )  # fmt: skip


def member_of(camp, role):
    member = MemberFactory()
    MembershipFactory(space=camp.space, member=member)
    RoomMembershipFactory(room=camp.run.room, member=member, role=role)
    return member


def groups(camp, *names):
    return [ChatGroup.objects.create(room=camp.run.room, name=name) for name in names]


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
