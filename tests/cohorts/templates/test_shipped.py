"""The templates that come with the house: whole, in both languages, and nothing said twice."""

import re

import pytest
from django.conf import settings

from cohorts.models import CampTemplate, SopStep, TemplateVersion
from cohorts.services.templates import document, dump, shipped

FILES = shipped.files()
LANGUAGES = {code for code, _name in settings.LANGUAGES}
# Which steps keep which promise (B1–B14) of the mission; B1 is kept by all of them together.
PROMISES = {
    "B2": {"prep-announcement"},
    "B3": {"staff-room"},
    "B4": {"rules-draft", "rules-final", "rules-acknowledged"},
    "B5": {"handbook-twenty", "feed-handbook", "answer-questions"},
    "B6": {
        *("staff-introductions", "introductions-guide", "greet-introductions"),
        *("close-introductions", "watch-words", "report-ladder"),
    },
    "B7": {"groups", "group-round"},
    "B8": {"announcements-ahead", "preview-announcement", "post-announcement"},
    "B9": {"pick-highlights", "post-highlights"},
    "B10": {
        *("game-pick", "game-night", "sharing-need", "sharing-value", "sharing-invite"),
        *("sharing-time", "sharing-host", "sharing-praise", "sharing-reward", "sharing-review"),
    },
    "B11": {
        *("opening-rehearsal", "opening-ceremony", "awards-decide", "certificates"),
        *("closing-rehearsal", "closing-ceremony"),
    },
    "B12": {"choose-scripts", "noon-line"},
    "B13": {"talk-to-learners"},
    "B14": {"praise-check-ins", "make-up-reminder", "evening-reminder", "morning-sum"},
}
SENTENCE_END = re.compile(r"[。！？；\n.!?]+")
SENTENCES_FROM = 8  # shorter ones are turns of phrase: "一样。"


def read(path):
    return document.parse(path.read_bytes(), path.name).data


def of(key):
    return [path for path in FILES if path.name.startswith(f"{key}.")]


KEYS = ("daily-100", "opening-week", "writing-14")
WRITING = of("writing-14")


