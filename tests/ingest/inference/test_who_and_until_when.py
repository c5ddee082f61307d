"""Who the customer is where names say little, and until when contracts hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.ingest.inference.test_several_tables import AT, DAYS, DRAWN, csv, day

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
CUSTOMERS = "entities.customers"


def sales(who: Callable[[int], object], *more: Callable[[int], object]) -> list[tuple[object, ...]]:
    """Four hundred sales of sixty customers: number, customer, day, amount, and more."""
    return [
        (
            70_000 + n,
            who(DRAWN.randint(1, 60)),
            day(),
            f"{DRAWN.randint(200, 9000) / 100:.2f}",
            *(value(n) for value in more),
        )
        for n in range(400)
    ]


@pytest.mark.parametrize("head", ["no,guest_email,booked_on,total", "nr,E-Mail,Datum,Betrag"])
def test_an_address_with_capitals_is_the_customer_of_the_one_without(
    guess: Guess, head: str
) -> None:
    def spelled(number: int) -> str:
        address = f"ann{number}@mail.example"
        return address.title() if DRAWN.random() < 0.3 else address

    key = guess(bookings=csv(head, sales(spelled)))[f"{AT}.columns.customer_id"]
    assert key["case"] == "lower"
    plain = guess(bookings=csv(head, sales(lambda n: f"ann{n}@mail.example")))
    assert isinstance(plain[f"{AT}.columns.customer_id"], str)


@pytest.mark.parametrize(
    "head", ["purchase,user,ts,price_usd,state,rating", "n,client,date,price_eur,status,stars"]
)
def test_purchases_that_are_rated_stay_purchases(guess: Guess, head: str) -> None:
    rows = sales(lambda n: f"u{n}", lambda n: "done" if n % 9 else "open", lambda n: n % 5 + 1)
    guessed = guess(data=csv(head, rows))
    assert guessed[f"{AT}.columns.amount"] == head.split(",")[3]
    assert guessed[f"{AT}.columns.customer_id"].strip("_") == head.split(",")[1]
    assert guessed["entities.interactions"] is None


def test_bills_that_are_money_number_no_orders(guess: Guess) -> None:
    rows = [
        (n, phone, when, f"£{float(bill):.2f}")
        for n, phone, when, bill in sales(lambda n: f"+4930555{n:04}")
    ]
    guessed = guess(rides=csv("Ride,Phone,Placed,Bill", rows))
    assert guessed[f"{AT}.columns.customer_id"] == "phone"
    assert guessed[f"{AT}.columns.amount"] == "bill"
    assert guessed[f"{AT}.columns.order_id"] is None


def contracts(end: Callable[[int], object], *, written: str, each: int = 1) -> list[tuple]:  # type: ignore[type-arg]
    """Contracts of ninety customers, numbered, with a beginning and an end, and a tariff."""
    return [
        (
            9_000 + 7 * n,
            f"K{n % (90 // each):05}",
            DAYS[n].strftime(written),
            end(n),
            ("S", "M")[n % 2],
        )
        for n in range(90)
    ]


GERMAN = "Vertrag,Kundennr,Vertragsbeginn,Vertragsende,Tarif"
ENGLISH = "contract,customer_no,contract_start,contract_end,plan"
UNKNOWN = "ANLAGE,GPARTNER,EINZDAT,AUSZDAT,TARIFTYP"


@pytest.mark.parametrize(
    ("open_end", "written", "head"),
    [
        ("99991231", "%Y%m%d", UNKNOWN),
        ("99991231", "%Y%m%d", GERMAN),
        ("9999-12-31", "%Y-%m-%d", ENGLISH),
        ("31.12.2099", "%d.%m.%Y", UNKNOWN),
        ("12/31/9999", "%m/%d/%Y", ENGLISH),
        ("00000000", "%Y%m%d", UNKNOWN),
        ("0000-00-00", "%Y-%m-%d", ENGLISH),
        ("00.00.0000", "%d.%m.%Y", GERMAN),
    ],
)
def test_a_date_far_ahead_or_of_zeros_is_an_open_end(
    guess: Guess, open_end: str, written: str, head: str
) -> None:
    def end(n: int) -> str:
        return open_end if n % 3 else (DAYS[n] + timedelta(days=100)).strftime(written)

    guessed = guess(vertraege=csv(head, contracts(end, written=written)))
    left = guessed[f"{CUSTOMERS}.columns.left_at"]
    assert guessed["churn.kind"] == "contractual"
    assert guessed[f"{CUSTOMERS}.columns.joined_at"]
    assert f"'{open_end}'" in left["sql"]


def test_several_contracts_of_a_customer_tell_of_leaving_by_the_last_end(guess: Guess) -> None:
    def end(n: int) -> str:
        return "9999-12-31" if n % 30 % 4 else (DAYS[n] + timedelta(days=60)).isoformat()

    rows = contracts(end, written="%Y-%m-%d", each=3)
    guessed = guess(abos=csv("contract,customer_no,contract_start,contract_end,plan", rows))
    assert guessed[f"{CUSTOMERS}.source"] == "customers_of_abos"
    assert guessed[f"{CUSTOMERS}.columns.left_at"]
    assert guessed["churn.kind"] == "contractual"


@pytest.mark.parametrize(
    "head", ["client,campaign,sent_on,treated", "customer_id,campaign_name,send_date,treatment"]
)
def test_a_file_of_a_campaign_is_touches_and_not_the_customers(guess: Guess, head: str) -> None:
    who = head.split(",", maxsplit=1)[0]
    sent = [(n, "Spring", "2023-09-01", n % 2) for n in range(1, 61)]
    orders = csv(f"order_no,{who},ordered_at,amount_eur", sales(lambda n: n))
    guessed = guess(spring_campaign=csv(head, sent), orders=orders)
    assert guessed["entities.touches.source"] == "spring_campaign"
    assert guessed[CUSTOMERS] is None


@pytest.mark.parametrize(("of_all", "sign"), [(True, ""), (False, ""), (True, "EUR ")])
def test_a_price_that_grows_with_its_quantity_is_of_all_of_them(
    guess: Guess, of_all: bool, sign: str
) -> None:
    rows = []
    for number, who, when, _ in sales(lambda n: f"g{n}@mail.example"):
        nights, each = DRAWN.randint(1, 4), DRAWN.randint(30, 90)
        rows.append((number, who, when, nights, f"{sign}{each * (nights if of_all else 1)}.50"))
    guessed = guess(bookings=csv("no,guest_email,booked_on,nights,price", rows))
    amount = guessed[f"{AT}.columns.amount"]
    assert amount == ("price" if of_all else {"sql": "nights * price"})


def test_western_letters_in_words_are_not_greek(guess: Guess) -> None:
    rows = sales(lambda n: f"TC{n}", lambda n: ("Té verde", "Cafetera")[n % 2])
    text = csv("Nº ticket,Tarjeta cliente,Fecha,Importe,Artículo", rows)
    guessed = guess(ventas=text.encode("cp1252"))
    assert guessed[f"{AT}.columns.customer_id"] == "tarjeta_cliente"
    assert guessed[f"{AT}.columns.product"] == "articulo"


def test_two_tables_of_purchases_about_as_likely_are_asked_about(guess: Guess) -> None:
    shop = csv("sale_no,customer_id,sold_on,amount", sales(lambda n: f"K{n}"))
    till = [(n + 900_000, *rest) for n, *rest in sales(lambda n: f"K{n}")]
    both = guess(shop_sales=shop, till_sales=csv("receipt_no,customer_id,paid_on,total", till))
    (question,) = both["questions"]
    assert question["key"] == "purchases"
    alone, united = (answer["set"] for answer in question["answers"])
    assert (alone, "union all" in str(united)) == ({}, True)


def test_orders_and_their_payments_are_not_asked_about(guess: Guess) -> None:
    bought = sales(lambda n: f"K{n}")
    paid = [(n + 500_000, n, who, when, amount) for n, who, when, amount in bought]
    guessed = guess(
        orders=csv("order_id,customer_id,order_date,amount", bought),
        payments=csv("payment_id,order_id,customer_id,paid_on,amount", paid),
    )
    assert not guessed["questions"]


def test_a_telephone_number_in_two_spellings_is_one_customer(guess: Guess) -> None:
    rows = [
        (n, f"+45 20 {k} 11 22" if n % 2 else f"004520{k}1122", d, a)
        for n, k, d, a in sales(lambda number: 10 + number)
    ]
    found = guess(orders=csv("order_no,telefon,order_date,total", rows))
    written = "regexp_replace(regexp_replace(telefon, '[^0-9+]', '', 'g'), '^00', '+')"
    assert found[f"{AT}.columns.customer_id"] == {"sql": written}
