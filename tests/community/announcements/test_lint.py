"""The linter: each rule with a text that breaks it and one that does not."""

import datetime as dt

import pytest

from community.services import placeholders
from community.services.linting import links, rules, shape, slots, words
from community.services.linting.rules import Draft

pytestmark = pytest.mark.usefixtures("in_english")

WEDNESDAY = dt.date(2026, 3, 4)  # D3 of a camp that opens on a Monday
VALUES = {
    "day": "3",
    "lesson.title": "写声音",
    "lesson.minutes": "12",
    "lesson.link": "https://shalijin.example/c/a/lesson/3/",
    "check_in.link": "https://shalijin.example/c/a/check/",
}
GOOD = (
    "早上好，今天是第 {{ day }} 天。\n【预告】闭眼听三分钟，把听见的写下来。\n\n"
    "听课：{{ lesson.title }}\n{{ lesson.link }}\n\n打卡\n{{ check_in.link }}\n\n先数有几种声音。"
)


def draft(text, **more):
    given = {"date": WEDNESDAY, "day": 3, "values": VALUES} | more
    return Draft(text, placeholders.fill(text, given["values"]).strip(), **given)


def found(text, rule="", **more):
    """(rule, line) of what is found, or the lines of one rule."""
    said = [(one.rule, one.line) for one in rules.lint(draft(text, **more))]
    return [line for name, line in said if name == rule] if rule else said


def test_good_text_has_nothing_to_mend():
    assert rules.lint(draft(GOOD)) == []
    assert len(rules.passed(draft(GOOD), [])) == 6


def test_empty_text_is_said_once():
    [finding] = rules.lint(draft(" \n "))

    assert (finding.rule, finding.is_error) == ("empty", True)


# One screen -------------------------------------------------------------------


def test_text_over_one_screen_names_how_much_and_where():
    text = "\n".join(["字" * 10] * 25)

    [finding] = [one for one in rules.lint(draft(text)) if one.rule == "screen"]

    assert (finding.line, finding.is_error) == (23, True)
    assert finding.text.startswith("3 lines over one screen.")


def test_page_of_the_group_is_counted_with_its_own_lines(settings):
    settings.ANNOUNCEMENT_PAGE_LINE = 5

    [finding] = [one for one in rules.lint(draft("字" * 120)) if one.rule == "screen"]

    assert finding.text == "2 lines over one screen on the page of the group's announcement."


@pytest.mark.parametrize("lines, over", [(22, []), (23, [23])])
def test_limit_is_the_last_line_of_the_screen(lines, over):
    text = "\n".join(["字"] * lines)

    assert found(text, "screen")[:1] == over


def test_limits_are_settings(settings):
    settings.ANNOUNCEMENT_SCREEN = 5
    settings.ANNOUNCEMENT_LINE = 8

    finding = next(one for one in rules.lint(draft("字" * 48)) if one.rule == "screen")

    assert finding.text.startswith("1 line over one screen.")


def test_screen_is_counted_on_the_filled_text():
    long = VALUES | {"lesson.title": "很长" * 200}

    assert found(GOOD, "screen") == []
    assert found(GOOD, "screen", values=long) != []


@pytest.mark.parametrize(
    "text, begin, rest",
    [
        ("一\n二\n三", "一\n二", "三"),
        ("字" * 10, "字" * 10, ""),
        ("字" * 13, "字" * 10, "字" * 3),
        ("一\n" + "字" * 9, "一\n" + "字" * 5, "字" * 4),
        ("", "", ""),
    ],
)
def test_fold_falls_where_the_screen_ends(text, begin, rest):
    assert shape.at_the_fold(text, signs=5, screen=2) == (begin, rest)


# Paragraphs, slots ------------------------------------------------------------


@pytest.mark.parametrize(
    "text, lines",
    [
        ("一\n二\n三\n四\n五", [2]),
        ("一\n二\n三\n四", []),
        ("要求：\n1. 一\n2. 二\n3. 三\n4. 四\n5. 五", []),
        ("要求：\n一，写\n二，读\n三，改\n四，交\n五，歇", []),
        ("听课\nhttps://a.example/lesson/1\n打卡\nhttps://a.example/checkin/1", [2]),
        ("前面\n\n一\n二\n三\n四\n五", [4]),
    ],
)
def test_paragraphs_need_air(text, lines):
    assert found(text, "paragraphs", kind="closing") == lines


