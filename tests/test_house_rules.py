"""Rules that can be read off the source: one clock, no signals, no late imports, files that fit."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
PACKAGES = ("config", "community", "cohorts", "courses", "shelters")

# Where a rule is kept by not following it; each with its reason.
MAY_READ_THE_CLOCK = {"community/clock.py": "it is the clock"}
MAY_MARK_SAFE = {
    "community/trust/markup.py": "the one sanitiser",
    "community/templatetags/qr.py": "a drawing of squares, made by segno from our own address",
}
MAY_IMPORT_LATE = {
    "community/apps.py": "Django has no models before ready()",
    "cohorts/apps.py": "the same",
}
MAY_LISTEN = {
    "community/apps.py": "Django's own migrate signal puts the triggers back",
}
MAY_BE_LONG = {
    "config/settings.py": "one file holds every setting, in sections, by decision",
    "cohorts/migrations/0001_camps_and_their_steps.py": "the first one of an app, as Django writes it",
}
LONGEST = 450


@cache
def sources(*folders: str) -> tuple[tuple[str, ast.Module], ...]:
    found = []
    for folder in folders or PACKAGES:
        for path in sorted((BASE / folder).rglob("*.py")):
            name = path.relative_to(BASE).as_posix()
            if "/migrations/" not in name:
                found.append((name, ast.parse(path.read_text(), name)))
    return tuple(found)


def calls(tree: ast.AST) -> Iterator[tuple[int, str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func), node


def offences(rule, allowed: dict[str, str], *folders: str) -> list[str]:
    """``file:line what`` of every offence; a name in ``allowed`` that has none is one as well."""
    found = {name: list(rule(tree)) for name, tree in sources(*folders)}
    stale = [f"{name} needs no exception any more" for name in allowed if not found.get(name)]
    return stale + [
        f"{name}:{line} {what}"
        for name, hits in found.items()
        if name not in allowed
        for line, what in hits
    ]


def other_clocks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    banned = re.compile(r"(^|\.)(timezone\.now|datetime\.(now|utcnow|today)|date\.today)$")
    for line, name, _call in calls(tree):
        if banned.search(name):
            yield line, name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "timezone.now":
            yield node.lineno, "timezone.now"
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.timezone":
            for name in node.names:
                if name.name in ("now", "localdate", "localtime"):
                    yield node.lineno, f"django.utils.timezone.{name.name}"


def tasks_for_later(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, name, call in calls(tree):
        if name.endswith((".apply_async", ".delay", ".s", ".si", ".signature", ".retry")):
            for keyword in call.keywords:
                if keyword.arg in ("eta", "countdown"):
                    yield line, f"{name}({keyword.arg}=)"


def signals_of_our_own(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in (
            "django.dispatch",
            "django.db.models.signals",
        ):
            yield node.lineno, f"from {node.module}"


def late_imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno, ast.unparse(node)


def unescaped(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, name, call in calls(tree):
        literal = all(isinstance(arg, ast.Constant) for arg in call.args)
        if name.endswith("mark_safe") or (name.endswith("SafeString") and not literal):
            yield line, name


def unscoped_look_ups(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """``Model.objects.get(…)`` in a view finds what the member may not know of."""
    for line, name, call in calls(tree):
        first = ast.unparse(call.args[0]) if call.args else ""
        if any(ast.unparse(keyword.value) == "request.user" for keyword in call.keywords):
            continue  # her own
        if re.fullmatch(r"[A-Z]\w+\.objects\.get", name) or (
            name == "get_object_or_404" and re.fullmatch(r"[A-Z]\w+(\.objects)?", first)
        ):
            yield line, f"{name}({first})"


def test_one_clock():
    assert offences(other_clocks, MAY_READ_THE_CLOCK) == []


def test_no_task_is_put_off_by_the_broker():
    assert offences(tasks_for_later, {}) == []


def test_no_signals_of_our_own():
    assert offences(signals_of_our_own, MAY_LISTEN) == []


def test_imports_stand_at_the_top():
    assert offences(late_imports, MAY_IMPORT_LATE) == []


def test_only_the_sanitiser_marks_text_as_safe():
    assert offences(unescaped, MAY_MARK_SAFE) == []


def test_views_look_things_up_within_what_the_member_may_know():
    views = [f"{app}/views" for app in PACKAGES if (BASE / app / "views").exists()]
    assert offences(unscoped_look_ups, {}, *views) == []


def test_templates_escape_everything():
    """``|safe`` is nowhere; plain-text mails are the one place with nothing to escape."""
    wrong = [
        path.relative_to(BASE).as_posix()
        for path in sorted((BASE / "templates").rglob("*.html"))
        if re.search(r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off", path.read_text())
    ]
    assert wrong == []


def test_pages_hold_no_style_and_no_script_of_their_own():
    """The content security policy would block them, silently for who wrote them."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=\"", re.IGNORECASE)
    wrong = [
        path.relative_to(BASE).as_posix()
        for path in sorted((BASE / "templates").rglob("*.html"))
        if inline.search(path.read_text()) and "/email" not in path.as_posix()
    ]
    assert wrong == []


def test_files_can_be_read_in_one_sitting():
    folders = (*PACKAGES, "tests", "templates", "static/css", "static/js", "scripts", "bench")
    long = {}
    for folder in folders:
        for path in sorted((BASE / folder).rglob("*")):
            name = path.relative_to(BASE).as_posix()
            written = path.suffix in (".py", ".html", ".css", ".js", ".txt", ".sh")
            if written and "/dist/" not in name and "/data/" not in name:
                lines = path.read_text().count("\n")
                if lines > LONGEST:
                    long[name] = lines
    assert {name: n for name, n in long.items() if name not in MAY_BE_LONG} == {}
    assert set(MAY_BE_LONG) <= set(long)


def test_every_test_asserts_something():
    """By itself, or by calling a helper of the suite that does."""
    functions = [
        (name, node)
        for name, tree in sources("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    says = re.compile(
        r"pytest\.(raises|warns|fail)\b|call_command\(|\bexpect\(|assert_num_queries\("
    )
    asserting = {
        node.name
        for _name, node in functions
        if any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
        or says.search(ast.unparse(node))
    }
    silent = [
        f"{name}::{node.name}"
        for name, node in functions
        if node.name.startswith("test_") and node.name not in asserting
        if not asserting & {called.split(".")[-1] for _line, called, _call in calls(node)}
    ]
    assert silent == []


@pytest.mark.parametrize(
    "rule, planted",
    [
        (other_clocks, "from django.utils import timezone\ntimezone.now()"),
        (other_clocks, "default = timezone.now"),
        (other_clocks, "import datetime\ndatetime.datetime.now()"),
        (other_clocks, "from django.utils.timezone import now"),
        (tasks_for_later, "send.apply_async(countdown=60)"),
        (signals_of_our_own, "from django.dispatch import receiver"),
        (late_imports, "def f():\n    from community.models import Space"),
        (unescaped, "mark_safe(text)"),
        (unescaped, "SafeString(text)"),
        (unscoped_look_ups, "Space.objects.get(pk=1)"),
        (unscoped_look_ups, "get_object_or_404(Space, pk=1)"),
    ],
)
def test_each_rule_sees_what_is_planted(rule, planted):
    assert len(list(rule(ast.parse(planted)))) >= 1
