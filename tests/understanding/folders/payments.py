"""Exports of payment systems: refunds, fees, balances, transfers, minor units."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from tests.understanding.companies import company, money
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place


def stripe_payments(place: Place) -> Truth:
    """Payments as Stripe's dashboard exports them; failed cards beside paid ones."""
    firm = company(
        "stripe_payments", states={"refunded": 0.03, "partly": 0.03, "failed": 0.08}, every=31
    )
    states = {
        "paid": "Paid",
        "partly": "Partial Refund",
        "refunded": "Refunded",
        "failed": "Failed",
    }
    header = [
        "id",
        "Description",
        "Seller Message",
        "Created date (UTC)",
        "Amount",
        "Amount Refunded",
        "Currency",
        "Converted Amount",
        "Converted Amount Refunded",
        "Fee",
        "Taxes On Fee",
        "Converted Currency",
        "Status",
        "Statement Descriptor",
        "Customer ID",
        "Customer Description",
        "Customer Email",
        "Captured",
        "Card ID",
        "Invoice ID",
        "Transfer",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        total, back = money(order.total), money(order.refund)
        rows.append(
            [
                f"ch_3L{order.number}xQ", "Subscription update", "Payment complete.",
                order.at.strftime("%Y-%m-%d %H:%M:%S"), total, back, "usd", total, back,
                money(order.total * 29 // 1000 + 30), "0.00", "usd", states[order.state], "HOUSE",
                f"cus_N{person.number}", "", person.email, "true" if order.is_paid else "false",
                f"card_1{person.number}", f"in_1{order.number}", f"tr_{order.number}",
            ]
        )  # fmt: skip
    place.csv("unified_payments.csv", header, reversed(rows), newline="\n")
    return Truth(
        about="A company that is paid by card: one row per payment, newest first, from Stripe.",
        entities={
            "transactions": {
                "files": ["unified_payments.csv"], "key": ["Customer ID", "Customer Email"],
                "time": ["Created date (UTC)"], "amount": ["Amount", "Amount Refunded", "Converted Amount"],
                "order": ["id", "Invoice ID"], "status": ["Status"],
            }
        },
        churn="silence",
        currency="USD",
        personal=["Customer Email"],
        totals=totals(firm.orders),
    )  # fmt: skip


def stripe_charges_cents(place: Place) -> Truth:
    """JSON lines of the interface: whole cents, epoch seconds, `succeeded` and `failed`."""
    firm = company(
        "stripe_charges_cents", states={"refunded": 0.03, "partly": 0.03, "failed": 0.06}, every=31
    )
    place.jsonl(
        "charges.jsonl",
        [
            {
                "id": f"ch_{order.number}", "object": "charge", "amount": order.total,
                "amount_captured": order.total if order.is_paid else 0, "amount_refunded": order.refund,
                "created": int(order.at.replace(tzinfo=UTC).timestamp()), "currency": "eur",
                "customer": f"cus_{order.person.number}", "description": None, "livemode": True,
                "paid": order.is_paid, "receipt_email": order.person.email, "refunded": order.state == "refunded",
                "status": "succeeded" if order.is_paid else "failed",
            }
            for order in firm.orders
            if order.person
        ],
    )  # fmt: skip
    return Truth(
        about="A company that is paid by card: charges in cents, from Stripe's interface.",
        entities={
            "transactions": {
                "files": ["charges.jsonl"], "key": ["customer", "receipt_email"], "time": ["created"],
                "amount": ["amount", "amount_captured", "amount_refunded"], "order": ["id"],
                "status": ["status", "paid"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["receipt_email"],
        totals=totals(firm.orders),
        may_ask=["amount", "unit"],
    )  # fmt: skip


def stripe_balance(place: Place) -> Truth:
    """Gross, fee and net side by side; refunds as rows, and payouts that are nobody's purchase."""
    firm = company("stripe_balance", states={"refunded": 0.04, "partly": 0.03}, every=31)
    header = [
        "balance_transaction_id",
        "created_utc",
        "available_on_utc",
        "currency",
        "gross",
        "fee",
        "net",
        "reporting_category",
        "source_id",
        "description",
        "customer_id",
        "customer_email",
        "charge_id",
    ]
    rows: list[list[Any]] = []
    for order in firm.orders:
        person = order.person
        assert person
        at, fee = order.at.strftime("%Y-%m-%d %H:%M:%S"), order.total * 14 // 1000 + 25
        who = [f"cus_{person.number}", person.email, f"ch_{order.number}"]
        rows.append(
            [f"txn_{order.number}a", at, at, "eur", money(order.total), money(fee), money(order.total - fee),
             "charge", f"ch_{order.number}", "", *who]
        )  # fmt: skip
        if order.refund_at:
            at, back = order.refund_at.strftime("%Y-%m-%d %H:%M:%S"), money(-order.refund)
            rows.append(
                [
                    f"txn_{order.number}b",
                    at,
                    at,
                    "eur",
                    back,
                    "0.00",
                    back,
                    "refund",
                    f"re_{order.number}",
                    "",
                    *who,
                ]
            )
        if order.number % 30 == 0:
            rows.append(
                [f"txn_{order.number}c", at, at, "eur", "-2500.00", "0.00", "-2500.00", "payout",
                 f"po_{order.number}", "STRIPE PAYOUT", "", "", ""]
            )  # fmt: skip
    rows.sort(key=lambda row: row[1])
    place.csv("itemised_balance.csv", header, rows, newline="\n")
    return Truth(
        about="A company that is paid by card: every movement of its balance, from Stripe.",
        entities={
            "transactions": {
                "files": ["itemised_balance.csv"], "key": ["customer_id", "customer_email"], "time": ["created_utc"],
                "amount": ["gross"], "order": ["charge_id", "balance_transaction_id"], "status": ["reporting_category"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["customer_email"],
        totals=totals(firm.orders),
    )  # fmt: skip


PAYPAL = {
    "en": [
        "Date",
        "Time",
        "TimeZone",
        "Name",
        "Type",
        "Status",
        "Currency",
        "Gross",
        "Fee",
        "Net",
        "From Email Address",
        "To Email Address",
        "Transaction ID",
        "Shipping Address",
        "Address Status",
        "Item Title",
        "Item ID",
        "Invoice Number",
        "Reference Txn ID",
        "Quantity",
        "Receipt ID",
        "Balance",
        "Country",
        "Balance Impact",
    ],
    "de": [
        "Datum",
        "Uhrzeit",
        "Zeitzone",
        "Name",
        "Typ",
        "Status",
        "Währung",
        "Brutto",
        "Gebühr",
        "Netto",
        "Absender E-Mail-Adresse",
        "Empfänger E-Mail-Adresse",
        "Transaktionscode",
        "Lieferadresse",
        "Adress-Status",
        "Artikelbezeichnung",
        "Artikelnummer",
        "Rechnungsnummer",
        "Zugehöriger Transaktionscode",
        "Anzahl",
        "Empfangsnummer",
        "Guthaben",
        "Land",
        "Auswirkung auf Guthaben",
    ],
}
PAYPAL_WORDS = {
    "en": (
        "Express Checkout Payment",
        "Payment Refund",
        "General Withdrawal",
        "Completed",
        "Pending",
        "Denied",
        "Credit",
        "Debit",
    ),
    "de": (
        "PayPal Express-Zahlung",
        "Rückzahlung",
        "Allgemeine Abbuchung",
        "Abgeschlossen",
        "Ausstehend",
        "Abgelehnt",
        "Haben",
        "Soll",
    ),
}


def _paypal(place: Place, name: str, *, language: str) -> Truth:
    firm = company(
        name,
        language=language,
        states={"refunded": 0.03, "partly": 0.03, "open": 0.02, "failed": 0.03},
    )
    payment, refund, withdrawal, done, waiting, denied, credit, debit = PAYPAL_WORDS[language]
    mark, group = (",", ".") if language == "de" else (".", ",")
    day = "%d.%m.%Y" if language == "de" else "%m/%d/%Y"
    ours, balance = "shop@teahouse.example", 0
    moves: list[tuple[Any, ...]] = []
    for order in firm.orders:
        state = {"open": waiting, "failed": denied}.get(order.state, done)
        moves.append((order.at, order, payment, state, order.total, f"{order.number}A"))
        if order.refund_at:
            moves.append((order.refund_at, order, refund, done, -order.refund, f"{order.number}B"))
        if order.number % 40 == 0:
            moves.append((order.at, None, withdrawal, done, -150000, f"{order.number}C"))
    moves.sort(key=lambda move: move[0])
    rows = []
    for at, order, kind, state, cents, code in moves:
        fee = -(cents * 249 // 10000 + 35) if kind == payment and state == done else 0
        balance += cents + fee if state == done else 0
        who = order.person if order else None
        parties = (who.email if who else ours, ours if who else "")
        rows.append(
            [
                at.strftime(day), at.strftime("%H:%M:%S"), "Europe/Berlin" if language == "de" else "PST",
                who.name if who else "", kind, state, "EUR" if language == "de" else "USD",
                *(money(value, mark=mark, group=group) for value in (cents, fee, cents + fee)),
                *(parties if kind != refund else reversed(parties)), f"9X{code}", "", "", "", "",
                f"R{order.number}" if order else "", f"9X{order.number}A" if kind == refund else "", "", "",
                money(balance, mark=mark, group=group), "", credit if cents > 0 else debit,
            ]
        )  # fmt: skip
    place.csv("Download.CSV", PAYPAL[language], rows, encoding="utf-8-sig", quote_all=True)
    header = PAYPAL[language]
    sums = totals(firm.orders)
    sums["customers"]["max"] += 1
    return Truth(
        about="A shop's account at PayPal: payments, refunds, fees, and transfers to the bank.",
        entities={
            "transactions": {
                "files": ["Download.CSV"], "key": [header[10]], "time": header[:2], "amount": [header[7]],
                "order": [header[12], header[17]], "status": header[4:6],
            }
        },
        churn="silence",
        currency="EUR" if language == "de" else "USD",
        personal=[header[3], header[10]],
        totals=sums,
        may_ask=["status", "key"],
    )  # fmt: skip


def paypal_activity(place: Place) -> Truth:
    """An ending in capitals, date and time in two columns, the payer's e-mail as the only key."""
    return _paypal(place, "paypal_activity", language="en")


def paypal_aktivitaeten(place: Place) -> Truth:
    """The same in German; on a refund the payer is the shop."""
    return _paypal(place, "paypal_aktivitaeten", language="de")


def square_transactions(place: Place) -> Truth:
    """A till's payments with `$1,234.50` and `($12.00)`, discounts, tips and tax."""
    firm = company(
        "square_transactions", states={"partly": 0.04}, guests=0.15, every=20, customers=160
    )
    header = [
        "Date",
        "Time",
        "Time Zone",
        "Gross Sales",
        "Discounts",
        "Service Charges",
        "Net Sales",
        "Gift Card Sales",
        "Tax",
        "Tip",
        "Partial Refunds",
        "Total Collected",
        "Source",
        "Card",
        "Card Entry Methods",
        "Cash",
        "Other Tender",
        "Fees",
        "Net Total",
        "Transaction ID",
        "Payment ID",
        "Card Brand",
        "Device Name",
        "Staff Name",
        "Event Type",
        "Location",
        "Customer ID",
        "Customer Name",
        "Customer Reference ID",
    ]

    def dollars(cents: int) -> str:
        text = f"${money(abs(cents), group=',')}"
        return f"({text})" if cents < 0 else text

    rows, counted, net_sales = [], [], 0
    for order in firm.orders:
        person, back = order.person, -order.refund
        tax = order.total * 8 // 108
        fee = -(order.total * 26 // 1000 + 10)
        rows.append(
            [
                order.at.strftime("%m/%d/%y"), order.at.strftime("%H:%M:%S"), "Eastern Time (US & Canada)",
                dollars(order.total - tax), "$0.00", "$0.00", dollars(order.total - tax), "$0.00", dollars(tax), "$0.00",
                dollars(back), dollars(order.total + back), "Point of Sale", dollars(order.total), "Tapped", "$0.00",
                "$0.00", dollars(fee), dollars(order.total + back + fee), f"T{order.number}", f"P{order.number}",
                "Visa", "Till 1", "Sam", "Payment", "Main Street", f"CUST{person.number}" if person else "",
                person.name if person else "", "",
            ]
        )  # fmt: skip
        if person:
            counted.append(order)
            net_sales += order.total - tax
    place.csv("transactions-2022-01-01-2024-01-01.csv", header, reversed(rows))
    sums = totals(firm.orders)
    sums["net"].append(money(net_sales))
    sums["net"].append(money(net_sales - sum(order.refund for order in counted)))
    return Truth(
        about="A till: one row per payment, from Square; many buyers are not known.",
        entities={
            "transactions": {
                "files": ["transactions-2022-01-01-2024-01-01.csv"], "key": ["Customer ID"], "time": ["Date", "Time"],
                "amount": ["Total Collected", "Gross Sales", "Net Sales", "Partial Refunds"],
                "order": ["Transaction ID", "Payment ID"],
            }
        },
        churn="silence",
        currency="USD",
        personal=["Customer Name"],
        totals=sums,
        may_ask=["amount"],
    )  # fmt: skip


def mollie_nl(place: Place) -> Truth:
    """Dutch payments with an IBAN and a customer reference; expired payments never were paid."""
    firm = company(
        "mollie_nl", language="nl", states={"cancelled": 0.05, "failed": 0.06, "open": 0.01}
    )
    states = {"paid": "Betaald", "cancelled": "Geannuleerd", "failed": "Verlopen", "open": "Open"}
    header = [
        "Datum",
        "Betaalmethode",
        "Valuta",
        "Bedrag",
        "Status",
        "ID",
        "Omschrijving",
        "Naam consument",
        "Rekeningnummer consument",
        "Klant",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        rows.append(
            [
                order.at.strftime("%d-%m-%Y %H:%M:%S"), "ideal", "EUR", money(order.total, mark=","),
                states[order.state], f"tr_{order.number}", f"Bestelling {order.number}", person.name,
                _iban(person.number), f"klant{person.number}",
            ]
        )  # fmt: skip
    place.csv("mollie-export.csv", header, rows, sep=";")
    return Truth(
        about="Payments of a Dutch shop: one row per payment, paid or not.",
        entities={
            "transactions": {
                "files": ["mollie-export.csv"], "key": ["Klant", "Rekeningnummer consument"], "time": ["Datum"],
                "amount": ["Bedrag"], "order": ["ID"], "status": ["Status"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["Naam consument", "Rekeningnummer consument"],
        totals=totals(firm.orders),
    )  # fmt: skip


def _iban(number: int) -> str:
    account = f"RABO{number:010d}"
    digits = "".join(str(int(letter, 36)) for letter in f"{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"


FOLDERS = {
    build.__name__: build
    for build in (
        stripe_payments, stripe_charges_cents, stripe_balance, paypal_activity, paypal_aktivitaeten,
        square_transactions, mollie_nl,
    )
}  # fmt: skip
