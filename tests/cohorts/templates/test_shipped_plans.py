"""What the hundred days and the opening week promise of themselves, beyond what every template has."""

import re
from itertools import pairwise

import pytest

from cohorts.models.calendar import Span
from cohorts.services.days import make_up_days_for
from cohorts.services.templates import document, shipped
from cohorts.services.templates.relations import due_of
from community.services import announcements, placeholders

FILES = shipped.files()
DAILY = [path for path in FILES if path.name.startswith("daily-100.")]
OPENING = [path for path in FILES if path.name.startswith("opening-week.")]
SLOTS = ("preview", "lesson", "check_in", "encouragement")
LINES_OF_A_SCREEN = 22  # of 15 Chinese signs each, empty lines included


def read(path):
    return document.parse(path.read_bytes(), path.name).data


# What a message holds when it is read: names of a usual length, an address of this house.
FILLED = {
    "day": "12",
    "check_in.until": "23:00",
    "lesson.link": "https://example.org/c/camp-1/d/12/",
    "check_in.link": "https://example.org/c/camp-1/in/12/",
}
FILLED_IN = {
    "zh-hans": {"date": "12月13日", "weekday": "星期三", "camp.opening_date": "11月30日"}
    | {"sender": "小满", "reply_to": "本群"},
    "en": {"date": "13 December", "weekday": "Wednesday", "camp.opening_date": "30 November"}
    | {"sender": "Xiaoman", "reply_to": "here"},
}


def values_for(data, lesson):
    own = FILLED_IN[data["language"]] | {"camp.name": data["title"]}
    of_day = {"homework": lesson["homework"]} if lesson else {}
    for name in ("title", "minutes") if lesson else ():
        of_day[f"lesson.{name}"] = lesson[name]
    return FILLED | own | of_day


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_an_announcement_fits_on_the_screen_of_a_phone(path):
    data = read(path)
    lessons = {str(lesson["day"]): lesson for lesson in data["lessons"]}

    for draft in data["announcements"]:
        text = draft["text"] or "\n\n".join(draft[slot] for slot in SLOTS)
        shown = placeholders.fill(text, values_for(data, lessons.get(draft["day"])))
        assert announcements.lines_on_a_phone(shown) <= LINES_OF_A_SCREEN, draft["day"]


@pytest.mark.parametrize("path", DAILY, ids=lambda path: path.name)
def test_the_hundred_days_are_whole(path):
    data = read(path)
    is_chinese = data["language"] == "zh-hans"

    assert data["days"] == len(data["lessons"]) == 100
    assert data["make_up_days"] == make_up_days_for(100) == 14
    for lesson in data["lessons"]:
        assert 5 <= lesson["minutes"] <= 10, lesson["day"]
        length = len(lesson["body"]) if is_chinese else len(lesson["body"].split())
        least, most = (60, 160) if is_chinese else (40, 90)
        assert least <= length <= most, (lesson["day"], length)
    assert len({lesson["title"] for lesson in data["lessons"]}) == 100
    assert len(data["scripts"]) >= 20
    assert len(data["games"]) >= 4
    assert [sheet["key"] for sheet in data["run_sheets"]] == ["closing"]


@pytest.mark.parametrize("path", DAILY, ids=lambda path: path.name)
def test_each_of_the_hundred_mornings_names_its_lesson_and_sounds_unlike_the_day_before(path):
    mornings = [draft for draft in read(path)["announcements"] if draft["day"].isdigit()]

    assert all("{{ lesson.title }}" in draft["preview"] for draft in mornings)
    assert all("{{ homework }}" in draft["check_in"] for draft in mornings)
    assert len({(draft["preview"], draft["encouragement"]) for draft in mornings}) == 100
    for before, after in pairwise(mornings):
        assert before["preview"] != after["preview"], after["day"]
        assert before["encouragement"] != after["encouragement"], after["day"]


def test_the_hundred_days_are_looked_back_on_and_nobody_stays_unseen():
    steps = {step["key"]: step for step in read(DAILY[0])["steps"]}
    days = {key: len(due_of(step).offsets(Span(2, 100, 1))) for key, step in steps.items()}

    assert {f"review-{day}" for day in (10, 30, 60, 90)} < set(steps)
    assert days["post-announcement"] == days["praise-check-ins"] == 100
    assert steps["praise-check-ins"]["watch"]["percent"] * 3 > 100  # all of them in three days
    assert (days["talk-quiet"], days["light-game"]) == (20, 10)


@pytest.mark.parametrize("path", OPENING, ids=lambda path: path.name)
def test_the_opening_week_only_opens(path):
    data = read(path)
    keys = [step["key"] for step in data["steps"]]

    assert (data["preparation_days"], data["days"], data["closing_days"]) == (3, 1, 0)
    for before, after in (
        *(("rules-draft", "rules-final"), ("rules-final", "rules-acknowledged")),
        *(("staff-introductions", "introductions-guide"), ("rehearsal", "opening-ceremony")),
    ):
        assert keys.index(before) < keys.index(after), after
    assert {"prep-announcement", "shifts", "handbook-twenty", "watch-words", "groups"} < set(keys)
    assert len(data["scripts"]) >= 12
    assert len(data["games"]) >= 3
    assert [sheet["key"] for sheet in data["run_sheets"]] == ["opening"]
    assert len(re.sub(r"\s", "", data["lessons"][0]["body"])) >= 600
