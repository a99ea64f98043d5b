"""Frame: icons, asset addresses, breadcrumbs, sections, tabs, sheets, folds."""

from functools import cache
from typing import Any

from django.template import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.assets import address, icon_names
from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
ICON_SIZES = ("", "20", "16")
LEVELS = ("h1", "h2", "h3", "h4")


@kit.part
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A drawing of the sprite. With ``label`` it speaks for itself, else the text beside it does.

    size: "" (24 px), "20", "16". The names are on the style guide page.
    """
    if label:
        spoken = format_html('role="img" aria-label="{}"', label)
        return _drawn(name, str(size), spoken, address("icons.svg"))
    return _silent(name, str(size), address("icons.svg"))


@cache
def _silent(name: str, size: str, sprite: str) -> SafeString:
    # A page holds some fifty of them, out of a few dozen that differ.
    return _drawn(name, size, SafeString('aria-hidden="true"'), sprite)


def _drawn(name: str, size: str, spoken: SafeString, sprite: str) -> SafeString:
    if name not in icon_names():
        raise TemplateSyntaxError(
            f"icon {name!r} is not in static/icons.svg; it has {', '.join(sorted(icon_names()))}."
        )
    variant = f" icon--{size}" if one_of("icon size", size, ICON_SIZES) else ""
    return format_html(
        '<svg class="icon{}" {} focusable="false"><use href="{}#i-{}"/></svg>',
        variant, spoken, sprite, name,
    )  # fmt: skip


@kit.part
def asset(name: str) -> str:
    """The address of a built file (``app.css``, ``app.js``) or of one in static/."""
    return address(name)


@kit.part
def crumb(label: str, href: str = "") -> SafeString:
    """One step of the way here, inside ``{% block crumbs %}``. Without ``href`` it is this page."""
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, label)
    return format_html('<li aria-current="page">{}</li>', label)


@kit.box
def section(
    content: SafeString,
    title: str,
    level: str = "h2",
    *,
    id: str = "",
    more: str = "",
    href: str = "",
    hint: str = "",
) -> SafeString:
    """A part of a page with a heading; ``more`` and ``href`` make the link beside it, ``hint`` a
    few quiet words there."""
    one_of("section level", level, LEVELS)
    return render("section", content=content, title=title, level=level, id=id, more=more,
                  href=href, hint=hint)  # fmt: skip


@kit.box
def tabs(content: SafeString, label: str) -> SafeString:
    """Pages next to each other; inside it ``{% tab %}``. ``label`` names the group for readers."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, content)


@kit.part
def tab(label: str, href: str, current: bool = False, **attrs: Any) -> SafeString:
    """One of ``{% tabs %}``."""
    here = " aria-current=page" if current else ""
    return format_html('<a href="{}"{}{}>{}</a>', href, here, attributes(attrs), label)


@kit.box
def fold(content: SafeString, summary: str, open: bool = False, **attrs: Any) -> SafeString:
    """What is there for those who ask: a <details>, so it opens without a script."""
    return format_html(
        '<details class="fold"{}{}><summary>{}</summary>{}</details>',
        " open" if open else "", attributes(attrs), summary, content,
    )  # fmt: skip


@kit.box
def sheet(content: SafeString, id: str, title: str) -> SafeString:
    """A dialog that ``{% sheet_link … sheet=id %}`` opens over the page."""
    return render("sheet", content=content, id=id, title=title)


@kit.part
def sheet_link(
    label: str, href: str, sheet: str = "", *, kind: str = "plain", icon: str = "", size: str = ""
) -> SafeString:
    """A link to ``href`` that opens the sheet with that id instead, where scripts run. Without
    ``sheet`` the page at ``href`` is fetched and its part marked ``data-sheet-part`` is shown."""
    one_of("sheet_link kind", kind, ("primary", "plain", "quiet", "danger", "link"))
    return render("sheet_link", label=label, href=href, sheet=sheet, kind=kind, icon=icon,
                  size=size)  # fmt: skip
