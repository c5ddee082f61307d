"""Snapshots with a label of churn in some spelling, and what must not become an input."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.understanding.companies import drawing, money
from tests.understanding.truths import Truth, flag_totals
from tests.understanding.writing import Place


@dataclass(frozen=True)
class Seen:
    """A customer of a snapshot; `gone` is whether it left."""

    number: int
    age: int
    tenure: int
    monthly: int
    contract: str
    calls: int
    city: str
    gone: bool


def snapshot(name: str, *, count: int = 900) -> tuple[random.Random, list[Seen]]:
    """Customers of whom about a quarter left: rather those with a short contract, and many calls."""
    rng = drawing(name)
    rows = []
    for place in range(count):
        tenure, calls = rng.randrange(1, 73), min(9, int(rng.expovariate(0.7)))
        contract = rng.choice(("Month-to-month", "Month-to-month", "One year", "Two year"))
        chance = 0.1 + (0.25 if contract == "Month-to-month" else 0) + 0.04 * calls - tenure * 0.002
        rows.append(
            Seen(10_001 + place * 3, rng.randrange(18, 85), tenure, rng.randrange(1900, 11000), contract, calls,
                 rng.choice(("North", "South", "West")), rng.random() < max(chance, 0.02))
        )  # fmt: skip
    return rng, rows


def _truth(about: str, rows: list[Seen], file: str, label: dict[str, Any], **more: Any) -> Truth:
    key = label.pop("key")
    return Truth(
        about=about,
        entities={
            "customers": {"files": [file], "key": [key]},
            "labels": {"files": more.pop("files", [file]), **label},
        },
        churn="labelled",
        totals=more.pop("totals", None) or flag_totals([row.gone for row in rows]),
        **more,
    )


def bank_exited(place: Place) -> Truth:
    """A bank: `Exited` is 1 for who left, `IsActiveMember` is something else."""
    rng, rows = snapshot("bank_exited")
    place.csv("Bank_Customers.csv", ["RowNumber", "CustomerId", "Surname", "CreditScore", "Geography", "Gender", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard", "IsActiveMember", "EstimatedSalary", "Exited"], [
        [n, 15_600_000 + r.number, rng.choice(("Hill", "Onio", "Boni", "Chu", "Bartlett")), 400 + r.calls * 40 + rng.randrange(100), ("France", "Spain", "Germany")[n % 3],
         ("Female", "Male")[rng.randrange(2)], r.age, r.tenure // 7, money(r.monthly * 900), rng.choice((1, 1, 2)), rng.randrange(2), rng.randrange(2), money(rng.randrange(10**6, 2 * 10**7)), int(r.gone)]
        for n, r in enumerate(rows, 1)
    ])  # fmt: skip
    return _truth(
        "A bank's customers, and whether they left.",
        rows,
        "Bank_Customers.csv",
        {"key": "CustomerId", "label": "Exited", "churned": ["1"]},
        personal=["Surname"],
        attributes=["CreditScore", "Geography", "Age", "IsActiveMember", "Balance"],
    )


def telco_status(place: Place) -> Truth:
    """Three values of a status, and two columns that only those who left have."""
    rng, rows = snapshot("telco_status")
    fresh = [not row.gone and row.tenure <= 3 for row in rows]
    place.csv("telecom_customers.csv", ["Customer ID", "Age", "Number of Dependents", "City", "Tenure in Months", "Contract", "Monthly Charge", "Total Charges", "Support Calls", "Customer Status", "Churn Category", "Churn Reason"], [
        [f"{r.number}-ABCDE", r.age, rng.randrange(4), r.city, r.tenure, r.contract, money(r.monthly), money(r.monthly * r.tenure), r.calls,
         "Churned" if r.gone else "Joined" if new else "Stayed", rng.choice(("Competitor", "Price", "Attitude")) if r.gone else "", "Competitor made better offer" if r.gone else ""]
        for r, new in zip(rows, fresh, strict=True)
    ])  # fmt: skip
    sums = flag_totals([None if new else row.gone for row, new in zip(rows, fresh, strict=True)])
    sums["labelled"] = [sums["labelled"], len(rows)]
    sums["customers"] = {"min": len(rows), "max": len(rows)}
    return _truth(
        "A phone company's customers: stayed, churned or just joined.",
        rows,
        "telecom_customers.csv",
        {"key": "Customer ID", "label": "Customer Status", "churned": ["Churned"]},
        totals=sums,
        attributes=["Contract", "Monthly Charge", "Tenure in Months"],
        never_inputs=["Churn Category", "Churn Reason"],
        may_ask=["label", "status"],
    )


def abandono_es(place: Place) -> Truth:
    """Spanish: `abandono` is `sí` or `no`, decimal commas."""
    _, rows = snapshot("abandono_es")
    place.csv("clientes.csv", ["id_cliente", "edad", "antiguedad_meses", "cuota", "contrato", "llamadas", "zona", "abandono"], [
        [r.number, r.age, r.tenure, money(r.monthly, mark=","), r.contract, r.calls, r.city, "sí" if r.gone else "no"] for r in rows
    ], sep=";", encoding="latin-1")  # fmt: skip
    return _truth(
        "A Spanish supplier's customers, and who left.",
        rows,
        "clientes.csv",
        {"key": "id_cliente", "label": "abandono", "churned": ["sí"]},
        attributes=["edad", "cuota", "contrato", "llamadas"],
    )


def retained_reversed(place: Place) -> Truth:
    """The label says who stayed: `retained` is Y for them."""
    _, rows = snapshot("retained_reversed")
    place.csv("accounts.csv", ["acct", "age", "months_on_book", "monthly_fee", "term", "calls", "region", "retained"], [
        [f"A{r.number}", r.age, r.tenure, money(r.monthly), r.contract, r.calls, r.city, "N" if r.gone else "Y"] for r in rows
    ])  # fmt: skip
    return _truth(
        "Accounts, and whether they were retained.",
        rows,
        "accounts.csv",
        {"key": "acct", "label": "retained", "churned": ["N"]},
        attributes=["age", "monthly_fee", "term", "calls", "region"],
    )


def is_active_flag(place: Place) -> Truth:
    """The only label is `is_active`, 1 or 0."""
    _, rows = snapshot("is_active_flag")
    place.csv("subscribers.csv", ["subscriber_id", "age", "tenure_months", "price", "contract_type", "support_tickets", "area", "is_active"], [
        [r.number, r.age, r.tenure, money(r.monthly), r.contract, r.calls, r.city, int(not r.gone)] for r in rows
    ])  # fmt: skip
    return _truth(
        "Subscribers, and whether they are active still.",
        rows,
        "subscribers.csv",
        {"key": "subscriber_id", "label": "is_active", "churned": ["0"]},
        attributes=["age", "price", "contract_type", "support_tickets"],
    )


def gekuendigt_elsewhere(place: Place) -> Truth:
    """The label is in a table of its own, with fewer zeros in the key."""
    _, rows = snapshot("gekuendigt_elsewhere")
    place.csv("Stammdaten.csv", ["Kundennummer", "Alter", "Laufzeit (Monate)", "Monatspreis", "Tarif", "Anrufe", "Region"], [
        [f"{r.number:08d}", r.age, r.tenure, money(r.monthly, mark=","), r.contract, r.calls, r.city] for r in rows
    ], sep=";", encoding="cp1252")  # fmt: skip
    place.csv(
        "Kuendigungen.csv",
        ["Kundennummer", "Gekündigt"],
        [[r.number, "ja" if r.gone else "nein"] for r in reversed(rows)],
        sep=";",
        encoding="cp1252",
    )
    return _truth(
        "A German supplier's customers; who gave notice stands in another file.",
        rows,
        "Stammdaten.csv",
        {"key": "Kundennummer", "label": "Gekündigt", "churned": ["ja"]},
        files=["Kuendigungen.csv"],
        attributes=["Alter", "Monatspreis", "Tarif", "Anrufe"],
    )


def mixed_codings(place: Place) -> Truth:
    """Yes, Y, TRUE and 1 for those who left; unknown and blank for some."""
    rng, rows = snapshot("mixed_codings")
    flags: list[bool | None] = [None if rng.random() < 0.04 else row.gone for row in rows]
    words = {
        True: ("Yes", "yes", "Y", "TRUE", "1"),
        False: ("No", "no", "N", "FALSE", "0"),
        None: ("unknown", ""),
    }
    place.csv("churn data.csv", ["cust_no ", "Age", "Tenure", "Charge", "Contract", "Calls", "Region", "Churned?"], [
        [f"C{r.number}", r.age, r.tenure, money(r.monthly), r.contract, r.calls, r.city, rng.choice(words[flag])]
        for r, flag in zip(rows, flags, strict=True)
    ])  # fmt: skip
    return _truth(
        "Customers with a label that several people typed.",
        rows,
        "churn data.csv",
        {"key": "cust_no", "label": "Churned?", "churned": ["Yes", "Y", "TRUE", "1"]},
        totals=flag_totals(flags) | {"customers": {"min": len(rows), "max": len(rows)}},
        attributes=["Age", "Charge", "Contract", "Calls"],
        may_ask=["label"],
    )


def two_labels(place: Place) -> Truth:
    """A broader label (churned at all) and a narrower one (by their own wish)."""
    rng, rows = snapshot("two_labels")
    own = [row.gone and rng.random() < 0.6 for row in rows]
    place.csv("customers_q4.csv", ["customer", "age", "tenure", "fee", "plan", "calls", "region", "churn", "voluntary_churn"], [
        [r.number, r.age, r.tenure, money(r.monthly), r.contract, r.calls, r.city, int(r.gone), int(wish)] for r, wish in zip(rows, own, strict=True)
    ])  # fmt: skip
    sums = flag_totals([row.gone for row in rows])
    sums["churned"] = [sums["churned"], sum(own)]
    return _truth(
        "Customers with two labels, of which the broader one is churn.",
        rows,
        "customers_q4.csv",
        {"key": "customer", "label": "churn", "churned": ["1"]},
        totals=sums,
        attributes=["age", "fee", "plan", "calls"],
        never_inputs=["voluntary_churn"],
        may_ask=["label"],
    )


def train_and_test(place: Place) -> Truth:
    """A file with the label and one without: the second is to be scored."""
    _, rows = snapshot("train_and_test", count=1000)
    header = ["id", "age", "tenure", "monthly_charges", "contract", "support_calls", "region"]
    cells = [
        [f"U{r.number}", r.age, r.tenure, money(r.monthly), r.contract, r.calls, r.city]
        for r in rows
    ]
    place.csv(
        "train.csv",
        [*header, "target"],
        [[*cell, int(row.gone)] for cell, row in zip(cells[:700], rows, strict=False)],
    )
    place.csv("test.csv", header, cells[700:])
    sums = flag_totals([row.gone for row in rows[:700]])
    sums["customers"] = {"min": 1000, "max": 1000}
    return _truth(
        "Customers to learn from, and customers to score.",
        rows,
        "train.csv",
        {"key": "id", "label": "target", "churned": ["1"]},
        totals=sums,
        attributes=["age", "monthly_charges", "contract", "support_calls"],
        may_ask=["label", "target"],
    )


def kaiyaku_ja(place: Place) -> Truth:
    """Japanese in Shift-JIS: the label is 解約, はい or いいえ."""
    _, rows = snapshot("kaiyaku_ja")
    place.csv("顧客一覧.csv", ["顧客番号", "年齢", "利用月数", "月額料金", "契約種別", "問合せ回数", "地域", "解約"], [
        [f"K{r.number}", r.age, r.tenure, r.monthly, r.contract, r.calls, ("東京", "大阪", "福岡")[r.number % 3], "はい" if r.gone else "いいえ"] for r in rows
    ], encoding="shift_jis")  # fmt: skip
    return _truth(
        "A Japanese service's customers, and who cancelled.",
        rows,
        "顧客一覧.csv",
        {"key": "顧客番号", "label": "解約", "churned": ["はい"]},
        attributes=["年齢", "月額料金", "契約種別"],
    )


def disdetta_it(place: Place) -> Truth:
    """Italian: `disdetta` is `sì` or `no`; two key columns that both differ in every row."""
    _, rows = snapshot("disdetta_it")
    place.csv("utenti.csv", ["riga", "codice_utente", "eta", "mesi", "canone", "contratto", "reclami", "zona", "disdetta"], [
        [n, f"IT{r.number}", r.age, r.tenure, money(r.monthly, mark=","), r.contract, r.calls, r.city, "sì" if r.gone else "no"] for n, r in enumerate(rows, 1)
    ], sep=";")  # fmt: skip
    return _truth(
        "An Italian operator's users, and who cancelled.",
        rows,
        "utenti.csv",
        {"key": "codice_utente", "label": "disdetta", "churned": ["sì"]},
        attributes=["eta", "canone", "contratto", "reclami"],
    )


def repeated_keys(place: Place) -> Truth:
    """A snapshot in which nine rows of a hundred repeat a customer, word for word."""
    rng, rows = snapshot("repeated_keys", count=800)
    cells = [
        [
            f"P{r.number}",
            r.age,
            r.tenure,
            money(r.monthly),
            r.contract,
            r.calls,
            r.city,
            "left" if r.gone else "stayed",
        ]
        for r in rows
    ]
    place.csv(
        "panel.csv",
        ["panel_id", "age", "tenure", "fee", "plan", "complaints", "region", "outcome"],
        cells + rng.sample(cells, 79),
    )
    return _truth(
        "A panel of customers, some of them twice, and whether they left.",
        rows,
        "panel.csv",
        {"key": "panel_id", "label": "outcome", "churned": ["left"]},
        attributes=["age", "fee", "plan", "complaints"],
    )


FOLDERS = {
    build.__name__: build
    for build in (
        bank_exited, telco_status, abandono_es, retained_reversed, is_active_flag, gekuendigt_elsewhere,
        mixed_codings, two_labels, train_and_test, kaiyaku_ja, disdetta_it, repeated_keys,
    )
}  # fmt: skip
