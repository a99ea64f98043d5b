"""Keep the catalogue in step with the source, and say what is missing in it.

    python scripts/translations.py update   read every marked text, add what is new, drop what went
    python scripts/translations.py check    fail on untranslated, fuzzy, stale or unmarked text

Works without xgettext: Django turns a template into lines that look like Python, and Babel reads
those and the Python sources alike.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings

if not settings.configured:
    settings.configure()

from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

APPS = ("community", "cohorts", "courses", "shelters", "config")
PO = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Names, and words that Chinese writes in Latin letters too.
SAME_IN_CHINESE = {
    "English",
    "ICP",
    "IT",
    "Message-ID",
    "QR",
    "SOP",
    "Markdown",
}
# A language is called by its own name, whatever the language of the page.
OWN_NAMES = {"English", "EN", "中文"}
# What a reader sees although it stands in an attribute.
SEEN_ATTRIBUTES = re.compile(r'\b(?:alt|title|placeholder|aria-label)="([^"]*)"')
HIDDEN = re.compile(r"<!--.*?-->|<(script|style|svg|code|pre)\b.*?</\1>", re.DOTALL)
WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
UNTRANSLATED_TEMPLATES = re.compile(
    r"styleguide|style_guide|\.(en|zh-hans)\.html$|\.webmanifest$|\.js$|/admin/"
)


def python_files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def template_files() -> list[Path]:
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def messages() -> Iterator[tuple[str, int, str, object, list[str], str | None]]:
    """(file, line, function, message, comments, context) of every marked text."""
    for path in [*python_files(), *template_files()]:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Indentation means nothing in a template, but it does to a reader of Python.
            text = "\n".join(line.strip() for line in templatize(text).splitlines())
        name = path.relative_to(ROOT).as_posix()
        source = io.BytesIO(text.encode())
        for line, function, message, comments in extract_python(
            source, list(KEYWORDS), ["Translators:"], {"encoding": "utf-8"}
        ):
            yield name, line, function, message, comments, None


def catalogue() -> Catalog:
    """Every marked text of the source, without translations."""
    found = Catalog(
        locale="zh_Hans",
        project="Shalijin",
        header_comment="# Simplified Chinese of Shalijin. `make messages` keeps it in step.",
        charset="utf-8",
        fuzzy=False,
    )
    for name, _line, function, message, comments, _context in messages():
        parts = message if isinstance(message, tuple) else (message,)
        context = None
        if "pgettext" in function:
            context, parts = parts[0], parts[1:]
        strings = [part for part in parts if isinstance(part, str)]
        if not strings or not strings[0]:
            continue
        key = tuple(strings[:2]) if function.startswith("n") else strings[0]
        found.add(key, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def read_catalogue() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hans", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def update(additions: dict[str, str | tuple[str, ...]] | None = None) -> int:
    """Write the catalogue anew: all texts of the source, with the translations there are. What is
    told in ``additions`` takes the place of what was there."""
    old, new = read_catalogue(), catalogue()
    for message in new:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        known = old.get(key, message.context)
        if additions and key in additions:
            value = additions[key]
            message.string = (value,) if message.pluralizable else value
        elif known is not None and any(known.string or ()) and not known.fuzzy:
            message.string = known.string
        if message.pluralizable and isinstance(message.string, str):
            message.string = (message.string,)
        if not message.pluralizable and isinstance(message.string, tuple):
            message.string = message.string[0]  # counted before, and said without a number now
    PO.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: half a catalogue would lose the translations of the other half.
    whole = io.BytesIO()
    write_po(whole, new, width=100, sort_output=True, omit_header=False, include_lineno=False)
    PO.write_bytes(whole.getvalue())
    # Babel stamps the moment of writing, which would make every run a change.
    text = PO.read_text(encoding="utf-8")
    text = re.sub(
        r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid|Last-Translator|Language-Team|Project-Id).*\n',
        "",
        text,
        flags=re.MULTILINE,
    )
    PO.write_text(text, encoding="utf-8")
    return len(new)


def unmarked_in_templates() -> Iterator[str]:
    """Words that a reader would see and no translator ever does."""
    for path in template_files():
        name = path.relative_to(ROOT).as_posix()
        if UNTRANSLATED_TEMPLATES.search(name):
            continue
        inside, text = "", ""
        for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
            if token.token_type == TokenType.BLOCK:
                word = token.contents.split()[0]
                if word in ("blocktranslate", "blocktrans", "comment"):
                    inside = word
                elif token.contents == "block cols":
                    inside = "block"  # class names, not words
                elif word == f"end{inside}":
                    inside = ""
            elif token.token_type == TokenType.TEXT and not inside:
                text += token.contents
        text = HIDDEN.sub("", text)
        seen = [*SEEN_ATTRIBUTES.findall(text), *re.split(r"<[^>]*>", text)]
        if path.suffix == ".txt":
            seen = [text]
        for piece in seen:
            piece = re.sub(r"&\w+;", "", piece).strip()
            if piece in OWN_NAMES:
                continue
            if WORDS.search(piece) and not piece.startswith(("width=", "text/html", "summary_")):
                yield f"{name}: {piece[:60]!r} is not marked for translation."


def unmarked_in_python() -> Iterator[str]:
    """A DomainError or a flash message with a bare literal is seen in English by everybody."""
    speakers = {"DomainError", "ValidationError"}
    for path in python_files():
        if {"management", "supervisor", "demo"} & set(path.parts):
            continue  # read by whoever stands at the terminal
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            called = getattr(function, "id", None) or getattr(function, "attr", "")
            is_flash = (
                isinstance(function, ast.Attribute)
                and getattr(function.value, "id", "") == "messages"
                and called in ("success", "error", "info", "warning")
            )
            arguments = node.args[1:2] if is_flash else node.args[:1]
            if not is_flash and called not in speakers:
                continue
            for argument in arguments:
                if isinstance(argument, ast.JoinedStr | ast.Constant) and not (
                    isinstance(argument, ast.Constant) and not isinstance(argument.value, str)
                ):
                    where = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                    yield f"{where}: the text of {called} is not marked for translation."


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]", text)) if text else set()


def problems() -> list[str]:
    """Everything that is wrong with the catalogue, a sentence each."""
    stored, source = read_catalogue(), catalogue()
    found: list[str] = []
    wanted = {(m.id, m.context) for m in source if m.id}
    for message in source:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        known = stored.get(key, message.context)
        where = message.locations[0][0] if message.locations else "?"
        if known is None:
            found.append(f"{where}: {key[:60]!r} is not in the catalogue; run make messages.")
            continue
        strings = known.string if isinstance(known.string, tuple | list) else (known.string,)
        if known.fuzzy:
            found.append(f"{where}: {key[:60]!r} is fuzzy.")
        elif not all(strings):
            found.append(f"{where}: {key[:60]!r} has no Chinese.")
        elif strings[0] == key and key not in SAME_IN_CHINESE:
            found.append(f"{where}: {key[:60]!r} is the same in Chinese.")
        elif not placeholders(strings[0]) <= placeholders(
            key if isinstance(message.id, str) else " ".join(message.id)
        ):
            found.append(f"{where}: {key[:60]!r} has other placeholders in Chinese.")
        elif re.search(r"[!！]|您|亲[，,]", strings[0]):
            found.append(f"{where}: the Chinese of {key[:60]!r} shouts or fawns.")
    for message in stored:
        if message.id and (message.id, message.context) not in wanted:
            found.append(f"{str(message.id)[:60]!r} is in no source any more; run make messages.")
    return [*found, *unmarked_in_templates(), *unmarked_in_python()]


def read_additions(paths: list[str]) -> dict[str, str | tuple[str, ...]]:
    """Lines ``msgid<TAB>msgstr`` or ``msgid<TAB>plural<TAB>msgstr`` of the files named."""
    additions: dict[str, str | tuple[str, ...]] = {}
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) >= 2:
                additions[fields[0].replace("\\n", "\n")] = fields[-1].replace("\\n", "\n")
    return additions


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["update"]:
        print(f"{update(read_additions(arguments[1:]))} texts in {PO.relative_to(ROOT)}")
        return 0
    if arguments == ["check"]:
        found = problems()
        print("\n".join(found) or "Translations: every text is marked, and has its Chinese.")
        return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
