"""Rows that count once, not at all, or take money back, where no status says so."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import company, money
from tests.understanding.flat import order_rows, shop_truth, who
from tests.understanding.truths import Truth
from tests.understanding.writing import Place


def refunds_by_order(place: Place) -> Truth:
    """Refunds in a file of their own that name the order, and no customer."""
    firm = company("refunds_by_order", language="fr", states={"partly": 0.06})
    place.csv("ventes.csv", *order_rows(firm.orders, {
        "N° vente": lambda o: f"V{o.number}", "Code client": lambda o: f"CL{who(o).number}", "Date": lambda o: o.at.strftime("%d/%m/%Y"), "Montant TTC": lambda o: money(o.total, mark=","),
    }), sep=";")  # fmt: skip
    back = [order for order in firm.orders if order.refund_at]
    place.csv("retours.csv", *order_rows(back, {
        "N° retour": lambda o: f"R{o.number}", "N° vente": lambda o: f"V{o.number}", "Date retour": lambda o: o.refund_at.strftime("%d/%m/%Y") if o.refund_at else "", "Montant remboursé": lambda o: money(o.refund, mark=","),
    }), sep=";")  # fmt: skip
    return shop_truth("A French shop: sales, and what was paid back of them.", firm.orders, ["ventes.csv", "retours.csv"],
        {"key": ["Code client"], "time": ["Date", "Date retour"], "amount": ["Montant TTC", "Montant remboursé"], "order": ["N° vente"]}, currency="EUR")  # fmt: skip


def refund_of_the_order(place: Place) -> Truth:
    """Each line repeats the total, the postage and the refund of its order."""
    firm = company("refund_of_the_order", states={"partly": 0.08})
    rows: list[list[Any]] = []
    postage = 0
    for order in firm.orders:
        post = 490 if order.total < 3000 else 0
        postage += post
        rows += [
            [f"W{order.number}", order.at.date(), f"C{who(order).number}", line.sku, money(line.total),
             money(post), money(order.total + post), money(order.refund)]
            for line in order.lines
        ]  # fmt: skip
    header = ["order_no", "order_date", "customer_no", "sku", "line_amount", "shipping", "order_total", "order_refunded"]  # fmt: skip
    place.csv("order_lines.csv", header, rows)
    truth = shop_truth("A shop's order lines, with what belongs to the order on each.", firm.orders, ["order_lines.csv"],
        {"key": ["customer_no"], "time": ["order_date"], "amount": ["line_amount", "order_total"], "order": ["order_no"]}, may_ask=["currency"])  # fmt: skip
    paid = sum(order.total - order.refund for order in firm.orders) + postage
    truth.totals["net"] = [str(paid / 100)]
    return truth


def orders_sent_twice(place: Place) -> Truth:
    """An interface sends lines of orders in messages; some orders come again, in another one."""
    firm = company("orders_sent_twice", language="de")
    rows: list[list[Any]] = []
    message = 880000
    for order in firm.orders:
        for _ in range(2 if order.number % 19 == 3 else 1):
            message += 1
            rows += [
                [message, f"B{order.number}", order.at.strftime("%d.%m.%Y"), f"KD{who(order).number}", line.sku, line.quantity, money(line.total, mark=",")]
                for line in order.lines
            ]  # fmt: skip
    header = ["Nachricht", "Bestellnr", "Bestelldatum", "Kundennr", "Artikelnr", "Menge", "Betrag"]
    place.csv("positionen.csv", header, rows, sep=";")
    return shop_truth("A German shop's order lines from an interface.", firm.orders, ["positionen.csv"],
        {"key": ["Kundennr"], "time": ["Bestelldatum"], "amount": ["Betrag"], "order": ["Bestellnr"]}, may_ask=["currency"])  # fmt: skip


def drafts_and_void(place: Place) -> Truth:
    """Two flags say which invoices are none: not booked yet, and annulled."""
    firm = company("drafts_and_void", language="nl", states={"open": 0.05, "cancelled": 0.05})
    place.csv("facturen.csv", *order_rows(firm.orders, {
        "Factuurnr": lambda o: o.number, "Klantnr": lambda o: f"KL{who(o).number}", "Factuurdatum": lambda o: o.at.strftime("%d-%m-%Y"), "Totaal": lambda o: f"€ {money(o.total, mark=',')}",
        "Concept": lambda o: "ja" if o.state == "open" else "nee", "Geannuleerd": lambda o: "ja" if o.state == "cancelled" else "nee",
    }), sep=";")  # fmt: skip
    return shop_truth("A Dutch firm's invoices with drafts and annulled ones.", firm.orders, ["facturen.csv"],
        {"key": ["Klantnr"], "time": ["Factuurdatum"], "amount": ["Totaal"], "order": ["Factuurnr"], "status": ["Concept", "Geannuleerd"]}, currency="EUR")  # fmt: skip


def journal_both_sides(place: Place) -> Truth:
    """A ledger with both sides of every entry: sales, payments, and the accounts against them."""
    firm = company("journal_both_sides", customers=120)
    rows: list[list[Any]] = []
    for order in firm.orders:
        day, total, name = order.at.date(), money(order.total), f"D{who(order).number}"
        rows += [
            [order.number, day, 1400, name, total, ""],
            [order.number, day, 8400, "", "", total],
        ]
        paid = order.number + 90000
        rows += [[paid, day, 1200, "", total, ""], [paid, day, 1400, name, "", total]]
    header = ["entry_no", "posting_date", "account", "sub_account", "debit", "credit"]
    place.csv("journal.csv", header, rows)
    return shop_truth("A journal of entries.", firm.orders, ["journal.csv"],
        {"key": ["sub_account"], "time": ["posting_date"], "amount": ["debit"], "order": ["entry_no"]}, may_ask=["ledger"])  # fmt: skip


def words_of_no_list(place: Place) -> Truth:
    """Georgian sales: no word of the headers is known."""
    firm = company("words_of_no_list")
    place.csv("გაყიდვები.csv", *order_rows(firm.orders, {
        "ქვითარი": lambda o: o.number, "მყიდველი": lambda o: f"M{who(o).number}", "თარიღი": lambda o: o.at.date(), "თანხა": lambda o: money(o.total),
    }))  # fmt: skip
    return shop_truth("A Georgian shop's sales.", firm.orders, ["გაყიდვები.csv"],
        {"key": ["მყიდველი"], "time": ["თარიღი"], "amount": ["თანხა"], "order": ["ქვითარი"]}, may_ask=["customers"])  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        refunds_by_order,
        refund_of_the_order,
        orders_sent_twice,
        drafts_and_void,
        journal_both_sides,
        words_of_no_list,
    )
}
