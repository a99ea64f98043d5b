"""A digest as it is read: its items as they may be shown, and as plain text to be copied into a chat
or printed as a letter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Block, Digest, Highlight, Member, Upload
from community.models.written import written
from community.services.highlight_names import name_on, without_names
from community.trust.markup import minutes_for

SIGNS = "①②③④⑤⑥⑦⑧⑨"
Style = Digest.Style
# What the page needs of each item, and of who said it.
SHOWN = (
    *(
        "digest",
        "kind",
        "title",
        "quote",
        "tag",
        "phrase",
        "path",
        "speaker",
        "consent",
        "position",
    ),
    *("author__display_name", "author__handle", "author__is_minor", "author__hidden_at"),
    *("author__state", "author__introduction__nickname"),
    *("upload__public_id", "upload__width", "upload__height"),
)


@dataclass(frozen=True)
class Item:
    """One highlight as it may be shown. ``name`` is "" for who is not named; then nothing leads to
    her: no link, and a phrase only where the words stand in the chat anyway."""

    number: int
    title: str
    quote: str
    tag: str
    name: str
    phrase: str
    path: str
    picture: Upload | None

    @property
    def sign(self) -> str:
        return SIGNS[self.number - 1] if self.number <= len(SIGNS) else f"({self.number})"

    @property
    def by(self) -> str:
        """The name, or that there is none."""
        return self.name or _("anonymous")


def rows_of(digest: Digest, reader: Member | None = None) -> list[Highlight]:
    """What stands in it, in its order. With a ``reader``: who does not want to meet her, or she
    them, is not named to her. One query."""
    if reader is None:
        return list(_told(Highlight.objects.filter(digest=digest)))
    found = _read_by(digest=digest.pk, reader=reader.pk)
    for row in found:
        if row.is_apart:  # type: ignore[attr-defined]
            row.consent = Highlight.Consent.ANONYMOUS
    return found


@written
def _read_by(*, digest: Any, reader: Any) -> QuerySet[Highlight]:
    between = Q(member=reader, blocked=OuterRef("author")) | Q(
        member=OuterRef("author"), blocked=reader
    )
    rows = _told(Highlight.objects.filter(digest=digest))
    return rows.annotate(is_apart=Exists(Block.objects.filter(between))).only(*SHOWN)


def _told(rows: QuerySet[Highlight]) -> QuerySet[Highlight]:
    return (
        rows.filter(unstarred_at=None)
        .exclude(consent=Highlight.Consent.NO)
        .select_related("author", "author__introduction", "upload")
        .order_by("position", "pk")
    )


def rows_of_each(digests: Iterable[Digest]) -> dict[int, list[Highlight]]:
    """By the key of the digest: its items in their order. One query, or none."""
    told: dict[int, list[Highlight]] = {one.pk: [] for one in digests}
    if told:
        for row in _told(Highlight.objects.filter(digest__in=told)):
            told[row.digest_id].append(row)  # type: ignore[index]
    return told


def items(rows: Iterable[Highlight]) -> list[Item]:
    """``rows`` as they may be shown now. No query."""
    return [_item(number, row) for number, row in enumerate(rows, 1)]


def _item(number: int, row: Highlight) -> Item:
    name = name_on(row)
    findable = bool(name) or row.kind in Highlight.IN_CHAT
    return Item(
        number=number,
        title=without_names(row, row.title),
        quote=without_names(row, row.quote),
        tag=str(row.get_tag_display()) if row.tag else "",
        name=name,
        phrase=without_names(row, row.phrase) if findable else "",
        path=row.path if name else "",
        picture=row.upload,
    )


def minutes(shown: Sequence[Item]) -> int:
    """How long it takes to read."""
    return minutes_for("\n".join(f"{one.title}\n{one.quote}" for one in shown))


def text(digest: Digest, shown: Sequence[Item], style: str = "") -> str:
    """Exactly what is copied, in the language of the room."""
    with translation.override(digest.locale):
        write = {Style.LONG: _in_full, Style.LETTER: letter}.get(
            Style(style or digest.style), _one_screen
        )
        return write(digest, shown)


def link(digest: Digest) -> str:
    return f"{settings.BASE_URL}{digest.path}" if digest.path else ""


def heading(digest: Digest, shown: Sequence[Item]) -> str:
    """ "D2 highlights, 2 minutes to read"."""
    number = minutes(shown)
    said = ngettext(
        "%(label)s highlights, %(n)d minute to read",
        "%(label)s highlights, %(n)d minutes to read",
        number,
    )
    return said % {
        "label": digest.label or date_format(digest.day, "MONTH_DAY_FORMAT"),
        "n": number,
    }


def _one_screen(digest: Digest, shown: Sequence[Item]) -> str:
    parts = [heading(digest, shown)]
    if digest.opening:
        parts.append(digest.opening)
    for item in shown:
        lines = [_headline(item), item.quote if item.title else ""]
        if item.phrase:
            lines.append(_("Search for: %(phrase)s") % {"phrase": item.phrase})
        parts.append("\n".join(line for line in lines if line))
    parts.append(_("You can skip the rest with a quiet mind."))
    if digest.path:
        whole = _("All of it")
        parts.append(f"{whole}\n{link(digest)}")
    return "\n\n".join(parts)


def _headline(item: Item) -> str:
    return _("%(sign)s %(name)s: %(title)s") % {
        "sign": item.sign, "name": item.by, "title": item.title or item.quote,
    }  # fmt: skip


def _in_full(digest: Digest, shown: Sequence[Item]) -> str:
    parts = [heading(digest, shown)]
    if digest.opening:
        parts.append(digest.opening)
    for item in shown:
        lines = [_headline(item) + (_(" [%(tag)s]") % {"tag": item.tag} if item.tag else "")]
        if item.title:
            lines.append(item.quote)
        if item.phrase:
            lines.append(
                _("Search the chat for “%(phrase)s” and you land there.") % {"phrase": item.phrase}
            )
        if item.path:
            lines.append(f"{settings.BASE_URL}{item.path}")
        parts.append("\n".join(line for line in lines if line))
    parts.append(_("You can skip the rest with a quiet mind."))
    if digest.path:
        parts.append(link(digest))
    return "\n\n".join(parts)


def letter(digest: Digest, shown: Sequence[Item]) -> str:
    """For people who read no chats: whole sentences, nothing to search for, nothing to tap."""
    day = date_format(digest.day, "MONTH_DAY_FORMAT")
    parts = [
        _("Dear friend,"),
        digest.opening
        or _("This is what was worth keeping on %(day)s in %(room)s.")
        % {"day": day, "room": digest.room.name},
    ]
    for item in shown:
        said = [item.title] if item.title else []
        said.append(
            _("%(name)s said: “%(quote)s”") % {"name": item.name, "quote": item.quote}
            if item.name
            else _("Somebody said: “%(quote)s”") % {"quote": item.quote}
        )
        parts.append("\n".join(said))
    parts.append(_("You can skip the rest with a quiet mind."))
    parts.append(_("From all who help in %(room)s") % {"room": digest.room.name})
    return "\n\n".join(parts)


def context_of(digest: Digest, rows: Sequence[Highlight]) -> dict[str, Any]:
    """What a run shows of it, in plain values: under the bell the count alone, by mail the items."""
    with translation.override(digest.locale):
        shown = items(rows)
        return {
            "label": digest.label or date_format(digest.day, "MONTH_DAY_FORMAT"),
            "room": digest.room.name,
            "count": len(shown),
            "minutes": minutes(shown),
            "opening": digest.opening,
            "link": link(digest),
            "items": [
                {"sign": one.sign, "title": one.title, "quote": one.quote, "name": one.name,
                 "phrase": one.phrase}
                for one in shown
            ],
        }  # fmt: skip
