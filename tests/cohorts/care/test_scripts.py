"""Words to copy: scripts by moment, games, run sheets by the clock."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.models import ScriptUse, SopTask
from cohorts.services import script_words
from community.models import Announcement
from tests.cohorts.care.helpers import NOW, get
from tests.cohorts.factories import CampFactory, ScriptFactory, SopRunFactory

SHEET = {
    "key": "opening",
    "title": "The opening",
    "rows": [
        {"minute": 0, "minutes": 3, "who": "presenter", "what": "Open the door",
         "say": "Good evening from {{ camp.name }}.", "fallback": "Begin anyway."},
        {"minute": 3, "minutes": 40, "who": "lead", "what": "Why we are here", "say": ""},
    ],
}  # fmt: skip
GAME = {
    "key": "two-lines", "title": "Two lines", "minutes": 15, "people": "5–50",
    "how": "Each writes two lines.", "say": "Two lines, {{ camp.name }}!", "when": "It is quiet.",
}  # fmt: skip


def scripts(s, **query):
    return s.client.get(reverse("cohorts:script_list"), query)


def words(response):
    return [item.script.title for item in response.context["rows"]]


def filled(s, content):
    version = s.run.version
    version.content = content
    version.save()


def test_scripts_are_filled_in_for_the_camp_and_the_day(s):
    ScriptFactory(
        version=s.run.version, text="{{ camp.name }}, day {{ day }}: {{ homework }}\n{{ sender }}"
    )
    Announcement.objects.create(
        room=s.run.room, day=dt.date(2026, 3, 4), last_day=dt.date(2026, 3, 4), at=dt.time(8),
        text="Morning.", values={"2026-03-04": {"homework": "Three lines."}},
    )  # fmt: skip

    page = scripts(s).content.decode()

    assert "Camp, day 3: Three lines.\n小桃" in page


def test_scripts_are_found_by_moment_and_by_a_word(s):
    for moment, title in (("join", "Hello"), ("cold", "A question"), ("closing", "Goodbye")):
        ScriptFactory(version=s.run.version, moment=moment, title=title, text=f"{title}, friend.")

    assert words(scripts(s)) == ["Hello"]
    assert words(scripts(s, moment="cold")) == ["A question"]
    assert words(scripts(s, moment="cold", q="goodBYE")) == ["Goodbye"]
    assert words(scripts(s, q="friend")) == ["Hello", "A question", "Goodbye"]
    assert words(scripts(s, moment="nonsense", q="\0")) == ["Hello"]
    assert "No script is like that" in scripts(s, q="x" * 3_000).content.decode()


def test_who_copied_it_last_is_told_for_this_camp_only(s):
    script = ScriptFactory(version=s.run.version)
    ScriptUse.objects.create(script=script, run=SopRunFactory(version=s.run.version), by=s.lead)
    address = reverse("cohorts:script_use", args=[s.camp.slug, script.pk])

    before = scripts(s).content.decode()
    s.enter(s.second)
    response = s.client.post(address, headers={"HX-Request": "true"})
    s.enter(s.assistant)
    after = scripts(s).content.decode()

    assert response.status_code == 204
    assert "not used yet" in before
    assert "last used by 阿峰" in after


def test_without_a_script_a_button_tells_it_and_leads_back(s):
    script = ScriptFactory(version=s.run.version, moment="cold")

    response = s.client.post(reverse("cohorts:script_use", args=[s.camp.slug, script.pk]))

    assert response.url == f"/ops/scripts/?camp={s.camp.slug}&moment=cold"
    assert ScriptUse.objects.get().by == s.assistant


def test_a_script_of_another_template_is_not_there(s):
    other = ScriptFactory()

    response = s.client.post(reverse("cohorts:script_use", args=[s.camp.slug, other.pk]))

    assert response.status_code == 404
    assert not ScriptUse.objects.exists()


def test_of_several_camps_each_is_one_tap_away(s):
    ScriptFactory(version=s.run.version, title="Of the first")
    second = CampFactory(
        space=s.camp.space, name="Second", run=SopRunFactory(room=s.run.room), state="running"
    )
    ScriptFactory(version=second.run.version, title="Of the second")

    page = scripts(s).content.decode()

    assert f"?camp={second.slug}" in page
    assert words(scripts(s, camp=second.slug)) == ["Of the second"]
    assert words(scripts(s, camp="no-such-camp")) == ["Of the first"]


def test_the_list_asks_the_same_with_one_script_and_with_three(s):
    counted = []
    for _ in range(3):
        script = ScriptFactory(version=s.run.version)
        ScriptUse.objects.create(script=script, run=s.run, by=s.lead)
        with CaptureQueriesContext(connection) as captured:
            scripts(s)
        counted.append(len(captured))

    assert counted[0] == counted[2]


def test_who_helps_in_no_camp_that_goes_on_is_led_to_the_templates(s):
    type(s.camp).objects.update(state="finished")

    response = scripts(s)

    assert response.status_code == 200
    assert reverse("cohorts:template_list") in response.content.decode()


def test_games_say_how_they_go_when_they_fit_and_what_to_say(s):
    filled(s, {"games": [GAME]})

    page = get(s, "games").content.decode()

    for text in ("Two lines, Camp!", "Each writes two lines.", "It is quiet.", "15 minutes",
                 "5–50 people"):  # fmt: skip
        assert text in page


def test_a_template_without_games_or_sheets_says_so(s):
    assert "has no games" in get(s, "games").content.decode()
    assert "has no run sheet" in get(s, "run_sheet", "opening").content.decode()
    assert get(s, "run_sheet", "funeral").status_code == 404


def test_a_run_sheet_goes_by_the_clock_of_the_ceremony_not_of_its_rehearsal(s):
    filled(s, {"run_sheets": [SHEET]})
    page = {"resources": [{"label": "The sheet", "page": "run-sheet-opening"}]}
    s.task(time="15:00", day=-1, title="Rehearsal", **page)
    s.task(time="20:00", day=1, title="Opening", **page)

    shown = get(s, "run_sheet", "opening").content.decode()

    for text in ("20:00", "20:03", "Open the door", "Good evening from Camp.", "Begin anyway.",
                 "Presenter", "43 minutes"):  # fmt: skip
        assert text in shown
    assert "15:00" not in shown


def test_a_ceremony_that_was_put_off_moves_its_sheet(s):
    filled(s, {"run_sheets": [SHEET]})
    resources = [{"label": "The sheet", "page": "run-sheet-opening"}]
    task = s.task(time="20:00", day=1, resources=resources)
    SopTask.objects.filter(pk=task.pk).update(due_at=NOW + dt.timedelta(hours=12, minutes=30))

    shown = get(s, "run_sheet", "opening", view="big").content.decode()

    assert "21:30" in shown
    assert "timeline--big" in shown


def test_a_sheet_without_a_step_counts_minutes(s):
    filled(s, {"run_sheets": [SHEET]})

    shown = get(s, "run_sheet", "opening").content.decode()

    assert "minute 3" in shown
    assert "No step of this camp says when it begins" in shown


@pytest.mark.parametrize("view", ["", "big"])
def test_a_sheet_costs_the_same_with_one_row_and_with_three(s, view):
    counted = []
    for rows in (1, 3):
        filled(s, {"run_sheets": [SHEET | {"rows": SHEET["rows"][:1] * rows}]})
        with CaptureQueriesContext(connection) as captured:
            get(s, "run_sheet", "opening", view=view)
        counted.append(len(captured))

    assert counted[0] == counted[1]


def test_links_in_a_script_lead_here_from_anywhere(s, settings):
    """What is copied is pasted into a chat, where an address without its site leads nowhere."""
    today = dt.date(2026, 3, 4)
    Announcement.objects.create(
        room=s.camp.run.room, day=today, last_day=today, at=dt.time(8), text="Good morning.",
        values={today.isoformat(): {"check_in.link": "/c/home/check-in/"}},
    )  # fmt: skip

    values = script_words.values_of(s.camp.run, 3)

    assert values["check_in.link"] == f"{settings.BASE_URL}/c/home/check-in/"
