"""A phrase that finds one place: suggested, counted, and judged when the chat is gone."""

import datetime as dt
import os
from pathlib import Path

import pytest

from community.services.chat_excerpts import parse
from community.services.jump_phrases import found_by_spots, haystack, spots, suggest

SAMPLES = Path(os.environ.get("SHALIJIN_SAMPLES", "samples"))


def test_phrase_is_the_shortest_piece_that_occurs_once():
    text = "先听，再看，最后才剪掉多余的"
    among = haystack([text, "最后才剪", "再看一眼"])

    phrase = suggest(text, among)

    assert phrase == "最后才剪掉多"
    assert among.count(phrase) == 1


def test_phrase_never_holds_a_placeholder_a_break_or_half_a_word():
    text = "[图片][图片] go\nbefore and after it"

    phrase = suggest(text, haystack([text]))

    assert phrase == "before"
    assert suggest("[动画表情][动画表情]", haystack(["[动画表情][动画表情]"])) == ""
    assert suggest("👍👍👍👍👍👍👍👍", haystack(["👍👍👍👍👍👍👍👍"])) == ""


def test_no_phrase_when_everything_occurs_twice():
    text = "念不顺的地方就是要改的地方"

    assert suggest(text, haystack([text, text])) == ""
    assert suggest("好的", haystack(["好的"])) == ""


def test_wide_digits_and_capitals_are_the_same():
    among = haystack(["先写１００字，我也这么干", "先写100字", "先写 100 字", "Before", "before"])

    assert among.count("先写100字") == 2
    assert among.count("BEFORE") == 2


def test_phrase_does_not_reach_from_one_text_into_the_next():
    assert haystack(["你好", "世界"]).count("好世") == 0
    assert haystack(["你好"]).count("  ") == 0


def test_spots_judge_any_piece_as_the_chat_itself_would():
    text = "我卡住的时候会把句子念给猫听"
    among = haystack([text, "我卡住了", "把句子念一遍"])

    known = spots(text, among)

    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            piece = text[start:end]
            if text.find(piece) == start:
                expected = 1 if among.count(piece) == 1 else 2
                assert found_by_spots(piece, text, known) == expected, piece


def test_spots_know_nothing_of_words_from_elsewhere():
    text = "押一付一先看房产证"
    known = spots(text, haystack([text]))

    assert found_by_spots("再看热水器", text, known) == 0
    assert found_by_spots("押一付一", text, []) is None
    assert found_by_spots(" ", text, known) == 0


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="set SHALIJIN_SAMPLES to the sample files")
@pytest.mark.parametrize(
    ("phrase", "in_the_file", "told_once"),
    [
        ("摞到第七枚，停下来听楼道的脚步", 1, 1),
        ("念不顺的地方就是要改的地方", 1, 1),
        ("我不知道他姓什么", 1, 1),
        ("添加我的方式", 2, 1),  # it stands there twice because of the double paste
        ("院子里只有嚼草的声音", 1, 1),
        ("收到", 11, 10),
        ("先写100字", 3, 3),
        ("十分钟闹钟", 6, 6),
        ("先写手再写脸", 5, 5),
        ("哈哈哈哈", 3, 2),
    ],
)
def test_sample_phrases_are_counted_as_its_table_says(phrase, in_the_file, told_once):
    text = (SAMPLES / "wechat-chat.txt").read_bytes().decode()
    read = parse(text, day=dt.date(2026, 11, 19))

    assert haystack([text]).count(phrase) == in_the_file
    assert haystack(one.words for one in read if not one.again).count(phrase) == told_once
