"""Orders whose buyers have only a name are purchases; orders that name nobody are no customers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]


def orders(head: str, *, buyers: int) -> str:
    """Three hundred orders of a year; `buyers` of 0 names nobody."""
    draw = Random(3)
    rows = [head]
    for n in range(300):
        buyer = f",tb{draw.randrange(buyers)}" if buyers else ""
        day = f"2023-{n // 25 + 1:02d}-{n % 25 + 1:02d} 09:00:00"
        rows.append(f"{1000 + n}{buyer},{draw.randint(500, 9000) / 100:.2f},{day}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("订单编号,买家会员名,实付金额,订单创建时间", "买家会员名"),
        ("Bestellnummer,Benutzername,Gesamtbetrag,Bestelldatum", "benutzername"),
        ("Order number,Customer name,Order total,Order date", "customer_name"),
    ],
)
def test_a_name_is_the_key_where_nothing_else_names_the_buyer(
    guess: Guess, head: str, key: str
) -> None:
    found = guess(orders=orders(head, buyers=60))
    assert found["entities.transactions.columns.customer_id"] == key
    assert found["churn.kind"] == "silence"


def test_orders_that_name_nobody_are_not_taken_for_customers(guess: Guess) -> None:
    head = "Order number,Order total,Order date"
    found = guess(orders=orders(head, buyers=0))
    assert [question["key"] for question in found["questions"]] == ["customers"]
