"""Several tables: which describes the customers, which holds the money, and what is left unused."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import company, money
from tests.understanding.flat import line_rows, order_rows, person_rows, shop_truth, who
from tests.understanding.truths import Truth, totals
from tests.understanding.words import GOODS, GROUPS
from tests.understanding.writing import Place


def trading_company(place: Place) -> Truth:
    """Seven tables: the customer stands on the order, the money on its lines."""
    firm = company("trading_company", customers=150)
    place.csv("customers.csv", *person_rows(firm.people, {"customerID": lambda p: f"CU{p.number}", "companyName": lambda p: f"{p.last} {p.number}", "contactName": lambda p: p.name, "contactTitle": lambda p: ("Owner", "Buyer")[p.number % 2], "city": lambda p: p.city, "country": lambda p: p.country}))  # fmt: skip
    place.csv("orders.csv", *order_rows(firm.orders, {"orderID": lambda o: o.number, "customerID": lambda o: f"CU{who(o).number}", "employeeID": lambda o: o.number % 9 + 1, "orderDate": lambda o: o.at.date(), "shippedDate": lambda o: o.at.date(), "shipperID": lambda o: o.number % 3 + 1, "freight": lambda o: money(o.total // 20)}))  # fmt: skip
    place.csv("order_details.csv", *line_rows(firm.orders, {"orderID": lambda o, _: o.number, "productID": lambda _, line: int(line.sku[4:]), "unitPrice": lambda _, line: money(line.price), "quantity": lambda _, line: line.quantity, "discount": lambda _, __: 0}))  # fmt: skip
    place.csv(
        "products.csv",
        ["productID", "productName", "categoryID", "unitPrice", "discontinued"],
        [[100 + n, name, n // 2 + 1, 10 + n, 0] for n, name in enumerate(GOODS["en"])],
    )
    place.csv(
        "categories.csv",
        ["categoryID", "categoryName", "description"],
        [[n + 1, name, f"All {name}"] for n, name in enumerate(GROUPS)],
    )
    place.csv(
        "employees.csv",
        ["employeeID", "employeeName", "title", "city", "reportsTo"],
        [[n, f"Worker {n}", "Sales", "London", 2] for n in range(1, 10)],
    )
    place.csv("shippers.csv", ["shipperID", "companyName"], [[1, "Fast"], [2, "Slow"], [3, "Sea"]])
    count = len(firm.people)
    return Truth(
        about="A trading company: customers, orders, their lines with the money, products, and staff.",
        entities={
            "transactions": {"files": ["orders.csv", "order_details.csv"], "key": ["customerID"], "time": ["orderDate"], "amount": ["unitPrice", "quantity"], "order": ["orderID"]},
            "customers": {"files": ["customers.csv"], "key": ["customerID"]},
        },
        churn="silence", personal=["contactName"], attributes=["contactTitle", "city", "country"], unused=["employees.csv", "shippers.csv"],
        totals=totals(firm.orders) | {"customers": {"min": count, "max": count}}, may_ask=["currency"],
    )  # fmt: skip


def facts_on_lines(place: Place) -> Truth:
    """No customers file: region and segment of the customer repeat on every line."""
    firm = company("facts_on_lines")
    place.csv("Orders.csv", *line_rows(firm.orders, {
        "Row ID": lambda o, line: f"{o.number}{line.sku[4:]}", "Order ID": lambda o, _: f"CA-{o.number}", "Order Date": lambda o, _: o.at.strftime("%m/%d/%Y"), "Ship Mode": lambda o, _: ("Second Class", "Standard Class")[o.number % 2],
        "Customer ID": lambda o, _: f"CG-{who(o).number}", "Customer Name": lambda o, _: who(o).name, "Segment": lambda o, _: who(o).group, "City": lambda o, _: who(o).city, "Country": lambda o, _: "United States",
        "Category": lambda _, line: line.group, "Product Name": lambda _, line: line.product, "Sales": lambda _, line: money(line.total), "Quantity": lambda _, line: line.quantity, "Profit": lambda _, line: money(line.total // 5),
    }))  # fmt: skip
    return shop_truth("A shop's order lines with facts of the customer on each.", firm.orders, ["Orders.csv"],
        {"key": ["Customer ID"], "time": ["Order Date"], "amount": ["Sales"], "order": ["Order ID"]}, personal=["Customer Name"], attributes=["Segment", "City"], may_ask=["currency"])  # fmt: skip


def names_that_are_ours(place: Place) -> Truth:
    """Columns called segment, recency, frequency, monetary and customer_value are the company's."""
    firm = company("names_that_are_ours")
    place.csv("customers.csv", *person_rows(firm.people, {"customer_id": lambda p: p.number, "segment": lambda p: p.group, "recency": lambda p: p.number % 50, "frequency": lambda p: p.number % 9, "monetary": lambda p: p.number % 500, "customer_value": lambda p: p.number * 3, "registered": lambda p: p.joined}))  # fmt: skip
    place.csv("orders.csv", *order_rows(firm.orders, {"order_id": lambda o: o.number, "customer_id": lambda o: who(o).number, "order_date": lambda o: o.at.date(), "total_gbp": lambda o: money(o.total)}))  # fmt: skip
    count = len(firm.people)
    return Truth(
        about="A shop whose customers file has columns with names of the product.",
        entities={
            "transactions": {"files": ["orders.csv"], "key": ["customer_id"], "time": ["order_date"], "amount": ["total_gbp"], "order": ["order_id"]},
            "customers": {"files": ["customers.csv"], "key": ["customer_id"], "joined_at": "registered"},
        },
        churn="silence", currency="GBP", attributes=["segment"], totals=totals(firm.orders) | {"customers": {"min": count, "max": count}, "joined": count},
    )  # fmt: skip


