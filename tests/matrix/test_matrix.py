"""The tables against the whole URLconf."""

import re
from urllib.parse import quote

import pytest

from community import access
from community.models import Space
from community.services import spaces
from tests.matrix.knock import Knocker
from tests.matrix.roles import ROLES
from tests.matrix.routes import Address, Route, addresses, expected, written
from tests.matrix.tables import BY_NAME, ROUTES
from tests.matrix.world import CANARY

pytestmark = pytest.mark.django_db
PARAMS = {address.name: address.params for address in addresses()}
OTHER_METHODS = ("put", "delete")
MIGHTY = ("anonymous", "member_of_other_space", "owner", "operator")  # if not they, nobody
HARMLESS = {"login", "302", "403", "404", "405"}


def missing_rows(found: list[Address], tables: dict[str, Route]) -> list[str]:
    """The row to write for each address that has none."""
    return [
        f'Route("{address.name}"{_at(address.params)}),'
        for address in found
        if address.name not in tables
    ]


def _at(params: tuple[str, ...]) -> str:
    if not params:
        return ""
    at = ", ".join(f'"{name}": "…"' for name in params)
    return f", at={{{at}}}, foreign={{{at}}}"


def wrong_cells(knocker: Knocker, route: Route, method: str) -> list[str]:
    """What is not as the table says, a line each; the whole row as it is, where there is none."""
    text = getattr(route, method)
    if text is None:
        return [f'{route}: paste  {method}="{written(knocker.outcomes(route, method))}",']
    said = expected(text)
    return [
        f"{route} {method.upper()} as {role}: the table says {said[role]!r}, it is {is_so!r}"
        for role, is_so in knocker.outcomes(route, method).items()
        if said[role] != is_so
    ]


def test_every_address_has_a_row():
    missing = missing_rows(addresses(), BY_NAME)
    assert not missing, "Add to a table in tests/matrix:\n" + "\n".join(missing)


def test_every_row_has_an_address_and_is_said_once():
    known = {address.name for address in addresses()}
    assert sorted(set(BY_NAME) - known) == []
    assert len({str(route) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_role_gets_what_the_table_says(knocker, route):
    wrong = wrong_cells(knocker, route, "get") + wrong_cells(knocker, route, "post")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_other_method_is_served_or_changes_anything(knocker, route):
    served = {
        f"{method} as {role}: {outcome}"
        for method in OTHER_METHODS
        for role, outcome in knocker.outcomes(route, method, MIGHTY).items()
        if outcome not in HARMLESS
    }
    assert served == set()


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if PARAMS.get(route.name) and not isinstance(route.foreign, str)],
    ids=str,
)
def test_ids_of_another_space_answer_like_ids_that_do_not_exist(knocker, route):
    params = PARAMS[route.name]
    assert set(params) <= set(route.foreign), f"{route.name}: name each of {params} in foreign."
    method = "post" if "405" in expected(route.get or "all: 200")["owner"] else "get"
    for name in params:
        foreign = knocker.world.find(route.foreign[name])
        absent = 987654321 if isinstance(foreign, int) else "zzzzzzzzzzzz"
        answers = [_answer(knocker, route, method, {name: value}) for value in (foreign, absent)]
        assert answers[0] == answers[1], f"{name} of another space can be told from none."
        assert answers[0][0] == "404"


def _answer(
    knocker: Knocker, route: Route, method: str, swapped: dict[str, object]
) -> tuple[str, str]:
    """What the owner of home is told, without what differs in any two answers: the address that
    was asked for, tokens, the id of the request."""
    said, response = knocker.ask(route, method, "owner", swapped)
    body = response.content.decode()
    path = route.address(route.kwargs(knocker.world) | swapped)
    for own in (path, quote(path, safe=""), response.headers.get("X-Request-ID", "\0")):
        body = body.replace(own, "OWN")
    return said, re.sub(r'value="[A-Za-z0-9]{64}"', "TOKEN", body)


