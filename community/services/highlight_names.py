"""Under which name a highlight is told, and that no other name of its author stands in it. Pure."""

from community.models import Highlight, Member

Consent, Kind = Highlight.Consent, Highlight.Kind


def names_of(row: Highlight) -> list[str]:
    """Every name by which one could know the author, the longest first. No query if ``row`` came
    with its author and her introduction."""
    found = {row.speaker}
    if row.author is not None:
        found |= {str(row.author), row.author.display_name, row.author.handle or ""}
        introduction = getattr(row.author, "introduction", None)
        if introduction is not None:
            found.add(introduction.nickname)
    return sorted((name for name in found if len(name) > 1), key=len, reverse=True)


def name_on(row: Highlight) -> str:
    """The name under it as readers see it now; "" for nobody's. No query.

    A minor, and whoever is hidden or gone, is not named whatever was answered.
    """
    if row.consent != Consent.NAMED:
        return ""
    author = row.author
    if author is None:
        return row.speaker
    if author.is_minor or author.hidden_at is not None or author.state != Member.State.ACTIVE:
        return ""
    return row.speaker if row.kind == Kind.CHAT and row.speaker else str(author)


def without_names(row: Highlight, text: str) -> str:
    """``text`` as readers see it: of somebody who is not named, no name stands in it either."""
    if not text or name_on(row):
        return text
    for name in names_of(row):
        text = text.replace(name, "…")
    return text


def tells_the_name(row: Highlight) -> bool:
    """Whether somebody who is not named stands in the title or the quote by name. No query."""
    return not name_on(row) and any(name in f"{row.title} {row.quote}" for name in names_of(row))
