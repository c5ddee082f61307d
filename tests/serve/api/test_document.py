"""The OpenAPI document says what everything is, in words that are defined once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from regulars.serve.api.descriptions import describe, described_parts, load_descriptions
from tests.serve.api.conftest import PROJECT, Shop

OPERATIONS = {
    "ask_question", "create_scoring_job", "delete_scoring_job", "describe_audience", "export_audience", "get_artifact", "get_churn_metrics",
    "get_churn_scoreboard", "get_customer", "get_customer_history", "get_customer_reasons",
    "get_health", "get_release", "get_scoring_job", "get_scoring_result", "get_server_metrics", "get_value_summary", "list_artifacts",
    "list_customers", "list_customers_by_risk", "list_customers_by_value", "list_keys",
    "list_scoring_jobs", "list_segments", "list_trainings", "query_intent", "revoke_key", "score_customers", "simulate_campaign",
}  # fmt: skip


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("document")
    (folder / "regulars.yaml").write_text(PROJECT)
    written: dict[str, Any] = Shop(folder).app().openapi()
    return written


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for methods in document["paths"].values() for each in methods.values()]


def test_every_field_and_parameter_is_described(document: dict[str, Any]) -> None:
    described = list(described_parts(document))
    assert len(described) > 400
    assert [f"{each.owner}.{each.name}" for each in described if not each.part["description"]] == []


def test_a_field_that_the_table_does_not_know_stops_the_document(document: dict[str, Any]) -> None:
    changed = copy.deepcopy(document)
    changed["components"]["schemas"]["Health"]["properties"]["mood"] = {"type": "string"}
    with pytest.raises(KeyError, match=r"Health\.mood"):
        describe(changed)


def test_no_description_is_unused(document: dict[str, Any]) -> None:
    """Neither one of a name that is gone, nor one that every owner of the name overrides."""
    table, used = load_descriptions(), set()
    for each in described_parts(document):
        if each.owner.startswith("Selected"):  # copies of described schemas
            continue
        own = each.name in table[f"{each.table}_of"].get(each.owner, {})
        used.add((f"{each.table}_of", each.owner, each.name) if own else (each.table, each.name))
    written = {(kind, name) for kind in ("fields", "parameters") for name in table[kind]}
    written |= {
        (kind, owner, name)
        for kind in ("fields_of", "parameters_of")
        for owner, names in table[kind].items()
        for name in names
    }
    assert written - used == set()


def test_a_description_is_a_sentence_of_json_and_not_of_python(document: dict[str, Any]) -> None:
    texts = [each.part["description"] for each in described_parts(document)]
    texts += [
        schema.get("description", "") for schema in document["components"]["schemas"].values()
    ]
    assert [text for text in texts if "None" in text or text[:1] == " "] == []
    assert [each for each in described_parts(document) if each.part["description"][-1] != "."] == []


def test_a_field_that_may_be_null_says_what_null_means(document: dict[str, Any]) -> None:
    """In answers; what a body may leave out is plain."""
    silent = [
        f"{each.owner}.{each.name}"
        for each in described_parts(document)
        if each.table == "fields" and not each.owner.endswith(("Row", "Body"))
        if {"type": "null"} in each.part.get("anyOf", [])
        and "null" not in each.part["description"].lower()
    ]
    assert silent == []


def test_clients_know_the_operations_by_short_names_that_stay(document: dict[str, Any]) -> None:
    assert {each["operationId"] for each in operations(document)} == OPERATIONS


def test_every_body_has_an_example_that_is_answered(shop: Shop, document: dict[str, Any]) -> None:
    client, sent = shop.client(), 0
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" not in operation:
                continue
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = document["components"]["schemas"][reference.rsplit("/", 1)[1]]
            for example in schema["examples"]:
                answer = client.request(method, path, json=example)
                # this release has nothing to score with, and says so
                assert answer.is_success or (path, answer.status_code) == ("/api/score", 409), path
                sent += 1
    assert sent >= 5
