"""Refunds and shipping that lines repeat, refunds in rows and tables of their own, guessed sales."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from .conftest import Guessed
from .test_row_kinds import csv, sales

Guess = Callable[..., Guessed]
AT = "entities.transactions"
FIRST = date(2024, 1, 2)


def lines(*, shipping: float = 0.0, one_price: bool = False) -> list[Any]:
    """Lines of orders with the order's total, its shipping and what was paid back of it."""
    rows: list[Any] = []
    for n in range(120):
        prices = [9.5 + (0 if one_price else 3.25 * line) + n % 7 for line in range(1 + n % 3)]
        total = sum(prices) + (shipping if n % 2 else 0)
        back = total if n % 10 == 3 else 0
        day = FIRST + timedelta(days=n)
        rows += [
            (
                f"B{n}",
                f"K{n % 30:03}",
                day,
                f"S{line}",
                price,
                shipping if n % 2 else 0,
                total,
                back,
            )
            for line, price in enumerate(prices)
        ]
    return rows


HEAD = "order_no,customer_no,order_date,sku,line_amount,shipping,order_total,order_refunded"


@pytest.mark.parametrize("one_price", [False, True])
def test_shipping_and_refunds_of_an_order_count_once(guess: Guess, one_price: bool) -> None:
    guessed = guess(order_lines=csv(HEAD, lines(shipping=4.9, one_price=one_price)))
    assert guessed["questions"] is None
    amount = guessed[f"{AT}.columns.amount"]["sql"]
    assert "line_amount + coalesce(shipping, 0)" in amount
    assert "- abs(coalesce(order_refunded, 0))" in amount
    once = guessed["sources.order_lines.order_lines"]["once"]
    assert sorted(once) == ["order_refunded", "shipping"]


def test_a_refund_of_each_line_counts_in_each_line(guess: Guess) -> None:
    rows = [(*row[:7], row[4] if row[7] else 0) for row in lines()]
    guessed = guess(order_lines=csv(HEAD, rows))
    shared = guessed["sources.order_lines.order_lines"] or {}
    assert "order_refunded" not in shared.get("once", [])


def test_events_of_refunds_have_their_money_in_a_column_of_their_own(guess: Guess) -> None:
    rows: list[Any] = []
    for n, (order, who, day, amount, word) in enumerate(sales(lambda n: n % 9)):
        rows.append((2 * n, who, day, "order.paid", order, amount, ""))
        if word == 4:
            rows.append((2 * n + 1, who, day, "order.refunded", order, "", amount))
    head = "event_id,customer_id,occurred_at,event_type,order_id,amount,amount_refunded"
    guessed = guess(events=csv(head, rows))
    amount = guessed[f"{AT}.columns.amount"]["sql"]
    assert "coalesce(amount, case when coalesce(amount_refunded, 0) <> 0 then 0 end)" in amount


def refunds(number: str = "order_no") -> dict[str, str]:
    """Orders, and refunds of some that name the order and not the customer."""
    sold = sales(lambda n: n % 11)
    back = [(90 + n, f"A{row[0]}", row[2] + timedelta(days=5), row[3])
            for n, row in enumerate(sold) if row[4] == 4]  # fmt: skip
    orders = [(f"A{no}", who, day, amount) for no, who, day, amount, _ in sold]
    return {
        "orders": csv(f"{number},customer_no,order_date,total", orders),
        "returns": csv(f"nr,{number},returned_on,amount", back),
    }


def test_refunds_that_name_only_their_order_are_taken_off(guess: Guess) -> None:
    guessed = guess(**refunds())
    assert guessed["questions"] is None
    source = guessed[f"{AT}.source"]
    assert source == "orders_and_returns"
    assert 'max("customer_no") as _who' in guessed[f"sources.{source}.sql"]
    assert "-abs(amount)" in guessed[f"{AT}.columns.amount"]["sql"]


def test_rows_that_refer_to_few_sales_are_asked_about_where_no_name_says_refunds(
    guess: Guess,
) -> None:
    files = refunds()
    guessed = guess(orders=files["orders"], zumzam=files["returns"])
    (question,) = guessed["questions"]
    assert question["key"] == "refunds.zumzam"
    left_out, taken_off = question["answers"]
    assert left_out.get("set", {}) == {}
    assert f"{AT}.columns.amount" in taken_off["set"] or AT in taken_off["set"]


def test_purchases_in_words_of_no_list_are_asked_about_with_a_true_answer(guess: Guess) -> None:
    rows = [(no, who, day, amount) for no, who, day, amount, _ in sales(lambda n: "")]
    guessed = guess(zuvzov=csv("zaa,zbb,zcc,zdd", rows))
    question = {q["key"]: q for q in guessed["questions"]}["customers"]
    first, *_, only = question["answers"]
    assert first.get("set", {}) == {}
    assert guessed[f"{AT}.columns.customer_id"] == "zbb"
    assert guessed[f"{AT}.columns.amount"] == "zdd"
    assert only["set"][AT] is None
    assert only["set"]["entities.customers"]["columns"]["customer_id"] == "zbb"


