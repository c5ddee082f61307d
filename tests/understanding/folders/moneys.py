"""Money that is easily counted twice, or as another money."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import company, money
from tests.understanding.flat import order_rows, shop_truth, who
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place


def sale_and_lines(place: Place) -> Truth:
    """A row for the sale and a row for each of its lines: adding both is twice the revenue."""
    firm = company("sale_and_lines")
    rows: list[list[Any]] = []
    for order in firm.orders:
        head = [order.number, who(order).number, order.at.strftime("%Y-%m-%d %H:%M")]
        rows.append(["Sale", *head, "", "", money(order.total), "GBP"])
        rows += [
            ["Sale Line", *head, line.product, line.quantity, money(line.total), "GBP"]
            for line in order.lines
        ]
    place.csv(
        "sales.csv",
        [
            "Line Type",
            "Receipt Number",
            "Customer Code",
            "Date",
            "Product",
            "Quantity",
            "Total",
            "Currency",
        ],
        rows,
    )
    return shop_truth("A till's sales with a row for the sale and rows for its lines.", firm.orders, ["sales.csv"],
        {"key": ["Customer Code"], "time": ["Date"], "amount": ["Total"], "order": ["Receipt Number"], "status": ["Line Type"]}, currency="GBP")  # fmt: skip


def running_balance(place: Place) -> Truth:
    """Amount and balance side by side; the balance is no money that anybody spent."""
    firm = company("running_balance", every=15, customers=120)
    balances: dict[int, int] = {}
    rows = []
    for order in firm.orders:
        number = who(order).number
        balances[number] = balances.get(number, 5_000_000) - order.total
        rows.append(
            [
                f"T{order.number}",
                f"AC{number}",
                order.at.date(),
                money(order.total),
                money(balances[number]),
                order.lines[0].group,
            ]
        )
    place.csv(
        "card_transactions.csv",
        ["txn_id", "account", "posted", "amount_usd", "balance_after", "merchant_type"],
        rows,
    )
    return shop_truth("Card payments by account, with the balance after each.", firm.orders, ["card_transactions.csv"],
        {"key": ["account"], "time": ["posted"], "amount": ["amount_usd"], "order": ["txn_id"]}, currency="USD")  # fmt: skip


def lifetime_totals(place: Place) -> Truth:
    """Each order carries the customer's total so far, which only grows."""
    firm = company("lifetime_totals")
    so_far: dict[int, int] = {}
    rows = []
    for order in firm.orders:
        number = who(order).number
        so_far[number] = so_far.get(number, 0) + order.total
        rows.append(
            [
                order.number,
                number,
                order.at.strftime("%d-%b-%Y"),
                money(so_far[number]),
                money(order.total),
                "EUR",
            ]
        )
    place.csv(
        "orders.csv",
        [
            "order_number",
            "customer",
            "placed_on",
            "customer_total_to_date",
            "order_value",
            "currency",
        ],
        rows,
    )
    return shop_truth("A shop's orders with the customer's total so far.", firm.orders, ["orders.csv"],
        {"key": ["customer"], "time": ["placed_on"], "amount": ["order_value"], "order": ["order_number"]}, currency="EUR")  # fmt: skip


def minor_units(place: Place) -> Truth:
    """A column that says that it holds cents."""
    firm = company("minor_units", states={"failed": 0.05})
    place.csv("payments.csv", *order_rows(firm.orders, {
        "payment_id": lambda o: f"p{o.number}", "customer_ref": lambda o: f"cr{who(o).number}", "paid_at": lambda o: o.at.strftime("%Y-%m-%dT%H:%M:%S+02:00"),
        "amount_in_cents": lambda o: o.total, "currency_code": lambda _: "EUR", "result": lambda o: "authorised" if o.counts else "refused",
    }))  # fmt: skip
    return shop_truth("Payments in cents.", firm.orders, ["payments.csv"],
        {"key": ["customer_ref"], "time": ["paid_at"], "amount": ["amount_in_cents"], "order": ["payment_id"], "status": ["result"]}, currency="EUR", may_ask=["unit", "amount"])  # fmt: skip


def two_currencies(place: Place) -> Truth:
    """Nine orders of ten are in euros; the others in dollars are never added to them."""
    firm = company("two_currencies")
    abroad = {order.number for order in firm.orders if order.number % 10 == 0}
    place.csv("orders.csv", *order_rows(firm.orders, {
        "id": lambda o: o.number, "customer": lambda o: who(o).number, "date": lambda o: o.at.date(), "total": lambda o: money(o.total), "ccy": lambda o: "USD" if o.number in abroad else "EUR",
    }))  # fmt: skip
    home = [order for order in firm.orders if order.number not in abroad]
    sums = totals(home)
    sums["customers"]["max"] = len(firm.buyers())
    return shop_truth("A shop that sells in euros, and a tenth in dollars.", firm.orders, ["orders.csv"],
        {"key": ["customer"], "time": ["date"], "amount": ["total"], "order": ["id"]}, currency="EUR", totals=sums, may_ask=["currency"])  # fmt: skip


def debit_and_credit(place: Place) -> Truth:
    """No signs: a column says debit or credit."""
    firm = company("debit_and_credit", states={"partly": 0.05})
    rows: list[list[Any]] = []
    for order in firm.orders:
        name = f"MB{who(order).number}"
        rows.append([order.at.strftime("%Y%m%d"), name, order.number, "D", money(order.total)])
        if order.refund_at:
            rows.append(
                [order.refund_at.strftime("%Y%m%d"), name, order.number, "C", money(order.refund)]
            )
    place.csv("ledger.csv", ["post_date", "cust_no", "doc_no", "dr_cr", "amount_gbp"], sorted(rows))
    return shop_truth("A ledger of what customers were charged and credited.", firm.orders, ["ledger.csv"],
        {"key": ["cust_no"], "time": ["post_date"], "amount": ["amount_gbp"], "order": ["doc_no"], "status": ["dr_cr"]}, currency="GBP", may_ask=["kind", "sign", "dr_cr", "status"])  # fmt: skip


def price_and_quantity(place: Place) -> Truth:
    """No total: a price of a unit, how many, and a discount in percent as `10%`."""
    firm = company("price_and_quantity")
    rows, net = [], 0
    for order in firm.orders:
        for line in order.lines:
            percent = 10 if order.number % 8 == 0 else 0
            net += line.total * (100 - percent)
            rows.append(
                [
                    order.number,
                    who(order).number,
                    order.at.strftime("%d/%m/%Y"),
                    line.sku,
                    line.quantity,
                    money(line.price),
                    f"{percent}%",
                ]
            )
    place.csv(
        "lines.csv",
        ["Order", "Account No", "Date", "Item", "Qty", "Unit Price EUR", "Discount"],
        rows,
    )
    sums = totals(firm.orders)
    sums["net"] = [str(net / 10_000), *sums["net"]]
    return shop_truth("A shop's order lines with price, quantity and discount.", firm.orders, ["lines.csv"],
        {"key": ["Account No"], "time": ["Date"], "amount": ["Qty", "Unit Price EUR", "Discount"], "order": ["Order"]}, currency="EUR", totals=sums)  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        sale_and_lines,
        running_balance,
        lifetime_totals,
        minor_units,
        two_currencies,
        debit_and_credit,
        price_and_quantity,
    )
}
