"""Keys that look like something else, labels of some customers, and dates that end nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import yaml

from regulars.ingest.inference.file_changes import with_answer
from tests.ingest.inference.test_several_tables import DAYS, TOWNS, csv

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]
CUSTOMERS = "entities.customers"
BOUGHT = "entities.transactions"
DRAWN = random.Random(11)


def test_a_label_of_some_customers_does_not_leave_the_others_out(guess: Guess) -> None:
    crm = [(f"C{n}", TOWNS[n % 4], 20 + n % 50) for n in range(200)]
    status = [(f"C{n}", "ja" if n % 4 == 0 else "nein") for n in range(200) if n % 5 < 3]
    found = guess(crm=csv("account_no,city,age", [*crm]), status=csv("kunde,gekuendigt", [*status]))
    assert found[f"{CUSTOMERS}.source"] == "crm_with_status"
    assert found["entities.labels.source"] == "status"
    assert found["entities.labels.columns.customer_id"] == "kunde"


def test_a_tax_number_that_joins_two_tables_names_companies_before_their_name(
    guess: Guess,
) -> None:
    firms = [(f"B{51448377 + 7919 * n}", f"Vidal S.A. {n % 55}") for n in range(60)]
    people = [
        (vat, name, f"p{n}@mail.example", "Cádiz", DAYS[n]) for n, (vat, name) in enumerate(firms)
    ]
    bills = []
    for n in range(400):
        vat, name = DRAWN.choice(firms)
        bills.append((DRAWN.choice(DAYS), f"F{240000 + n}", name, vat, f"{10 + n % 70}.50"))
    found = guess(
        contactos=csv("NIF,Razón social,Correo,Población,Alta", [*people]),
        facturas=csv("Fecha,Núm. documento,Razón social,NIF,Total", [*bills]),
    )
    assert found[f"{BOUGHT}.columns.customer_id"] == "nif"
    assert found[f"{CUSTOMERS}.columns.customer_id"] == "nif"


def test_a_loan_happened_when_all_loans_have_a_date(guess: Guess) -> None:
    loans = [
        (n, f"LK{DRAWN.randint(1, 60):05}", DAYS[n], DAYS[n + 14] if n % 9 else "", "Film")
        for n in range(400)
    ]
    found = guess(utlan=csv("lan_id,Låntagarnr,Utgång,Återgång,Kategori", [*loans]))
    assert found[f"{BOUGHT}.columns.occurred_at"] == "utgang"
    assert found[f"{BOUGHT}.columns.customer_id"] == "lantagarnr"


def test_a_number_of_two_parts_is_no_month_of_the_year_1005(guess: Guess) -> None:
    members = [
        (f"1-{1000 + n}", TOWNS[n % 4], DAYS[n], DAYS[n + 60] if n % 3 else "") for n in range(90)
    ]
    found = guess(mitglieder=csv("Mitgliedsnr.,Ort,Vertragsbeginn,Vertragsende", [*members]))
    assert found[f"{CUSTOMERS}.columns.customer_id"] == "mitgliedsnr"
    assert found["churn.kind"] == "contractual"


def test_a_date_that_all_policies_expire_on_tells_of_no_leaving(guess: Guess) -> None:
    policies = [
        (f"AP{700000 + n}", 20 + n % 60, DAYS[n], "N" if n % 4 == 0 else "S") for n in range(200)
    ]
    found = guess(carteira=csv("Apólice,Idade,Data de vencimento,Renovou", [*policies]))
    assert found["churn.kind"] == "labelled"
    assert set(found[f"{CUSTOMERS}.columns"]) == {"customer_id"}
    assert found[f"{CUSTOMERS}.attributes.data_de_vencimento"]


def test_a_date_without_a_known_name_is_asked_as_the_day_of_leaving(guess: Guess) -> None:
    members = [
        (f"M{n:04}", TOWNS[n % 4], DAYS[n % 90], DAYS[n + 120] if n % 3 == 0 else "", n % 3 == 0)
        for n in range(300)
    ]
    found = guess(liste=csv("Medlemsnr,Sted,Alfa,Beta,Gamma", [*members]))
    (question,) = found["questions"]
    assert question["key"] == "left_at"
    assert "Is 'Beta' the day on which a customer left? 100 of the 300 rows" in question["ask"]
    answered = yaml.safe_load(with_answer(found.text, "left_at", 1))
    customers = answered["entities"]["customers"]
    assert (customers["columns"]["joined_at"], customers["columns"]["left_at"]) == ("alfa", "beta")
    assert set(customers["attributes"]) == {"sted"}
    assert answered["churn"]["kind"] == "contractual"


@pytest.mark.parametrize("stops", [True, False])
def test_a_date_after_which_customers_buy_is_no_day_of_leaving(guess: Guess, stops: bool) -> None:
    ended = {n: DAYS[200 + n] for n in range(60) if n % 3 == 0}
    members = [(f"M{n:04}", DAYS[n], ended.get(n, "")) for n in range(60)]
    sold = []
    for n in range(900):
        who, day = n % 60, DRAWN.choice(DAYS)
        if not (stops and who in ended and day > ended[who]):
            sold.append((n, f"M{who:04}", day, f"{20 + n % 70}.50"))
    found = guess(
        liste=csv("Medlemsnr,Alfa,Beta", [*members]),
        salg=csv("order_no,Medlemsnr,order_date,total", sold),
    )
    keys = [question["key"] for question in found["questions"] or []]
    assert ("left_at" in keys) == stops


def test_the_number_of_a_sale_on_several_lines_is_the_order(guess: Guess) -> None:
    lines = [
        (n // 2, f"K{n // 2 % 50}", DAYS[n // 2], "tea", f"{3 + n % 70}.50") for n in range(600)
    ]
    found = guess(sales=csv("Sale ID,Client ID,Sale Date,Item name,Item total", [*lines]))
    assert found[f"{BOUGHT}.columns.order_id"] == "sale_id"
    shared = [(number, f"K{n % 50}", *rest) for n, (number, _, *rest) in enumerate(lines)]
    found = guess(sales=csv("Sale ID,Client ID,Sale Date,Item name,Item total", shared))
    assert found[f"{BOUGHT}.columns.order_id"] is None


def test_returns_are_not_the_company(guess: Guess) -> None:
    sold = [
        (f"A{5000 + n}", f"K{n % 50}", DRAWN.choice(DAYS), f"{20 + n % 70}.50") for n in range(300)
    ]
    back = [
        (f"R{7000 + n}", f"K{n % 50}", DRAWN.choice(DAYS), "9.50", f"A{5000 + n}")
        for n in range(60)
    ]
    found = guess(
        goods=csv("number,client,date,sum", [*sold]),
        refunds_of_customers=csv("number,client,date,sum,base", [*back]),
    )
    assert found[f"{BOUGHT}.source"] == "goods_and_refunds_of_customers"
    assert found[f"{BOUGHT}.columns.customer_id.sql"] == "client"