def test_money_of_a_due_date_beside_purchases_is_asked_about(guess: Guess) -> None:
    sold = sales(lambda n: n % 11)
    fees = [(f"F{n}", f"K{n % 40:03}", FIRST + timedelta(days=30 * (n // 40)), "39.90")
            for n in range(240)]  # fmt: skip
    orders = [(f"A{no}", who, day, amount) for no, who, day, amount, _ in sold]
    guessed = guess(
        shop_sales=csv("sale_no,member_id,sold_at,amount", orders),
        membership_payments=csv("payment_id,member_id,due_date,amount", fees),
    )
    (question,) = guessed["questions"]
    assert any("Yes: those of" in answer["say"] for answer in question["answers"])


def messages(*, again: bool, unequal: bool = False) -> list[Any]:
    """Lines of orders, each in a message; some orders are sent again."""
    rows: list[Any] = []
    number = 0
    for n in range(150):
        lines = [(f"S{line}{n % 7}", 9.5 + 3.25 * line + n % 11) for line in range(1 + n % 3)]
        for time in range(2 if again and n % 12 == 4 else 1):
            number += 1
            rows += [
                (f"m{number}", f"B{n}", f"K{n % 30:03}", FIRST + timedelta(days=n), sku,
                 price + (time if unequal else 0))
                for sku, price in lines
            ]  # fmt: skip
    return rows


MESSAGES = "message_id,order_no,customer_no,order_date,sku,line_amount"


def test_an_order_that_was_sent_again_counts_once(guess: Guess) -> None:
    guessed = guess(order_items=csv(MESSAGES, messages(again=True)))
    assert guessed[f"{AT}.source"] == "order_items_once"
    assert 'max("message_id") as _last' in guessed["sources.order_items_once.sql"]


@pytest.mark.parametrize("unequal", [False, True])
def test_other_messages_of_an_order_all_count(guess: Guess, unequal: bool) -> None:
    rows = messages(again=unequal, unequal=unequal)
    assert guess(order_items=csv(MESSAGES, rows))[f"{AT}.source"] == "order_items"


def test_a_ledger_with_both_sides_is_no_list_of_purchases(guess: Guess) -> None:
    rows: list[Any] = []
    for n, (_, who, day, amount, _) in enumerate(sales(lambda n: "")):
        rows += [(n, day, "1400", who, amount, "", "Invoice"), (n, day, "8400", "", "", amount, "")]
        paid = day + timedelta(days=20)
        rows += [(9000 + n, paid, "1200", "", amount, "", "Bank"),
                 (9000 + n, paid, "1400", who, "", amount, "Bank")]  # fmt: skip
    head = "entry_no,posting_date,account,sub_account,debit,credit,text"
    (question,) = guess(journal=csv(head, rows))["questions"]
    assert question["key"] == "ledger"
    (debits,) = question["answers"]
    assert debits["set"][f"{AT}.columns.customer_id"] == "sub_account"
    assert debits["set"][f"{AT}.where"] == "account = '1400' and coalesce(debit, 0) <> 0"


def test_money_whose_times_cannot_be_read_is_named_as_not_used(guess: Guess) -> None:
    rows = [(no, who, f"the {n}th of Zum", amount)
            for n, (no, who, _, amount, _) in enumerate(sales(lambda n: ""))]  # fmt: skip
    guessed = guess(sales=csv("order_no,customer_no,order_date,total", rows))
    assert guessed["entities.transactions"] is None
    assert guessed["not_used"] == ["sales.csv"]


def test_prospects_among_the_members_are_no_customers(guess: Guess) -> None:
    words = ("current", "current", "cancelled", "prospect")
    rows = [(f"M{n:03}", FIRST + timedelta(days=n), "", words[n % 4], "29.00") for n in range(200)]
    guessed = guess(members=csv("member_no,joined,left_on,status,monthly_fee", rows))
    (rule,) = guessed["entities.customers.reject"]
    assert rule["when"] == "lower(status) in ('prospect')"


def test_events_of_refunds_without_money_are_asked_about(guess: Guess) -> None:
    rows: list[Any] = []
    for n, (order, who, day, amount, word) in enumerate(sales(lambda n: n % 9)):
        rows += [(3 * n, who, day, "viewed", "", ""), (3 * n + 1, who, day, "paid", order, amount)]
        if word == 4:
            rows.append((3 * n + 2, who, day, "refunded", order, ""))
    head = "event_id,customer_id,occurred_at,event,order_id,amount"
    (question,) = guess(events=csv(head, rows))["questions"]
    assert question["key"] == "refund_events"


def test_dues_are_money_where_nothing_else_is_and_both_tables_can_count(guess: Guess) -> None:
    dues = [(f"D{n}", f"K{n % 40:03}", FIRST + timedelta(days=30 * (n // 40)), "24.50",
             "bounced" if n % 19 == 7 else "paid") for n in range(240)]  # fmt: skip
    bar = [(no, who, day, amount) for no, who, day, amount, _ in sales(lambda n: "")]
    guessed = guess(
        dues=csv("due_id,member_no,due_on,fee,result", dues),
        bar=csv("ticket,member_no,at,total", bar),
    )
    (question,) = guessed["questions"]
    both = next(a["set"] for a in question["answers"] if "Yes" in a["say"])[AT]
    assert "fee" in both["columns"]["amount"]["sql"]
    assert "'bounced'" in both["reject"][0]["when"]
