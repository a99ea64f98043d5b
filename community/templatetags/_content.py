"""Content: cards, lists, answers to check, numbers, reading, quotes, times, tables, money."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
LEVELS = ("h1", "h2", "h3", "h4")


@kit.box
def card(
    content: SafeString,
    title: str = "",
    level: str = "h2",
    *,
    id: str = "",
    hint: str = "",
    tight: bool = False,
    bleed: bool = False,
    **attrs: Any,
) -> SafeString:
    """The one surface of a column. ``hint`` is a quiet line over the title; ``tight`` has less
    air on a desktop, ``bleed`` runs to the edges of a phone."""
    one_of("card level", level, LEVELS)
    return render("card", content=content, title=title, level=level, id=id, hint=hint,
                  tight=tight, bleed=bleed, attrs=attributes(attrs))  # fmt: skip


@kit.box
def card_foot(content: SafeString) -> SafeString:
    """The last part of a ``{% card %}``, under a hairline."""
    return format_html('<div class="card__foot">{}</div>', content)


@kit.box
def list(
    content: SafeString, *, open: bool = False, ordered: bool = False, label: str = ""
) -> SafeString:
    """Rows between hairlines; ``open`` leaves the outer two out. Inside it ``row``, ``entry``."""
    return format_html(
        '<{tag} class="list{open}"{label}>{content}</{tag}>',
        tag="ol" if ordered else "ul", open=" list--open" if open else "",
        label=attributes({"aria-label": label}), content=content,
    )  # fmt: skip


@kit.part
def row(
    title: str,
    *,
    href: str = "",
    time: str = "",
    sub: str = "",
    end: str = "",
    wide: bool = False,
    **attrs: Any,
) -> SafeString:
    """One line of a ``{% list %}``: ``time`` before it (``wide`` for a day and a time), ``sub``
    under it, ``end`` at its end. With ``href`` all of it is the link."""
    return render("row", title=title, href=href, time=time, sub=sub, end=end, wide=wide,
                  attrs=attributes(attrs))  # fmt: skip


@kit.part
def choice(title: str, href: str, *, text: str = "") -> SafeString:
    """One way in from the landing page, in ``<ul class="choices">``: a title and a sentence."""
    return render("choice", title=title, href=href, text=text)


@kit.box
def entry(
    content: SafeString, *, time: str = "", end: str = "", wide: bool = False, **attrs: Any
) -> SafeString:
    """One line of a ``{% list %}`` with content of its own: links, tags, buttons."""
    return render("entry", content=content, time=time, end=end, wide=wide,
                  attrs=attributes(attrs))  # fmt: skip


@kit.box
def summary(content: SafeString) -> SafeString:
    """What was answered, to be checked. Inside it ``summary_row``."""
    return format_html('<dl class="summary">{}</dl>', content)


@kit.part
def summary_row(
    term: str, value: Any, *, href: str = "", change: str = "", note: str = ""
) -> SafeString:
    """One answer. ``href`` leads to where it is changed; ``change`` says more than "Change"."""
    return render("summary_row", term=term, value=value, href=href, change=change, note=note)


@kit.box
def defs(content: SafeString, side: bool = False) -> SafeString:
    """Terms and facts; ``side`` puts them next to each other. Inside it ``definition``."""
    return format_html('<dl class="defs{}">{}</dl>', " defs--side" if side else "", content)


@kit.part
def definition(term: str, value: Any) -> SafeString:
    """One fact of ``{% defs %}``."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", term, value)


@kit.box
def stats(content: SafeString) -> SafeString:
    """Numbers that are never added together. Inside it ``stat``."""
    return format_html('<dl class="stat">{}</dl>', content)


@kit.part
def stat(label: str, value: Any, note: str = "") -> SafeString:
    """One number of ``{% stats %}``, and what to know about it."""
    return render("stat", label=label, value=value, note=note)


@kit.box
def one(content: SafeString, label: str, number: Any, level: str = "h2") -> SafeString:
    """The one number of a page; the content says what it rests on."""
    one_of("one level", level, LEVELS)
    return render("one", content=content, label=label, number=number, level=level)


@kit.box
def prose(content: SafeString, voice: bool = False, *, lang: str = "") -> SafeString:
    """Reading. ``voice`` sets what a person wrote in their own face."""
    return format_html(
        '<div class="prose{}"{}>{}</div>',
        " prose--voice" if voice else "", attributes({"lang": lang}), content,
    )  # fmt: skip


@kit.box
def quote(content: SafeString, by: str = "", *, lang: str = "") -> SafeString:
    """What somebody said, and who."""
    return render("quote", content=content, by=by, lang=lang)


@kit.box
def praise(content: SafeString, label: str) -> SafeString:
    """Somebody's good work, seen by somebody else. Gold is for this."""
    return render("praise", content=content, label=label)


@kit.box
def timeline(content: SafeString, label: str = "", *, big: bool = False) -> SafeString:
    """Times, and what happens then. Inside it ``moment``. ``big`` is for who reads it aloud from a
    phone at arm's length."""
    return format_html(
        '<ol class="timeline{}"{}>{}</ol>',
        " timeline--big" if big else "", attributes({"aria-label": label}), content,
    )  # fmt: skip


@kit.box
def moment(content: SafeString, time: str) -> SafeString:
    """One time of a ``{% timeline %}``."""
    return format_html(
        '<li><span class="timeline__time">{}</span><div>{}</div></li>', time, content
    )


@kit.box
def table(
    content: SafeString,
    caption: str,
    *,
    ledger: bool = False,
    quiet: bool = False,
    sheet: bool = False,
) -> SafeString:
    """A table: the content is its <thead>, <tbody> and <tfoot>. ``caption`` says what it holds
    (``quiet``: to screen readers only). ``ledger`` folds each row into lines on a phone; its
    cells say what they are by c-date, c-what, c-amt, c-state, c-rate, c-paid, c-space.
    ``sheet`` puts the cells of a row under each other on a phone: a time, what happens, what is
    said. A plain one scrolls sideways within itself and can be scrolled with the keyboard."""
    return render("table", content=content, caption=caption, ledger=ledger, quiet=quiet,
                  sheet=sheet)  # fmt: skip


@kit.part
def split(left: str, left_amount: str, right: str, right_amount: str, percent: float) -> SafeString:
    """How an amount is divided in two; ``percent`` (0–100) is the left part."""
    return render("split", left=left, left_amount=left_amount, right=right,
                  right_amount=right_amount, percent=percent, rest=100 - percent)  # fmt: skip


@kit.box
def money_note(content: SafeString, title: str, level: str = "h2") -> SafeString:
    """What everybody gets, before anybody pays. Inside it ``split``, ``sum`` and plain words."""
    one_of("money_note level", level, LEVELS)
    return render("money_note", content=content, title=title, level=level)


@kit.part
def sum(terms: str, total: str) -> SafeString:
    """A sum written out, and what it comes to."""
    return format_html(
        '<div class="calc"><p class="calc__sum"><span>{}</span><b>= {}</b></p></div>', terms, total
    )
