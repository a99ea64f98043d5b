"""Status: tags, notices, toasts, levels, days, emptiness. Always words, never colour alone."""

from collections.abc import Iterable
from typing import Any

from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
TAGS = ("", "todo", "late", "warn", "info", "ok", "gold", "plain", "void")
NOTICES = {"info": "info", "warn": "eye", "danger": "alert", "ok": "done", "quiet": "info"}
DAYS = ("", "done", "pit", "today")


@kit.part
def tag(label: str, kind: str = "", icon: str = "") -> SafeString:
    """A state in words. kind: todo, late, warn, info, ok, gold (people's good work only), plain
    (done), void (struck through), or "" for a neutral one."""
    return render("tag", label=label, kind=one_of("tag kind", kind, TAGS), icon=icon)


@kit.box
def notice(
    content: SafeString, kind: str = "info", *, icon: str = "", title: str = "", **attrs: Any
) -> SafeString:
    """One thing to know. kind: info, ok, warn, danger, quiet. Danger is announced at once."""
    one_of("notice kind", kind, tuple(NOTICES))
    return render("notice", content=content, kind=kind, icon=icon or NOTICES[kind], title=title,
                  attrs=attributes(attrs))  # fmt: skip


@kit.box
def notice_actions(content: SafeString) -> SafeString:
    """Inside a ``{% notice %}``: the links and buttons that answer it."""
    return format_html('<div class="notice__act">{}</div>', content)


@kit.part(context=True)
def toast(
    context: Context,
    text: str,
    *,
    undo: str = "",
    label: str = "",
    kind: str = "",
    target: str = "",
    burst: bool = False,
) -> SafeString:
    """What was just done. ``undo`` is where the way back is posted to; ``label`` says it
    otherwise than "Undo"; with ``target`` (a selector) the answer replaces that element instead of
    the page. kind "error" stays until it is closed. ``burst`` throws up flecks of gold once: for
    somebody's good work, and nothing else."""
    one_of("toast kind", kind, ("", "error"))
    return render("toast", text=text, undo=undo, label=label, kind=kind, target=target, burst=burst,
                  csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.part
def progress(value: int, max: int, label: str, *, show: bool = True) -> SafeString:
    """A level, for work: ``value`` of ``max``. ``label`` says it in words; with ``show`` false it
    is for screen readers only."""
    return render("progress", value=value, max=max, label=label, show=show)


@kit.part
def meter(value: int, label: str, word: str, *, id: str) -> SafeString:
    """Completeness (0–100) of a person's own text, in grains that turn to gold; never of the
    person. ``word`` says what the number means."""
    return render("meter", value=value, label=label, word=word, id=id)


@kit.part
def pan(value: int, word: str) -> SafeString:
    """The same completeness as a pan: its rings are washed from the outside, and gold is what
    stays at 100."""
    return render("pan", on=max(0, min(10, value // 10)), word=word)


@kit.part
def dots(days: Iterable[tuple[Any, str]], label: str) -> SafeString:
    """The days of a camp: (name, state) each, state done, pit (made up), today or "". ``label``
    says all of it in words."""
    checked = [(day, one_of("dots state", state, DAYS)) for day, state in days]
    return render("dots", days=checked, label=label)


@kit.part
def empty(text: str, *, href: str = "", link: str = "", ripple: bool = True) -> SafeString:
    """Why there is nothing here, and the one thing to do about it. ``ripple`` is false where
    people need plain words (stays, the desk, money)."""
    return render("empty", text=text, href=href, link=link, ripple=ripple)


@kit.part
def skeleton(lines: int = 3) -> SafeString:
    """Where text will be, while it loads."""
    widths = [("40", "90", "75", "85", "60")[n % 5] for n in range(lines)]
    return render("skeleton", widths=widths)


@kit.part
def autosave(text: str = "") -> SafeString:
    """Whether what was typed is safe; ``text`` is what to say before anything was typed."""
    return render("autosave", text=text)


@kit.part
def width(percent: float) -> str:
    """The class ``u-w-N`` for a share of 0–100, in steps of 5: pages may not set widths."""
    return f"u-w-{max(0, min(100, int(percent / 5 + 0.5) * 5))}"
