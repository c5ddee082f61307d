"""Which number is the amount, what counts as a purchase, and what would be counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
import yaml

from regulars.ingest.inference.file_changes import with_answer

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions"
AMOUNT = f"{AT}.columns.amount"


def table(head: str, rows: Iterable[str]) -> str:
    """A file of sales: who and when come before these columns."""
    lines = [f"c{n % 7},2024-{n % 5 + 1:02}-{n % 27 + 1:02},{row}" for n, row in enumerate(rows)]
    return "\n".join([f"customer_id,order_date,{head}", *lines]) + "\n"


def cents(number: int) -> str:
    """Cents as a number."""
    return f"{number / 100:.2f}"


@pytest.mark.parametrize("names", ["gross,fee,net", "v1,v2,v3"])
def test_what_the_customer_paid_is_before_fees(guess: Guess, names: str) -> None:
    rows = [
        f"{cents(gross)},{cents(gross // 40 + 25)},{cents(gross - gross // 40 - 25)}"
        for gross in range(1000, 9000, 173)
    ]
    assert guess(charges=table(names, rows))[AMOUNT] == names.split(",", maxsplit=1)[0]


def test_the_total_has_tax_and_shipping(guess: Guess) -> None:
    rows = [
        f"{cents(goods + goods // 5 + 499)},{cents(goods // 5)},{cents(goods)},4.99"
        for goods in range(1000, 9000, 173)
    ]
    assert guess(orders=table("brutto,mwst,netto,versand", rows))[AMOUNT] == "brutto"


def test_a_balance_and_a_total_to_date_are_no_amounts(guess: Guess) -> None:
    balance, rows = 100_000, []
    for n in range(60):
        balance += 500 + n * 37 % 900
        rows.append(f"{cents(balance)},{cents(500 + n * 37 % 900)}")
    assert guess(bookings=table("amount_after,value", rows))[AMOUNT] == "value"


def test_cents_are_divided_where_the_name_or_the_rest_tells(guess: Guess) -> None:
    prices = [(1999, 4995, 899, 12950)[n % 4] for n in range(40)]
    stripe = guess(charges=table("amount,currency", [f"{price},usd" for price in prices]))
    assert stripe[AMOUNT] == {"sql": "amount / 100.0"}


def test_whole_numbers_that_end_like_prices_are_asked_about(guess: Guess) -> None:
    prices = [(1999, 4995, 899, 12990)[n % 4] for n in range(40)]
    asked = guess(charges=table("amount", map(str, prices)))["questions"]
    assert [question["key"] for question in asked] == ["minor_units"]


def order_lines() -> list[tuple[int, int, int]]:
    """Order, cents of the line, cents of the order: thirty orders of one to three lines."""
    orders = [[500 + n * 31 + line * 77 for line in range(n % 3 + 1)] for n in range(30)]
    return [(n, line, sum(lines)) for n, lines in enumerate(orders) for line in lines]


@pytest.mark.parametrize("has_lines", [True, False])
def test_a_total_that_every_line_repeats_counts_once(guess: Guess, has_lines: bool) -> None:
    rows = [
        f"o{order},c{order % 7},2024-0{order % 5 + 1}-11,{cents(total)}"
        + (f",{cents(line)}" if has_lines else ",x")
        for order, line, total in order_lines()
    ]
    head = f"order_id,customer_id,order_date,order_total,{'line_total' if has_lines else 'note'}"
    found = guess(orders="\n".join([head, *rows]) + "\n")
    assert found[AMOUNT] == ("line_total" if has_lines else "order_total")
    lines = found["sources.orders.order_lines"]
    assert lines == (None if has_lines else {"order": "order_id", "once": ["order_total"]})


def test_fields_of_the_first_line_are_filled(guess: Guess) -> None:
    rows, before = [], None
    for order, line, _ in order_lines():
        first = f"{order + 100},c{order % 7},2024-0{order % 5 + 1}-11,paid"
        rows.append(f"{first if order != before else ',,,'},x,{cents(line)}")
        before = order
    head = "order_no,customer,order_date,status,product,amount"
    found = guess(orders="\n".join([head, *rows]) + "\n")
    assert found["sources.orders.order_lines"] == {
        "order": "order_no",
        "fill": ["order_no", "customer", "order_date", "status"],
    }


def test_orders_beside_their_lines_are_set_aside(guess: Guess) -> None:
    rows, before = [], None
    for order, line, total in order_lines():
        at = f"o{order},c{order % 7},2024-0{order % 5 + 1}-11"
        rows += [f"order,{at},,{cents(total)}"] if order != before else []
        rows.append(f"line,{at},x,{cents(line)}")
        before = order
    head = "row_type,order_no,customer_id,order_date,product,amount"
    found = guess(export="\n".join([head, *rows]) + "\n")
    assert [rule["when"] for rule in found[f"{AT}.reject"]] == ["row_type = 'order'"]


@pytest.mark.parametrize(
    ("paid", "refund", "lost"),
    [
        ("paid", "refunded", "voided"),
        ("Bezahlt", "Erstattet", "Storniert"),
        ("Payé", "Remboursé", "Annulé"),
    ],
)
def test_a_sale_that_was_paid_back_leaves_nothing(
    guess: Guess, paid: str, refund: str, lost: str
) -> None:
    states = [(paid, paid, paid, refund, lost)[n % 5] for n in range(50)]
    found = guess(orders=table("total,status", [f"{n + 1}.50,{s}" for n, s in enumerate(states)]))
    assert "then 0 else total end" in found[AMOUNT]["sql"]
    assert "then 'refund'" in found[f"{AT}.columns.kind.sql"]
    assert lost.lower() in found[f"{AT}.reject"][0]["when"]


def test_of_two_columns_with_the_same_numbers_the_named_one_is_the_amount(guess: Guess) -> None:
    rows = [f"{(41, 38, 40)[n % 3]},{99 + n % 4 * 50},{99 + n % 4 * 50}" for n in range(60)]
    found = guess(sales=table("payment_method_id,plan_list_price,actual_amount_paid", rows))
    assert found[AMOUNT] == "actual_amount_paid"


def test_documents_of_refunds_without_a_sign_take_money(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{('Rechnung', 'Rechnung', 'Gutschrift')[n % 3]}" for n in range(45)]
    found = guess(belege=table("betrag,belegart", rows))
    assert "then -abs(betrag) else betrag end" in found[AMOUNT]["sql"]


def test_refunds_that_are_negative_are_left_as_they_are(guess: Guess) -> None:
    rows = [
        f"{(1, 1, -1)[n % 3] * (n + 1)}.50,{('sale', 'sale', 'refund')[n % 3]}" for n in range(45)
    ]
    assert guess(sales=table("amount,type", rows))[AMOUNT] == "amount"


def test_what_was_paid_back_is_taken_from_the_amount(guess: Guess) -> None:
    rows = [f"{n + 9}.50,{n + 9 if n % 5 == 0 else 0}.50" for n in range(45)]
    found = guess(orders=table("total,refunded_amount", [r.replace(",0.50", ",0") for r in rows]))
    assert found[AMOUNT]["sql"] == "total - abs(coalesce(refunded_amount, 0))"


def test_an_unknown_status_is_shown_with_its_rows_and_asked(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{('paid', 'paid', 'B2', 'failed')[n % 4]}" for n in range(40)]
    asked = guess(orders=table("total,status", rows))["questions"]
    assert [question["key"] for question in asked] == ["status"]
    assert "10 rows" in asked[0]["ask"]
    assert "'b2'" in str(asked[0]["answers"][1]["set"])


def test_unknown_statuses_are_one_question_with_every_combination(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{('paid', 'paid', 'B2', 'failed', 'À part')[n % 5]}" for n in range(50)]
    guessed = guess(orders=table("total,status", rows))
    (question,) = guessed["questions"]
    assert question["key"] == "status"
    failed, b2, both = (
        "lower(status) in ('failed')",
        "lower(status) in ('b2')",
        "lower(status) in ('b2', 'à part', 'À part')",
    )
    kept = {}
    for number, answer in enumerate(question["answers"], start=1):
        text = with_answer(guessed.text, "status", number)
        rules = yaml.safe_load(text)["entities"]["transactions"]["reject"]
        kept[answer["say"]] = [rule["when"] for rule in rules]
    assert len(kept) == 4
    assert next(iter(kept.values())) == [failed, both]
    assert kept["'B2': not; 'À part': yes."] == [failed, b2]
    assert kept["'B2': yes; 'À part': yes."] == [failed]


def test_numbers_of_states_that_nothing_names_are_asked_about(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{(3, 3, 5, 7)[n % 4]}" for n in range(40)]
    asked = guess(orders=table("total,order_status_id", rows))["questions"]
    assert [(question["key"], len(question["answers"])) for question in asked] == [("status", 8)]


def test_a_small_table_names_the_numbers_of_states(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{(3, 3, 5, 7, 0)[n % 5]}" for n in range(50)]
    guessed = guess(
        orders=table("total,order_status_id", rows),
        order_status="order_status_id,language_id,name\n3,1,Shipped\n5,1,Complete\n7,1,Cancelled\n",
    )
    cancelled, unnamed = guessed[f"{AT}.reject"]
    assert "'7'" in cancelled["when"]
    # A number that the table does not name is asked about, and left out until then.
    assert "'0'" in unnamed["when"]
    assert [(q["key"], "'0'" in q["ask"]) for q in guessed["questions"]] == [("status", True)]


def test_a_state_of_the_union_is_no_status(guess: Guess) -> None:
    rows = [f"{n + 1}.50,{('CA', 'NY', 'TX')[n % 3]}" for n in range(40)]
    assert guess(orders=table("total,state", rows))["questions"] is None


def test_numbers_that_begin_anew_need_their_shop(guess: Guess) -> None:
    rows = [
        f"{shop},{number},c{(number * 5 + ord(shop)) % 31},2024-01-{number % 28 + 1:02},{line}.50"
        for number in range(1, 41)
        for shop in "AB"
        for line in range(1, 3)
    ]
    head = "store,receipt_no,customer_id,order_date,amount"
    found = guess(sales="\n".join([head, *rows]) + "\n")
    assert "store" in found[f"{AT}.columns.order_id.sql"]


@pytest.mark.parametrize(
    ("write", "comma"),
    [
        (lambda n: f"Rp {n}.500", True),
        (lambda n: f"{n}.250.000", True),
        (lambda n: f"$ {n}.459", False),  # fuel by the litre
        (lambda n: f'"¥{n},500"', False),
    ],
)
def test_dots_between_thousands_are_no_decimal_marks(
    guess: Guess, write: Callable[[int], str], comma: bool
) -> None:
    mapped = guess(sales=table("total", [write(n + 1) for n in range(60)]))[f"{AT}.columns.amount"]
    assert (isinstance(mapped, dict) and mapped.get("decimal") == ",") is comma
