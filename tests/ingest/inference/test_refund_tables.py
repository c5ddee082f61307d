"""Refunds in a table of their own are taken off the purchases; where both have some, it is asked."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.ingest.inference.test_unused_tables import DAYS, csv

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
AT = "entities.transactions"


def sold(sign: int = 1) -> str:
    """Payments of 60 customers; a tenth has this sign."""
    drawn = random.Random(5)
    rows = [
        (f"P{n}", drawn.randint(1, 60), drawn.choice(DAYS), (sign if n % 10 == 3 else 1) * (n + 5))
        for n in range(400)
    ]
    return csv("payment_id,customer_id,payment_date,amount", [*rows])


def back(head: str) -> str:
    rows = [(f"P{n * 7}", n % 60 + 1, DAYS[n * 9 + 3], n + 3) for n in range(50)]
    return csv(head, [*rows])


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("refunds", "original_payment_id,customer_id,refund_date,amount"),
        ("money_back", "original_payment_id,customer_id,day,refund_amount"),
        ("retouren", "beleg,customer_id,datum,betrag"),
    ],
)
def test_a_table_of_refunds_takes_money_from_the_purchases(
    guess: Guess, name: str, head: str
) -> None:
    guessed = guess(payments=sold(), **{name: back(head)})
    assert guessed[f"{AT}.source"] == f"payments_and_{name}"
    amount = head.rpartition(",")[2]
    assert f"else -abs({amount}) end" in guessed[f"{AT}.columns.amount.sql"]
    assert guessed[f"{AT}.columns.kind.sql"].endswith("else 'refund' end")
    assert guessed.leaves_open(f"what {name} is; taken: its 50 rows are refunds")


def test_refunds_beside_purchases_that_have_refunds_are_asked_about(guess: Guess) -> None:
    head = "original_payment_id,customer_id,refund_date,amount"
    guessed = guess(payments=sold(sign=-1), refunds=back(head))
    (question,) = guessed["questions"]
    assert (question["key"], guessed[f"{AT}.source"]) == ("refunds.refunds", "payments")
    assert "union all" in str(question["answers"][1]["set"])