def german_crm(place: Place) -> Truth:
    """Customers, orders, contacts and products in German, all in one workbook but the contacts."""
    firm = company("german_crm", language="de", states={"cancelled": 0.05})
    kunden = person_rows(firm.people, {"KdNr": lambda p: p.number, "Anrede": lambda p: ("Frau", "Herr")[p.number % 2], "Vorname": lambda p: p.first, "Nachname": lambda p: p.last, "E-Mail": lambda p: p.email, "PLZ": lambda p: f"{10000 + p.number}", "Ort": lambda p: p.city, "Kunde seit": lambda p: p.joined.strftime("%d.%m.%Y"), "Kundengruppe": lambda p: p.group})  # fmt: skip
    auftraege = order_rows(firm.orders, {"AuftragsNr": lambda o: o.number, "KdNr": lambda o: who(o).number, "Auftragsdatum": lambda o: o.at.strftime("%d.%m.%Y"), "Auftragswert": lambda o: o.total / 100, "Währung": lambda _: "EUR", "Auftragsstatus": lambda o: "erledigt" if o.counts else "storniert"})  # fmt: skip
    place.xlsx(
        "CRM-Export.xlsx",
        {"Kunden": [kunden[0], *kunden[1]], "Aufträge": [auftraege[0], *auftraege[1]]},
    )
    contacts: list[list[Any]] = [
        [
            o.number + 9000,
            who(o).number,
            o.at.strftime("%d.%m.%Y %H:%M"),
            ("Telefon", "E-Mail")[o.number % 2],
            ("Beschwerde", "Anfrage")[o.number % 3 // 2],
        ]
        for o in firm.orders
        if o.number % 6 == 0
    ]
    place.csv(
        "Kontakte.csv",
        ["KontaktNr", "KdNr", "Kontaktzeit", "Kontaktart", "Anlass"],
        contacts,
        sep=";",
        encoding="cp1252",
    )
    count = len(firm.people)
    return Truth(
        about="A German company's customers, orders, and contacts.",
        entities={
            "transactions": {"files": ["CRM-Export.xlsx#Aufträge"], "key": ["KdNr"], "time": ["Auftragsdatum"], "amount": ["Auftragswert"], "order": ["AuftragsNr"], "status": ["Auftragsstatus"]},
            "customers": {"files": ["CRM-Export.xlsx#Kunden"], "key": ["KdNr"], "joined_at": "Kunde seit"},
            "interactions": {"files": ["Kontakte.csv"], "key": ["KdNr"], "time": ["Kontaktzeit"]},
        },
        churn="silence", currency="EUR", personal=["Vorname", "Nachname", "E-Mail"], attributes=["Kundengruppe", "Ort"],
        totals=totals(firm.orders) | {"customers": {"min": count, "max": count}, "joined": count, "interactions": [len(contacts)]},
    )  # fmt: skip


def members_file_is_bigger(place: Place) -> Truth:
    """A list of leads shares more keys with the orders than the customers file does."""
    firm = company("members_file_is_bigger")
    half = firm.people[::2]
    place.csv(
        "leads.csv",
        ["lead", "email", "source", "captured"],
        [[n, p.email, ("fair", "web")[n % 2], p.joined] for n, p in enumerate(firm.people)]
        + [[5000 + n, f"lead{n}@example.com", "fair", "2022-03-01"] for n in range(300)],
    )
    place.csv("customer_master.csv", *person_rows(half, {"email": lambda p: p.email, "first_name": lambda p: p.first, "last_name": lambda p: p.last, "city": lambda p: p.city, "birthday": lambda p: p.birth, "tier": lambda p: p.group, "customer_since": lambda p: p.joined}))  # fmt: skip
    place.csv("orders.csv", *order_rows(firm.orders, {"order": lambda o: o.number, "email": lambda o: who(o).email, "date": lambda o: o.at.date(), "eur": lambda o: money(o.total)}))  # fmt: skip
    bought = {who(order).number for order in firm.orders}
    count = len(bought | {person.number for person in half})
    return Truth(
        about="A shop's orders, the customers that it described, and a list of leads.",
        entities={
            "transactions": {"files": ["orders.csv"], "key": ["email"], "time": ["date"], "amount": ["eur"], "order": ["order"]},
            "customers": {"files": ["customer_master.csv"], "key": ["email"], "joined_at": "customer_since"},
        },
        churn="silence", currency="EUR", personal=["email", "first_name", "last_name", "birthday"], attributes=["city", "tier"], unused=["leads.csv"],
        totals=totals(firm.orders) | {"customers": {"min": count, "max": count}, "joined": len(half)}, may_ask=["customers"],
    )  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        trading_company,
        facts_on_lines,
        names_that_are_ours,
        german_crm,
        members_file_is_bigger,
    )
}
