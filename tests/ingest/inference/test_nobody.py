"""Walk-ins, guests and a customer 0 are no customers: their rows are rejected with that reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
REJECT = "entities.transactions.reject"


def sales(nobody: str, *, every: int = 4, rows: int = 200) -> str:
    """Sales of 25 customers; each fourth has the key of nobody."""
    lines = [
        f"{nobody if n % every == 1 else f'k{n % 25:03}'},2024-{n % 5 + 1:02}-{n % 27 + 1:02},{n}.50"
        for n in range(rows)
    ]
    return "\n".join(["customer_code,sold_on,amount", *lines]) + "\n"


@pytest.mark.parametrize(
    "nobody",
    [
        "WALKIN", "Walk-in customer", "Guest", "Laufkunde", "Barverkauf", "Client de passage",
        "Consumidor final", "Público en general", "Cliente occasionale", "Passant",
        "Não identificado", "Klient detaliczny", "Kontantkund", "散客", "guest@shop.example",
    ],
)  # fmt: skip
def test_a_word_for_nobody_is_no_customer(guess: Guess, nobody: str) -> None:
    guessed = guess(sales=sales(nobody))
    (rule,) = guessed[REJECT]
    assert f"'{nobody.lower()}'" in rule["when"]
    assert rule["because"] == f"no customer (customer_code is {nobody})"
    assert guessed.leaves_open(f"50 rows have the customer {nobody}")


@pytest.mark.parametrize("nobody", ["0", "00000", "99999", "-1"])
def test_a_number_that_is_filled_in_for_nobody_has_far_more_rows(guess: Guess, nobody: str) -> None:
    text = sales(nobody).replace("k", "1")
    assert f"'{nobody}'" in guess(sales=text)[REJECT][0]["when"]
    assert guess(sales=sales(nobody, every=40).replace("k", "1"))[REJECT] is None


def test_a_key_with_an_extreme_share_of_rows_is_asked_about(guess: Guess) -> None:
    guessed = guess(sales=sales("C-17", every=2, rows=400))
    (question,) = guessed["questions"]
    assert (question["key"], guessed[REJECT]) == ("nobody", None)
    rule = question["answers"][1]["set"][f"{REJECT}+"][0]
    assert rule["when"] == "lower(trim(cast(customer_code as varchar))) in ('c-17', 'c17')"
    assert guess(sales=sales("C-17", every=9, rows=400))["questions"] is None


def test_nobody_is_left_out_of_the_customers_too(guess: Guess) -> None:
    names = [f"k{n:03},Person {n},p{n}@mail.example" for n in range(25)]
    people = (
        "\n".join(["customer_code,full_name,email", *names, "WALKIN,Walk in,w@shop.example"]) + "\n"
    )
    guessed = guess(sales=sales("WALKIN"), customers=people)
    assert "'walkin'" in guessed["entities.customers.reject"][0]["when"]
