"""Snapshots of customers: who a row is, how long customers have been there, and what they bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]


def people(*, head: str, cells: str, rows: int = 120) -> str:
    """Rows by a format of the row's number `n`, and `l`, which is 1 for a fifth of them."""
    lines = [cells.format(n=n, l=int(n % 5 == 0), m=n % 48, y=n % 11) for n in range(rows)]
    return "\n".join([head, *lines]) + "\n"


def test_the_only_column_with_a_key_of_every_row_is_the_customer(guess: Guess) -> None:
    found = guess(staff=people(head="RecordNumber,age,attrition", cells="{n},{m},{l}"))
    assert found["entities.customers.columns.customer_id"] == "record_number"
    assert found["entities.labels.columns.customer_id"] == "record_number"


def test_a_key_that_repeats_in_rows_that_differ_is_asked(guess: Guess) -> None:
    text = people(head="customer_id,age,churn", cells="K{n},{m},{l}")
    again = "".join(f"K{n},{n + 50},1\n" for n in range(12))
    found = guess(policies=text + again)
    assert found["entities.customers.columns.customer_id"] == "customer_id"
    (question,) = found["questions"]
    assert "repeats in 9.1% of the 132 rows" in question["ask"]
    assert "_row_number" in str(question["answers"][1]["set"])
    assert guess(policies=text + "".join(text.splitlines(keepends=True)[1:12]))["questions"] is None


def test_customers_that_stand_in_the_file_of_each_month_are_counted_once(guess: Guess) -> None:
    months = {
        f"members_2023_0{month}": people(
            head="member_no,visits,active", cells=f"M{{n}},{month},{{l}}"
        )
        for month in range(1, 7)
    }
    found = guess(**months)
    assert found["entities.customers.columns.customer_id"] == "member_no"
    (question,) = found["questions"]
    assert question["key"] == "customers.key"
    assert "Its 120 different values" in question["answers"][0]["say"]


def test_rows_that_tell_nothing_of_customers_are_asked(guess: Guess) -> None:
    (question,) = guess(answers=people(head="age,city,score", cells="{m},X{y},{n}.5"))["questions"]
    assert question["key"] == "customers"


def test_tenure_is_known_by_its_name_or_by_its_size(guess: Guess) -> None:
    found = guess(people=people(head="user_id,tenure,churn", cells="u{n},{m},{l}"))
    assert (found["churn.tenure_attribute"], found["churn.tenure_unit"]) == ("tenure", "month")
    found = guess(people=people(head="user_id,years_with_us,churn", cells="u{n},{y},{l}"))
    assert found["churn.tenure_attribute"] == "years_with_us_in_months"
    attribute = found["entities.customers.attributes.years_with_us_in_months"]
    assert attribute == {"sql": "years_with_us * 12", "type": "number", "feature": False}
    found = guess(people=people(head="user_id,tenure,churn", cells="u{n},{y},{l}"))
    assert found["churn.tenure_attribute"] is None  # years or months: nothing tells


def test_the_value_is_a_charge_of_a_month_or_a_twelfth_of_a_year(guess: Guess) -> None:
    cells = "u{n},{m}.50,{l}"
    found = guess(people=people(head="user_id,Monatsbeitrag,churn", cells=cells))
    assert found["value"] == {"attribute": "monatsbeitrag", "attribute_per": "month"}
    found = guess(people=people(head="user_id,annual_premium,churn", cells=cells))
    assert found["value"] == {"attribute": "annual_premium_per_month", "attribute_per": "month"}
    attribute = found["entities.customers.attributes.annual_premium_per_month"]
    assert attribute["sql"] == "annual_premium / 12.0"
    found = guess(people=people(head="user_id,monthly_income,churn", cells=cells))
    assert found["value"] is None


def test_names_that_begin_with_a_digit_are_made_names(guess: Guess) -> None:
    found = guess(people=people(head="user_id,2nd_visit,order,churn", cells="u{n},{m},{y},{l}"))
    assert set(found["entities.customers.attributes"]) == {"column_2nd_visit", "order"}


def test_a_number_of_orders_does_not_name_the_customers(guess: Guess) -> None:
    found = guess(people=people(head="order_no,visit,size,colour", cells="u{n},{m},{y},{l}"))
    assert [question["key"] for question in found["questions"]] == ["customers"]
