"""Keys that look like something else, labels of some customers, and dates that end nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

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
