"""Links in a text: whether they stand alone and are whole. Pure; no host is asked."""

import re
from urllib.parse import urlsplit

# What one may have meant as a link: up to a blank or a Chinese sign.
MEANT = re.compile(r"(?:https?:|www\.)[^\s\u3000]*", re.IGNORECASE)
SIGNS_OF_A_LINK = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]|localhost|"
    r"\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)


def found(line: str) -> list[tuple[str, str]]:
    """(link, what stuck to its end) of each link in a line: a Chinese full stop after a link
    belongs to it in a chat."""
    pairs = []
    for match in MEANT.finditer(line):
        whole = SIGNS_OF_A_LINK.match(match[0])
        link = whole[0] if whole else ""
        rest = match[0][len(link) :]
        if not rest and link[-1:] in ".,;!":
            link, rest = link[:-1], link[-1]
        pairs.append((link, rest))
    return pairs


def is_whole(link: str) -> bool:
    """Whether it has a scheme and a host that can be one."""
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or port == 0 or parts.username:
        return False
    return bool(parts.hostname and HOST.fullmatch(parts.hostname))


def own_path(link: str, base: str) -> str:
    """The path of a link into this site, "" for any other."""
    ours, theirs = urlsplit(base), urlsplit(link)
    if not ours.netloc or ours.netloc.lower() != theirs.netloc.lower():
        return ""
    return theirs.path or "/"
