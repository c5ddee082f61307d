"""Personal data: which attributes are masked, and which only sound so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ingest.inference.conftest import Guessed

Guess = Callable[..., "Guessed"]


def people(**columns: str) -> str:
    """Customers with a label; each further column has the values of its text in turn."""
    head = ",".join(["customer_id", *columns, "churned"])
    values = [text.split("|") for text in columns.values()]
    rows = [
        ",".join([f"C{n:04}", *(each[n % len(each)] for each in values), "01"[n % 4 == 0]])
        for n in range(120)
    ]
    return "\n".join([head, *rows])


NAMES = """
    first_name Vorname Prénom Voornaam imię 名字 имя Surname Nachname apellido2 cognome achternaam
    sobrenome nazwisko 姓 фамилия customer_name nom_du_client nombre_y_apellidos ansprechpartner
"""


@pytest.mark.parametrize("name", NAMES.split())
def test_names_of_people_are_masked_however_few_they_are(guess: Guess, name: str) -> None:
    found = guess(people=people(**{name: "Anna|Ben|Carla", "visits": "1|2|3|4|5"}))
    assert len(found["personal_data"]) == 1
    assert len(found["entities.customers.attributes"]) == 2


def test_a_lone_name_beside_a_first_name_is_a_family(guess: Guess) -> None:
    found = guess(people=people(Nom="Petit|Roux|Blanc", Prénom="Zoé|Luc|Eva"))
    assert found["personal_data"] == ["nom", "prenom"]
    found = guess(people=people(Nom="Basic|Plus|Pro", visits="1|2|3"))
    assert found["personal_data"] is None


def test_birth_dates_are_masked_and_counts_are_not(guess: Guess) -> None:
    counts = "|".join(map(str, range(20)))
    found = guess(
        people=people(
            Geburtsdatum="1970-01-02|1981-03-04",
            number_of_address=counts,
            num_emails=counts,
            telephone_calls=counts,
            n_phones=counts,
            plz="|".join(f"{10115 + n}" for n in range(30)),
        )
    )
    assert found["personal_data"] == ["geburtsdatum", "plz"]


def test_a_header_that_is_not_ascii_stays_as_the_label(guess: Guess) -> None:
    found = guess(people=people(Straße="Nord|Süd", Größe="1|2|3"))
    assert found["entities.customers.attributes.grosse"]["label"] == "Größe"


def test_days_over_a_life_and_names_side_by_side_are_masked_under_any_header(guess: Guess) -> None:
    letters = "abcdefghijklmnopqrs"
    found = guess(
        people=people(
            Xnatus="|".join(f"{1940 + n * 3}-04-0{n % 9 + 1}" for n in range(19)),
            Since="|".join(f"202{n % 4}-05-{n + 1:02}" for n in range(19)),
            Xa="|".join(f"Mar{letter}" for letter in letters),
            Xb="|".join(f"Kov{letter}" for letter in letters),
            Email="|".join(f"a{n}@example.org" for n in range(19)),
        )
    )
    assert found["personal_data"] == ["xnatus", "xa", "xb", "email"]
