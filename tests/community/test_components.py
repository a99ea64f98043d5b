"""Components: escaping, sentences for mistakes, and what each promises."""

import inspect
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from community.templatetags import components
from community.templatetags._charts import _columns, _fitted
from community.templatetags._kit import accepted_by
from community.templatetags._navigation import places_for
from community.templatetags._people import initial, tint

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def rendered(source, **context):
    with translation.override("en"):
        return engines["django"].from_string(source).render(context)


def functions():
    for topic in components.TOPICS:
        for name in topic.kit.tags:
            yield topic, name, getattr(topic, name)


def test_every_component_is_registered_once():
    names = [name for _, name, _ in functions()]

    assert len(names) == len(set(names))
    assert set(names) == set(components.register.tags)


def test_every_component_says_what_it_is_for():
    assert [name for _, name, function in functions() if not inspect.getdoc(function)] == []


def test_every_component_template_documents_its_variables():
    files = sorted((TEMPLATES / "components").glob("*.html"))
    silent = [f.name for f in files if not f.read_text().startswith("{% comment %}\n")]

    assert silent == []
    assert len(files) > 50


def test_a_component_template_names_each_argument_it_is_given():
    """Every argument that reaches a template is in the comment on top of it."""
    missing = []
    for _, name, function in functions():
        file = TEMPLATES / "components" / f"{name}.html"
        if not file.exists():
            continue
        comment = file.read_text().split("{% endcomment %}")[0]
        missing += [
            f"{name}: {argument}"
            for argument in accepted_by(function)
            if argument not in ("*", "id")
            and not re.search(rf"\b{argument}\b", comment)
            and re.search(rf"{{[{{%][^}}]*\b{argument}\b", file.read_text())
        ]

    assert missing == []


@pytest.mark.parametrize(
    "source, sentence",
    [
        ('{% button "x" knd="plain" %}', "button has no argument 'knd'; button takes: label"),
        ("{% button %}", "'label'; button takes: label (required), kind='plain'"),
        ('{% button "x" hx-post="/x/" %}', "write hx_post= for the attribute hx-post"),
        ('{% button "x" style="color:red" %}', "button has no argument 'style'"),
        ('{% card title="a" title="b" %}{% endcard %}', "card takes: title="),
        ('{% tag "x" "gold" "nugget" "more" %}', "tag takes: label (required)"),
        ('{% defs "x" side=True %}{% enddefs %}', "defs takes: side=False"),
    ],
)
def test_a_wrong_argument_is_refused_with_the_accepted_ones(source, sentence):
    with pytest.raises(TemplateSyntaxError, match=re.escape(sentence)):
        rendered(source)


@pytest.mark.parametrize(
    "source, sentence",
    [
        ('{% button "x" "prim" %}', "button kind is 'prim'; use one of 'primary', 'plain'"),
        ('{% tag "x" "golden" %}', "tag kind is 'golden'; use one of"),
        ('{% icon "house" %}', "icon 'house' is not in static/icons.svg; it has alert, area"),
        ('{% icon "check" size="18" %}', "icon size is '18'; use one of '', '20', '16'"),
        ('{% notice "bad" %}x{% endnotice %}', "notice kind is 'bad'"),
        ("{% dots days 'x' %}", "dots state is 'missed'"),
    ],
)
def test_a_wrong_value_is_refused_with_the_accepted_ones(source, sentence):
    with pytest.raises(TemplateSyntaxError, match=re.escape(sentence)):
        rendered(source, days=[(1, "missed")])


def test_a_mistake_inside_a_block_is_not_blamed_on_the_block():
    with pytest.raises(TemplateSyntaxError) as refusal:
        rendered("{% card %}{% nonsense %}{% endcard %}")

    assert "card takes" not in str(refusal.value)


def test_content_of_a_block_is_escaped_once():
    html = rendered("{% card %}{{ text }}{% endcard %}", text="<b>&")

    assert "&lt;b&gt;&amp;" in html
    assert "&amp;lt;" not in html


def test_attributes_that_are_empty_are_left_out():
    html = rendered("{% button 'x' hx_post='' data_a=None data_b=False data_c=True %}")

    assert "hx-post" not in html
    assert "data-a" not in html
    assert "data-b" not in html
    assert " data-c" in html


