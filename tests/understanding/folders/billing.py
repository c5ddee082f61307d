"""Invoices, credit notes and subscriptions as billing systems export them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.understanding.companies import company, members, money
from tests.understanding.truths import Truth, member_totals, totals
from tests.understanding.writing import Place

CREDITED = {"refunded": 0.03, "partly": 0.04}


def sap_fakturen(place: Place) -> Truth:
    """German short names, minus behind the number, credit notes, keys with and without zeros."""
    firm = company("sap_fakturen", language="de", states=CREDITED)

    def sap(cents: int) -> str:
        text = money(abs(cents), mark=",", group=".")
        return f"{text}-" if cents < 0 else text

    rows: list[list[Any]] = []
    for order in firm.orders:
        person = order.person
        assert person
        for position, line in enumerate(order.lines, 1):
            rows.append(
                [
                    f"{90_000_000 + order.number}", position * 10, "ZF2", order.at.strftime("%d.%m.%Y"),
                    person.number, line.sku, line.product, f"{line.quantity},000", "ST", sap(line.total), "EUR",
                ]
            )  # fmt: skip
        if order.refund_at:
            rows.append(
                [f"{91_000_000 + order.number}", 10, "ZG2", order.refund_at.strftime("%d.%m.%Y"), person.number,
                 order.lines[0].sku, order.lines[0].product, "1,000", "ST", sap(-order.refund), "EUR"]
            )  # fmt: skip
    header = [
        "Faktura",
        "Pos.",
        "FkArt",
        "Fakturadatum",
        "Auftraggeber",
        "Material",
        "Bezeichnung",
        "Fakt.Menge",
        "ME",
        "Nettowert",
        "Währg",
    ]
    place.csv("VBRP_Fakturen.csv", header, rows, sep=";", encoding="cp1252")
    place.csv(
        "KNA1_Debitoren.csv",
        ["Debitor", "Land", "Name 1", "Ort", "PLZ", "Branche", "Angelegt am"],
        [
            [f"{person.number:010d}", person.country, person.name, person.city, f"{50000 + person.number}",
             person.group, person.joined.strftime("%d.%m.%Y")]
            for person in firm.people
        ],
        sep=";",
        encoding="cp1252",
    )  # fmt: skip
    sums = totals(firm.orders)
    sums |= {
        "customers": {"min": len(firm.people), "max": len(firm.people)},
        "joined": len(firm.people),
    }
    return Truth(
        about="A wholesaler's invoices by position with credit notes, and its customers, from SAP.",
        entities={
            "transactions": {
                "files": ["VBRP_Fakturen.csv"], "key": ["Auftraggeber"], "time": ["Fakturadatum"],
                "amount": ["Nettowert"], "order": ["Faktura"], "status": ["FkArt"],
            },
            "customers": {"files": ["KNA1_Debitoren.csv"], "key": ["Debitor"], "joined_at": "Angelegt am"},
        },
        churn="silence",
        currency="EUR",
        personal=["Name 1"],
        attributes=["Branche", "Ort", "Land"],
        totals=sums,
    )  # fmt: skip


def rechnungsliste(place: Place) -> Truth:
    """A German list with a title above and sums below, in an Excel workbook."""
    firm = company("rechnungsliste", language="de", customers=180, states={})
    rows: list[list[Any]] = [["Müller Feinkost GmbH"], ["Rechnungsausgangsbuch 2022-2023"], []]
    rows.append(
        ["Rechnungsdatum", "Rechnungs-Nr.", "Kunden-Nr.", "Kunde", "Netto", "USt", "Brutto"]
    )
    gross = 0
    for order in firm.orders:
        person = order.person
        assert person
        tax = order.total * 19 // 119
        gross += order.total
        rows.append(
            [order.at.strftime("%d.%m.%Y"), f"RE-{order.number}", person.number, person.name,
             (order.total - tax) / 100, tax / 100, order.total / 100]
        )  # fmt: skip
    rows.append(["Summe", "", "", "", "", "", gross / 100])
    place.xlsx("Rechnungsausgangsbuch.xlsx", {"Rechnungen": rows})
    net = sum(order.total - order.total * 19 // 119 for order in firm.orders)
    return Truth(
        about="A German company's invoices with net, tax and gross.",
        entities={
            "transactions": {
                "files": ["Rechnungsausgangsbuch.xlsx"], "key": ["Kunden-Nr."], "time": ["Rechnungsdatum"],
                "amount": ["Brutto", "Netto"], "order": ["Rechnungs-Nr."],
            }
        },
        churn="silence",
        personal=["Kunde"],
        totals=totals(firm.orders, also=net),
        may_ask=["currency", "amount"],
    )  # fmt: skip


def invoices_and_payments(place: Place) -> Truth:
    """An invoice and the payment of it are one purchase: adding both would double the revenue."""
    firm = company("invoices_and_payments", states={"open": 0.04})
    people = firm.people
    place.csv(
        "customers.csv",
        ["CustomerRef", "CompanyName", "Town", "Segment", "OpenedOn"],
        [
            [f"C{person.number}", f"{person.last} & Sons", person.city, person.group, person.joined]
            for person in people
        ],
    )
    place.csv(
        "invoices.csv",
        ["InvoiceNo", "CustomerRef", "InvoiceDate", "DueDate", "Total", "Currency", "State"],
        [
            [f"INV-{order.number}", f"C{order.person.number}", order.at.date(), order.at.date() + timedelta(days=30),
             money(order.total), "GBP", "Paid" if order.is_paid else "Open"]
            for order in firm.orders
            if order.person
        ],
    )  # fmt: skip
    place.csv(
        "payments.csv",
        ["PaymentNo", "InvoiceNo", "CustomerRef", "ReceivedOn", "AmountReceived", "Currency", "Method"],
        [
            [f"PAY-{order.number}", f"INV-{order.number}", f"C{order.person.number}",
             order.at.date() + timedelta(days=20), money(order.total), "GBP", "BACS"]
            for order in firm.orders
            if order.person and order.is_paid
        ],
    )  # fmt: skip
    sums = totals(firm.orders)
    invoiced = len(firm.orders)
    sums |= {
        "customers": {"min": len(people), "max": len(people)},
        "joined": len(people),
        "orders": [*sums["orders"], invoiced],
        "net": [*sums["net"], money(sum(order.total for order in firm.orders))],
        "buyers": sorted({*sums["buyers"], len(firm.buyers())}),
        "orders_by_year": {},
    }
    return Truth(
        about="A company that sends invoices and records their payments; the invoices are the purchases.",
        entities={
            "transactions": {
                "files": ["invoices.csv"], "or": ["payments.csv"], "key": ["CustomerRef"],
                "time": ["InvoiceDate", "ReceivedOn"], "amount": ["Total", "AmountReceived"], "order": ["InvoiceNo", "PaymentNo"],
            },
            "customers": {"files": ["customers.csv"], "key": ["CustomerRef"], "joined_at": "OpenedOn"},
        },
        churn="silence",
        currency="GBP",
        attributes=["Town", "Segment"],
        unused=["payments.csv", "invoices.csv"],
        totals=sums,
        may_ask=["status"],
    )  # fmt: skip


def subscriptions(place: Place) -> Truth:
    """A subscription business: when each began and ended, and the invoices meanwhile."""
    rng, people = members("subscriptions", count=380)
    end = date(2024, 3, 31)
    price = {"Standard": 1900, "Plus": 3900, "Premium": 7900}
    place.csv(
        "customers.csv",
        ["customer[id]", "customer[first_name]", "customer[last_name]", "customer[email]", "customer[company]", "billing_address[country]", "customer[created_at]"],
        [
            [f"AzZ{person.number}", person.first, person.last, person.email, f"{person.last} Ltd", person.country,
             person.joined.strftime("%Y-%m-%dT09:15:00Z")]
            for person in people
        ],
    )  # fmt: skip
    place.csv(
        "subscriptions.csv",
        ["subscription[id]", "customer[id]", "subscription[plan_id]", "subscription[plan_unit_price]", "subscription[currency_code]", "subscription[status]", "subscription[started_at]", "subscription[cancelled_at]"],
        [
            [f"S{person.number}", f"AzZ{person.number}", person.group.lower(), money(price[person.group]), "USD",
             "Cancelled" if person.left else "Active", person.joined.strftime("%Y-%m-%dT09:15:00Z"),
             person.left.strftime("%Y-%m-%dT18:40:00Z") if person.left else ""]
            for person in people
        ],
    )  # fmt: skip
    invoices, net = [], 0
    for person in people:
        day = person.joined
        while day < (person.left or end):
            net += price[person.group]
            invoices.append(
                [f"I{person.number}-{len(invoices)}", f"S{person.number}", f"AzZ{person.number}", "Paid",
                 day.strftime("%Y-%m-%dT09:15:00Z"), money(price[person.group]), "USD"]
            )  # fmt: skip
            day += timedelta(days=30)
    rng.shuffle(invoices)
    place.csv(
        "invoices.csv",
        [
            "invoice[id]",
            "subscription[id]",
            "customer[id]",
            "invoice[status]",
            "invoice[date]",
            "invoice[total]",
            "invoice[currency_code]",
        ],
        invoices,
    )
    return Truth(
        about="A subscription business with dates of beginning and cancelling, and monthly invoices.",
        entities={
            "customers": {
                "files": ["customers.csv", "subscriptions.csv"], "key": ["customer[id]"],
                "joined_at": "subscription[started_at]", "left_at": "subscription[cancelled_at]",
            },
            "transactions": {
                "files": ["invoices.csv"], "key": ["customer[id]"], "time": ["invoice[date]"],
                "amount": ["invoice[total]"], "order": ["invoice[id]"], "status": ["invoice[status]"],
            },
        },
        churn="contractual",
        currency="USD",
        personal=["customer[first_name]", "customer[last_name]", "customer[email]"],
        attributes=["subscription[plan_id]", "billing_address[country]"],
        never_inputs=["subscription[status]"],
        totals=member_totals(people)
        | {"orders": [len(invoices)], "buyers": [len(people)], "net": [money(net)]},
    )  # fmt: skip


def facturas_es(place: Place) -> Truth:
    """Spanish invoices with returns (`abono`) as rows of their own and months by name."""
    firm = company("facturas_es", language="es", states=CREDITED)
    months = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")

    def day(at: Any) -> str:
        return f"{at.day:02d}-{months[at.month - 1]}-{at.year}"

    rows: list[list[Any]] = []
    for order in firm.orders:
        person = order.person
        assert person
        who = [person.number, person.name, person.city]
        rows.append(
            [
                f"F{order.number}",
                "Factura",
                day(order.at),
                *who,
                money(order.total, mark=",", group="."),
                "EUR",
            ]
        )
        if order.refund_at:
            rows.append(
                [
                    f"A{order.number}",
                    "Abono",
                    day(order.refund_at),
                    *who,
                    money(-order.refund, mark=",", group="."),
                    "EUR",
                ]
            )
    header = [
        "Núm. factura",
        "Tipo documento",
        "Fecha",
        "Código cliente",
        "Nombre cliente",
        "Población",
        "Importe total",
        "Moneda",
    ]
    place.csv("facturas.csv", header, rows, sep=";", encoding="latin-1")
    return Truth(
        about="A Spanish company's invoices and credit notes.",
        entities={
            "transactions": {
                "files": ["facturas.csv"], "key": ["Código cliente"], "time": ["Fecha"], "amount": ["Importe total"],
                "order": ["Núm. factura"], "status": ["Tipo documento"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["Nombre cliente"],
        totals=totals(firm.orders),
    )  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (sap_fakturen, rechnungsliste, invoices_and_payments, subscriptions, facturas_es)
}
