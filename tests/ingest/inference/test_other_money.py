"""Rows that are the same money or other money: two sides, payments, open invoices, cents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.ingest.inference.test_money import table

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions"
AMOUNT, KIND, REJECT = f"{AT}.columns.amount", f"{AT}.columns.kind", f"{AT}.reject"


def kinds(*values: str, rows: int = 80) -> list[str]:
    """Most rows are of the first kind, one in twelve of each other one."""
    return [values[n % 12] if n % 12 < len(values) else values[0] for n in range(rows)]


@pytest.mark.parametrize(("debit", "credit"), [("Gross Debit", "Gross Credit"), ("Soll", "Haben")])
@pytest.mark.parametrize("is_credit", [True, False])
def test_the_side_of_the_sales_is_the_amount(
    guess: Guess, debit: str, credit: str, is_credit: bool
) -> None:
    rows = []
    for n, kind in enumerate(kinds("Settled", "Refunded", "MerchantPayout")):
        amount = f"{n * 7 % 90 + 10}.{n % 90 + 10}"
        sides = ["", amount] if (kind == "Settled") is is_credit else [amount, ""]
        rows.append(f"{kind},{','.join(sides)}")
    found = guess(report=table(f"Type,{debit},{credit}", rows))
    sale, back = (credit, debit) if is_credit else (debit, credit)
    sale, back = (name.lower().replace(" ", "_") for name in (sale, back))
    assert found[f"{AMOUNT}.sql"] == f"coalesce(nullif({sale}, 0), -abs({back}))"
    assert f"coalesce({back}, 0) <> 0 and coalesce({sale}, 0) = 0" in found[f"{KIND}.sql"]
    assert "merchantpayout" in found[REJECT][0]["when"]
    assert (found[f"{AT}.columns.category"], found["questions"]) == (None, None)


def test_sides_of_about_as_many_rows_are_asked_about(guess: Guess) -> None:
    rows = [f"{n + 10}.5," if n % 2 else f",{n + 10}.5" for n in range(60)]
    (question,) = guess(report=table("amount debit,amount credit", rows))["questions"]
    assert (question["key"], len(question["answers"])) == ("sign", 2)


@pytest.mark.parametrize(
    ("name", "claim", "payment", "credit"),
    [
        ("Belegart", "Rechnung", "Zahlung", "Gutschrift"),
        ("Document Type", "Invoice", "Payment", "Credit Memo"),
        ("Type", "Facture", "Paiement", "Avoir"),
    ],
)
def test_what_settles_an_invoice_is_no_sale_and_no_refund(
    guess: Guess, name: str, claim: str, payment: str, credit: str
) -> None:
    rows = [f"{claim if n % 2 else payment},{n + 10 if n % 2 else -n - 9}.25" for n in range(80)]
    rows += [f"{credit},-12.50"] * 4
    found = guess(ledger=table(f"{name},amount", rows))
    assert [rule["when"] for rule in found[REJECT]] == [
        f"lower({name.lower().replace(' ', '_')}) in ('{payment.lower()}')"
    ]
    assert f"'{credit.lower()}'" in found[f"{KIND}.sql"]


def test_payments_alone_are_sales(guess: Guess) -> None:
    rows = [f"{kind},{n + 10}.25" for n, kind in enumerate(kinds("Payment", "Refund"))]
    assert guess(sales=table("type,amount", rows))[REJECT] is None


@pytest.mark.parametrize(
    ("head", "paid", "others", "out"),
    [
        ("Belegart", "Bezahlt", ("Offen", "Überfällig", "Entwurf", "Storniert"), 2),
        ("Invoice type", "Paid", ("Open", "Overdue", "Sent", "Draft", "Void"), 2),
    ],
)
def test_an_open_invoice_was_sold_and_a_draft_was_not(
    guess: Guess, head: str, paid: str, others: tuple[str, ...], out: int
) -> None:
    kind = "Rechnung" if head == "Belegart" else "Invoice"
    rows = [f"{kind},{state},{n + 10}.25" for n, state in enumerate(kinds(paid, *others))]
    found = guess(documents=table(f"{head},Status,amount", rows))
    (rule,) = found[REJECT]
    assert all((s.lower() in rule["when"]) is (s in others[-out:]) for s in (paid, *others))
    assert found["questions"] is None


def test_an_open_order_waits(guess: Guess) -> None:
    rows = [f"{state},{n + 10}.25" for n, state in enumerate(kinds("Paid", "Open"))]
    assert "'open'" in guess(orders=table("Status,amount", rows))[REJECT][0]["when"]


@pytest.mark.parametrize(
    ("prices", "currency", "asked"),
    [
        ((1080, 3480, 9480), "USD", True),
        ((1080, 3480, 9480), "JPY", False),
        ((1000, 2500, 30000), "USD", False),  # sums, no prices
        ((1081, 3484, 9483), "USD", True),  # sums in whole units are rounder
        ((1085, 3485, 9490), "USD", False),
    ],
)
def test_whole_prices_beside_a_currency_with_cents_are_asked_about(
    guess: Guess, prices: tuple[int, ...], currency: str, asked: bool
) -> None:
    rows = [f"{prices[n % 3]},{currency}" for n in range(60)]
    questions = guess(sales=table("grand_total,currency_code", rows))["questions"] or []
    assert [question["key"] for question in questions] == ["minor_units"] * asked


def test_rows_are_not_counted_while_money_stands_unread(guess: Guess) -> None:
    rows = [f"{n + 10} plus {n}" for n in range(60)]
    (question,) = guess(sales=table("total amount", rows))["questions"]
    assert (question["key"], len(question["answers"])) == ("amount", 2)
    assert question["answers"][1]["set"] == {AMOUNT: "total_amount"}
