"""CRM systems: deals and their stages, tickets, campaigns, web events."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from tests.understanding.companies import company, money
from tests.understanding.flat import order_rows, person_rows, who
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place

LOST = {"cancelled": 0.25, "open": 0.08}


def salesforce(place: Place) -> Truth:
    """Opportunities count where they are won; accounts describe the customers."""
    firm = company("salesforce", states=LOST, customers=150, every=60)
    stages = {"paid": "Closed Won", "cancelled": "Closed Lost", "open": "Negotiation/Review"}
    place.csv(
        "Account.csv",
        *person_rows(
            firm.people,
            {
                "Id": lambda p: f"0015g00000A{p.number}",
                "Name": lambda p: f"{p.last} {p.group} Ltd {p.number}",
                "Type": lambda p: "Customer - Direct",
                "Industry": lambda p: ("Energy", "Retail", "Biotech")[p.number % 3],
                "BillingCity": lambda p: p.city,
                "BillingCountry": lambda p: p.country,
                "NumberOfEmployees": lambda p: p.number % 400 + 5,
                "CreatedDate": lambda p: f"{p.joined}T08:00:00.000+0000",
            },
        ),
        quote_all=True,
    )
    place.csv(
        "Opportunity.csv",
        *order_rows(
            firm.orders,
            {
                "Id": lambda o: f"0065g00000B{o.number}",
                "AccountId": lambda o: f"0015g00000A{who(o).number}",
                "Name": lambda o: f"Deal {o.number}",
                "StageName": lambda o: stages[o.state],
                "Amount": lambda o: money(o.total * 10),
                "Probability": lambda o: {"paid": 100, "cancelled": 0, "open": 60}[o.state],
                "CloseDate": lambda o: o.at.date(),
                "Type": lambda o: "Existing Business",
                "LeadSource": lambda o: ("Web", "Partner", "Phone Inquiry")[o.number % 3],
                "IsClosed": lambda o: "false" if o.state == "open" else "true",
                "IsWon": lambda o: "true" if o.state == "paid" else "false",
                "CreatedDate": lambda o: f"{o.at.date() - timedelta(days=40)}T10:00:00.000+0000",
            },
        ),
        quote_all=True,
    )
    sums = totals(firm.orders)
    net = sum(order.total * 10 for order in firm.orders if order.counts)
    people = len(firm.people)
    sums |= {"net": [money(net)], "customers": {"min": people, "max": people}, "joined": people}
    return Truth(
        about="A company that sells to companies: won deals are purchases, from Salesforce.",
        entities={
            "transactions": {
                "files": ["Opportunity.csv"],
                "key": ["AccountId"],
                "time": ["CloseDate"],
                "amount": ["Amount"],
                "order": ["Id"],
                "status": ["StageName", "IsWon"],
            },
            "customers": {"files": ["Account.csv"], "key": ["Id"], "joined_at": "CreatedDate"},
        },
        churn="silence",
        attributes=["Industry", "BillingCity", "BillingCountry", "NumberOfEmployees"],
        totals=sums,
        may_ask=["currency"],
    )


def hubspot_deals(place: Place) -> Truth:
    """Deals of one pipeline, with stages; spaces and a blank close date where a deal is open."""
    firm = company("hubspot_deals", states=LOST, customers=160, every=50)
    stages = {"paid": "Closed won", "cancelled": "Closed lost", "open": "Contract sent"}
    place.csv(
        "hubspot-crm-exports-all-deals-2024-01-08.csv",
        *order_rows(
            firm.orders,
            {
                "Record ID": lambda o: 9_000_000_000 + o.number,
                "Deal Name": lambda o: f"Renewal {o.number}",
                "Deal Stage": lambda o: stages[o.state],
                "Close Date": lambda o: (
                    o.at.strftime("%Y-%m-%d %H:%M") if o.state != "open" else ""
                ),
                "Deal owner": lambda o: ("Kim Lee", "Ana Ruiz")[o.number % 2],
                "Amount": lambda o: money(o.total),
                "Currency": lambda o: "USD",
                "Pipeline": lambda o: "Sales Pipeline",
                "Associated Company IDs": lambda o: 7_000_000_000 + who(o).number,
                "Associated Company": lambda o: f"{who(o).last} {who(o).number}",
            },
        ),
        quote_all=True,
    )
    return Truth(
        about="A company that sells to companies: won deals are purchases, from HubSpot.",
        entities={
            "transactions": {
                "files": ["hubspot-crm-exports-all-deals-2024-01-08.csv"],
                "key": ["Associated Company IDs", "Associated Company"],
                "time": ["Close Date"],
                "amount": ["Amount"],
                "order": ["Record ID"],
                "status": ["Deal Stage"],
            }
        },
        churn="silence",
        currency="USD",
        totals=totals(firm.orders),
    )


def tickets_and_orders(place: Place) -> Truth:
    """Users, tickets and orders: the tickets are service contacts, the users are the customers."""
    firm = company("tickets_and_orders", states={"cancelled": 0.05})
    place.csv("users.csv", *person_rows(firm.people, {
        "id": lambda p: 360_000_000 + p.number, "name": lambda p: p.name, "email": lambda p: p.email,
        "role": lambda p: "end-user", "created_at": lambda p: f"{p.joined}T09:00:00Z",
        "locale": lambda p: ("en-GB", "en-US")[p.number % 2], "tags": lambda p: p.group,
    }))  # fmt: skip
    place.csv("orders.csv", *order_rows(firm.orders, {
        "order_ref": lambda o: f"SO{o.number}", "user_id": lambda o: 360_000_000 + who(o).number,
        "ordered": lambda o: o.at.isoformat(), "order_state": lambda o: "fulfilled" if o.counts else "cancelled",
        "total_gbp": lambda o: money(o.total),
    }))  # fmt: skip
    tickets: list[list[Any]] = []
    for order in firm.orders:
        if firm.random.random() < 0.15:
            opened = order.at + timedelta(days=3)
            tickets.append([
                70_000 + order.number, "Where is my order?", "solved", ("normal", "high")[order.number % 2],
                ("email", "chat", "phone")[order.number % 3], 360_000_000 + who(order).number,
                opened.strftime("%Y-%m-%dT%H:%M:%SZ"), (opened + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                ("good", "bad", "offered", "good")[order.number % 4],
            ])  # fmt: skip
    place.csv(
        "tickets.csv",
        [
            "id",
            "subject",
            "status",
            "priority",
            "via",
            "requester_id",
            "created_at",
            "solved_at",
            "satisfaction_rating",
        ],
        tickets,
    )
    people = len(firm.people)
    sums = totals(firm.orders) | {
        "customers": {"min": people, "max": people},
        "joined": people,
        "interactions": [len(tickets)],
    }
    return Truth(
        about="A shop with its orders, its users, and their tickets.",
        entities={
            "transactions": {
                "files": ["orders.csv"],
                "key": ["user_id"],
                "time": ["ordered"],
                "amount": ["total_gbp"],
                "order": ["order_ref"],
                "status": ["order_state"],
            },
            "customers": {"files": ["users.csv"], "key": ["id"], "joined_at": "created_at"},
            "interactions": {
                "files": ["tickets.csv"],
                "key": ["requester_id"],
                "time": ["created_at"],
            },
        },
        churn="silence",
        currency="GBP",
        personal=["name", "email"],
        totals=sums,
        may_ask=["currency"],
    )


def newsletter_and_orders(place: Place) -> Truth:
    """Members of a list, what they were sent and opened, and their orders; joined by e-mail."""
    firm = company("newsletter_and_orders", states={"refunded": 0.03})
    place.csv("subscribed_members_export.csv", *person_rows(firm.people, {
        "Email Address": lambda p: p.email.upper() if p.number % 9 == 0 else p.email,
        "First Name": lambda p: p.first, "Last Name": lambda p: p.last, "MEMBER_RATING": lambda p: p.number % 5 + 1,
        "OPTIN_TIME": lambda p: f"{p.joined} 10:00:00", "CC": lambda p: p.country, "LANG": lambda p: "en",
    }))  # fmt: skip
    sends: list[list[Any]] = []
    for month in range(6):
        for person in firm.people:
            opened = firm.random.random() < 0.4
            sent = firm.orders[0].at.replace(day=1) + timedelta(days=60 * month + 30)
            sends.append([
                person.email, f"Offers {month + 1}", sent.strftime("%Y-%m-%d %H:%M:%S"),
                (sent + timedelta(hours=5)).strftime("%Y-%m-%d %H:%M:%S") if opened else "",
                (sent + timedelta(hours=6)).strftime("%Y-%m-%d %H:%M:%S") if opened and person.number % 3 == 0 else "",
            ])  # fmt: skip
    place.csv(
        "campaign_activity.csv", ["Email", "Campaign", "Sent At", "Opened At", "Clicked At"], sends
    )
    place.csv("orders.csv", *order_rows(firm.orders, {
        "Order": lambda o: o.number, "Customer Email": lambda o: who(o).email, "Order Date": lambda o: o.at.strftime("%Y-%m-%d %H:%M"),
        "Order Total": lambda o: money(o.total), "Refunded": lambda o: money(o.refund), "Currency": lambda o: "USD",
    }))  # fmt: skip
    people = len(firm.people)
    sums = totals(firm.orders) | {
        "customers": {"min": people, "max": people},
        "joined": people,
        "touches": [len(sends)],
    }
    return Truth(
        about="A shop with orders, a mailing list, and what was sent, opened and clicked.",
        entities={
            "transactions": {
                "files": ["orders.csv"],
                "key": ["Customer Email"],
                "time": ["Order Date"],
                "amount": ["Order Total", "Refunded"],
                "order": ["Order"],
            },
            "customers": {
                "files": ["subscribed_members_export.csv"],
                "key": ["Email Address"],
                "joined_at": "OPTIN_TIME",
            },
            "touches": {"files": ["campaign_activity.csv"], "key": ["Email"], "time": ["Sent At"]},
        },
        churn="silence",
        currency="USD",
        personal=["Email Address", "First Name", "Last Name"],
        totals=sums,
    )


def web_events(place: Place) -> Truth:
    """Events of a web site as JSON lines, microseconds since 1970; only `purchase` is a sale."""
    firm = company("web_events", customers=150)
    rows = []
    for order in firm.orders:
        stamp = int(order.at.replace(tzinfo=UTC).timestamp()) * 1_000_000
        for step, name in enumerate(("session_start", "view_item", "purchase")):
            bought = name == "purchase"
            rows.append({
                "event_date": order.at.strftime("%Y%m%d"), "event_timestamp": stamp + step * 30_000_000, "event_name": name,
                "user_pseudo_id": f"{who(order).number}.{1_600_000_000 + who(order).number}", "platform": "WEB",
                "device_category": ("mobile", "desktop")[order.number % 2], "country": "United Kingdom",
                "transaction_id": f"T{order.number}" if bought else None,
                "purchase_revenue": order.total / 100 if bought else None, "currency": "GBP" if bought else None,
            })  # fmt: skip
    place.jsonl("events.jsonl", rows)
    return Truth(
        about="A web site's events; purchases with revenue among views.",
        entities={
            "transactions": {
                "files": ["events.jsonl"],
                "key": ["user_pseudo_id"],
                "time": ["event_timestamp", "event_date"],
                "amount": ["purchase_revenue"],
                "order": ["transaction_id"],
                "status": ["event_name"],
            }
        },
        churn="silence",
        currency="GBP",
        totals=totals(firm.orders),
    )


FOLDERS = {
    build.__name__: build
    for build in (salesforce, hubspot_deals, tickets_and_orders, newsletter_and_orders, web_events)
}
