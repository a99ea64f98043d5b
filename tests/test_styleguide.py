"""The style guide shows every component and every class that a template uses."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from community import assets
from community.templatetags import components
from tests.factories import MemberFactory

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CLASS = re.compile(r'\bclass="([^"]*)"')
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)

# Written by the frame of a page, which no page shows inside itself.
FRAMES = {"app", "app--member", "app--guest", "app--page", "app--focus", "app--error"}
# Switched on by a script, or only there while something is wrong.
STATES = {"loading", "toasts"}


@pytest.fixture
def guide(client, db):
    client.cookies["django_language"] = "en"
    as_guest = client.get(reverse("community:styleguide"))
    client.force_login(MemberFactory())
    as_member = client.get(reverse("community:styleguide"))
    assert as_guest.status_code == as_member.status_code == 200
    return as_guest.content.decode() + as_member.content.decode()


def classes_in(html):
    return {name for found in CLASS.findall(html) for name in found.split()}


def used_in_templates():
    """Every class a template of ours writes, with the first file that does. What a variable adds
    to a name (``tag--{{ kind }}``) is compared as the beginning of a name."""
    used = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        if "email" in path.as_posix() or "admin" in path.parts:
            continue
        source = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
        # A quote inside a tag would end the attribute too early.
        source = TAG.sub(lambda tag: "\0" if tag[0].startswith("{{") else "\1", source)
        for found in CLASS.findall(source):
            for name in found.replace("\1", " ").split():
                used.setdefault(name, path.relative_to(TEMPLATES).as_posix())
    return used


def test_a_class_used_in_a_template_is_shown(guide):
    shown = classes_in(guide) | FRAMES | STATES
    hidden = [
        f"{file}: {name.replace(chr(0), '…')}"
        for name, file in sorted(used_in_templates().items())
        if name.strip("\0")
        and not any(
            re.fullmatch(re.escape(name).replace("\0", r"[\w-]+"), candidate) for candidate in shown
        )
    ]

    assert hidden == []


def test_every_component_is_shown(guide):
    sources = (
        "".join(
            path.read_text() for path in (TEMPLATES / "community" / "styleguide").glob("*.html")
        )
        + (TEMPLATES / "community" / "styleguide.html").read_text()
    )
    used = set(re.findall(r"{% (\w+)", sources))
    # They stand in the layout around the guide itself.
    around = {"asset", "sidebar", "tabbar", "message_toast", "aside_column", "quick_exit", "width"}

    assert set(components.register.tags) - used - around == set()


def test_every_class_with_rules_is_written_somewhere(guide):
    """A rule for a class that nothing writes is a rule that nobody dares to delete."""
    written = "".join(
        path.read_text()
        for folder in (TEMPLATES, assets.STATIC / "js", Path(settings.BASE_DIR) / "community")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".js", ".py"}
    )
    rules = re.sub(r"/\*.*?\*/", "", assets.joined_css(), flags=re.DOTALL)
    names = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"{[^{}]*}", "{}", rules)))
    unused = {
        name
        for name in names - classes_in(guide)
        if not name.startswith("u-w-") and not re.search(rf"\b{re.escape(name)}\b", written)
    }

    assert sorted(unused) == []


def test_the_guide_costs_no_query(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get(reverse("community:styleguide"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_guide_has_one_heading_and_skips_no_level(client, db, language):
    client.cookies["django_language"] = language
    html = client.get(reverse("community:styleguide")).content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]

    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique(guide):
    one = guide[: len(guide) // 2]
    ids = re.findall(r'\sid="([^"]+)"', one)

    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_labels_name_something_that_is_there(guide):
    one = guide[: guide.index("</html>")]
    ids = set(re.findall(r'\sid="([^"]+)"', one))
    wanted = set(re.findall(r'\s(?:for|aria-labelledby)="([^"]+)"', one))
    described = {
        i for found in re.findall(r'\saria-describedby="([^"]+)"', one) for i in found.split()
    }

    assert (wanted | described) - ids == set()
