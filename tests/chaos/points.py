"""The named points at which a process can be made to break, read from the text of the code."""

import ast
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PACKAGES = ("community", "cohorts", "courses", "shelters")


def all_points() -> list[str]:
    """Every name that is given to ``failpoint`` in one of our packages.

    Raises ValueError for a name that is no plain text: nobody could list it.
    """
    found = set()
    for package in PACKAGES:
        for path in sorted((BASE / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _called(node.func) == "failpoint":
                    found.add(_name(node, path))
    return sorted(found)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return getattr(function, "id", "")


def _name(call: ast.Call, path: Path) -> str:
    if len(call.args) == 1 and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    raise ValueError(f"{path}:{call.lineno}: failpoint wants one name, written out.")
