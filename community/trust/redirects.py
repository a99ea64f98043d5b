"""Where a page may send somebody who asked to be sent on: to a path of this site, nowhere else."""

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 1_000


def local_path(target: object) -> str:
    """``target`` if it is a path of this site ("/today/?day=3"), else "".

    Stricter than Django's own check: an absolute address is refused even if it names our host, and
    so is anything with a backslash, a blank or a control character, which browsers repair in ways
    that lead elsewhere ("/\\evil.example", "/\\t/evil.example").
    """
    if not isinstance(target, str) or not 0 < len(target) <= LONGEST:
        return ""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return ""
    if any(char.isspace() or not char.isprintable() for char in target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc:
        return ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else ""
