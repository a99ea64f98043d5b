"""Actions: buttons, links that look like them, menus, copying, going to the next page."""

from typing import Any

from django.core.paginator import Page
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit, attributes, one_of, render

kit = Kit()
KINDS = ("primary", "plain", "quiet", "danger")
SIZES = ("", "sm")
TYPES = ("submit", "button", "reset")


def _look(what: str, kind: str, size: str, wide: bool) -> str:
    names = ["btn", f"btn--{one_of(f'{what} kind', kind, KINDS)}"]
    if one_of(f"{what} size", size, SIZES):
        names.append("btn--sm")
    if wide:
        names.append("btn--wide")
    return " ".join(names)


@kit.part
def button(
    label: str,
    kind: str = "plain",
    *,
    icon: str = "",
    size: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    wide: bool = False,
    busy: bool = False,
    disabled: bool = False,
    **attrs: Any,
) -> SafeString:
    """A button of a form. kind: primary (one a page), plain, quiet, danger. size: "" or "sm"."""
    own = {"name": name, "value": value, "form": form, "disabled": disabled}
    own["aria-busy"] = "true" if busy else ""
    one_of("button type", type, TYPES)
    return render("button", label=label, icon=icon, type=type, attrs=attributes(own | attrs),
                  look=_look("button", kind, size, wide))  # fmt: skip


@kit.part
def link_button(
    label: str,
    href: str,
    kind: str = "plain",
    *,
    icon: str = "",
    size: str = "",
    wide: bool = False,
    **attrs: Any,
) -> SafeString:
    """A link that looks like a button. It goes somewhere; what changes something is a button."""
    return render("link_button", label=label, href=href, icon=icon, attrs=attributes(attrs),
                  look=_look("link_button", kind, size, wide))  # fmt: skip


@kit.part
def icon_button(
    label: str,
    icon: str,
    *,
    href: str = "",
    line: bool = False,
    type: str = "button",
    name: str = "",
    value: str = "",
    **attrs: Any,
) -> SafeString:
    """A button (or with ``href`` a link) of one icon; ``label`` is what it is called."""
    one_of("icon_button type", type, TYPES)
    own = {"name": name, "value": value} if not href else {}
    return render("icon_button", label=label, icon=icon, href=href, line=line, type=type,
                  attrs=attributes(own | attrs))  # fmt: skip


@kit.part(context=True)
def post_button(
    context: Context,
    label: str,
    action: str,
    kind: str = "plain",
    *,
    icon: str = "",
    size: str = "",
    name: str = "",
    value: str = "",
    next: str = "",
    about: str = "",
    **attrs: Any,
) -> SafeString:
    """A whole form of one button that posts to ``action``, with its CSRF token. ``name`` and
    ``value`` are sent with it, ``next`` is where to come back to; ``about`` tells buttons of one
    name from each other for who only hears them; ``hx_…`` goes on the form."""
    return render("post_button", label=label, action=action, icon=icon, name=name, value=value,
                  next=next, about=about, look=_look("post_button", kind, size, False),
                  attrs=attributes(attrs), csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.box
def button_row(content: SafeString, stack: bool = False) -> SafeString:
    """Buttons next to each other; ``stack`` makes them full width on a narrow phone."""
    return format_html(
        '<div class="btn-row{}">{}</div>', " btn-row--stack" if stack else "", content
    )


@kit.part
def copy(label: str, text: str = "", *, target: str = "", icon: str = "copy") -> SafeString:
    """A button that copies ``text``, or the text of the element with the id ``target``. It needs
    a script, so what it copies must be in sight as well."""
    return render("copy", label=label, text=text, target=target, icon=icon)


@kit.box
def script(content: SafeString, label: str, *, id: str, last: str = "") -> SafeString:
    """Words for a moment: the text, a button that copies it, and who used it last. Without a
    script the text can be selected."""
    return render("script", content=content, label=label, id=id, last=last)


@kit.box
def menu(content: SafeString, label: str, icon: str = "more") -> SafeString:
    """More one can do here. Opens without a script; inside it ``menu_link`` and ``menu_button``."""
    return render("menu", content=content, label=label, icon=icon)


@kit.part
def menu_link(label: str, href: str, icon: str = "", **attrs: Any) -> SafeString:
    """A place in a ``{% menu %}``."""
    return render("menu_link", label=label, href=href, icon=icon, attrs=attributes(attrs))


@kit.part(context=True)
def menu_button(
    context: Context, label: str, action: str, icon: str = "", *, name: str = "", value: str = ""
) -> SafeString:
    """A deed in a ``{% menu %}``: posts to ``action``."""
    return render("menu_button", label=label, action=action, icon=icon, name=name, value=value,
                  csrf_token=context.get("csrf_token"))  # fmt: skip


@kit.part
def pager(
    label: str,
    *,
    previous: str = "",
    previous_label: str = "",
    next: str = "",
    next_label: str = "",
) -> SafeString:
    """The one before and the one after (a day, a month). A side without an address is left out."""
    return render("pager", label=label, previous=previous, previous_label=previous_label,
                  next=next, next_label=next_label)  # fmt: skip


@kit.part
def pages(page: Page, query: str = "", *, label: str = "", param: str = "page") -> SafeString:
    """Where one is in a list of several pages; nothing when there is one. ``query`` is the rest
    of the query string, already encoded, without the page."""
    if page.paginator.num_pages < 2:
        return SafeString("")
    start = f"?{query}&{param}=" if query else f"?{param}="
    return render("pages", page=page, start=start, label=label)
