"""Tables that nothing uses: asked about where they tell of the customers, else only named."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from regulars.ingest.inference.file_changes import with_settings
from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., Guessed]
DAYS = [date(2023, 1, 1) + timedelta(days=n) for n in range(480)]
NAMES = [f"Person {n}" for n in range(1, 61)]


def csv(head: str, rows: list[tuple[object, ...]]) -> str:
    return "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"


def people() -> str:
    rows = [(n, NAMES[n - 1], f"p{n}@mail.example", DAYS[n % 90]) for n in range(1, 61)]
    return csv("customer_id,full_name,email,signup_date", [*rows])


def bought(*, first: int, of: int, seed: int) -> list[tuple[object, ...]]:
    drawn = random.Random(seed)
    return [
        (
            first + n,
            drawn.randint(1, 60),
            drawn.choice(DAYS),
            f"{drawn.randint(300, 9000) / 100:.2f}",
        )
        for n in range(of)
    ]


ORDERS = "order_no,customer_id,ordered_on,total"


def unused(found: Guessed) -> list[dict[str, object]]:
    return [q for q in found["questions"] or [] if q["key"].startswith("unused_table")]


def test_dated_money_of_customers_is_asked_about_and_can_be_the_purchases(guess: Guess) -> None:
    found = guess(
        customers=people(),
        orders=csv(
            f"{ORDERS},product,quantity",
            [
                (*row, "tea", 1 + int(str(row[0])[-1]) % 3)
                for row in bought(first=1, of=400, seed=1)
            ],
        ),
        fees=csv("fee_no,customer_id,day,value", bought(first=90001, of=300, seed=2)),
    )
    assert found["entities.transactions.source"] == "orders"
    (question,) = unused(found)
    assert question["key"] == "unused_table"
    assert str(question["ask"]).startswith("fees (300 rows) is not used. It has dated money")
    left_out, instead, both, taken_off = question["answers"]
    assert not left_out["set"]
    assert (
        "else -abs(value) end"
        in taken_off["set"]["entities.transactions"]["columns"]["amount"]["sql"]
    )
    assert "union all" in both["set"]["sources.orders_and_fees"]["sql"]
    assert instead["set"]["entities.transactions"]["source"] == "fees"
    assert instead["set"]["entities.transactions"]["columns"]["amount"] == "value"
    assert instead["set"]["sources.fees"]["path"] == "../fees.csv"
    assert not found.leaves_open("what fees.csv is for")


def test_purchases_of_two_tables_with_other_columns_can_both_count(guess: Guess) -> None:
    drawn = random.Random(3)
    shop = [
        f"S{n};P{drawn.randint(1, 60)}@mail.example;{drawn.choice(DAYS):%d.%m.%Y};{n % 90},50;"
        f"{'paid' if n % 9 else 'cancelled'}"
        for n in range(400)
    ]
    till = [
        f"T{n},p{drawn.randint(1, 60)}@mail.example,{drawn.choice(DAYS)} 10:30,{n % 70 - 9}.25"
        for n in range(300)
    ]
    found = guess(
        shop_orders="\n".join(["order_no;email;ordered_on;total;status", *shop]),
        till_receipts="\n".join(["receipt_no,customer_email,sold_at,amount", *till]),
    )
    (question,) = found["questions"]
    (both,) = [a["set"] for a in question["answers"] if str(a["say"]).startswith("Yes")]
    mapping = both["entities.transactions"]
    source = both[f"sources.{mapping['source']}"]
    assert source["sql"].count("union all") == 1
    assert source["types"]["total"] == {"type": "number", "decimal": ","}
    columns = mapping["columns"]
    assert columns["amount"]["sql"].startswith("case when sold_in = '")
    assert columns["customer_id"]["case"] == "lower"
    assert set(columns["occurred_at"]["format"]) == {"%d.%m.%Y", "%Y-%m-%d %H:%M"}
    (rule,) = mapping["reject"]
    assert rule["when"] == "sold_in = 'shop_orders' and (lower(status) in ('cancelled'))"


def test_payments_of_the_orders_are_no_question(guess: Guess) -> None:
    heads = bought(first=5000, of=400, seed=1)
    paid = [(70000 + n, *row) for n, row in enumerate(heads)]
    found = guess(
        customers=people(),
        orders=csv(ORDERS, heads),
        payments=csv("payment_no,order_no,customer_id,paid_on,amount_paid", paid),
    )
    assert not unused(found)


def test_a_calendar_and_returns_without_a_customer_are_no_question(guess: Guess) -> None:
    found = guess(
        customers=people(),
        orders=csv(ORDERS, bought(first=5000, of=400, seed=1)),
        calendar=csv("day,month_start,budget", [(day, day, 100) for day in DAYS]),
        returns=csv("returned_on,sku,amount", [(day, n % 7, n) for n, day in enumerate(DAYS)]),
    )
    assert not unused(found)
    assert found.leaves_open("what calendar.csv is for")


def subscriptions(of: int) -> str:
    rows = [
        (800 + n, n, DAYS[n], DAYS[n + 200] if n % 2 else "", "Basic", 79) for n in range(1, of + 1)
    ]
    return csv("subscription_id,customer_id,started_at,canceled_at,plan,unit_price", [*rows])


def test_subscriptions_of_most_customers_tell_who_left(guess: Guess) -> None:
    found = guess(
        customers=people(),
        orders=csv(ORDERS, bought(first=5000, of=400, seed=1)),
        subscriptions=subscriptions(of=40),
    )
    assert not unused(found)
    assert found["churn.kind"] == "contractual"
    assert found["entities.customers.columns.left_at"] == "canceled_at"


def test_subscriptions_of_few_are_asked_about_and_an_answer_maps_them(guess: Guess) -> None:
    found = guess(
        customers=people(),
        orders=csv(ORDERS, bought(first=5000, of=400, seed=1)),
        subscriptions=subscriptions(of=25),
    )
    assert found["churn.kind"] == "silence"
    (question,) = unused(found)
    assert "began ('started_at') and ended ('canceled_at')" in str(question["ask"])
    left_out, told = question["answers"]  # type: ignore[misc]
    assert not left_out["set"]
    text = with_settings(found.text, {**told["set"], "questions": None})
    mapped = Guessed(text)
    assert mapped["entities.customers.source"] == "customers_with_subscriptions"
    assert mapped["entities.customers.columns.left_at"] == "canceled_at"
    assert mapped["entities.customers.attributes"] == found["entities.customers.attributes"]
    assert mapped["entities.transactions.members_only"]
    assert mapped["churn"]["kind"] == "contractual"
    assert "{customers}" in mapped["sources.customers_with_subscriptions.sql"]


def test_by_far_the_most_rows_of_the_customers_are_asked_about(guess: Guess) -> None:
    drawn = random.Random(3)
    visits = [(f"K{drawn.randint(1, 60)}", drawn.choice(DAYS), "North") for _ in range(4000)]
    members = [
        (f"K{n}", NAMES[n - 1], DAYS[n], DAYS[n + 200] if n % 2 else "", "Basic")
        for n in range(1, 61)
    ]
    found = guess(
        members=csv("customer_id,full_name,joined_on,cancelled_on,plan", members),
        entries=csv("customer_id,day,first_name", visits),
    )
    (question,) = unused(found)
    assert "entries (4,000 rows) is not used. It has by far the most rows" in str(question["ask"])
