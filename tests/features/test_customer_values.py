"""Which column holds a customer's value, and of which kind it is."""

from __future__ import annotations

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.customer_values import (
    ValuePart,
    past_value_column,
    value_part_without_prediction,
    value_parts,
)


def project(value: dict[str, object], *, grain: str = "day", sales: bool = True) -> Project:
    columns = {"customer_id": "who", "occurred_at": "day", "amount": "total"}
    entities: dict[str, object] = {
        "customers": {
            "source": "people",
            "columns": {"customer_id": "who"},
            "attributes": {"fee": "fee"},
        }
    }
    if sales:
        entities["transactions"] = {"source": "sales", "columns": columns}
    return Project.model_validate(
        {
            "version": 1,
            "project": "shop",
            "grain": grain,
            "sources": {"sales": {"path": "sales.csv"}, "people": {"path": "people.csv"}},
            "entities": entities,
            "value": value,
        }
    )


PREDICTED = ValuePart("predicted", "customer_value", "value_if_stays")
PAST = ValuePart("past", "customer_features", "net_amount_365d")


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ({}, (PREDICTED, PAST)),
        ({"window": 90}, (PREDICTED, ValuePart("past", "customer_features", "net_amount_90d"))),
        ({"from": "spend"}, (PAST,)),
        ({"attribute": "fee"}, (PREDICTED, PAST)),
        ({"attribute": "fee", "attribute_per": "month"}, (PREDICTED, PAST)),
        (
            {"attribute": "fee", "attribute_per": "life"},
            (ValuePart("delivered", "dim_customer", "fee"),),
        ),
        ({"attribute": "fee", "attribute_per": "life", "from": "spend"}, (PAST,)),
    ],
)
def test_the_value_is_predicted_and_past_spend_stands_in(
    value: dict[str, object], parts: tuple[ValuePart, ...]
) -> None:
    assert value_parts(project(value)) == parts


def test_where_nothing_is_predicted_a_monthly_charge_counts_for_twelve_months() -> None:
    month = project({"attribute": "fee", "attribute_per": "month"}, sales=False)
    part = value_part_without_prediction(month)
    assert part == ValuePart("predicted", "dim_customer", "fee", 12)
    assert value_part_without_prediction(project({})) == PAST


def test_a_charge_of_an_unknown_period_is_no_value() -> None:
    unknown = project({"attribute": "fee"}, sales=False)
    assert value_part_without_prediction(unknown) is None
    assert value_parts(unknown) == (PREDICTED,)


def test_the_past_value_is_that_of_a_year_in_periods_of_the_project() -> None:
    names = [past_value_column(project({}, grain=grain)) for grain in ("day", "week", "month")]
    assert names == ["net_amount_365d", "net_amount_52w", "net_amount_12m"]


def test_without_transactions_there_is_no_past_value() -> None:
    assert value_part_without_prediction(project({}, sales=False)) is None


def test_a_window_that_features_do_not_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="no window of 17 days"):
        past_value_column(project({"window": 17}))
