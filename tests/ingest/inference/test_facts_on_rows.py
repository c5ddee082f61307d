"""Columns that are the same in all rows of a customer tell of the customer."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.ingest.inference.test_several_tables import DAYS, TOWNS, csv, people

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.customers"
BRANCHES = ("Bakery", "Garage", "Clinic")
HEAD = "order_no,customer,ordered_on,total,Branche,contact_name,delivered_by,Country"


def orders(*, moved: int = 0) -> list[tuple[object, ...]]:
    """Six hundred orders of sixty customers; of `moved` of these, one order has another branch."""
    drawn = random.Random(3)
    rows: list[tuple[object, ...]] = []
    for n in range(600):
        who = n % 60
        branch = BRANCHES[(who + (who < moved and n < 60)) % 3]
        name = f"{('Ann', 'Ben', 'Cleo')[who % 3]} Smith {who}"
        rows.append(
            (
                8000 + n,
                f"K{who:03}",
                drawn.choice(DAYS),
                f"{drawn.randint(300, 9000) / 100:.2f}",
                branch,
                name,
                drawn.choice(("van", "post")),
                "France",
            )
        )
    return rows


def test_rows_that_say_the_same_of_a_customer_give_attributes(guess: Guess) -> None:
    found = guess(orders=csv(HEAD, orders()))
    assert found[f"{AT}.source"] == "customers_of_orders"
    assert found[f"{AT}.columns.customer_id"] == "customer"
    assert found[f"{AT}.attributes"] == {"branche": "branche", "country": "country"}
    assert found["entities.transactions.source"] == "orders"
    assert found["churn.kind"] == "silence"
    assert "the same in all rows of 60 customers" in found.text


def test_a_fact_with_exceptions_is_probable_and_one_with_many_is_none(guess: Guess) -> None:
    once = guess(orders=csv(HEAD, orders(moved=1)))
    assert once[f"{AT}.attributes.branche"] == "branche"
    assert "probable: the same in all rows of 59 of 60 customers" in once.text
    assert guess(orders=csv(HEAD, orders(moved=6)))[AT] is None


def test_what_nearly_all_rows_say_is_no_fact_by_chance(guess: Guess) -> None:
    gift = [(*row[:4], "no" if n % 97 else "yes") for n, row in enumerate(orders())]
    assert guess(orders=csv("order_no,customer,ordered_on,total,wrapped", gift))[AT] is None


def test_only_what_no_table_of_customers_says_is_brought_from_rows(guess: Guess) -> None:
    rows = [(*row[:5], TOWNS[int(str(row[1])[1:]) % 4]) for row in orders()]
    found = guess(
        clients=people("customer,full_name,email,town,signup_date", key="K{:03}"),
        orders=csv("order_no,customer,ordered_on,total,trade,ship_city", rows),
    )
    assert found[f"{AT}.source"] == "clients_with_orders"
    assert set(found[f"{AT}.attributes"]) == {"full_name", "email", "town", "trade"}
    assert found["sources.orders.load"] is None
