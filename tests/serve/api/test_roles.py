"""Every role at every route and at a personal column; nobody without a key."""

from __future__ import annotations

import json

import pytest

from regulars.cli.app import main
from regulars.core.errors import DataError
from regulars.serve.api.keys import SCOPES, Keys
from regulars.serve.api.roles import ROLES, scopes_of
from tests.serve.api.conftest import Shop

OPEN = {"/api/health"}


def needed_scope(path: str) -> str:
    """What a route asks for, by its address: written here a second time on purpose."""
    if path.startswith("/api/keys"):
        return "admin"
    return "score" if path.startswith("/api/score") else "read"


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_a_role_reaches_the_routes_of_its_scopes_and_no_other(shop: Shop, role: str) -> None:
    app = shop.app()
    client = shop.client(*(ROLES[role].scopes if role in ROLES else ()), app=app)
    if role == "nobody":
        shop.keys.create("other", scopes=["read"], at="2024-06-22T12:00:00+00:00")
    scopes = ROLES[role].scopes if role in ROLES else ()
    paths = {
        path: item for path, item in app.openapi()["paths"].items() if path.startswith("/api/")
    }
    assert len(paths) > 15
    for path, methods in paths.items():
        address = path.replace("{customer_id}", "anna").replace("{key_id}", "none")
        for method in methods:
            status = client.request(method.upper(), address, json={}).status_code
            is_allowed = path in OPEN or needed_scope(path) in scopes
            assert (status not in (401, 403)) is is_allowed, (role, method, path, status)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_a_personal_column_only_with_that_scope(shop: Shop, role: str) -> None:
    answer = shop.client(*ROLES[role].scopes).get("/api/customers/anna").text
    assert ("Anna Berg" in answer) is ("personal" in ROLES[role].scopes)


def test_roles_differ_and_a_name_that_is_none_is_refused() -> None:
    assert len({frozenset(role.scopes) for role in ROLES.values()}) == len(ROLES)
    assert {scope for role in ROLES.values() for scope in role.scopes} == set(SCOPES)
    with pytest.raises(DataError, match="did you mean 'analyst'"):
        scopes_of("analist")


def create(shop: Shop, *words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["keys", "create", "crm", "--project", str(shop.root), *words])
    return int(left.value.code or 0)


def test_a_key_is_made_for_a_role_or_for_scopes(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert create(shop, "--role", "analyst") == 0
    assert create(shop) == 0
    assert create(shop, "--role", "analyst", "--scope", "admin") == 2
    assert [key.scopes for key in Keys(shop.root / ".regulars").all()] == [
        ("read", "score"),
        ("read",),
    ]
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["keys", "roles", "--json"])
    assert list(json.loads(capsys.readouterr().out)) == list(ROLES)
