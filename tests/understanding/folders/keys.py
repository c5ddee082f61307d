"""Keys of customers that are not called so."""

from __future__ import annotations

from tests.understanding.companies import company, money
from tests.understanding.flat import line_rows, order_rows, person_rows, shop_truth, who
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place


def phone_only(place: Place) -> Truth:
    """A delivery service that knows its customers by phone."""
    firm = company("phone_only", states={"cancelled": 0.05})
    place.csv("deliveries.csv", *order_rows(firm.orders, {
        "Delivery": lambda o: o.number, "Phone": lambda o: who(o).phone, "Placed": lambda o: o.at.strftime("%d/%m/%Y %H:%M"),
        "Street": lambda o: f"{o.number % 90} High Street", "Bill": lambda o: f"£{money(o.total)}", "Outcome": lambda o: "Delivered" if o.counts else "Cancelled",
    }))  # fmt: skip
    return shop_truth("A delivery service's orders; customers by phone.", firm.orders, ["deliveries.csv"],
        {"key": ["Phone"], "time": ["Placed"], "amount": ["Bill"], "order": ["Delivery"], "status": ["Outcome"]}, currency="GBP", personal=["Phone"])  # fmt: skip


def padded_keys(place: Place) -> Truth:
    """C00001001 in one file and 1001 in the other."""
    firm = company("padded_keys")
    place.csv("clients.csv", *person_rows(firm.people, {"client_code": lambda p: f"C{p.number:08d}", "segment_name": lambda p: p.group, "town": lambda p: p.city, "opened": lambda p: p.joined}))  # fmt: skip
    place.csv("sales.csv", *order_rows(firm.orders, {"doc": lambda o: f"D{o.number}", "client": lambda o: who(o).number, "date": lambda o: o.at.date(), "value_eur": lambda o: money(o.total)}))  # fmt: skip
    count = len(firm.people)
    return Truth(
        about="A wholesaler: clients and sales, with the key written in two ways.",
        entities={
            "transactions": {"files": ["sales.csv"], "key": ["client"], "time": ["date"], "amount": ["value_eur"], "order": ["doc"]},
            "customers": {"files": ["clients.csv"], "key": ["client_code"], "joined_at": "opened"},
        },
        churn="silence", currency="EUR", attributes=["segment_name", "town"], totals=totals(firm.orders) | {"customers": {"min": count, "max": count}, "joined": count},
    )  # fmt: skip


def households_by_week(place: Place) -> Truth:
    """A panel: household, week number, basket, product; money per line."""
    firm = company("households_by_week", every=20, customers=120)
    first = firm.orders[0].at
    place.csv("transaction_data.csv", *line_rows(firm.orders, {
        "household_key": lambda o, _: who(o).number, "basket_id": lambda o, _: 26_984_000_000 + o.number, "day": lambda o, _: o.at.strftime("%Y-%m-%d"),
        "week_no": lambda o, _: (o.at - first).days // 7 + 1, "product_id": lambda _, line: line.sku[4:], "quantity": lambda _, line: line.quantity, "sales_value": lambda _, line: money(line.total), "store_id": lambda o, _: o.number % 12,
    }))  # fmt: skip
    return shop_truth("A panel of households and what they bought.", firm.orders, ["transaction_data.csv"],
        {"key": ["household_key"], "time": ["day"], "amount": ["sales_value"], "order": ["basket_id"]}, may_ask=["currency"])  # fmt: skip


def user_and_seller(place: Place) -> Truth:
    """A market place: `user` bought, `seller` sold; the seller is no customer."""
    firm = company("user_and_seller", states={"cancelled": 0.04})
    place.csv("purchases.csv", *order_rows(firm.orders, {
        "purchase": lambda o: o.number, "seller": lambda o: f"S{o.number % 25}", "user": lambda o: f"u{who(o).number}", "ts": lambda o: o.at.strftime("%Y-%m-%dT%H:%M:%S"),
        "price_usd": lambda o: money(o.total), "state": lambda o: "done" if o.counts else "canceled", "rating": lambda o: o.number % 5 + 1,
    }))  # fmt: skip
    return shop_truth("A market place's purchases by users from sellers.", firm.orders, ["purchases.csv"],
        {"key": ["user"], "time": ["ts"], "amount": ["price_usd"], "order": ["purchase"], "status": ["state"]}, currency="USD")  # fmt: skip


def mails_in_two_spellings(place: Place) -> Truth:
    """The same e-mail with capitals and without is one customer."""
    firm = company("mails_in_two_spellings")
    place.csv("bookings.csv", *order_rows(firm.orders, {
        "booking": lambda o: f"B{o.number}", "guest_email": lambda o: who(o).email.title() if o.number % 4 == 0 else who(o).email, "booked_on": lambda o: o.at.strftime("%Y-%m-%d"),
        "nights": lambda o: len(o.lines), "price": lambda o: f"EUR {money(o.total)}",
    }))  # fmt: skip
    return shop_truth("A hotel's bookings; guests by e-mail, in two spellings.", firm.orders, ["bookings.csv"],
        {"key": ["guest_email"], "time": ["booked_on"], "amount": ["price"], "order": ["booking"]}, currency="EUR", personal=["guest_email"])  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        phone_only,
        padded_keys,
        households_by_week,
        user_and_seller,
        mails_in_two_spellings,
    )
}
