"""Placeholders are checked when a text is saved, and filled when it is sent."""

import pytest

from community.services import placeholders

pytestmark = pytest.mark.usefixtures("in_english")

DAY = {"day": 3, "lesson.title": "写开头", "lesson.link": "https://example.org/3"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "第 {{ day }} 天，{{lesson.title}}",
        "\n".join(f"{{{{ {name} }}}}" for name in placeholders.NAMES),
        "把 {姓名} 换成自己的，再写 { 和 }",
        "全角的 ｛姓名｝ 是普通的字",
        "{{{ day }}}",
        "{{\tday\u3000}}",
    ],
)
def test_text_that_can_be_filled_has_no_problems(text):
    assert placeholders.problems(text) == []


@pytest.mark.parametrize(
    "text, line, said",
    [
        ("你好\n{{ day }", 2, "“{{” stands alone"),
        ("{ day }}", 1, "“}}” stands alone"),
        ("a\n\n{{ lesson.titel }}", 3, "“lesson.titel” is not known. These are: camp.name"),
        ("{{ Day }}", 1, "“Day” is not known"),
        ("{{ 天数 }}", 1, "“天数” is not known"),
        ("{{ }}", 1, "“” is not known"),
        ("你好，{{ nickname }}", 1, "“nickname” is about one reader"),
        ("{{ member.name }}", 1, "“member.name” is about one reader"),
        ("{{ Learner.handle }}", 1, "“Learner.handle” is about one reader"),
        ("第 ｛｛ day ｝｝ 天", 1, "“｛｛” is too wide"),
        ("第 {｛ day }} 天", 1, "“}}” stands alone"),
        ("第 {{ day ｝} 天", 1, "“{{” stands alone"),
    ],
)
def test_problem_is_named_by_its_line(text, line, said):
    [(number, reason)] = placeholders.problems(text)

    assert (number, said in reason) == (line, True)


def test_each_problem_is_named():
    found = placeholders.problems("{{ one }} {{ two }} }}\n\n{{ day }} {{ day\n}}")

    assert [number for number, _reason in found] == [1, 1, 1, 3, 4]


@pytest.mark.parametrize("name", sorted(placeholders.OF_ONE_DAY))
def test_text_of_several_days_names_nothing_of_one(name):
    text = f"{{{{ {name} }}}}"

    [(number, reason)] = placeholders.problems(text, several_days=True)

    assert (number, f"“{name}” changes every day" in reason) == (1, True)
    assert placeholders.problems(text) == []


def test_text_of_several_days_may_name_the_camp():
    assert placeholders.problems("{{ camp.name }} {{ camp.opening_date }}", several_days=True) == []


def test_values_are_put_in_as_they_are():
    assert placeholders.fill("D{{day}}：{{\u3000lesson.title }}", DAY) == "D3：写开头"
    assert placeholders.fill("{{ homework }}", {"homework": "{{ day }} \\1"}) == "{{ day }} \\1"


def test_line_without_a_value_goes_with_one_empty_line():
    text = "早上好\n\n{{ homework }}\n\n{{ lesson.link }}\n{{ check_in.link }}\n好"

    assert placeholders.fill(text, DAY) == "早上好\n\nhttps://example.org/3\n好"


def test_missing_value_within_a_line_leaves_the_rest():
    assert placeholders.fill("作业：{{ homework }}\n\n\n完", DAY) == "作业：\n\n\n完"


def test_first_line_without_a_value_leaves_no_gap():
    assert placeholders.fill("{{ homework }}\n\n{{ day }}", DAY) == "3"
