"""Reading and writing template files: what is wrong is said with its line, and nothing is lost."""

import pytest

from cohorts.services.templates import dump
from cohorts.services.templates.document import LARGEST, TemplateProblems, parse

pytestmark = pytest.mark.usefixtures("in_english")

GOOD = """\
template: three-days
language: en
title: Three days
days: 3
preparation_days: 2
closing_days: 1
steps:
  - key: staff-room
    title: Open the staff room
    phase: preparation
    role: lead
    due: prep 09:00
    how_to: |-
      Open the room.
      Bring the staff in.
  - key: announce
    title: Post the announcement
    phase: course
    role: assistant
    due: daily 08:30
    from: D1
    to: D3
    every: 2
    resources:
      - label: Today's text
        page: announcement
    scripts:
      - morning
    evidence: photo
    per_chat_group: true
    needs:
      - staff-room
lessons:
  - day: 1
    title: One sentence
    body: Write one sentence.
announcements:
  - day: preparation
    at: 09:00
    text: |-
      We begin on {{ camp.opening_date }}.

      Nothing to do before.
  - day: '1'
    at: 08:30
    preview: Good morning, day {{ day }}.
    lesson: '{{ lesson.link }}'
    check_in: '{{ check_in.link }}'
    encouragement: One sentence is enough.
scripts:
  - key: morning
    moment: warm-up
    title: Good morning
    text: Good morning from {{ camp.name }}. 早上好 🌱
"""


def problems_of(text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(TemplateProblems) as refusal:
        parse(text, "camp.yaml")
    return [(problem.line, problem.reason) for problem in refusal.value.problems]


def test_a_good_file_comes_back_to_the_byte():
    document = parse(GOOD, "camp.yaml")

    assert dump.dump(document) == GOOD
    assert parse(dump.dump(document), "again.yaml") == document
    assert document.data["steps"][1]["every"] == 2
    assert document.data["check_in_until"] == "23:00"  # a default, which is not written


def test_a_file_of_an_editor_that_marks_its_encoding_is_read():
    assert parse(b"\xef\xbb\xbf" + GOOD.encode(), "camp.yaml") == parse(GOOD, "camp.yaml")


@pytest.mark.parametrize(
    "old, new, line, reason",
    [
        ("due: prep 09:00", "due: D20 20:00", 12, "D20 does not exist: the course has 3 days."),
        ("due: prep 09:00", "due: D2 25:00", 12, "“25:00” is no time of day"),
        ("due: prep 09:00", "due: opening-3 09:00", 12, "lies before the run begins"),
        ("due: prep 09:00", "due: closing+20 09:00", 12, "more than 14 days after the end"),
        ("due: prep 09:00", "due: sometimes", 12, "does not say when"),
        ("    from: D1\n    to: D3\n", "    from: D3\n    to: D1\n", 20, "which is earlier"),
        ("    to: D3\n", "", 20, "Say until when it repeats"),
        ("role: lead", "role: captain", 11, "“captain” is not known here"),
        ("days: 3", "days: many", 4, "is no whole number from 1 to 366"),
        ("      - staff-room", "      - staff-zoom", 32, "There is no “staff-zoom”."),
        ("      - morning", "      - evening", 28, "There is no “evening”."),
        ("key: announce", "key: staff-room", 16, "“staff-room” is used twice."),
        ("page: announcement", "page: moon", 26, "“moon” is not known here"),
        ("page: announcement", "url: ftp://a.example", 26, "is no address"),
        ("{{ day }}", "{{ day }", 46, "stands alone"),
        ("{{ day }}", "{{ member.nickname }}", 46, "is about one reader"),
        ("{{ day }}", "{{ moon }}", 46, "“moon” is not known."),
        ("title: One sentence", "titel: One sentence", 34, "“title” is missing."),
        ("title: Three days\n", "title: Three days\ntitle: Four\n", 4, "stands here twice"),
        ("  - day: 1\n", "  - day: 9\n", 34, "D9 does not exist"),
        ("moment: warm-up", "moment: later", 52, "“later” is not known here"),
        ("every: 2", "every: [2]", 23, "not a list"),
        ("steps:\n", "steps: &a\n", 7, "Take out the signs & and *."),
        ("steps:\n", "steps:\n\t- x\n", 8, "It is no YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old, new, line, reason):
    text = GOOD.replace(old, new, 1)
    assert text != GOOD

    found = problems_of(text)

    assert any(at == line and reason in said for at, said in found), found


def test_all_problems_are_said_at_once_and_in_order():
    text = GOOD.replace("role: lead", "role: captain").replace("moment: warm-up", "moment: x")

    assert [line for line, _reason in problems_of(text)] == [11, 52]


def test_steps_that_wait_for_each_other_are_named_as_a_circle():
    text = GOOD.replace("    how_to: |-", "    needs:\n      - announce\n    how_to: |-")

    assert problems_of(text) == [
        (
            14,
            "These wait for each other for ever: staff-room → announce → staff-room. "
            "Take one of the needs out.",
        )
    ]


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "It is no template"),
        (b"- a\n- b\n", "It is no template"),
        ("模板: 十四天".encode("gb18030"), "It is not UTF-8"),
        (b"x" * (LARGEST + 1), "It is larger than 2 MB"),
        (b"a: &a [x]\nb: *a\n", "Take out the signs"),
    ],
)
def test_a_wrong_file_is_refused_in_words(content, reason):
    assert any(reason in said for _line, said in problems_of(content))
