"""Members who join and leave: contracts of gyms, clubs, papers, in several languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.understanding.companies import members, money
from tests.understanding.flat import person_rows
from tests.understanding.truths import Truth, member_totals
from tests.understanding.writing import Place


def _truth(about: str, people: Any, file: str, columns: dict[str, Any], **more: Any) -> Truth:
    sums = member_totals(people) | more.pop("also", {})
    entities = {"customers": {"files": [file], **columns}} | more.pop("others", {})
    return Truth(about=about, entities=entities, churn="contractual", totals=sums, **more)


def sportschool_nl(place: Place) -> Truth:
    """A Dutch gym: members with first and last day, and their visits."""
    rng, people = members("sportschool_nl", language="nl", count=320)
    place.csv("leden.csv", *person_rows(people, {
        "Lidnummer": lambda p: p.number, "Voornaam": lambda p: p.first, "Achternaam": lambda p: p.last,
        "Geboortedatum": lambda p: p.birth.strftime("%d-%m-%Y"), "Woonplaats": lambda p: p.city,
        "Abonnement": lambda p: p.group, "Ingangsdatum": lambda p: p.joined.strftime("%d-%m-%Y"),
        "Opzegdatum": lambda p: p.left.strftime("%d-%m-%Y") if p.left else "",
    }), sep=";")  # fmt: skip
    visits: list[list[Any]] = []
    for person in people:
        day = person.joined
        while day < min(person.left or date(2024, 3, 31), person.joined + timedelta(days=200)):
            visits.append(
                [
                    person.number,
                    f"{day.strftime('%d-%m-%Y')} {rng.randrange(7, 22):02d}:30",
                    ("Fitness", "Yoga")[rng.randrange(2)],
                ]
            )
            day += timedelta(days=rng.randrange(5, 40))
    place.csv("bezoeken.csv", ["Lidnummer", "Tijdstip", "Activiteit"], visits, sep=";")
    return _truth(
        "A Dutch gym: its members, when they joined and left, and their visits.", people, "leden.csv",
        {"key": ["Lidnummer"], "joined_at": "Ingangsdatum", "left_at": "Opzegdatum"},
        others={"interactions": {"files": ["bezoeken.csv"], "key": ["Lidnummer"], "time": ["Tijdstip"]}},
        also={"interactions": [len(visits)]}, personal=["Voornaam", "Achternaam", "Geboortedatum"],
        attributes=["Woonplaats", "Abonnement"],
    )  # fmt: skip


def verein_xlsx(place: Place) -> Truth:
    """A German club in Excel: a title above the header, a count below the last member."""
    _, people = members("verein_xlsx", language="de", count=300)
    header, rows = person_rows(people, {
        "Mitgl.-Nr.": lambda p: p.number, "Nachname": lambda p: p.last, "Vorname": lambda p: p.first, "Ort": lambda p: p.city,
        "Eintritt": lambda p: p.joined.strftime("%d.%m.%Y"), "Austritt": lambda p: p.left.strftime("%d.%m.%Y") if p.left else None,
        "Beitragsgruppe": lambda p: p.group, "Jahresbeitrag": lambda p: 120 if p.group == "Standard" else 180,
    })  # fmt: skip
    title = [["TSV Musterdorf e.V. – Mitgliederliste"], ["Stand: 31.03.2024"], []]
    place.xlsx(
        "Mitgliederliste.xlsx",
        {"Mitglieder": [*title, header, *rows, [], ["Anzahl Mitglieder:", len(rows)]]},
    )
    return _truth(
        "A German sports club: its members, when they joined and left.", people, "Mitgliederliste.xlsx",
        {"key": ["Mitgl.-Nr."], "joined_at": "Eintritt", "left_at": "Austritt"},
        personal=["Nachname", "Vorname"], attributes=["Beitragsgruppe", "Ort"],
    )  # fmt: skip


def gimnasio_es(place: Place) -> Truth:
    """A Spanish gym: `fecha de alta` and `fecha de baja`, and the fee of a month."""
    _, people = members("gimnasio_es", language="es", count=340)
    place.csv("socios.csv", *person_rows(people, {
        "Nº socio": lambda p: f"S{p.number}", "Nombre": lambda p: p.name, "Correo electrónico": lambda p: p.email,
        "Teléfono": lambda p: p.phone, "Fecha de alta": lambda p: p.joined.strftime("%d/%m/%Y"),
        "Fecha de baja": lambda p: p.left.strftime("%d/%m/%Y") if p.left else "", "Tarifa": lambda p: p.group,
        "Cuota mensual": lambda p: "29,90" if p.group == "Standard" else "49,90", "Estado": lambda p: "Baja" if p.left else "Activo",
    }), sep=";", encoding="latin-1")  # fmt: skip
    return _truth(
        "A Spanish gym: its members, when they joined and left, and what they pay a month.", people, "socios.csv",
        {"key": ["Nº socio"], "joined_at": "Fecha de alta", "left_at": "Fecha de baja"},
        personal=["Nombre", "Correo electrónico", "Teléfono"], attributes=["Tarifa", "Cuota mensual"], never_inputs=["Estado"],
    )  # fmt: skip


def abonnes_fr(place: Place) -> Truth:
    """A French paper: months written out, and an end that lies far in the future for the active."""
    _, people = members("abonnes_fr", language="fr", count=330)
    months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    place.csv("abonnés.csv", *person_rows(people, {
        "N° abonné": lambda p: p.number, "Nom": lambda p: p.last, "Prénom": lambda p: p.first, "Ville": lambda p: p.city,
        "Formule": lambda p: p.group, "Début": lambda p: f"{p.joined.day} {months[p.joined.month - 1]} {p.joined.year}",
        "Résiliation": lambda p: f"{p.left.day} {months[p.left.month - 1]} {p.left.year}" if p.left else "",
    }), sep=";")  # fmt: skip
    return _truth(
        "A French paper: its subscribers, when they began and cancelled.", people, "abonnés.csv",
        {"key": ["N° abonné"], "joined_at": "Début", "left_at": "Résiliation"},
        personal=["Nom", "Prénom"], attributes=["Ville", "Formule"],
    )  # fmt: skip


def left_is_a_date(place: Place) -> Truth:
    """A column called `left` that holds dates, and one called `joined`."""
    _, people = members("left_is_a_date", count=360)
    place.csv("members.csv", *person_rows(people, {
        "member": lambda p: f"M{p.number}", "joined": lambda p: p.joined, "left": lambda p: p.left or "",
        "plan": lambda p: p.group, "postcode": lambda p: f"LS{p.number % 20} 1AB", "age": lambda p: 2024 - p.birth.year,
    }))  # fmt: skip
    return _truth(
        "A club: its members, when they joined and left.", people, "members.csv",
        {"key": ["member"], "joined_at": "joined", "left_at": "left"}, attributes=["plan", "age"],
    )  # fmt: skip


def vertraege_9999(place: Place) -> Truth:
    """German contracts: an end of 31.12.9999 means that there is none."""
    _, people = members("vertraege_9999", language="de", count=310)
    place.csv("Vertraege.txt", *person_rows(people, {
        "VERTRAG": lambda p: f"{p.number + 700_000}", "KUNDENNR": lambda p: f"{p.number:08d}", "TARIF": lambda p: p.group.upper(),
        "VERTRAGSBEGINN": lambda p: p.joined.strftime("%Y%m%d"), "VERTRAGSENDE": lambda p: p.left.strftime("%Y%m%d") if p.left else "99991231",
        "ORT": lambda p: p.city, "GRUNDPREIS": lambda p: "12,50" if p.group == "Standard" else "24,90",
    }), sep="\t", encoding="cp1252")  # fmt: skip
    return _truth(
        "A German supplier: one contract per customer, with its beginning and end.", people, "Vertraege.txt",
        {"key": ["KUNDENNR", "VERTRAG"], "joined_at": "VERTRAGSBEGINN", "left_at": "VERTRAGSENDE"}, attributes=["TARIF", "ORT"],
    )  # fmt: skip


def klub_pl(place: Place) -> Truth:
    """A Polish club in windows-1250: members, and what they paid each month."""
    _, people = members("klub_pl", language="pl", count=260)
    place.csv("czlonkowie.csv", *person_rows(people, {
        "Numer członka": lambda p: p.number, "Imię": lambda p: p.first, "Nazwisko": lambda p: p.last, "Miasto": lambda p: p.city,
        "Data przystąpienia": lambda p: p.joined.strftime("%d.%m.%Y"),
        "Data rezygnacji": lambda p: p.left.strftime("%d.%m.%Y") if p.left else "", "Karnet": lambda p: p.group,
    }), sep=";", encoding="cp1250")  # fmt: skip
    fees: list[list[Any]] = []
    for person in people:
        day, end = (
            person.joined,
            min(person.left or date(2024, 3, 31), person.joined + timedelta(days=900)),
        )
        while day < end:
            fees.append([f"W{len(fees)}", person.number, day.strftime("%d.%m.%Y"), "89,00", "PLN"])
            day += timedelta(days=30)
    place.csv(
        "wplaty.csv",
        ["Numer wpłaty", "Numer członka", "Data wpłaty", "Kwota", "Waluta"],
        fees,
        sep=";",
        encoding="cp1250",
    )
    buyers = len({fee[1] for fee in fees})
    return _truth(
        "A Polish club: its members, when they joined and resigned, and their monthly payments.", people, "czlonkowie.csv",
        {"key": ["Numer członka"], "joined_at": "Data przystąpienia", "left_at": "Data rezygnacji"},
        others={"transactions": {"files": ["wplaty.csv"], "key": ["Numer członka"], "time": ["Data wpłaty"], "amount": ["Kwota"], "order": ["Numer wpłaty"]}},
        also={"buyers": [buyers], "orders": [len(fees)], "net": [money(8900 * len(fees))]}, currency="PLN",
        personal=["Imię", "Nazwisko"], attributes=["Miasto", "Karnet"],
    )  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        sportschool_nl,
        verein_xlsx,
        gimnasio_es,
        abonnes_fr,
        left_is_a_date,
        vertraege_9999,
        klub_pl,
    )
}