def test_post_button_carries_the_csrf_token():
    html = rendered("{% post_button 'Go' '/go/' %}", csrf_token="abc")

    assert '<input type="hidden" name="csrfmiddlewaretoken" value="abc">' in html


@pytest.mark.parametrize(
    "name, character",
    [
        ("阿禾", "禾"), ("小桃", "桃"), ("老周", "周"), ("林姐", "林"), ("小", "小"), ("ada", "A"),
        ("小 9", "小"), ("\u200b\u2060", "·"), ("", "·"), ("\u200bß", "S"), ("مرحبا", "م"),
        ("e\u0301tienne", "E"), ("👩‍🌾 Li", "👩"),
    ],
)  # fmt: skip
def test_initial_is_the_character_a_name_is_known_by(name, character):
    assert initial(name) == character


def test_tint_is_stable_and_uses_all_six():
    assert tint("ahe") == tint("ahe")
    assert {tint(f"member{n}") for n in range(100)} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize(
    "percent, name",
    [(0, "0"), (2.4, "0"), (2.5, "5"), (33.3, "35"), (100, "100"), (140, "100"), (-3, "0")],
)
def test_width_goes_in_steps_of_five(percent, name):
    assert rendered("{% width p %}", p=percent) == f"u-w-{name}"


def test_columns_fit_the_board_and_keep_their_proportions():
    columns = _columns([("a", 10), ("b", 5), ("c", -4)], 10, "", "b")

    assert [column.height for column in columns] == [140, 70, 0]
    assert columns[0].x >= 0
    assert columns[-1].x + columns[-1].width <= 640
    assert [column.now for column in columns] == [False, True, False]


def test_a_long_label_of_a_column_is_cut_and_the_table_has_all_of_it():
    assert _fitted("黔东南苗族侗族自治州", 70) == "黔东南…"
    assert _fitted("May", 70) == "May"
    assert "黔东南苗族侗族自治州" in rendered(
        "{% chart rows 'x' %}", rows=[("黔东南苗族侗族自治州", 3)] * 9
    )


def test_a_chart_without_numbers_says_so():
    html = rendered("{% chart rows 'People' %}", rows=[])

    assert "No numbers yet" in html
    assert '<svg class="chart"' not in html


def test_pages_say_where_one_is_and_keep_the_query():
    html = rendered("{% pages page 'q=a%26b' %}", page=Paginator(range(50), 20).page(2))

    assert "Page 2 of 3" in html
    assert 'href="?q=a%26b&amp;page=1"' in html
    assert rendered("{% pages page %}", page=Paginator(range(5), 20).page(1)) == ""


class Item:
    def __init__(self, url, slot=0):
        self.label = self.icon = "today"
        self.url = lambda member: url
        self.slot = slot


@pytest.mark.parametrize(
    "path, current",
    [
        ("/me/inbox/", "/me/inbox/"), ("/me/inbox/7/", "/me/inbox/"), ("/me/security/", "/me/"),
        ("/menu/", None), ("/today/", "/today/"),
    ],
)  # fmt: skip
def test_the_current_place_is_the_longest_address_that_holds_the_page(path, current):
    places = places_for([Item("/me/"), Item("/me/inbox/"), Item("/today/")], None, path)

    assert [place.url for place in places if place.current] == ([current] if current else [])


def test_the_tab_bar_holds_five_places_in_the_order_of_their_slots():
    request = RequestFactory().get("/b/")
    html = rendered(
        "{% tabbar %}",
        navigation=lambda: [Item("/z/"), Item("/b/", 2), Item("/a/", 1), *[Item("/x/", 5)] * 5],
        request=request,
    )

    assert re.findall(r'href="(/\w/)"', html)[:2] == ["/a/", "/b/"]
    assert html.count("<a ") == 5
    assert "/z/" not in html


def test_a_message_becomes_a_toast_with_its_way_back():
    class Message:
        message = "Left the space"
        extra_tags = "undo:/undo/abc/"
        level_tag = "success"

    html = rendered("{% message_toast m %}", m=Message, csrf_token="t")

    assert 'action="/undo/abc/"' in html
    assert "Left the space" in html


def test_the_aside_is_left_out_when_a_page_has_none():
    assert rendered("{% aside_column %}  \n {% endaside_column %}") == ""
