"""Work: the board of the day, a step and its parts, checks of a text, the phone preview."""

from collections.abc import Iterable
from typing import Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
TASKS = ("", "late", "current", "done", "locked", "failed")
LINTS = {"ok": "check", "bad": "alert", "warn": "clock"}
LOOKS = ("", "page", "small")
GROUPS = {"": "", "late": "alert", "now": "clock"}


@kit.box
def board(content: SafeString, label: str, **attrs: Any) -> SafeString:
    """The work of a day. The keyboard (j k x c u) works while the focus is in it."""
    return format_html(
        '<div class="sop-board" data-board role="group" aria-label="{}"{}>{}</div>',
        label, attributes(attrs), content,
    )  # fmt: skip


@kit.box
def task_group(
    content: SafeString, label: str, kind: str = "", *, level: str = "h2", id: str = ""
) -> SafeString:
    """Tasks of one urgency. kind: late, now or "". The content are ``task``s."""
    one_of("task_group kind", kind, tuple(GROUPS))
    one_of("task_group level", level, ("h2", "h3"))
    return render("task_group", content=content, label=label, kind=kind, icon=GROUPS[kind],
                  level=level, id=id)  # fmt: skip


@kit.box(context=True)
def task(
    context: Context,
    content: SafeString,
    title: str,
    *,
    id: str,
    kind: str = "",
    time: str = "",
    action: str = "",
    href: str = "",
    open: bool = False,
    who: str = "",
    handle: str = "",
    facts: SafeString | str = "",
    check: str = "",
    version: int = 0,
    fields: SafeString | str = "",
    choose: str = "",
    undo: str = "",
    **attrs: Any,
) -> SafeString:
    """One piece of work. kind: late, current, done, locked, failed or "". ``action`` is where
    closing it is posted to (without it there is no box to tick), ``check`` what the box is called;
    ``version`` and the hidden ``fields`` are sent along. ``choose`` is a value to tick instead, for the form
    with the id "chosen". ``href`` opens its body, which is the content when ``open``; ``facts``
    stand under the title; ``undo`` is where taking it back is posted to."""
    one_of("task kind", kind, TASKS)
    return render("task", content=content, title=title, id=id, kind=kind, time=time,
                  action=action, href=href, open=open, who=who, handle=handle, facts=facts,
                  check=check, version=version, fields=fields, choose=choose, undo=undo,
                  attrs=attributes(attrs), csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.box
def task_facts(content: SafeString) -> SafeString:
    """What stands under the title of a ``task``: ``{% task_facts as facts %}``."""
    return content


@kit.box
def step(content: SafeString) -> SafeString:
    """How a piece of work is done. Inside it ``step_part``."""
    return format_html('<dl class="step">{}</dl>', content)


@kit.box
def step_part(content: SafeString, label: str, kind: str = "") -> SafeString:
    """A part of a step: how, cautions, resources. kind "done" is for what is true when it is
    finished, "links" for links next to each other."""
    one_of("step_part kind", kind, ("", "done", "links"))
    return render("step_part", content=content, label=label, kind=kind)


@kit.part
def phase_bar(phases: Iterable[tuple[str, str]], label: str) -> SafeString:
    """Preparation, course, closing: (name, state) each, state done, current or ""."""
    checked = [(name, one_of("phase_bar state", state, ("", "done", "current")))
               for name, state in phases]  # fmt: skip
    return render("phase_bar", phases=checked, label=label)


@kit.box
def lint_list(content: SafeString, label: str = "") -> SafeString:
    """What a text was checked for. Inside it ``lint``."""
    return format_html(
        '<ul class="lint-list"{}>{}</ul>', attributes({"aria-label": label}), content
    )


@kit.box
def lint(content: SafeString, text: str, kind: str = "ok", *, note: str = "") -> SafeString:
    """One check. kind: ok, bad, warn. The content is what mends it (a small button), or nothing."""
    one_of("lint kind", kind, tuple(LINTS))
    return render("lint", content=content, text=text, kind=kind, icon=LINTS[kind], note=note)


@kit.part
def phone_preview(
    text: str,
    *,
    room: str = "",
    time: str = "",
    name: str = "",
    lines: int = 0,
    most: int = 22,
    below: str = "",
    look: str = "",
) -> SafeString:
    """What a member will see in the chat. ``lines`` of ``most`` are shown at the fold: a screen
    of a phone holds 22. ``below`` is what lies under the fold. look: "" (a bubble), page (the page
    of the group's announcement) or small (a small phone)."""
    one_of("phone_preview look", look, LOOKS)
    return render("phone_preview", text=text, room=room, time=time, name=name, lines=lines,
                  most=most, over=max(0, lines - most), below=below, look=look)  # fmt: skip


@kit.box
def keys(content: SafeString) -> SafeString:
    """The keyboard, written down. Inside it ``key``."""
    return format_html('<p class="keys u-wide">{}</p>', content)


@kit.part
def key(keys: str, does: str) -> SafeString:
    """What pressing ``keys`` ("j k") does."""
    return render("key", keys=keys.split(), does=does)


@kit.box
def confirm_strip(content: SafeString, say: str) -> SafeString:
    """Before what cannot be undone: what is about to happen, in one sentence; the content are
    the buttons."""
    return render("confirm_strip", content=content, say=say)


@kit.part
def audit_line(text: str, icon: str = "lock") -> SafeString:
    """A trace somebody else can see as well."""
    return render("audit_line", text=text, icon=icon)
