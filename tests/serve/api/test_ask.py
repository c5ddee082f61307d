"""Questions over the API: answers, refusals with options, follow-ups, keys, and hostile intents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.questioned_release import HOSTILE, QuestionedRelease
from tests.serve.api.conftest import Shop


@pytest.fixture
def client(new_shop: Callable[[], Shop]) -> Any:
    shop = new_shop()
    shop.publish(QuestionedRelease())
    return shop.client("read")


def ask(client: Any, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/ask", json=body)
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_question_and_its_follow_up_are_answered(client: Any) -> None:
    first = ask(client, question="sales in May")
    assert first["rows"] == [{"sales": 200.0}]
    followed = ask(client, question="and by segment?", last=first["intent"])
    assert followed["rows"] == [
        {"segment": "Champions", "sales": 150.0}, {"segment": "Lost", "sales": 50.0},
    ]  # fmt: skip
    again = client.post("/api/query", json={"intent": followed["intent"]}).json()
    assert (again["rows"], again["sql"]) == (followed["rows"], followed["sql"])


def test_what_is_not_clear_comes_back_with_options(client: Any) -> None:
    refused = ask(client, question="what is our profit")
    assert (refused["kind"], refused["words"]) == ("unknown_word", ["profit"])
    assert ask(client, question=refused["options"][0])["rows"]


def test_without_the_scope_to_read_nothing_is_answered(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    shop.publish(QuestionedRelease())
    assert shop.client("score").post("/api/ask", json={"question": "sales"}).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"dimensions": ["name"]},
        {"dimensions": ["segment; drop table x"]},
        {"metrics": [{"name": "read_csv('/etc/passwd')"}]},
        {"filters": [{"name": "name", "values": ["Anna Berg"]}]},
        {"filters": [{"name": "city' or true --", "values": ["x"]}]},
        {"filters": [{"name": "city", "values": ["Oslo' or '1'='1"]}]},
        {"filters": [{"name": "segment", "operator": "is", "values": [True]}]},
        {"filters": [{"name": "segment", "operator": "over", "values": ["Lost"]}]},
        {"period": {"start": "2024-06-01", "end": "2024-05-01"}},
    ],
)
def test_a_hostile_intent_is_refused(client: Any, change: dict[str, Any]) -> None:
    intent = {"metrics": [{"name": "customers"}], **change}
    answer = client.post("/api/query", json={"intent": intent})
    assert answer.status_code == 200
    assert "refused" in answer.json()


def test_a_hostile_name_in_the_data_is_a_value_like_any_other(client: Any) -> None:
    intent = {
        "metrics": [{"name": "customers"}],
        "filters": [{"name": "city", "values": [HOSTILE]}],
    }
    assert client.post("/api/query", json={"intent": intent}).json()["rows"] == [{"customers": 1}]
    asked = ask(client, question=f"how many customers in {HOSTILE}")
    assert asked.get("rows") == [{"customers": 1}]
    assert ask(client, question="how many customers do we have")["rows"] == [{"customers": 5}]
