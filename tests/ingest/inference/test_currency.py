"""The currency follows from what states it, then from hints; two are never added."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]


def sales(name: str, *values: str) -> str:
    """Forty sales with a further column that holds these values in turn."""
    rows = [
        f"c{n % 7},2024-{n % 5 + 1:02}-11,{n + 1}.50,{values[n % len(values)]}" for n in range(40)
    ]
    return "\n".join([f"customer_id,order_date,amount,{name}", *rows]) + "\n"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Waehrung", "CHF", "CHF"),
        ("Devise", "eur", "EUR"),
        ("x", "GBP", "GBP"),
        ("currency", "£", "GBP"),
        ("Waluta", "zł", "PLN"),
        ("country", "Schweiz", "CHF"),
        ("country", "US", "USD"),
    ],
)
def test_a_column_tells_the_currency(guess: Guess, name: str, value: str, code: str) -> None:
    assert guess(sales=sales(name, value, value))["currency"] == code


def test_a_few_rows_in_another_currency_are_said(guess: Guess) -> None:
    found = guess(sales=sales("currency", *["EUR"] * 39, "USD"))
    assert (found["currency"], found["questions"]) == ("EUR", None)
    assert found.leaves_open("rows in another one than EUR are rejected")


def test_many_rows_in_another_currency_are_asked_about(guess: Guess) -> None:
    found = guess(sales=sales("currency", "EUR", "EUR", "USD"))
    (question,) = found["questions"]
    assert (found["currency"], question["key"]) == ("EUR", "currency")
    assert question["answers"][1]["set"] == {"currency": "USD"}


def test_where_nothing_hints_the_currency_is_said_to_be_a_guess(guess: Guess) -> None:
    found = guess(sales=sales("note", "x", "y"))
    assert found["currency"] == "EUR"
    assert "# probable: a guess: nothing in the files tells it\ncurrency: EUR" in found.text


@pytest.mark.parametrize(
    ("amount", "head", "code", "decimal"),
    [
        ("1\u00a0{n}9,00\u00a0zł", "kwota", "PLN", ","),
        ("R$\u00a01.{n}9,50", "valor", "BRL", ","),
        ("$({n}9.00)", "total", "USD", None),
        ("-£{n}9.50", "total", "GBP", None),
        ("1\u202f{n}9,50 kr", "beløp", "NOK", ","),
        ("1\u00a0{n}9,50 kr.", "beløb", "DKK", ","),
        ("1 {n}9,50 kr", "belopp", "SEK", ","),
    ],
)
def test_the_sign_at_an_amount_is_its_currency(
    guess: Guess, amount: str, head: str, code: str, decimal: str | None
) -> None:
    rows = [f'c{n % 7};2024-{n % 5 + 1:02}-11;"{amount.format(n=n % 80 + 10)}"' for n in range(60)]
    found = guess(sales="\n".join([f"customer_id;order_date;{head}", *rows]) + "\n")
    mapped = found["entities.transactions.columns.amount"]
    assert (found["currency"], found["amount_unit"]) == (code, None)
    assert (mapped.get("decimal") if isinstance(mapped, dict) else None) == decimal
