"""Check-ins of the second day of a camp; it is the morning of the third, half past seven."""

import datetime as dt

from django.urls import reverse

from community.models import Digest
from community.services import form_tokens
from tests.cohorts.learning.helpers import handed_in, noon

MORNING = dt.datetime(2026, 3, 3, 23, 30, tzinfo=dt.UTC)
HALF_PAST_EIGHT = dt.datetime(2026, 3, 4, 0, 30, tzinfo=dt.UTC)
D2 = dt.date(2026, 3, 3)
TEXTS = (
    "先听，再看，最后剪掉多余的",
    "删的时候心疼，看的时候不心疼",
    "手抖了整整两分钟，念完有人想听下一集",
    "自己用过的音效站，没有会员墙",
)


def texts_of_yesterday(s, count=3):
    """As many learners as that, each with her check-in of yesterday."""
    return [
        handed_in(s.another(f"学员{number}"), 2, text, handed_in_at=noon(2))
        for number, text in enumerate(TEXTS[:count])
    ]


def desk(name="highlights_edit", *args, date=D2):
    return reverse(f"cohorts:{name}", args=["one", *([date] if date else []), *args])


def page(s, date=D2):
    return s.client.get(desk(date=date))


def star(s, row, **more):
    return s.client.post(reverse("cohorts:star_check_in", args=["one", row.public_id]), more)


def typed(row, **more):
    """What the fields of one item hold."""
    said = {"title": row.title, "quote": row.quote, "tag": row.tag, "phrase": row.phrase} | more
    return {f"{row.public_id}-{name}": value for name, value in said.items()}


def send(s, rows, do="save", version=None, **more):
    """Press a button of the page with ``rows`` ticked, in their order."""
    digest = Digest.objects.filter(day=D2).first()
    data = {
        form_tokens.FIELD: form_tokens.issue(),
        "version": version or (digest.version if digest else 1),
        "style": "screen", "opening": "", "at": "08:30", "do": do,
        "pick": [row.public_id for row in rows],
    }  # fmt: skip
    for row in rows:
        data |= typed(row)
    return s.client.post(desk(), data | more)
