"""What is guessed from the public data sets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
Data = Callable[[str], Path]


def test_retail_knows_its_lines_refunds_and_gifts(guess: Guess, shared_data: Data) -> None:
    found = guess(shared_data("retail"))
    transactions = found["entities.transactions"]
    assert transactions["columns"] == {
        "customer_id": "customer_id",
        "occurred_at": "invoice_date",
        "amount": {"sql": "quantity * unit_price"},
        "order_id": "invoice_no",
        "quantity": "quantity",
        "product": "stock_code",
    }
    assert [rule["when"] for rule in transactions["reject"]] == ["unit_price <= 0"]
    assert (found["churn.kind"], found["churn.horizon"], found["currency"]) == (
        "silence",
        90,
        "GBP",
    )
    assert "135,080 rows without one are rejected" in found.text
    assert "9,288 rows of orders C... are cancellations" in found.text.replace("\n      # ", " ")


def test_telco_has_nineteen_attributes_and_a_label(guess: Guess, shared_data: Data) -> None:
    found = guess(shared_data("telco"))
    attributes = found["entities.customers.attributes"]
    assert len(attributes) == 19
    assert attributes["total_charges"]["type"] == "number"
    assert attributes["senior_citizen"]["type"] == "flag"
    assert found["entities.labels.columns.churned"] == "churn"
    assert found["churn.kind"] == "labelled"
    assert "11 rows without a value" in found.text


def test_airline_is_contractual_and_monthly(guess: Guess, shared_data: Data) -> None:
    found = guess(shared_data("airline"))
    assert (found["churn.kind"], found["churn.horizon"], found["grain"]) == (
        "contractual",
        3,
        "month",
    )
    columns = found["entities.customers.columns"]
    assert columns["left_at"]["parts"] == {
        "year": "cancellation_year",
        "month": "cancellation_month",
    }
    assert found["entities.transactions.members_only"] is True
    assert found["personal_data"] == ["postal_code"]


def test_cdnow_is_named_by_what_it_holds(guess: Guess, shared_data: Data) -> None:
    found = guess(shared_data("cdnow"))
    names = ["customer_id", "column_2", "date", "quantity", "amount"]
    assert found["sources.cdnow_sample.columns"] == names
    assert found["churn.kind"] == "silence"
    assert found.leaves_open("'column_2' has as many values as 'customer_id' (2,357)")
    assert found.leaves_open("read_me_CDNOW_sample.txt is no table")


def test_bank_is_labelled_and_numbers_of_rows_are_no_attribute(
    guess: Guess, shared_data: Data
) -> None:
    found = guess(shared_data("bank"))
    assert found["entities.labels.columns.churned"] == "exited"
    assert found["personal_data"] == ["surname"]
    assert "row_number" not in found["entities.customers.attributes"]


def test_adventureworks_dates_are_month_first_and_income_is_a_number(
    guess: Guess, shared_data: Data
) -> None:
    found = guess(shared_data("adventureworks"))
    when = found["entities.transactions.columns.occurred_at"]
    assert when == {"column": "order_date", "format": ["%m-%d-%y", "%m/%d/%Y"]}
    assert found["sources.adventure_works_customers.encoding"] == "cp1252"
    assert found["sources.adventure_works_sales.path"].endswith("AdventureWorks_Sales_*.csv")
    assert found["entities.customers.attributes.annual_income.type"] == "number"
    assert found["currency"] == "USD"
    assert found["entities.transactions.source"] == "adventure_works_sales_with_products"
    assert found["entities.transactions.columns.category"] == "category_name"
    assert sorted(found["features.categories"]) == ["Accessories", "Bikes", "Clothing"]
    assert found.leaves_open("AdventureWorks_Returns.csv")


def test_crm_maps_customers_purchases_contacts_and_the_label(
    guess: Guess, shared_data: Data
) -> None:
    found = guess(shared_data("crm"))
    assert set(found["entities"]) == {"customers", "transactions", "interactions", "labels"}
    assert found["churn.kind"] == "labelled"
    assert found["entities.interactions.columns.resolved"]["true"] == ["Resolved"]
    assert found.leaves_open("`kind: silence` can be tested in time")


def test_hillstrom_is_an_experiment_and_no_company(guess: Guess, shared_data: Data) -> None:
    found = guess(shared_data("hillstrom"))
    (question,) = found["questions"]
    assert question["key"] == "experiment"
    for effect in ("+7.66 points", "+0.68 points", "+0.770", "+4.52 points", "+0.31", "+0.424"):
        assert effect in question["ask"]
    attributes = found["entities.customers.attributes"]
    assert not {"segment_given", "visit", "conversion", "spend"} & set(attributes)
