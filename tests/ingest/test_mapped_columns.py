"""A mapping that the landed columns do not allow is refused by name, with the place to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from regulars.core.errors import SettingsError
from regulars.core.settings import read_project
from regulars.ingest.mapped_columns import check_mapping

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

COLUMNS = {
    "customer_id": "Customer ID",
    "occurred_at": {"parts": {"year": "Year", "month": "Month"}},
    "amount": {"sql": "quantity * unit_price"},
}
TYPES = {"Quantity": "number", "unit_price": "number"}


def check(shop: Shop, *, types: dict[str, str] = TYPES, **changes: Any) -> None:
    """Land orders, and check this mapping of them."""
    shop.write("orders.csv", "Customer ID,Year,Month,Quantity,Unit Price\nanna,2024,6,2,4.50\n")
    shop.land_one(path="orders.csv")
    mapping = {"source": "orders", "columns": COLUMNS} | changes
    settings = {
        "version": 1,
        "project": "shop",
        "sources": {"orders": {"path": "orders.csv", "types": types}},
        "entities": {"transactions": mapping},
    }
    (shop.root / "regulars.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
    check_mapping(read_project(shop.root), shop.warehouse)


def test_columns_are_known_by_either_of_their_names(shop: Shop) -> None:
    rule = {"when": "unit_price <= 0 or amount is null", "because": "no price"}
    check(shop, where="quantity <> 0", reject=[rule])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"columns": COLUMNS | {"customer_id": "CustomerNo"}},
            "entities.transactions.columns.customer_id: the source 'orders' has no column "
            "'CustomerNo'; did you mean 'customer_id'?",
        ),
        (
            {"columns": COLUMNS | {"occurred_at": {"parts": {"year": "Year", "month": "Moth"}}}},
            "columns.occurred_at: the source 'orders' has no column 'Moth'; did you mean 'month'?",
        ),
        (
            {"columns": COLUMNS | {"amount": {"sql": "quantity * unitprice"}}},
            "columns.amount: the source 'orders' has no column 'unitprice'; did you mean 'unit_pr",
        ),
        ({"where": "status = 'paid'"}, "transactions.where: the source 'orders' has no column"),
        (
            {"reject": [{"when": "amout = 0", "because": "free"}]},
            "transactions.reject: the source 'orders' has no column 'amout'; did you mean 'amount'",
        ),
        ({"types": {"Price": "number"}}, "sources.orders.types.Price: the source 'orders' has no"),
    ],
)
def test_a_column_that_is_not_there_is_named(
    shop: Shop, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        check(shop, **changes)
    assert said in caught.value.what
    assert "regulars.yaml, line" in str(caught.value.where)


def test_sql_over_text_asks_for_types(shop: Shop) -> None:
    with pytest.raises(SettingsError) as caught:
        check(shop, types={})
    assert "columns.amount: the SQL cannot run" in caught.value.what
    assert "sources.orders.types" in str(caught.value.hint)
