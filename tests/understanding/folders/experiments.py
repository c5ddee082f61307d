"""Experiments: a treatment beside an outcome. They are for uplift, and no churn is to be found."""

from __future__ import annotations

from tests.understanding.companies import company, drawing, money
from tests.understanding.flat import order_rows, who
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place

ASK = ["experiment", "treat", "uplift", "outcome", "churn", "key", "customer"]


def mail_experiment(place: Place) -> Truth:
    """Three groups of a mailing without any key; `recency` and `history` are facts of before."""
    rng = drawing("mail_experiment")
    rows = []
    for _ in range(2400):
        history, group = (
            rng.randrange(2999, 90000),
            rng.choice(("Mens E-Mail", "Womens E-Mail", "No E-Mail")),
        )
        visit = rng.random() < (0.1 if group == "No E-Mail" else 0.17)
        bought = visit and rng.random() < 0.1
        rows.append([
            rng.randrange(1, 13), f"{1 + history // 15000}) band", money(history), rng.randrange(2), rng.randrange(2), ("Surburban", "Urban", "Rural")[rng.randrange(3)],
            rng.randrange(2), ("Phone", "Web", "Multichannel")[rng.randrange(3)], group, int(visit), int(bought), money(rng.randrange(2000, 20000)) if bought else "0",
        ])  # fmt: skip
    place.csv(
        "email_test.csv",
        [
            "recency",
            "history_segment",
            "history",
            "mens",
            "womens",
            "zip_code",
            "newbie",
            "channel",
            "segment",
            "visit",
            "conversion",
            "spend",
        ],
        rows,
    )
    return Truth(
        about="An experiment with mails: who got which, who came, who bought.",
        entities={"touches": {"files": ["email_test.csv"], "treatment": "segment", "outcome": ["visit", "conversion", "spend"]}},
        churn="none", totals={"customers": {"min": 0, "max": 2400}}, never_inputs=["visit", "conversion", "spend"], may_ask=ASK,
    )  # fmt: skip


def page_test(place: Place) -> Truth:
    """Two versions of a page, by user and time."""
    rng = drawing("page_test")
    place.csv("ab_data.csv", ["user_id", "timestamp", "group", "landing_page", "converted"], [
        [600_000 + n, f"2024-01-{1 + rng.randrange(22):02d} {rng.randrange(24):02d}:{rng.randrange(60):02d}:00.5", group, {"control": "old_page", "treatment": "new_page"}[group], int(rng.random() < 0.12)]
        for n in range(2000)
        for group in [rng.choice(("control", "treatment"))]
    ])  # fmt: skip
    return Truth(
        about="An experiment with two versions of a page.",
        entities={"touches": {"files": ["ab_data.csv"], "key": ["user_id"], "treatment": "group", "outcome": ["converted"]}},
        churn="none", totals={"customers": {"min": 0, "max": 2000}}, never_inputs=["converted"], may_ask=ASK,
    )  # fmt: skip


def treated_customers(place: Place) -> Truth:
    """A campaign with a control group, beside the orders of the same customers."""
    firm = company("treated_customers", states={"cancelled": 0.04})
    place.csv("orders.csv", *order_rows(firm.orders, {
        "order_no": lambda o: o.number, "client": lambda o: who(o).number, "ordered_at": lambda o: o.at.strftime("%Y-%m-%d %H:%M:%S"),
        "status": lambda o: "complete" if o.counts else "cancelled", "amount_eur": lambda o: money(o.total),
    }))  # fmt: skip
    sent = [
        [person.number, "Spring offer", "2023-05-02", int(person.number % 2 == 0)]
        for person in firm.people
    ]
    place.csv("campaign_spring.csv", ["client", "campaign", "sent_on", "treated"], sent)
    return Truth(
        about="A shop's orders, and a campaign with a control group among its customers.",
        entities={
            "transactions": {"files": ["orders.csv"], "key": ["client"], "time": ["ordered_at"], "amount": ["amount_eur"], "order": ["order_no"], "status": ["status"]},
            "touches": {"files": ["campaign_spring.csv"], "key": ["client"], "time": ["sent_on"], "treatment": "treated"},
        },
        churn="silence", currency="EUR", totals=totals(firm.orders) | {"touches": [len(sent)], "customers": {"min": 200, "max": len(firm.people)}},
    )  # fmt: skip


FOLDERS = {build.__name__: build for build in (mail_experiment, page_test, treated_customers)}
