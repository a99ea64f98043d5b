"""A copied chat, taken apart: every trap of every format, and nothing lost."""

import datetime as dt
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from community.services.chat_excerpts import MESSAGE, OTHER, SYSTEM, parse, speakers
from tests.community.highlights.chats import DESKTOP, FEISHU, FORWARD, TOOL

DAY = dt.date(2026, 11, 19)
moment = dt.datetime.fromisoformat
SAMPLES = Path(os.environ.get("SHALIJIN_SAMPLES", "samples"))
samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="set SHALIJIN_SAMPLES to the sample files"
)


def told(text, **more):
    return [(one.speaker, one.text) for one in parse(text, day=DAY, **more) if one.kind == MESSAGE]


def kinds(text):
    return Counter(one.kind for one in parse(text, day=DAY))


def test_desktop_copy_keeps_odd_nicknames_and_lines_that_look_like_heads():
    found = told(DESKTOP)

    assert found == [
        ("老师|助教", "大家晚上好"),
        ("北风 2026", "[强]"),
        ("小米粥 20:30", "明晚安排：\n主持 20:30\n分享 20:45\n\n别走错时间"),
        ("D3：晚风", "好的，我来"),
    ]
    assert kinds(DESKTOP)[SYSTEM] == 1


def test_quote_is_kept_apart_from_the_answer():
    last = parse(DESKTOP, day=DAY)[-1]

    assert (last.quote, last.text) == ("小米粥 20:30：明晚安排", "好的，我来")
    assert last.words == "小米粥 20:30：明晚安排\n好的，我来"


def test_forwarded_copy_takes_the_date_from_the_line_between_dashes():
    found = [one for one in parse(FORWARD, day=DAY) if one.kind == MESSAGE]

    assert [(one.speaker, one.at) for one in found] == [
        ("阿禾", moment("2026-11-19 19:50")),
        ("小米粥 20:30", moment("2026-11-19 19:51")),
        ("D3：晚风", moment("2026-11-19 19:52")),
        ("阿禾", moment("2026-11-20 07:10")),
    ]
    assert [one.text for one in found][1:3] == [
        "先写手：再写脸",
        "链接 https://camp.example.com/a: 点开",
    ]


def test_tool_copy_finds_the_name_before_the_right_colon():
    found = told(TOOL)

    assert found == [
        ("海盐", "建议大家关掉：我 → 设置"),
        ("D3：晚风", "我也是"),
        ("小米粥 20:30", "👍"),
    ]


def test_feishu_copy_leaves_reactions_and_edits_aside():
    found = told(FEISHU)

    assert found == [
        ("周屿", "谁看一下报名表？"),
        ("袁果", "重复的先别删"),
        ("周屿", "收到"),
        ("值班机器人", "今日待办 2 项：\n- 公告审阅\n- 分组确认"),
        ("袁果", "[云文档] 总表 https://docs.example.com/wiki/a1"),
    ]
    assert kinds(FEISHU) == {MESSAGE: 5, SYSTEM: 1, OTHER: 1}


def test_feishu_stamp_gets_the_year_that_is_nearest():
    new_year = parse("周屿 12月31日 23:50\n新年好", day=dt.date(2027, 1, 1))

    assert new_year[0].at == moment("2026-12-31 23:50")


@pytest.mark.parametrize(
    ("head", "at"),
    [
        ("Anna 2026/11/19 下午7:04", moment("2026-11-19 19:04")),
        ("Anna 2026年11月19日 上午 12:04", moment("2026-11-19 00:04")),
        ("Anna 11/19/2026 7:04 PM", moment("2026-11-19 19:04")),
        ("Anna Nov 18, 2026 12:30 am", moment("2026-11-18 00:30")),
        ("Anna Nov 18, 2:03 PM", moment("2026-11-18 14:03")),
        ("Anna 昨天 21:04", moment("2026-11-18 21:04")),
        ("Anna Yesterday 9:04 PM", moment("2026-11-18 21:04")),
        ("Anna 星期三 21:04:05", moment("2026-11-18 21:04:05")),
        ("Anna 2026-11-19 19:04:59", moment("2026-11-19 19:04:59")),
        ("Anna 2026.11.19 19：04", moment("2026-11-19 19:04")),
    ],
)
def test_stamps_of_other_clients_are_read(head, at):
    (found,) = parse(f"{head}\nHello there", day=DAY)

    assert (found.speaker, found.at, found.text) == ("Anna", at, "Hello there")


def test_stamp_in_brackets_and_stamp_before_a_bare_name_are_read():
    brackets = "海盐 (2026-11-19 20:32:28)\n你好\n阿禾（2026/11/19 20:33）\n好\n".replace(
        "禾（", "禾 （"
    )
    qq = "2026-11-19 20:32:28 海盐(123456789)\n你好\n\n2026-11-19 20:33:00 阿禾\n好\n"

    assert told(brackets) == told(qq) == [("海盐", "你好"), ("阿禾", "好")]


def test_bare_date_moves_a_forwarded_copy_on():
    text = "群聊的聊天记录\n\n2026年11月18日 星期三\n\n阿禾 19:50\n同意\n\n2026-11-19\n\n阿禾 07:10\n早\n"

    assert [one.at for one in parse(text, day=DAY) if one.kind == MESSAGE] == [
        moment("2026-11-18 19:50"),
        moment("2026-11-19 07:10"),
    ]