@pytest.mark.parametrize("slot", ["lesson", "check_in", "encouragement"])
def test_missing_slot_comes_with_what_puts_it_in(slot):
    pieces = {
        "lesson": "听课：{{ lesson.title }}\n{{ lesson.link }}\n\n",
        "check_in": "打卡\n{{ check_in.link }}\n\n",
        "encouragement": "\n\n先数有几种声音。",
    }
    text = GOOD.replace(pieces[slot], "")

    [finding] = [one for one in rules.lint(draft(text)) if one.rule == "slots"]
    remedy = finding.remedy
    mended = text[: remedy.at] + remedy.text + text[remedy.at :]

    assert (finding.is_error, remedy.slot) == (True, slot)
    assert found(mended) == []


def test_text_without_any_slot_is_mended_one_by_one():
    text = "早。"

    for _ in range(4):
        finding = next((one for one in rules.lint(draft(text)) if one.rule == "slots"), None)
        if finding is None:
            break
        at = finding.remedy.at
        text = text[:at] + finding.remedy.text + text[at:]

    assert found(text) == []


def test_slots_are_asked_of_course_days_only():
    assert found("结营了，谢谢大家。", "slots", kind="closing") == []
    assert len(found("今天休息。", "slots")) >= 2


@pytest.mark.parametrize(
    "line, before, kind",
    [
        ("{{ lesson.link }}", "", "lesson"),
        ("{{ check_in.link }}", "听课", "check_in"),
        ("https://a.example/lesson/1", "", "lesson"),
        ("👉 https://a.example/lesson/1", "", "lesson"),
        ("打卡：https://a.example/x", "", "check_in"),
        ("https://a.example/x", "打卡链接：", "check_in"),
        ("https://a.example/x", "Check in before midnight:", "check_in"),
        ("https://a.example/x", "课程链接：", "lesson"),
        ("https://a.example/x", "看照片", "other"),
        ("打卡", "", ""),
    ],
)
def test_link_is_known_by_itself_by_its_line_or_by_the_one_above(line, before, kind):
    assert slots.kind_of_link(line, before, {}) == kind


def test_text_comes_apart_only_where_putting_it_together_gives_the_same():
    parts = slots.split(GOOD)

    assert list(parts) == ["preview", "lesson", "check_in", "encouragement"]
    assert "\n\n".join(parts.values()) == GOOD
    assert slots.split(GOOD.replace("\n\n打卡", "\n打卡")) is None
    assert slots.split(GOOD.replace("\n\n打卡", "\n\n\n打卡")) is None
    assert slots.split("Only words.") is None


# Days -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "早上好，今天是 D4。", "今天是第 2 天", "今天第四天", "D4", "早安 Ｄ５", "今天周五", "今天是星期二",
        "3月5日", "今天是 11月3日", "今天 11 月 3 号", "Good morning, today is day 4.", "Today is Thursday.",
        "This is March 5.", "明天周五", "昨天是周三", "tomorrow is Friday",
    ],
)  # fmt: skip
def test_word_for_another_day_is_named(line):
    assert found(f"{line}\n\n{GOOD}", "days") == [1]


@pytest.mark.parametrize(
    "line",
    [
        "早上好，今天是 D3。", "今天是第 3 天", "今天第三天", "Ｄ３", "今天周三", "星期三", "3月4日",
        "today is Wednesday", "This is March 4.", "明天周四", "昨天周二", "D1 的作业还可以补",
        "周五见", "周日天气好", "第一天写的那句", "和第一天放在一起看", "D1 的作业还可以补，D2 以后的也可以。",
        "写完第 1 天那篇的人", "See you on Friday", "去年 5月1日 我在路上，走了很久很久很久很久",
    ],
)  # fmt: skip
def test_day_that_is_only_mentioned_is_left_alone(line):
    assert found(f"早。\n\n{line}", "days") == []


def test_word_says_what_it_should_be():
    [slip] = words.slips("今天是星期五", date=WEDNESDAY, day=3, is_first=False)

    assert (slip.written, slip.should) == ("星期五", "星期三")


def test_numbers_are_read_in_each_way():
    assert [words.number_of(text) for text in ("3", "１２", "三", "十", "十二", "二十一", "一百")] == [
        3, 12, 3, 10, 12, 21, 100,
    ]  # fmt: skip


# Links, emoji, risky words ----------------------------------------------------


