"""Names of raw columns as the warehouse knows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.errors import SettingsError
from regulars.core.names import nearest, resolve_column, snake_case, unique_names


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Loyalty Number", "loyalty_number"),
        ("CustomerID", "customer_id"),
        ("InvoiceNo", "invoice_no"),
        ("HTTPStatus", "http_status"),
        ("2nd mail", "_2nd_mail"),
        ("\ufeffDate", "date"),
        ("Größe (cm)", "grosse_cm"),
        ("código", "codigo"),
        ("年齢", "年齢"),
        ("รหัสลูกค้า", "รหสลกคา"),  # marks above and below a letter are no signs between words
        ("%", "unnamed"),
    ],
)
def test_a_raw_name_becomes_a_warehouse_name(raw: str, name: str) -> None:
    assert snake_case(raw) == name


@given(st.lists(st.sampled_from(["id", "ID", "id 2", "id_2", "", "x"])))
def test_every_column_gets_a_name_of_its_own(names: list[str]) -> None:
    assert len(set(unique_names(names))) == len(names)


def test_a_word_of_sql_gets_an_underscore_and_is_still_known_by_its_name() -> None:
    assert unique_names(["Order", "User", "Order"]) == ["order_", "user_", "order_2"]
    assert resolve_column("Order", ["order_", "user_"]) == "order_"


def test_a_column_is_meant_by_either_of_its_names() -> None:
    columns = ["customer_id", "unit_price", "_row_number"]
    assert resolve_column("Unit Price", columns) == "unit_price"
    assert resolve_column("UNIT_PRICE", columns) == "unit_price"
    assert resolve_column("_row_number", columns) == "_row_number"


def test_a_column_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="no column 'UnitPrise'; did you mean 'unit_price'"):
        resolve_column("UnitPrise", ["customer_id", "unit_price"])


def test_nothing_is_near_to_a_name_of_another_kind() -> None:
    assert nearest("quantity", ["customer_id", "country"]) is None