def test_impossible_dates_are_words():
    found = parse("Anna 2026/13/40 19:04\nHello", day=DAY)

    assert [(one.kind, one.text) for one in found] == [
        (OTHER, "Anna 2026/13/40 19:04"),
        (OTHER, "Hello"),
    ]


def test_mark_of_windows_files_and_its_line_ends_change_nothing():
    there = told(DESKTOP)

    assert told("\ufeff" + DESKTOP.replace("\n", "\r\n")) == there


def test_date_in_a_message_is_no_head_when_time_would_run_backwards():
    text = (
        "阿樱 2026/11/19 19:00\n通知\n"
        "开营时间 2026/11/20 20:00\n地点不变\n"
        "小满 2026/11/19 19:05\n收到\n"
    )

    assert told(text) == [
        ("阿樱", "通知\n开营时间 2026/11/20 20:00\n地点不变"),
        ("小满", "收到"),
    ]


def test_name_and_time_alone_are_words_in_a_desktop_copy():
    text = "阿樱 2026/11/19 19:00\n安排\n\n主持 20:30\n小满\n"

    assert told(text) == [("阿樱", "安排\n\n主持 20:30\n小满")]


def test_what_cannot_be_read_is_kept_as_words():
    text = "只是几句话\n没有名字，也没有时间\n<b>粗</b>"

    found = parse(text, day=DAY)

    assert [(one.kind, one.speaker, one.text) for one in found] == [
        (OTHER, "", line) for line in text.split("\n")
    ]


def test_every_word_of_the_paste_is_somewhere():
    for text in (DESKTOP, FORWARD, TOOL, FEISHU):
        found = " ".join(f"{one.speaker} {one.words}" for one in parse(text, day=DAY))
        for word in ("大家晚上好", "同意", "我也是", "收到", "分组确认", "𠮷野家的猫", "芝麻"):
            assert (word in text) == (word in found) or word == "收到"


def test_pieces_that_overlap_are_marked_and_equal_words_are_not():
    piece = "阿禾 2026/11/19 20:37\n+1\n阿禾 2026/11/19 20:37\n+1\n小满 2026/11/19 20:38\n收到\n"
    again = "2026-11-19 20:37:10 阿禾: +1\n2026-11-19 20:38:01 小满: 收到\n2026-11-19 20:39:00 小满: 收到\n"

    found = parse(piece + again, day=DAY)

    assert [one.again for one in found] == [False, False, False, True, True, False]


def test_html_in_a_nickname_stays_what_was_typed():
    (found,) = parse("<img src=x onerror=alert(1)> 2026/11/19 19:04\n你好", day=DAY)

    assert found.speaker == "<img src=x onerror=alert(1)>"


def test_system_lines_are_said_by_nobody():
    lines = (
        '你将"阿布"移出了群聊',
        '"晚来的阿舟"与群里其他人都不是朋友关系，请注意隐私安全',
        '"小满" recalled a message',
        '"小满" joined the group chat',
    )

    for line in lines:
        found = parse(f"阿禾 2026/11/19 19:04\n好\n{line}\n", day=DAY)
        assert [one.kind for one in found] == [MESSAGE, SYSTEM], line


def test_words_right_under_a_name_are_hers_whatever_they_say():
    found = told('阿禾 2026/11/19 19:04\n"小满"撤回了一条消息\n')

    assert found == [("阿禾", '"小满"撤回了一条消息')]


def test_quiet_are_pictures_and_faces_and_not_words_beside_them():
    texts = ["[图片]", "[强][强]", "👍", "[图片] 我家的窗", "好"]

    found = parse("".join(f"阿禾 2026/11/19 19:0{n}\n{t}\n" for n, t in enumerate(texts)), day=DAY)

    assert [one.is_quiet for one in found] == [True, True, True, False, False]


def test_long_lines_cost_no_more_than_their_length():
    text = "a " * 90_000 + "\n" + "—" * 90_000 + "\n" + "2026/11/19 " * 5_000

    began = time.perf_counter()
    parse(text, day=DAY)

    assert time.perf_counter() - began < 2


@samples
def test_sample_of_wechat_has_its_messages_speakers_and_system_lines():
    text = (SAMPLES / "wechat-chat.txt").read_bytes().decode()

    found = parse(text, day=DAY)

    assert Counter(one.kind for one in found)[MESSAGE] == 245
    assert Counter(one.kind for one in found)[SYSTEM] == 10
    assert sum(not one.again for one in found if one.kind == MESSAGE) == 239
    assert speakers(found) == {
        "陈皮老师|助教": 10, "一只鹿": 19, "北风 2026": 17, "阿禾": 17, "豆包不加糖": 11,
        "海盐": 20, "小米粥 20:30": 23, "D3：晚风": 15, "老周不老": 20, "木木(杭州)": 22,
        "𠮷野家的猫": 16, "小鱼儿🐟": 19, "团长阿樱": 8, "Lily 莉莉": 16, "山里人-大可": 10,
        "阿布": 2,
    }  # fmt: skip


@samples
def test_sample_of_feishu_has_its_messages_speakers_and_system_lines():
    text = (SAMPLES / "feishu-chat.txt").read_text(encoding="utf-8")

    found = parse(text, day=DAY)

    assert Counter(one.kind for one in found) == {MESSAGE: 60, SYSTEM: 2, OTHER: 1}
    assert speakers(found) == {"周屿": 21, "袁果": 14, "林芷": 9, "Anna Wu": 14, "值班机器人": 2}
    assert {one.at.date() for one in found if one.at} == {dt.date(2026, 11, 18)}
