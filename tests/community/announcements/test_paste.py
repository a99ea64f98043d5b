"""Many days in one block of text."""

import os
from pathlib import Path

import pytest

from community.services import announcement_paste as paste
from community.services import placeholders
from community.services.linting import rules
from community.services.linting.rules import Draft
from tests.community.announcements.test_lint import WEDNESDAY

pytestmark = pytest.mark.usefixtures("in_english")

SAMPLE = Path(os.environ.get("SHALIJIN_SAMPLES", "samples")) / "announcements-14.txt"

BLOCK = """写给助教：下面是全部。

第1天
早上好。

D1 的作业还可以补

day 2: Hands
Good morning.

Ｄ３ 写声音
今天听。

D3
又一个三。

D5 人物
跳过了第四天，有标题，所以是正文。

D６：
第六天。

【D7】
第七天。
"""


def test_headings_are_found_however_they_are_written():
    block = paste.parse(BLOCK)

    assert [day.day for day in block.days] == [1, 2, 3, 6, 7]
    assert block.before == "写给助教：下面是全部。"
    assert block.days[0].text == "早上好。\n\nD1 的作业还可以补"
    assert block.days[1].heading == "day 2: Hands"


def test_heading_out_of_order_is_left_in_the_text_and_named():
    block = paste.parse(BLOCK)

    assert [heading for _line, heading in block.astray] == ["D3"]
    assert "又一个三。" in block.days[2].text
    assert "D5 人物" in block.days[2].text


@pytest.mark.parametrize(
    "line, is_heading",
    [
        ("D2", True), ("D2 ", True), ("d2：", True), ("Ｄ２", True), ("第2天", True), ("第 二 天", True),
        ("Day 2", True), ("day2.", True), ("# D2", True), ("D2 写手", True), ("D2: hands", True), ("D2 — 写手", True),
        ("D2 的作业还可以补", False), ("D2 以后再说", False), ("D2 写手，写声音", False), ("Day 2 is over", False),
        ("D2 " + "很长" * 12, False), ("D2x", False), ("AD2", False), ("第二", False), ("Today", False),
    ],
)  # fmt: skip
def test_a_heading_is_told_from_a_sentence(line, is_heading):
    block = paste.parse(f"D1\nOne.\n\n{line}\nTwo.")

    assert (len(block.days) == 2) is is_heading


def test_line_in_the_middle_of_a_paragraph_is_no_heading():
    assert len(paste.parse("D1\nOne.\nD2\nTwo.").days) == 1


def test_block_without_headings_keeps_its_text():
    block = paste.parse("\ufeffJust words.\r\nAnd more.")

    assert (block.days, block.before) == ([], "Just words.\nAnd more.")


def test_what_could_not_be_kept_can_be_pasted_again():
    days = paste.parse(BLOCK).days
    again = "\n\n".join(day.as_pasted for day in days[3:])

    assert [(day.day, day.text) for day in paste.parse(again).days] == [
        (day.day, day.text) for day in days[3:]
    ]


@pytest.mark.skipif(not SAMPLE.is_file(), reason="set SHALIJIN_SAMPLES to the sample files")
def test_fourteen_days_of_a_real_course_are_told_apart():
    block = paste.parse(SAMPLE.read_text())

    assert [day.day for day in block.days] == list(range(1, 15))
    assert [day.heading for day in block.days if day.day in (7, 11, 13)] == [
        "Ｄ７", "d11：", "D13 写结尾",
    ]  # fmt: skip
    assert (block.before, block.astray) == ("", [])
    assert "D1 的作业还可以补" in block.days[4].text


@pytest.mark.skipif(not SAMPLE.is_file(), reason="set SHALIJIN_SAMPLES to the sample files")
def test_their_faults_are_named():
    faults = {}
    for day in paste.parse(SAMPLE.read_text()).days:
        values = {"day": str(day.day)}
        draft = Draft(
            day.text,
            placeholders.fill(day.text, values).strip(),
            WEDNESDAY,
            day=day.day,
            values=values,
        )
        faults[day.day] = {one.rule for one in rules.errors(rules.lint(draft))}

    assert {day: said for day, said in faults.items() if said} == {
        1: {"emoji", "placeholders"},
        3: {"screen"},
        4: {"paragraphs"},
        5: {"slots"},
        6: {"placeholders"},
        8: {"paragraphs"},
        9: {"screen"},
        12: {"slots"},
    }
