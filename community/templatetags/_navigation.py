"""Where one can go from here: the sidebar, the bottom bar, the toasts of what was just done.

The places come from the navigation registry, by the context processor; the same five stand in the
sidebar and in the bottom bar, in the same order.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.messages.storage.base import Message
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, render

kit = Kit()
SLOTS = 5
UNDO = "undo:"
BURST = "burst"


@dataclass(frozen=True)
class Place:
    """A place to go to, as a template shows it. ``current`` is the one that holds this page."""

    label: Any
    icon: str
    url: str
    slot: int
    current: bool


def places_for(items: Any, member: Any, path: str) -> list[Place]:
    """The places of ``member``. The current one is the longest address that ``path`` lies under:
    on ``/me/inbox/`` that is the inbox where there is one, and "Me" otherwise."""
    found = [(item, item.url(member)) for item in items]
    under = [url for _, url in found if path == url or (url.endswith("/") and path.startswith(url))]
    current = max(under, key=len, default=None)
    return [
        Place(item.label, item.icon, url, item.slot, current=url == current) for item, url in found
    ]


def _places(context: Context) -> list[Place]:
    request = context.get("request")
    items = context.get("navigation") or []
    items = items() if callable(items) else items
    return places_for(items, context.get("user"), request.path if request else "")


@kit.part(context=True)
def sidebar(context: Context) -> SafeString:
    """The navigation from 1024 px. Nothing for somebody with no places."""
    places = _places(context)
    if not places:
        return SafeString("")
    return render(
        "sidebar",
        places=[place for place in places if place.slot],
        more=[place for place in places if not place.slot],
        member=context.get("user"),
        site=context.get("site"),
        home=context.get("home_url", "/"),
    )


@kit.part(context=True)
def tabbar(context: Context) -> SafeString:
    """The navigation below 1024 px: at most five places, by their slots."""
    places = sorted((p for p in _places(context) if p.slot), key=lambda place: place.slot)[:SLOTS]
    return render("tabbar", places=places) if places else SafeString("")


@kit.part
def back(href: str, label: str) -> SafeString:
    """The way back on a phone, in ``{% block back %}``; a desktop has the breadcrumbs."""
    return render("back", href=href, label=label)


@kit.part(context=True)
def message_toast(context: Context, message: Message) -> SafeString:
    """A message of ``django.contrib.messages`` as a toast. ``extra_tags="undo:/address/"`` gives
    it the way back, ``extra_tags="burst"`` flecks of gold; the level "error" makes it stay."""
    extra = message.extra_tags or ""
    undo = extra.removeprefix(UNDO) if extra.startswith(UNDO) else ""
    return render("toast", text=message.message, undo=undo, burst=extra == BURST,
                  kind="error" if message.level_tag == "error" else "",
                  csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.box
def aside_column(content: SafeString, label: str = "") -> SafeString:
    """The column beside the page; nothing when a page left its block empty."""
    if not content.strip():
        return SafeString("")
    spoken = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<aside class="page__aside"{}>{}</aside>', spoken, content)


@kit.part
def quick_exit(href: str) -> SafeString:
    """Leaves at once, by a tap or by Shift three times; a link, so it works without a script.
    ``href`` ends the session and goes to a harmless site."""
    return render("quick_exit", href=href)
