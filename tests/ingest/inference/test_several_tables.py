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
    assert not found.leaves_open("looks like purchases too")
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


def test_keys_in_another_spelling_are_made_equal(guess: Guess) -> None:
    found = guess(
        people=people("customer_id,full_name,email,town,signup_date", key="C{:0>8}"),
        orders=csv("order_no,customer_id,ordered_on,total", orders(HEADS)),
    )
    assert found["entities.customers.source"] == "people"
    assert "sql" in found["entities.customers.columns.customer_id"]
    assert found[f"{AT}.columns.customer_id"] == "customer_id"


def test_products_bring_their_category_along(guess: Guess) -> None:
    sales = [
        (5000 + n, DRAWN.randint(1, 60), day(), DRAWN.randint(101, 140), "9.90") for n in range(400)
    ]
    goods = [(n, f"Thing {n}", 1 + n % 4, "5.00") for n in range(101, 141)]
    kinds = [(n, kind) for n, kind in enumerate(("Tea", "Ware", "Food", "Gifts"), 1)]
    found = guess(
        sales=csv("sale_no,customer_key,sold_on,product_key,total", sales),
        products=csv("product_key,product_name,category_key,cost", goods),
        categories=csv("category_key,category_name", kinds),
    )
    assert found[f"{AT}.columns.category"] == "category_name"
    assert sorted(found["features.categories"]) == ["Food", "Gifts", "Tea", "Ware"]
    assert found[f"{AT}.columns.amount"] == "total"
    assert set(found["sources"]) >= {"sales", "products", "categories"}


def test_what_another_table_says_of_each_customer_comes_along(guess: Guess) -> None:
    services = [(n, "fibre" if n % 3 else "dsl", n % 5) for n in range(1, 61)]
    left = [(n, "Yes" if n % 4 == 0 else "No") for n in range(1, 61)]
    found = guess(
        customers=people("customer_id,full_name,email,town,signup_date"),
        services=csv("customer_id,internet,extras", services),
        status=csv("customer_id,churned", left),
    )
    assert {"town", "internet", "extras"} <= set(found["entities.customers.attributes"])
    assert found["entities.labels.source"] == "status"
    assert found["churn.kind"] == "labelled"


def test_contracts_tell_when_a_customer_joined_and_left(guess: Guess) -> None:
    contracts = []
    for n in range(1, 61):
        begun = DAYS[n % 90]
        for turn in range(1 + n % 3):
            ended = "" if n % 2 else begun + timedelta(days=100 + 90 * turn)
            contracts.append((n * 10 + turn, n, begun + timedelta(days=90 * turn), ended, "basic"))
    found = guess(
        customers=people("customer_id,full_name,email,town,language"),
        contracts=csv("contract_no,customer_id,start_date,end_date,plan", contracts),
    )
    assert found["churn.kind"] == "contractual"
    columns = found["entities.customers.columns"]
    assert (columns["joined_at"], columns["left_at"]) == ("start_date", "end_date")


def test_a_second_file_without_the_label_is_scored(guess: Guess) -> None:
    train = [(n, 20 + n % 40, TOWNS[n % 4], n % 7, n % 5 == 0) for n in range(1, 101)]
    test = [(n, 20 + n % 40, TOWNS[n % 4], n % 7) for n in range(101, 151)]
    found = guess(
        train=csv("customer_id,age,town,calls,churn", [(*row[:4], int(row[4])) for row in train]),
        test=csv("customer_id,age,town,calls", test),
    )
    assert "union all" in found[f"sources.{found['entities.customers.source']}.sql"]
    assert found["entities.labels.source"] == "train"
    assert set(found["entities.customers.attributes"]) == {"age", "town", "calls"}


def test_lines_have_the_state_of_their_order_by_its_name(guess: Guess) -> None:
    heads = [(*row, (5, 5, 5, 7)[n % 4]) for n, row in enumerate(orders(HEADS))]
    lines = [(n, row[0], f"T{n % 5}", 1, row[3]) for n, row in enumerate(heads)]
    found = guess(
        customers=people("customer_id,full_name,email,town,signup_date"),
        orders=csv("order_no,customer_id,ordered_on,total,order_status_id", heads),
        order_items=csv("line_id,order_no,sku,quantity,price", lines),
        order_status=csv("order_status_id,name", [(5, "Completed"), (7, "Cancelled")]),
    )
    assert found[f"{AT}.source"] == "order_items_with_orders"
    (rule,) = found[f"{AT}.reject"]
    assert rule["when"] == "lower(order_status) in ('cancelled')"


def test_dated_rows_of_customers_without_money_are_interactions(guess: Guess) -> None:
    visits = [(f"K{n % 50 + 7}", day(), ("north", "south", "roof")[n % 3]) for n in range(500)]
    found = guess(
        orders=csv(HEADS, orders(HEADS, key="K{}")), zutritt=csv("mitglied,am,tor", visits)
    )
    assert found["entities.interactions.columns"] == {
        "customer_id": "mitglied",
        "occurred_at": "am",
        "kind": "tor",
    }


def test_a_column_that_names_nothing_joins_by_the_table_that_both_refer_to(guess: Guess) -> None:
    key = "3600{:05}"
    tickets = [(n, f"3600{n % 40 + 1:05}", day(), ("good", "bad")[n % 2]) for n in range(300)]
    found = guess(
        people=people(PEOPLE, key=key),
        orders=csv("order_no,user_id,ordered_on,total", orders(HEADS, key=key)),
        tickets=csv("nr,requested_by,created_at,rating", tickets),
    )
    assert found["entities.interactions.columns.customer_id"] == "requested_by"


def test_purchases_without_an_account_are_nobodys(guess: Guess) -> None:
    rows = [
        (number, 0 if n % 5 == 0 else who, when, total)
        for n, (number, who, when, total) in enumerate(orders(HEADS))
    ]
    found = guess(orders=csv("order_no,customer_id,ordered_on,total", rows))
    (rule,) = found[f"{AT}.reject"]
    assert rule["when"] == "lower(trim(cast(customer_id as varchar))) in ('0')"
    assert found.leaves_open("80 rows have the customer 0, who is nobody")
