"""Who the customer is by the values of columns, where names are unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from regulars.ingest.inference.roles import points
from tests.ingest.inference.test_several_tables import AT, DRAWN, csv, day
from tests.ingest.inference.test_who_and_until_when import sales

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
KEY = "entities.customers.columns.customer_id"
NAMES = ["Ada Lind", "Bo Ek", "Cleo Marsh", "Dan Roth", "Eva Holm", "Finn Berg"]


def visits() -> list[tuple[object, ...]]:
    """Four hundred dated rows of sixty keys that nobody has a word for."""
    return [(n + 1, f"QX{DRAWN.randint(1, 60):05}", day(), f"hall{n % 3}") for n in range(400)]


def test_an_email_says_more_than_the_name_of_a_person(guess: Guess) -> None:
    people = [f"{NAMES[n % 6]}{chr(97 + n // 6)}" for n in range(60)]
    rows = [(n, people[k % 55], f"p{k}@mail.example", d, a) for n, k, d, a in drawn_sales()]
    guessed = guess(orders=csv("order_no,client,courriel,order_date,total", rows))
    assert guessed[f"{AT}.columns.customer_id"] == "courriel"


def test_names_that_begin_alike_are_those_of_people_and_namesakes_differ_by_email(
    guess: Guess,
) -> None:
    names = [f"{first} {last.split()[1]}" for first in ("Ada", "Bo") for last in NAMES]
    rows = [(n, names[k % 12], f"p{k}@mail.example", d, a) for n, k, d, a in drawn_sales()]
    guessed = guess(orders=csv("order_no,client,email,order_date,total", rows))
    assert guessed[f"{AT}.columns.customer_id"] == "email"


def test_a_member_card_says_more_than_the_name_of_a_person(guess: Guess) -> None:
    names = [f"{first} {last.split()[1]}" for first in ("Ada", "Bo") for last in NAMES]
    rows = [(n, names[k % 12], f"TE{1000 + k}", d, a) for n, k, d, a in drawn_sales()]
    guessed = guess(orders=csv("scontrino,cliente,tessera,data,totale", rows))
    assert guessed[f"{AT}.columns.customer_id"] == "tessera"


def test_companies_with_digits_or_one_word_stay_the_customer(guess: Guess) -> None:
    rows = [(n, f"Firm{k}", f"p{k}@mail.example", d, a) for n, k, d, a in drawn_sales()]
    guessed = guess(orders=csv("order_no,client,email,order_date,total", rows))
    assert guessed[f"{AT}.columns.customer_id"] == "client"


def drawn_sales() -> list[tuple[object, int, object, object]]:
    return [(n, int(str(who)), d, a) for n, who, d, a in sales(lambda number: number)]


def test_a_table_of_people_tells_who_returns_in_another(guess: Guess) -> None:
    people: list[tuple[object, ...]] = [
        (f"QX{n:05}", f"Ann{n}", f"Berg{n}", 1950 + n) for n in range(1, 61)
    ]
    guessed = guess(
        zzvisits=csv("zz_id,qxref,seen,place", visits()),
        zzlist=csv("qxref,first_name,last_name,born", people),
    )
    assert guessed[KEY] == "qxref"
    assert guessed["entities.customers.source"] == "zzlist"


def test_dated_rows_whose_keys_return_are_no_customers_without_a_question(guess: Guess) -> None:
    guessed = guess(zzvisits=csv("zz_id,qxref,seen,place", visits()))
    asked = {question["key"]: question for question in guessed["questions"]}["customers"]
    first, *_, last = asked["answers"]
    assert first["set"] == {KEY: "qxref"}
    assert guessed[KEY] == "qxref"
    assert "_row_number" in last["set"][KEY]["sql"]
    assert "dates (seen)" in asked["ask"]


def test_numbers_of_rows_name_the_customers_of_a_snapshot(guess: Guess) -> None:
    rows = [(f"AP{700_000 + n}", 20 + n % 50, "yes" if n % 4 else "no") for n in range(200)]
    assert guess(portfolio=csv("zzz,age,renewed", rows))[KEY] == "zzz"


@pytest.mark.parametrize(
    "name", ["kundnr", "lantagarnr", "gpartner", "ndg", "medlemsnummer", "asiakasnumero", "account"]
)
def test_names_of_customer_keys_in_more_languages(name: str) -> None:
    assert points(name, "customer_id") >= 4
