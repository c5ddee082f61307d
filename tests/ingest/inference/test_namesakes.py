"""The customer is who returns in the rows: no number of a row, no name that several share."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.ingest.inference.test_unused_tables import DAYS, csv

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
FIRST = ["Ada", "Bo", "Cleo", "Dan", "Eva", "Finn"]
LAST = ["Lind", "Ek", "Marsh", "Roth", "Holm", "Berg"]
KEY = "entities.transactions.columns.customer_id"


def contracts(first: int = 20000) -> list[tuple[object, ...]]:
    """240 contracts of people of whom four have the same name each; a third is ended."""
    drawn = random.Random(3)
    return [
        (
            f"DG-{first + n}",
            f"{FIRST[n % 6]} {LAST[n // 6 % 6]}" if n % 4 else f"{FIRST[n % 6]} {LAST[n % 5]}",
            drawn.choice(["gold", "silver"]),
            DAYS[n % 200],
            DAYS[240 + n] if n % 3 == 0 else "",
        )
        for n in range(240)
    ]


def payments(first: int = 20000) -> list[tuple[object, ...]]:
    drawn = random.Random(4)
    return [
        (700000 + n, f"DG-{first + n % 240}", DAYS[n // 4 % 480], drawn.choice(["19.90", "34.50"]))
        for n in range(1900)
    ]


def test_a_name_that_several_have_loses_to_the_number_that_joins_the_files(guess: Guess) -> None:
    guessed = guess(
        contracts=csv("zmluva,customer,plan,start_date,end_date", contracts()),
        payments=csv("receipt,zmluva,payment_date,amount", payments()),
    )
    assert guessed[KEY] == "zmluva"
    assert guessed["entities.customers.columns.customer_id"] == "zmluva"


def test_the_number_of_an_order_is_of_one_day_and_names_no_customer(guess: Guess) -> None:
    orders = [(row[0], row[1], row[3]) for row in contracts()]
    lines = [(n, orders[n % 240][0], f"tea {n % 9}", 1, 5.5) for n in range(700)]
    guessed = guess(
        orders=csv("order_no,customer,order_date", orders),
        order_lines=csv("line,order_no,product,quantity,price", lines),
    )
    assert guessed[KEY] == "customer"


def test_a_number_of_each_row_is_no_customer_where_addresses_return(guess: Guess) -> None:
    drawn = random.Random(5)
    rows = [
        (f"20240901-{n:07d}", f"u{drawn.randint(1, 50)}@mail.example", f"{DAYS[n]} 10:00", n % 90)
        for n in range(400)
    ]
    guessed = guess(sheet=csv("aa,bb,cc,dd", rows))
    assert guessed[KEY] == "bb"


def test_visits_without_money_beside_contracts_are_no_purchases(guess: Guess) -> None:
    visits = [(f"DG-{20000 + n % 170}", f"{DAYS[n % 480]} 18:{n % 60:02d}") for n in range(900)]
    guessed = guess(
        members=csv("member_no,full_name,plan,start_date,end_date", contracts()),
        check_ins=csv("member_no,check_in", visits),
    )
    assert guessed["entities.transactions"] is None
    assert guessed["entities.interactions.source"] == "check_ins"


def test_a_tax_number_stays_personal_where_it_is_the_key(guess: Guess) -> None:
    rows = [(f"B{10000000 + n % 60}", DAYS[n], n % 40 + 5) for n in range(400)]
    plain = [(f"C{n % 60}", DAYS[n], n % 40 + 5) for n in range(400)]
    assert guess(sales=csv("nif,date,total", rows))["personal_data"] == ["customer_id"]
    assert guess(sales=csv("customer_id,date,total", plain))["personal_data"] is None


def test_a_tax_number_of_each_row_loses_to_the_number_of_its_contract(guess: Guess) -> None:
    rows = [
        (f"AP{700000 + n}", f"{210000000 + n}", n % 60 + 18, "SN"[n % 4 > 0]) for n in range(90)
    ]
    guessed = guess(policies=csv("apolice,nif,age,renewed", rows))
    assert guessed["entities.customers.columns.customer_id"] == "apolice"
