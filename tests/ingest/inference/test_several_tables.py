"""What is guessed from several tables: who the customer is, which table is what, and joins."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions"
DRAWN = random.Random(7)
DAYS = [date(2023, 1, 1) + timedelta(days=n) for n in range(480)]
TOWNS = ("Leeds", "York", "Bath", "Derby")


def csv(head: str, rows: list[tuple[object, ...]]) -> str:
    """A file of these rows."""
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def day() -> date:
    return DRAWN.choice(DAYS)


def people(head: str, *, key: str = "{}", of: int = 60) -> str:
    """Customers with a name, a town and a day of joining."""
    rows = [
        (key.format(n), f"Person {n}", f"p{n}@mail.example", TOWNS[n % 4], DAYS[n % 90])
        for n in range(1, of + 1)
    ]
    return csv(head, [*rows])


PEOPLE = "id,full_name,email,town,signup_date"


def orders(head: str, *, key: str = "{}", of: int = 60) -> list[tuple[object, ...]]:
    """Four hundred orders: number, customer, day, total."""
    assert head
    return [
        (
            5000 + n,
            key.format(DRAWN.randint(1, of)),
            day(),
            f"{DRAWN.randint(300, 9000) / 100:.2f}",
        )
        for n in range(400)
    ]


HEADS = "order_no,customer,ordered_on,total"


@pytest.mark.parametrize(
    "name", ["panel_id", "user", "client", "account", "member", "household", "cust_no", "kundennr"]
)
def test_the_customer_has_many_names(guess: Guess, name: str) -> None:
    found = guess(export=csv(f"order_no,{name},ordered_on,total", orders(HEADS)))
    assert found[f"{AT}.columns.customer_id"].strip("_") == name


def test_an_e_mail_address_is_a_key_where_there_is_no_other(guess: Guess) -> None:
    rows = orders(HEADS, key="p{}@mail.example")
    found = guess(
        people=people("name,full_name,email,town,signup_date"),
        orders=csv("order_no,billing_contact,ordered_on,total", rows),
    )
    assert found["entities.customers.columns.customer_id"] == "email"
    assert found[f"{AT}.columns.customer_id"] == "billing_contact"


def test_the_same_key_has_two_names(guess: Guess) -> None:
    found = guess(
        people=people(PEOPLE, key="K-{}9"),
        sales=csv("nr,bought_by,day,total", orders(HEADS, key="K-{}9")),
    )
    assert found["entities.customers.columns.customer_id"] == "id"
    assert found[f"{AT}.columns.customer_id"] == "bought_by"


def test_a_table_of_purchases_where_each_customer_bought_once_is_no_table_of_customers(
    guess: Guess,
) -> None:
    rows = [(5000 + n, f"c{n}", day(), "12.50") for n in range(60)]
    found = guess(orders=csv("order_no,customer_id,order_date,total_amount", rows))
    assert "customers" not in found["entities"]
    assert found[f"{AT}.columns.customer_id"] == "customer_id"
    found = guess(orders=csv("order_no,customer_id,order_date,total_amount", rows[:2]))
    assert found[f"{AT}.columns.customer_id"] == "customer_id"


def test_lines_have_their_customer_from_the_order(guess: Guess) -> None:
    heads = orders(HEADS)
    lines = [
        (number * 10 + n, number, f"sku{DRAWN.randint(1, 20)}", n + 1, "2.50")
        for number, *_ in heads
        for n in range(2)
    ]
    found = guess(
        orders=csv(
            "order_no,customer_id,ordered_on,status",
            [(n, who, at, "paid") for n, who, at, _ in heads],
        ),
        order_items=csv("line_id,order_no,sku,quantity,unit_price", lines),
        customers=people(PEOPLE),
    )
    assert found[f"{AT}.source"] == "order_items_with_orders"
    assert found[f"{AT}.columns.customer_id"] == "customer_id"
    assert found[f"{AT}.columns.occurred_at"] == "ordered_on"
    assert found[f"{AT}.columns.order_id"] == "order_no"
    assert "left join" in found["sources.order_items_with_orders.sql"]
    assert set(found["sources"]) == {
        "orders",
        "order_items",
        "order_items_with_orders",
        "customers",
    }


def test_the_header_counts_where_lines_do_not_add_up_to_it(guess: Guess) -> None:
    heads = orders(HEADS)
    lines = [(number * 10, number, "sku1", "2.50") for number, *_ in heads]
    found = guess(
        orders=csv("order_no,customer_id,ordered_on,total", heads),
        order_items=csv("line_id,order_no,sku,price", lines),
    )
    assert found[f"{AT}.source"] == "orders"
    assert found[f"{AT}.columns.amount"] == "total"


def test_payments_of_orders_are_not_counted_beside_them(guess: Guess) -> None:
    heads = orders(HEADS)
    paid = [(number, "card" if number % 3 else "voucher", total) for number, _, _, total in heads]
    found = guess(
        orders=csv("order_no,customer_id,ordered_on,total", heads),
        order_payments=csv("order_no,payment_type,payment_value", paid),
    )
    assert found[f"{AT}.source"] == "orders"
