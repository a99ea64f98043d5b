"""Markdown to HTML that is safe to show: one function, used when a text is saved.

The order matters: Markdown first, then nh3 with an allow-list, as the last step. What is stored
beside the text is the result, so that showing a page costs no Markdown.
"""

import math
import re
import unicodedata
from html import unescape
from typing import Any

import markdown
import nh3
from django.db import models
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from community.errors import DomainError

MAX_LENGTH = 50_000
OWN_IMAGE = re.compile(r"/media/[0-9a-z]{16}/\Z")
# To a page of ours, to another site, to a mailbox or a phone. Browsers read \ as /, so it is out.
LINK = re.compile(r"(https?://[^/\\\s]|mailto:|tel:|#|/(?![/\\]))[^\\]*\Z")
TAGS = {
    *("p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "a", "img"),
    *("ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
WHOLE_BRACKET = re.compile(r"\[[^\[\]]*\](?:\([^()]*\)|(?!\())")
LOOSE_BRACKETS = 50
DEEP_NESTING = re.compile(r"^[ \t]*(?:(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])[ \t]*){10,}", re.MULTILINE)
CHINESE_PER_MINUTE = 400
WORDS_PER_MINUTE = 220
# A reader's screen cannot tell these apart from a change of direction or from nothing at all.
INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]")
HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿぀-ヿ\U00020000-\U0003ffff]")
WORD = re.compile(r"[^\W_㐀-䶿一-鿿豈-﫿぀-ヿ\U00020000-\U0003ffff]+(?:['’-]\w+)*")


class _FitThePage(markdown.treeprocessors.Treeprocessor):
    """Headings one level lower (the page has the one h1); a foreign picture becomes a link.

    A picture from elsewhere would tell its server who reads this page, and when.
    """

    def run(self, root):
        for element in root.iter():
            if re.fullmatch("h[1-6]", str(element.tag)):
                element.tag = f"h{min(int(element.tag[1]) + 1, 6)}"
            elif element.tag == "img" and not OWN_IMAGE.match(element.get("src", "")):
                element.tag, element.text = (
                    "a",
                    element.get("alt") or element.get("src", ""),
                )
                element.set("href", element.attrib.pop("src", ""))
                element.attrib.pop("alt", None)


LINK_SYNTAX = (
    *("reference", "link", "image_link", "image_reference"),
    *("short_reference", "short_image_ref"),
)


def _converter(links: bool) -> markdown.Markdown:
    converter = markdown.Markdown(
        extensions=["fenced_code", "tables", "sane_lists", "nl2br"],
        output_format="html",
    )
    # What looks like HTML is shown as typed: people write "<3" and "a<b", not markup.
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    for name in () if links else LINK_SYNTAX:
        converter.inlinePatterns.deregister(name)
    converter.treeprocessors.register(_FitThePage(converter), "fit_the_page", 5)
    return converter


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """Pictures from our own uploads only; links that lead somewhere a person can follow."""
    if (tag, attribute) == ("img", "src"):
        return value if OWN_IMAGE.match(value) else None
    if (tag, attribute) == ("a", "href"):
        return value if LINK.match(value) else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=SCHEMES,
    link_rel="nofollow ugc noopener",
    strip_comments=True,
    clean_content_tags={"script", "style"},
)


def check_length(text: str) -> None:
    """Raise DomainError that says by how much ``text`` is too long."""
    over = len(text) - MAX_LENGTH
    if over > 0:
        raise DomainError(
            _(
                "The text is %(over)s characters too long; at most %(limit)s fit. "
                "Shorten it, or write a second part."
            )
            % {"over": f"{over:,}", "limit": f"{MAX_LENGTH:,}"}
        )


def _has_loose_brackets(text: str) -> bool:
    """Whether a paragraph holds piles of open brackets, over which Markdown takes minutes."""
    return any(
        block.count("[") - len(WHOLE_BRACKET.findall(block)) > LOOSE_BRACKETS
        for block in re.split(r"\n[ \t]*\n", text)
    )


def _flat(found: re.Match[str]) -> str:
    """A line of ten list or quote marks, as text: each would be a level deeper."""
    return found[0].replace(" ", "\u00a0").replace(">", "\\>", 1)


def render_markdown(text: str) -> SafeString:
    """Turn Markdown into HTML that may be shown to anybody. Raises DomainError when too long."""
    check_length(text)
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    if not plain.strip():
        return mark_safe("")
    links = not _has_loose_brackets(plain)
    plain = DEEP_NESTING.sub(_flat, plain)
    html = _cleaner.clean(_converter(links).convert(plain))
    return mark_safe(html)


def plain_text(text: str) -> str:
    """What ``text`` says, without Markdown and line breaks; for previews and counting."""
    html = re.sub(r"</(p|li|h[2-6]|td|th|pre|blockquote)>|<br>", " ", render_markdown(text))
    return " ".join(unescape(strip_tags(html)).split())


def excerpt(text: str, length: int = 120) -> str:
    """The beginning of ``text`` as plain text, at most ``length`` characters, whole Latin words."""
    plain = plain_text(text[: MAX_LENGTH // 5])
    if len(plain) <= length:
        return plain
    cut = plain[: length - 1]
    if plain[length - 1].isascii() and plain[length - 1].isalnum() and " " in cut[-20:]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,.;:，。；：、") + "…"


def reading_minutes(text: str) -> int:
    """Minutes to read ``text``: 400 Chinese characters or 220 Latin words each; at least 1."""
    return minutes_for(plain_text(text))


def minutes_for(plain: str) -> int:
    """The same for text without Markdown."""
    minutes = len(HAN.findall(plain)) / CHINESE_PER_MINUTE
    minutes += len(WORD.findall(plain)) / WORDS_PER_MINUTE
    return max(1, math.ceil(minutes))


class RenderedMarkdownField(models.TextField):
    """The HTML of another field, made whenever the row is saved or bulk-created.

    ``body_html = RenderedMarkdownField(source="body")``. A query cannot write it, so what the
    database holds has always been through ``render_markdown``; a template shows it as it is.
    """

    def __init__(self, *args: Any, source: str = "body", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(editable=False, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> SafeString:
        html = render_markdown(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, html)
        return html

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> SafeString:
        return mark_safe(value or "")

    def get_prep_value(self, value: Any) -> str:
        if value is None or value == "" or isinstance(value, SafeString):
            return str(value or "")
        raise TypeError(
            f"{self.model._meta.label}.{self.name} is made from {self.source!r} on save; "
            "it cannot be written by a query."
        )