@pytest.mark.parametrize("role", ["anonymous", "learner", "owner"])
def test_nothing_of_another_space_stands_on_any_page(knocker, role):
    """Its name, its camp, its people and its notes hold a word that must not leak to home."""
    leaks, shown = [], 0
    for route in ROUTES:
        said, response = knocker.ask(route, "get", role)
        shown += said.startswith("200")
        body = getattr(response, "file_body", b"") or response.content
        if CANARY.lower().encode() in body.lower():
            leaks.append(str(route))
    assert leaks == []
    assert shown > 10


def test_control_the_word_is_seen_where_it_may_be_seen(knocker):
    away = {"space": knocker.world.away.slug}
    _said, response = knocker.ask(BY_NAME["community:people"], "get", "same_role_other_space", away)
    assert CANARY.encode() in response.content


def test_the_world_is_as_it_was_after_all_that(knocker):
    assert knocker.unchanged()


# Controls: a guard is taken away, and the matrix must say so -------------------


def test_control_permissions_that_are_not_asked_are_noticed(knocker, monkeypatch):
    def waved_through(request, perm, obj=None):
        request.asked_perms = getattr(request, "asked_perms", frozenset()) | {perm}

    monkeypatch.setattr(access, "check", waved_through)
    wrong = wrong_cells(knocker, BY_NAME["community:invitation_list"], "post")
    assert {line.split(" as ")[1].split(":")[0] for line in wrong} >= {"member", "learner", "minor"}
    assert all("+invitation" in line for line in wrong)


def test_control_a_view_that_lost_its_declaration_is_noticed(knocker, monkeypatch):
    view = next(a.view for a in addresses() if a.name == "community:space_list")
    monkeypatch.delattr(view, "access_policy")
    wrong = wrong_cells(knocker, BY_NAME["community:space_list"], "get")
    assert len(wrong) == len(ROLES)
    assert all("it is '403'" in line for line in wrong)


def test_control_an_effect_that_no_longer_happens_is_noticed(knocker, monkeypatch):
    monkeypatch.setattr(spaces, "suspend", lambda **asked: None)
    wrong = wrong_cells(knocker, BY_NAME["community:membership_suspend"], "post")
    assert {line.split(" as ")[1].split(":")[0] for line in wrong} == {"manager", "owner"}


def test_control_a_wider_queryset_gives_the_other_space_away(knocker, monkeypatch):
    def everything(request, perm, space):
        return access.get_permitted(request, Space.objects.all(), perm, slug=space)

    monkeypatch.setattr("community.views.people.space_for", everything)
    with pytest.raises(AssertionError, match="can be told from none"):
        test_ids_of_another_space_answer_like_ids_that_do_not_exist(
            knocker, BY_NAME["community:people"]
        )


def test_control_a_new_address_and_a_stale_row_fail_by_name():
    planted = Address("community:planted", "c/<slug:space>/planted/", lambda r: None, ("space",))
    assert missing_rows([planted], {}) == [
        'Route("community:planted", at={"space": "…"}, foreign={"space": "…"}),'
    ]
    assert missing_rows([planted], {"community:planted": Route("community:planted")}) == []
    assert "community:gone" not in {address.name for address in addresses()}


def test_a_row_reads_back_as_it_was_written():
    outcomes = dict.fromkeys(ROLES, "404") | {"anonymous": "login", "account_suspended": "login"}
    outcomes |= {"manager": "302 +invitation", "owner": "302 +invitation", "host": "403"}
    assert expected(written(outcomes)) == outcomes


def test_a_row_that_leaves_a_role_out_or_misspells_one_is_refused():
    with pytest.raises(ValueError, match=r"says nothing of .*operator"):
        expected("guests: login; insiders: 200")
    with pytest.raises(ValueError, match="'managerz' is no role"):
        expected("all: 200; managerz: 403")
