"""People: avatars, cards, chips, and an introduction set like a letter."""

import hashlib
import unicodedata

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.templatetags._kit import Kit, one_of, render

kit = Kit()
TINTS = 6
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"}


# 阿禾, 小桃 and 老周 are told apart by what follows.
ENDEARMENTS = "阿小老大"


def initial(name: str) -> str:
    """The character a name is known by: the first that can be seen, after 阿, 小, 老 or 大 the next
    one; "·" when there is none."""
    seen = [c for c in name if unicodedata.category(c) not in UNSEEN]
    if len(seen) > 1 and seen[0] in ENDEARMENTS and seen[1].isalpha():
        seen = seen[1:]
    return seen[0].upper()[:1] if seen else "·"


def shown_name(name: str) -> str:
    """``name``, or words for one of which nothing can be seen: a link must say something."""
    return name if initial(name) != "·" else _("(no name)")


def tint(handle: str) -> int:
    """1–6, always the same for the same handle, on every machine."""
    return hashlib.sha256(handle.encode("utf-8", "replace")).digest()[0] % TINTS + 1


@kit.part
def avatar(name: str, handle: str = "", size: str = "") -> SafeString:
    """The first character of the name in one of six tints. size: "", "sm", "lg". The name itself
    must stand beside it: screen readers are not told of the character."""
    look = f" avatar--{size}" if one_of("avatar size", size, ("", "sm", "lg")) else ""
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>',
        tint(handle or name), look, initial(name),
    )  # fmt: skip


@kit.box
def person(content: SafeString, name: str, handle: str = "", size: str = "") -> SafeString:
    """A person in a line: avatar, name, and what the content says of them."""
    return render("person", content=content, name=shown_name(name), handle=handle, size=size)


@kit.part
def person_card(
    name: str,
    href: str,
    *,
    handle: str = "",
    meta: str = "",
    line: str = "",
    deal: str = "",
    match: str = "",
) -> SafeString:
    """A person in a directory: ``meta`` (what, where), ``line`` (their own sentence), ``deal``
    (can give, looks for), ``match`` (why the two of you)."""
    return render("person_card", name=shown_name(name), href=href, handle=handle, meta=meta, line=line,
                  deal=deal, match=match)  # fmt: skip


@kit.box
def letter(
    content: SafeString,
    name: str,
    *,
    handle: str = "",
    meta: str = "",
    line: str = "",
    level: str = "h3",
    gives: str = "",
    needs: str = "",
) -> SafeString:
    """An introduction. The content is its body; ``line`` the sentence it opens with."""
    one_of("letter level", level, ("h1", "h2", "h3", "h4", "p"))
    return render("letter", content=content, name=shown_name(name), handle=handle, meta=meta, line=line,
                  level=level, gives=gives, needs=needs)  # fmt: skip


@kit.box
def chips(content: SafeString) -> SafeString:
    """Chips and tags next to each other."""
    return format_html('<div class="chips">{}</div>', content)


@kit.part
def chip(label: str) -> SafeString:
    """A word that cannot be pressed."""
    return format_html('<span class="chip">{}</span>', label)