@pytest.mark.parametrize(
    "text, severities",
    [
        ("https://a.example/x", []),
        ("看 https://a.example/x", ["warning"]),
        ("https://a.example/x。", ["error", "warning"]),
        ("https://", ["error"]),
        ("https://nodots", ["error"]),
        ("https:/a.example", ["error"]),
        ("www.a.example", ["error"]),
        ("http://localhost:8000/c/", []),
        ("https://写作营.中国/x", ["error", "warning"]),
        ("https://user@a.example/x", ["error"]),
        ("https://a.example:99999/", ["error"]),
        ("打卡：{{ check_in.link }}", ["warning"]),
    ],
)
def test_links_are_whole_and_stand_alone(text, severities):
    said = [one.severity for one in rules.lint(draft(text, kind="closing")) if one.rule == "links"]

    assert said == severities


def test_own_pages_are_told_from_those_of_others():
    base = "https://shalijin.example"

    assert links.own_path("https://shalijin.example/c/x/", base) == "/c/x/"
    assert links.own_path("https://shalijin.example", base) == "/"
    assert links.own_path("https://shalijin.example.evil.example/c/", base) == ""
    assert links.own_path("https://elsewhere.example/c/", base) == ""


@pytest.mark.parametrize(
    "text, count",
    [
        ("🎉🎉", 2), ("👨‍👩‍👧‍👦", 1), ("👩🏽‍💻", 1), ("👍🏿", 1), ("🇨🇳🇬🇧", 2), ("✍️", 1), ("✍🏽", 1), ("1️⃣", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1), ("❤️‍🔥", 1), ("👁️‍🗨️", 1), ("🧑🏻‍❤️‍🧑🏿", 1), ("🏳️‍🌈", 1), ("→ ① ✓ ★ 《》 ©", 0), ("☕", 1), ("abc 123 #", 0),
    ],
)  # fmt: skip
def test_emoji_are_counted_as_one_sees_them(text, count):
    assert len(shape.emoji(text)) == count


def test_seven_emoji_are_one_too_many():
    assert found(GOOD + "🌱" * 6, "emoji") == []
    assert found(GOOD + "🌱" * 7, "emoji") == [0]


@pytest.mark.parametrize(
    "text, said",
    [
        ("稳赚不赔的理财", ["稳赚", "理财"]), ("发币", ["币"]), ("最好的课", ["最"]), ("全国第一", ["第一"]),
        ("第一名", ["第一"]), ("guaranteed, risk-free", ["guaranteed", "risk-free"]),
    ],
)  # fmt: skip
def test_risky_words_warn(text, said):
    assert words.risky(text) == said
    assert all(not one.is_error for one in rules.lint(draft(text)) if one.rule == "risky")


@pytest.mark.parametrize(
    "text",
    ["第一天", "第一课", "第一次", "第一步", "第一句", "第一，写", "最近", "最后", "最初", "最多", "最少", "最晚",
     "人民币", "硬币", "一币两面", "纸币", "我们一起"],
)  # fmt: skip
def test_words_that_only_look_risky_are_left_alone(text):
    assert words.risky(text) == []


# Placeholders -----------------------------------------------------------------


def test_placeholders_that_cannot_be_filled_are_errors_with_their_line():
    text = GOOD + "\n{{ day }\n{{ lesson.titel }}\n{{ member.nickname }}"

    said = [one for one in rules.lint(draft(text)) if one.rule == "placeholders"]

    first = len(GOOD.split("\n")) + 1
    assert [one.line for one in said] == [first, first + 1, first + 2]
    assert all(one.is_error for one in said)
    assert "is about one reader" in said[-1].text


def test_text_of_the_preparation_names_no_single_day():
    assert found("{{ date }}", "placeholders", kind="preparation", several=True) == [1]
    assert found("{{ camp.name }}", "placeholders", kind="preparation", several=True) == []


def test_lesson_that_vanished_is_a_hole():
    gone = VALUES | {"lesson.title": "", "lesson.link": ""}

    assert found(GOOD, "placeholders", values=gone) == [4, 5]


def test_length_of_the_sites_own_name_does_not_make_a_text_too_long():
    short, long = (f"https://{name}.example/c/a/camp/b/lesson/3/" for name in ("a", "a" * 60))

    assert shape.lines(f"早上好\n\n{long}", 15) == shape.lines(f"早上好\n\n{short}", 15) == 4
    assert shape.lines(f"看这里 {long}", 15) == 4 > shape.lines(long, 15)
