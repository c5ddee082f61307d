"""Each way to compute a feature: its operation, its arguments, what it uses."""

from __future__ import annotations

import duckdb
import pytest
from pydantic import ValidationError

from regulars.core.settings import Project
from regulars.features.computations import Before, Change, Favourite, Momentum, Parts, WeightedScore
from regulars.features.entries import CatalogueFile, FeatureEntry

STATED = {"name": "x", "family": "rhythm", "type": "double", "meaning": "X."}
PROJECT = Project.model_validate(
    {
        "version": 1,
        "project": "shop",
        "grain": "week",
        "sources": {"orders": {"path": "orders.csv"}},
        "entities": {
            "transactions": {
                "source": "orders",
                "columns": {"customer_id": "who", "occurred_at": "at", "amount": "paid"},
            }
        },
        "features": {"categories": ["Toys", "Bob's Food"]},
    }
)


def test_a_window_is_set_against_the_one_before_by_its_double() -> None:
    assert Change(of="orders").operation(PROJECT, window=4) == (
        "sql", ("orders_4w - (orders_8w - orders_4w)",),
    )  # fmt: skip
    assert Before(of="orders").operation(PROJECT, window=4) == ("sql", ("(orders_8w - orders_4w)",))
    assert Momentum(of="orders").operation(PROJECT, window=4) == (
        "ratio", ("orders_4w", "(orders_8w - orders_4w)"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("toys", "food", "favourite"),
    [(2, 1, "Toys"), (1, 2, "Bob's Food"), (2, 2, "Bob's Food"), (0, 0, None)],
)
def test_a_favourite_is_the_largest_and_of_equals_the_first_by_name(
    toys: int, food: int, favourite: str | None
) -> None:
    sql = Favourite(prefix="lines_in", values="categories").sql(PROJECT, window=None)
    counts = f"select {toys} as lines_in_toys_ever, {food} as lines_in_bob_s_food_ever"
    assert duckdb.sql(f"select {sql} from ({counts})").fetchone() == (favourite,)


def test_names_of_parts_are_not_taken_for_features() -> None:
    parts = Parts(of="amount_ever", count=2, names=("low", "high"))
    assert parts.uses(parts.operation(PROJECT, window=None)) == {"amount_ever"}


def test_a_score_without_a_known_term_is_none() -> None:
    score = WeightedScore(of={"a": 0.5, "1 - b": 0.5})
    assert score.within({"c"}) is None
    within = score.within({"b"})
    assert within is not None
    assert within.of == {"1 - b": 0.5}


def test_a_feature_gets_the_entity_of_its_measure_whatever_other_names_begin_alike() -> None:
    measure = {"type": "bigint", "meaning": "M."}
    file = CatalogueFile.model_validate(
        {
            "windows": {},
            "measures": [
                {"name": "lines", "entity": "transactions", **measure},
                {"name": "lines_of_talk", "entity": "interactions", **measure},
            ],
            "features": [
                {**STATED, "measure": "lines"},
                {**STATED, "measure": "lines_of_talk"},
                {**STATED, "measure": "lines", "needs": "touches"},
                {**STATED, "sql": "1"},
            ],
        }
    )
    entities = [feature.entity for feature in file.features]
    assert entities == ["transactions", "interactions", "touches", None]


@pytest.mark.parametrize("ways", [{}, {"sql": "1", "days_since": "last_sale_on"}])
def test_a_feature_that_is_not_computed_in_one_way_is_refused(ways: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="in one way how to compute x"):
        FeatureEntry.model_validate(STATED | ways)


def test_a_ratio_has_two_parts() -> None:
    with pytest.raises(ValidationError):
        FeatureEntry.model_validate({**STATED, "ratio": ["a"]})
