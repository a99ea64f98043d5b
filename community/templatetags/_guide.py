"""What only the style guide page is made of."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from community.templatetags._kit import Kit

kit = Kit()


@kit.box
def specimen(content: SafeString, name: str) -> SafeString:
    """One component in one state, beside the name of its class or tag."""
    return format_html(
        '<div class="ex"><h3 class="ex__n code">{}</h3><div class="ex__b">{}</div></div>',
        name, content,
    )  # fmt: skip


@kit.box
def chapter(content: SafeString, title: str, id: str) -> SafeString:
    """A part of the style guide."""
    return format_html(
        '<section class="sg" id="{id}" aria-labelledby="{id}-t"><h2 class="sg__t" id="{id}-t">'
        '{title}</h2><div class="sg__b">{content}</div></section>',
        id=id, title=title, content=content,
    )  # fmt: skip
