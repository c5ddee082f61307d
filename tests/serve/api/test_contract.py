"""The OpenAPI document is true: what it allows is answered, what it does not is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from regulars.serve.api.keys import SCOPES
from tests.serve.api.conftest import NOW, PROJECT, Shop
from tests.small_release import ANNA, BEN, CLEO, SmallRelease, person

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")
GenerationMode = pytest.importorskip("schemathesis.generation").GenerationMode

_EXAMPLES = 12
_PEOPLE = [ANNA, BEN, CLEO, person("a/b", risk=0.4), person("Ünï", risk=0.2)]
_bounded = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    root = tmp_path_factory.mktemp("contract")
    (root / "regulars.yaml").write_text(PROJECT)
    made = Shop(root)
    made.publish(SmallRelease(customers=_PEOPLE))
    return made


@pytest.fixture(scope="module")
def app(shop: Shop) -> Any:
    return shop.app()


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, str]]:
    """A server that needs a key, and the header with one of every scope."""
    root = tmp_path_factory.mktemp("locked")
    (root / "regulars.yaml").write_text(PROJECT)
    made = Shop(root)
    made.publish(SmallRelease(customers=_PEOPLE))
    _, text = made.keys.create("test", scopes=SCOPES, at=NOW)
    return made.app(), {"Authorization": f"Bearer {text}"}


def test_every_route_keeps_to_its_document(key: tuple[Any, dict[str, str]]) -> None:
    app, header = key
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    for path, method, told in routes(app):
        takes_something = "requestBody" in told or bool(told.get("parameters"))
        for mode in GenerationMode if takes_something else (GenerationMode.POSITIVE,):

            @_bounded
            @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode))
            def keeps_its_word(case: Any) -> None:
                case.call_and_validate(base_url="http://localhost", headers=header)

            keeps_its_word()


def routes(app: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """(path, method, description) of all in the document."""
    paths = app.openapi()["paths"].items()
    return [(path, method, told) for path, methods in paths for method, told in methods.items()]


_texts = st.text(max_size=40)
_values = st.one_of(_texts, st.integers().map(str), st.floats().map(str), st.just(""))
_DOCUMENTED = {200, 400, 403, 404, 405, 409, 422}


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(
    name=_texts, tail=st.sampled_from(["", "/reasons", "/history"]), query=st.dictionaries(
        st.sampled_from(["limit", "offset", "sort", "q", "segment", "where", "min_value", "since"]),
        _values, max_size=3,
    ),
)  # fmt: skip
def test_any_id_and_filter_gets_a_documented_answer(
    app: Any, shop: Shop, name: str, tail: str, query: dict[str, str]
) -> None:
    client = shop.client(app=app)
    for path in (f"/api/customers/{_escaped(name)}{tail}", "/api/customers"):
        answer = client.get(path, params=query)
        assert answer.status_code in _DOCUMENTED
        if answer.status_code != 200:
            assert answer.headers["content-type"] == "application/problem+json"


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_texts, inner, max_size=3)
    ),
    max_leaves=6,
)
_names = st.sampled_from(
    ["segments", "risks", "ranges", "attributes", "consent", "most", "audience"]
)


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(body=st.dictionaries(_names, _json, max_size=4), raw=st.binary(max_size=30))
def test_any_body_gets_a_documented_answer(
    app: Any, shop: Shop, body: dict[str, Any], raw: bytes
) -> None:
    client = shop.client(app=app)
    for content in (json.dumps(body).encode(), raw):
        for path in ("/api/audiences", "/api/campaigns/simulate", "/api/audiences/export"):
            answer = client.post(
                path, content=content, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in _DOCUMENTED


def test_every_route_is_described_and_says_what_can_go_wrong(app: Any) -> None:
    for path, _, told in routes(app):
        assert told["description"], path
        if path != "/api/health":
            assert {"401", "403", "422", "429", "503"} <= set(told["responses"]), path


def _escaped(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")