def test_every_template_is_there_in_every_language():
    names = {tuple(path.name.split(".")[:2]) for path in FILES}

    assert names == {(key, language) for key in KEYS for language in LANGUAGES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_is_canonical_to_the_byte_and_named_for_what_is_in_it(path):
    found = document.parse(path.read_bytes(), path.name)

    assert dump.dump(found) == path.read_text(encoding="utf-8")
    assert path.name == f"{found.data['template']}.{found.data['language']}.yaml"


def shape(data):
    """What must be the same in every language: keys, days, rules, kinds."""
    steps = [
        {
            name: value
            for name, value in step.items()
            if name not in ("title", "how_to", "cautions", "requirement", "done_when", "resources")
        }
        | {"pages": [resource["page"] for resource in step["resources"]]}
        for step in data["steps"]
    ]
    return {
        "steps": steps,
        "lessons": [(lesson["day"], lesson["minutes"]) for lesson in data["lessons"]],
        "announcements": [(draft["day"], draft["at"]) for draft in data["announcements"]],
        "scripts": [(script["key"], script["moment"]) for script in data["scripts"]],
        "games": [(game["key"], game["minutes"]) for game in data["games"]],
        "run_sheets": [
            [(row["minute"], row["minutes"], row["who"]) for row in sheet["rows"]]
            for sheet in data["run_sheets"]
        ],
        "awards": [award["key"] for award in data["awards"]],
        "phases": [phase["key"] for phase in data["phases"]],
        **{name: data[name] for name in ("days", "preparation_days", "closing_days")},
        **{name: data[name] for name in ("check_in_until", "make_up_days", "first_result_day")},
    }


@pytest.mark.parametrize("key", KEYS)
def test_the_languages_of_a_template_differ_in_words_only(key):
    one, *others = [shape(read(path)) for path in of(key)]

    assert others == [one] * (len(LANGUAGES) - 1)


SLOTS = ("preview", "lesson", "check_in", "encouragement")
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


@every_file
def test_a_template_says_honestly_what_it_is(path):
    data = read(path)

    for part in ("title", "summary", "cost", "first_result", "expectations"):
        assert data[part].strip(), part
    assert 1 <= data["first_result_day"] <= 3
    lasting = {
        "preparation": data["preparation_days"],
        "course": data["days"],
        "closing": data["closing_days"],
    }
    assert [phase["key"] for phase in data["phases"]] == [key for key in lasting if lasting[key]]
    assert all(phase["name"] and phase["text"] for phase in data["phases"])


@every_file
def test_each_day_has_its_lesson_and_its_announcement(path):
    data = read(path)
    days = list(range(1, data["days"] + 1))

    assert [lesson["day"] for lesson in data["lessons"]] == days
    assert all(lesson["homework"].strip() for lesson in data["lessons"])
    assert [draft["day"] for draft in data["announcements"]] == [
        *["preparation"][: data["preparation_days"]],
        *map(str, days),
        *["closing"][: data["closing_days"]],
    ]
    for draft in data["announcements"]:
        if draft["text"]:
            continue
        assert all(draft[slot] for slot in SLOTS), draft["day"]
        assert "{{ lesson.link }}" in draft["lesson"].splitlines(), draft["day"]
        assert "{{ check_in.link }}" in draft["check_in"].splitlines(), draft["day"]


@every_file
def test_whatever_a_step_leads_to_is_in_the_same_file(path):
    data = read(path)
    pages = {resource["page"] for step in data["steps"] for resource in step["resources"]}

    sheets = {f"run-sheet-{sheet['key']}" for sheet in data["run_sheets"]}
    assert sheets == {page for page in pages if page.startswith("run-sheet-")}
    for sheet in data["run_sheets"]:
        assert all(row["what"] and row["fallback"] for row in sheet["rows"]), sheet["key"]
    assert all(game["say"] and game["when"] and game["people"] for game in data["games"])


@every_file
def test_no_script_says_what_another_one_says(path):
    texts = [script["text"] for script in read(path)["scripts"]]

    assert len(set(texts)) == len(texts)
    assert not [text for text in texts if "！" in text or "您" in text]


@pytest.mark.parametrize("path", WRITING, ids=lambda path: path.name)
def test_the_writing_camp_is_whole(path):
    data = read(path)

    assert [lesson["day"] for lesson in data["lessons"]] == list(range(1, 15))
    for lesson in data["lessons"]:
        assert len(re.sub(r"\s", "", lesson["body"])) >= 600, lesson["day"]
        for part in ("example", "exercise", "model_answer", "homework"):
            assert lesson[part].strip(), (lesson["day"], part)
    assert len(data["scripts"]) >= 60
    assert {script["moment"] for script in data["scripts"]} == {
        *("join", "warm-up", "cold", "off-topic", "praise", "closing")
    }
    assert len(data["games"]) >= 10
    assert {sheet["key"] for sheet in data["run_sheets"]} == {"opening", "closing"}


@every_file
def test_every_step_says_all_that_a_step_has_to_say(path):
    for step in read(path)["steps"]:
        for part in ("how_to", "cautions", "requirement", "done_when"):
            assert step[part].strip(), (step["key"], part)


@pytest.mark.parametrize("path", WRITING, ids=lambda path: path.name)
def test_every_promise_has_its_steps(path):
    keys = {step["key"] for step in read(path)["steps"]}

    assert {promise: found - keys for promise, found in PROMISES.items() if found - keys} == {}
    assert list(PROMISES) == [f"B{number}" for number in range(2, 15)]


@every_file
def test_no_two_lessons_share_a_sentence(path):
    seen: dict[str, int] = {}
    for lesson in read(path)["lessons"]:
        for part in ("body", "example", "exercise", "model_answer", "homework"):
            for sentence in sentences(lesson[part]):
                assert sentence not in seen, (sentence, seen[sentence], lesson["day"])
                seen[sentence] = lesson["day"]


def sentences(text: str) -> list[str]:
    found = (re.sub(r"[\s>*#\-\d）)（(“”\"]+", "", part) for part in SENTENCE_END.split(text))
    return [sentence for sentence in found if len(sentence) >= SENTENCES_FROM]


def test_a_shared_sentence_would_be_noticed():
    assert sentences("> 我把门开着，等风进来。\n\n好。")[0] == sentences("我把门开着，等风进来")[0]


@pytest.mark.django_db
def test_installing_twice_makes_each_version_once():
    first = shipped.install()
    steps = SopStep.objects.count()
    assert shipped.is_installed()

    assert [version.pk for version in shipped.install()] == [version.pk for version in first]
    assert TemplateVersion.objects.count() == CampTemplate.objects.count() == len(FILES)
    assert SopStep.objects.count() == steps


@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_stored_is_written_again_to_the_byte(path):
    shipped.install()
    key, language, _yaml = path.name.split(".")

    version = TemplateVersion.objects.newest().get(
        template__key=key, template__language=language, template__space=None
    )

    assert dump.dump(dump.of_version(version)) == path.read_text(encoding="utf-8")
