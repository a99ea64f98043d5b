"""One stylesheet and one script out of many small files, by Python alone.

The sources are ``static/css/*.css`` (one component a file) and ``static/js/*.js`` (one behaviour a
file). ``build()`` joins and shortens them into ``static/dist/`` and, where the site serves hashed
files, collects everything into ``STATIC_ROOT``. Whether that is needed is answered by a fingerprint
of the sources, so that a start that has nothing to build costs a few milliseconds.
"""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import django_htmx
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, StaticFilesStorage
from django.core.files.storage import storages
from django.core.management import call_command

STATIC = Path(settings.BASE_DIR) / "static"
DIST = STATIC / "dist"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"

# The order of the cascade: what everything rests on first, what must win last.
CSS_FIRST = ("tokens", "base", "frame", "nav", "layout")
CSS_LAST = ("utilities", "print")
CSS_ALONE = ("noscript", "styleguide")
JS_FIRST = ("core",)
# Behaviours of a few pages; core.js fetches one where its data- attribute is found.
JS_ALONE = ("board", "passkey")

# Sources are served joined, and of htmx only the copy inside app.js.
NOT_COLLECTED = ["css/*", "js/*", "worker/*", "django_htmx/*", "fingerprint.txt", "*.map"]
PACKAGES = ("django", "django-htmx", "django-allauth", "whitenoise")


@dataclass(frozen=True)
class Built:
    """One file that was written: its name and its size in bytes."""

    name: str
    size: int


def is_stale() -> bool:
    """Whether a source or a package has changed since the last ``build()``. Reads the sources
    (some 80 small files, about 5 ms) and runs no query."""
    wanted = fingerprint()
    places = [DIST / "fingerprint.txt"]
    if _hashed():
        places.append(Path(settings.STATIC_ROOT) / "fingerprint.txt")
    return any(not place.exists() or place.read_text() != wanted for place in places)


def build() -> list[Built]:
    """Join, shorten and collect. Safe to repeat, and beside a running server: files are replaced
    whole, and hashed names of earlier builds stay, so that an open page still finds its own."""
    DIST.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint()
    outputs = {"app.css": joined_css(), "app.js": joined_js()}
    outputs |= {f"{name}.css": shorten_css(_read("css", name)) for name in CSS_ALONE}
    outputs |= {f"{name}.js": _scoped(name) for name in JS_ALONE}
    for name, text in outputs.items():
        _write(DIST / name, text)
    _write(DIST / "fingerprint.txt", wanted)
    if _hashed():
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_COLLECTED)
        _write(Path(settings.STATIC_ROOT) / "fingerprint.txt", wanted)
    return [Built(name, len(text.encode())) for name, text in outputs.items()]


def ensure_built() -> bool:
    """``build()`` if something is stale; whether it was."""
    stale = is_stale()
    if stale:
        build()
    return stale


def fingerprint() -> str:
    """A hash of every source, of the order they are joined in, and of the packages' versions."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        digest.update(f"{package} {metadata.version(package)}\n".encode())
    digest.update(Path(__file__).read_bytes())
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and DIST not in path.parents:
            digest.update(f"{path.relative_to(STATIC)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def joined_css() -> str:
    """Every component's rules in the order of the cascade."""
    names = sorted(path.stem for path in (STATIC / "css").glob("*.css"))
    middle = [n for n in names if n not in (*CSS_FIRST, *CSS_LAST, *CSS_ALONE)]
    return "\n".join(shorten_css(_read("css", n)) for n in (*CSS_FIRST, *middle, *CSS_LAST))


def joined_js() -> str:
    """htmx, then every behaviour in a scope of its own: one that fails leaves the others alone."""
    names = sorted(path.stem for path in (STATIC / "js").glob("*.js"))
    ours = [*JS_FIRST, *(n for n in names if n not in (*JS_FIRST, *JS_ALONE))]
    parts = [HTMX.read_text(encoding="utf-8").strip(), *map(_scoped, ours)]
    return ";\n".join(parts) + "\n"


def _scoped(name: str) -> str:
    text = shorten_js(_read("js", name), name)
    return f"try{{(function(){{{text}\n}})()}}catch(e){{console.error(e)}}"


def address(name: str) -> str:
    """Where a built file (``app.css``, ``app.js``) or one of static/ (``icons.svg``) is served."""
    built = name.endswith((".css", ".js"))
    return _address(f"dist/{name}" if built else name, storages["staticfiles"])


@cache
def _address(name: str, storage: StaticFilesStorage) -> str:
    # A page asks for some fifty icons, and the hashed name costs ten microseconds each time.
    return storage.url(name)


@cache
def worker_source() -> str:
    """The service worker's code, shortened; the view that serves it adds its configuration."""
    return shorten_js((STATIC / "worker" / "sw.js").read_text(encoding="utf-8"), "sw")


@cache
def icon_names() -> frozenset[str]:
    """The drawings of the sprite, by the names ``{% icon %}`` takes."""
    sprite = (STATIC / "icons.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="i-([\w-]+)"', sprite))


def shorten_css(text: str) -> str:
    """Drop comments and the spaces that mean nothing. Strings stay as they are, and so do the
    spaces of a selector and of ``calc(1px + 2px)``."""
    kept = re.split(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", _without_css_comments(text))
    for index in range(0, len(kept), 2):
        part = re.sub(r"\s+", " ", kept[index])
        part = re.sub(r"\s*([{};,])\s*", r"\1", part)
        part = re.sub(r"([\w-]+):\s+", r"\1:", part)
        kept[index] = part.replace(";}", "}")
    return "".join(kept).strip()


def shorten_js(text: str, name: str) -> str:
    """Drop indentation, empty lines and comments that have lines of their own. Raises ValueError
    for a template literal, whose lines this would change (and which old kernels lack)."""
    if "`" in text:
        raise ValueError(f"static/js/{name}.js holds a backtick; use plain quotes.")
    text = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _without_css_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def _read(folder: str, name: str) -> str:
    return (STATIC / folder / f"{name}.{folder}").read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Replace ``path`` in one step, so that nobody ever reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _hashed() -> bool:
    return isinstance(storages["staticfiles"], ManifestFilesMixin)
