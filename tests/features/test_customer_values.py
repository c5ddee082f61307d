"""Which column holds a customer's value, and of which kind it is."""

from __future__ import annotations

import pytest

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.customer_values import ValueColumn, past_value_column, value_column


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


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ({}, ValueColumn("past_value", "net_amount_365d")),
        ({"window": 90}, ValueColumn("past_value", "net_amount_90d")),
        ({"attribute": "fee"}, ValueColumn("attribute", "fee")),
        ({"attribute": "fee", "from": "spend"}, ValueColumn("past_value", "net_amount_365d")),
        ({"from": "predicted"}, ValueColumn("predicted_value", "predicted_value")),
    ],
)
def test_the_value_is_of_the_kind_that_the_project_file_names(
    value: dict[str, object], column: ValueColumn
) -> None:
    assert ValueColumn.of(project(value)) == column
    assert value_column(project(value)) == column.name


def test_at_past_cutoffs_the_past_value_stands_in_for_the_predicted_one() -> None:
    past = ValueColumn("past_value", "net_amount_365d")
    assert ValueColumn.at_cutoffs(project({"from": "predicted"})) == past
    assert ValueColumn.at_cutoffs(project({"attribute": "fee"})) == ValueColumn("attribute", "fee")
    assert ValueColumn.at_cutoffs(project({"from": "predicted"}, sales=False)) is None


def test_the_past_value_is_that_of_a_year_in_periods_of_the_project() -> None:
    names = [past_value_column(project({}, grain=grain)) for grain in ("day", "week", "month")]
    assert names == ["net_amount_365d", "net_amount_52w", "net_amount_12m"]


def test_without_transactions_there_is_no_past_value() -> None:
    assert ValueColumn.of(project({}, sales=False)) is None


def test_a_window_that_features_do_not_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="no window of 17 days"):
        past_value_column(project({"window": 17}))
