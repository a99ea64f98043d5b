"""Markdown in, harmless HTML out."""

import re
import time
from html.parser import HTMLParser

import pytest

from community.errors import DomainError
from community.trust import markup
from tests.community.trust.hostile_markdown import VECTORS


class Reader(HTMLParser):
    """What a browser would find: tags with attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_corpus_is_large_enough_and_without_repeats():
    assert len(VECTORS) >= 100
    assert len(set(VECTORS)) == len(VECTORS)


@pytest.mark.parametrize("text", VECTORS)
def test_a_hostile_text_leaves_nothing_that_runs(text):
    for tag, attributes in Reader(markup.render_markdown(text)).found:
        assert tag in markup.TAGS
        assert set(attributes) <= {"href", "title", "src", "alt", "start", "rel"}
        if href := attributes.get("href"):
            assert re.match(r"https?://|mailto:|tel:|/(?![/\\])|#", href), href
        if src := attributes.get("src"):
            assert markup.OWN_IMAGE.match(src), src
        if tag == "a":
            assert attributes["rel"] == "nofollow ugc noopener"


def test_markup_is_kept_and_headings_leave_room_for_the_page():
    html = markup.render_markdown("# 标题\n\n**粗** 和 _斜_\n第二行\n\n- 一\n- 二\n\n###### 最小")

    assert html == (
        "<h2>标题</h2>\n<p><strong>粗</strong> 和 <em>斜</em><br>\n第二行</p>\n"
        "<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n<h6>最小</h6>"
    )


def test_what_looks_like_html_is_shown_as_it_was_typed():
    assert markup.render_markdown("a <b> c <3") == "<p>a &lt;b&gt; c &lt;3</p>"


def test_a_table_is_kept():
    html = markup.render_markdown("|名字|城市|\n|-|-|\n|小雨|大理|")

    assert [tag for tag, _ in Reader(html).found].count("td") == 2


def test_our_own_picture_is_shown_and_a_foreign_one_becomes_a_link():
    own = markup.render_markdown("![院子](/media/abcdefgh23456789/)")
    foreign = markup.render_markdown("![院子](https://tracker.example/p.png)")

    assert own == '<p><img alt="院子" src="/media/abcdefgh23456789/"></p>'
    assert foreign == (
        '<p><a href="https://tracker.example/p.png" rel="nofollow ugc noopener">院子</a></p>'
    )


def test_characters_that_turn_text_around_are_removed():
    assert markup.render_markdown("abc\u202egpj.exe\u2066\x00") == "<p>abcgpj.exe</p>"


def test_a_text_that_is_too_long_says_by_how_much():
    with pytest.raises(DomainError, match="12 characters too long; at most 50,000"):
        markup.render_markdown("字" * (markup.MAX_LENGTH + 12))


SLOW = ["[" * 49_000, "*a" * 24_000, ">" * 40_000, "![[" * 16_000, "`" * 49_999, "[](" * 16_000,
        "1. " * 16_000, "- " * 24_000, "[a](" * 12_000, "(["  * 24_000, "&#" * 24_000]  # fmt: skip


@pytest.mark.parametrize("text", SLOW, ids=lambda text: text[:4])
def test_a_text_made_to_take_minutes_is_shown_within_seconds(text):
    started = time.process_time()
    html = markup.render_markdown(text)

    assert time.process_time() - started < 10
    assert html


def test_an_honest_long_list_of_links_keeps_them_all():
    text = "\n".join(f"- [{n}](https://example.org/{n})" for n in range(300))

    assert markup.render_markdown(text).count("<a href") == 300


def test_excerpt_is_plain_and_cut_between_words():
    text = "# 早安\n\n**Hello** [friends](https://example.org) and everybody else"

    assert markup.excerpt(text) == "早安 Hello friends and everybody else"
    assert markup.excerpt(text, 20) == "早安 Hello friends…"
    assert markup.excerpt("字" * 200, 10) == "字" * 9 + "…"


def test_reading_time_counts_characters_and_words():
    assert markup.reading_minutes("") == 1
    assert markup.reading_minutes("字" * 400) == 1
    assert markup.reading_minutes("字" * 401) == 2
    assert markup.reading_minutes("word " * 440) == 2
    assert markup.reading_minutes("字" * 400 + " word" * 220) == 2
