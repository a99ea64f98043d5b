"""The highlights of a day as somebody of the camp reads them, each against its floor."""

import datetime as dt
from collections.abc import Iterator

from bench import camps
from bench.harness import Result, bench
from bench.pages import TARGET, measure
from cohorts.models import Camp
from cohorts.services import camp_highlights
from community import clock
from community.models import Digest, Highlight, Member
from community.models.digest import MOST

TEXT = "今年春天我把手机里的洱海早餐剪成两分四十秒，外婆看了三遍，问我是谁拍的。"


@bench(ms=TARGET)
def digest() -> Iterator[Result]:
    """Five items of a camp with 500 learners, as one of them reads them."""
    camp = _camp()
    day = _highlights(camp).day
    path = camp_highlights.place(camp, day).path
    yield from measure("digest", path, _learners(camp)[0])


def _camp() -> Camp:
    camps.assistant()
    return Camp.objects.select_related("space", "run__room").get(slug=camps.SLUG)


def _learners(camp: Camp) -> list[Member]:
    return list(
        Member.objects.filter(
            room_memberships__room=camp.run.room_id, room_memberships__role="learner"
        ).order_by("pk")[: MOST + 1]
    )


def _highlights(camp: Camp) -> Digest:
    """Of yesterday, made when they are asked for first: two named, three not."""
    day = clock.local_date(camp.run.timezone) - dt.timedelta(days=1)
    found = Digest.objects.filter(room=camp.room, day=day).first()
    if found is not None:
        return found
    by, now = camps.assistant(), clock.now()
    made = Digest.objects.create(
        room=camp.room, day=day, label="D2", path=camp_highlights.place(camp, day).path,
        due_at=now - dt.timedelta(minutes=1), state="approved", approved_by=by, approved_at=now,
    )  # fmt: skip
    Highlight.objects.bulk_create(
        Highlight(
            room=camp.room, day=day, kind="check_in", source=str(number), text=TEXT, digest=made,
            author=author, starred_by=by, position=number, title=f"第 {number} 条", quote=TEXT,
            tag="story", consent="named" if number < 3 else "", phrase="剪成两分四十秒",
            phrase_found=1,
        )
        for number, author in enumerate(_learners(camp)[1:], 1)
    )  # fmt: skip
    return made
