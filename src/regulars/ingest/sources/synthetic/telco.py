"""The telco recipe: one labelled snapshot with the 21 columns of the IBM file.

Contract decides tenure, tenure decides what a household has subscribed to, that decides the
charge, and churn is drawn last from a logistic of contract, tenure, kind of internet, charge and
payment. Its coefficients are such that a good estimator reaches a ROC AUC of about 0.84.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.ingest.sources.synthetic.columns import category, with_cents, yes_no
from regulars.ingest.sources.synthetic.drawing import (
    Flags,
    Floats,
    Ints,
    choose,
    choose_by_group,
)
from regulars.ingest.sources.synthetic.recipes import Recipe, TableSpec
from regulars.ingest.sources.synthetic.rules import (
    EveryRow,
    RowCount,
    Rule,
    Share,
    UniqueKey,
    between,
    filled,
    matches,
    one_of,
)
from regulars.ingest.sources.synthetic.sizes import Size

CHURN_SHARE = 0.2654
INTERCEPT = 0.3
BLANK_SHARE = 0.0016
ROWS_PER_CHUNK = 500_000

CONTRACTS = ("Month-to-month", "One year", "Two year")
CONTRACT_SHARES = (55.0, 20.9, 24.1)
# Deciles of tenure in months, by contract
TENURE = np.array(
    [
        [1, 1, 2, 4, 8, 12, 17, 24, 33, 46, 72],
        [1, 14, 23, 30, 37, 44, 50, 55, 61, 67, 72],
        [1, 26, 44, 52, 60, 64, 68, 70, 72, 72, 72],
    ]
)
INTERNET = ("DSL", "Fiber optic", "No")
DSL, FIBER, NO_INTERNET = range(3)
INTERNET_SHARES = ((31.6, 54.9, 13.5), (38.7, 36.6, 24.7), (37.1, 25.3, 37.6))  # by contract
PAYMENTS = (
    "Electronic check", "Mailed check", "Bank transfer (automatic)", "Credit card (automatic)",
)  # fmt: skip
PAYMENT_SHARES = ((47.7, 23.0, 15.2, 14.0), (23.6, 22.9, 26.5, 27.0), (9.9, 22.5, 33.3, 34.3))

# name, share among new and among six-year households with internet, price
EXTRAS: tuple[tuple[str, float, float, float], ...] = (
    ("OnlineSecurity", 0.12, 0.62, 5.0),
    ("OnlineBackup", 0.20, 0.74, 5.0),
    ("DeviceProtection", 0.17, 0.74, 5.0),
    ("TechSupport", 0.13, 0.62, 5.0),
    ("StreamingTV", 0.30, 0.72, 10.0),
    ("StreamingMovies", 0.30, 0.72, 10.0),
)
CUSTOMERS = TableSpec(
    "customers",
    "WA_Fn-UseC_-Telco-Customer-Churn.csv",
    words=("gender", "Contract", "PaymentMethod"),
    optional=("gender", "PaymentMethod", "MonthlyCharges"),
    kinds={"TotalCharges": pa.string(), "MonthlyCharges": pa.float64()},
)


def chunks(size: Size) -> Iterator[tuple[str, pa.Table]]:
    """Households in no order, half a million at once."""
    for start in range(0, size.customers, ROWS_PER_CHUNK):
        count = min(ROWS_PER_CHUNK, size.customers - start)
        yield CUSTOMERS.name, _households(size, start, count)


def _households(size: Size, start: int, count: int) -> pa.Table:
    rng = size.rng(f"households from {start}")
    contract = choose(rng, CONTRACT_SHARES, size=count)
    tenure = _tenures(rng, contract)
    internet = choose_by_group(rng, INTERNET_SHARES, group=contract)
    payment = choose_by_group(rng, PAYMENT_SHARES, group=contract)
    long = tenure / 72.0
    phone = (internet != DSL) | (rng.random(count) < 0.72)
    lines = phone & (rng.random(count) < np.array([0.2, 0.43, 0.03])[internet] + 0.45 * long)
    online = internet != NO_INTERNET
    extras = {
        name: online & (rng.random(count) < new + (old - new) * long)
        for name, new, old, _ in EXTRAS
    }
    price = 20.0 * phone + 5.0 * lines + np.array([25.0, 50.0, 0.0])[internet]
    monthly = _monthly_charges(rng, price, extras)
    senior = rng.random(count) < np.where(internet == 1, 0.24, 0.10)
    partner = rng.random(count) < 0.27 + 0.47 * long
    dependents = rng.random(count) < np.where(partner, 0.5, 0.09) * np.where(senior, 0.3, 1.1)
    paperless = rng.random(count) < np.array([0.65, 0.77, 0.29])[internet]
    log_odds = (
        INTERCEPT
        + np.array([0.0, -0.65, -1.4])[contract]
        - 0.65 * np.log1p(tenure)
        + np.array([0.0, 0.9, -0.8])[internet]
        + np.where(payment == 0, 0.4, 0.0)
        + np.where(paperless, 0.35, 0.0)
        + np.where(senior, 0.25, 0.0)
        - 0.35 * (1 * extras["OnlineSecurity"] + extras["TechSupport"])
        + 0.2 * (1 * extras["StreamingTV"] + extras["StreamingMovies"])
        + 0.006 * (monthly - 65.0)
    )
    churns = rng.random(count) < 1 / (1 + np.exp(-log_odds))
    return pa.table(
        {
            "customerID": _ids(rng, start, count),
            "gender": category(("Female", "Male"), rng.integers(0, 2, count)),
            "SeniorCitizen": senior.astype(np.int64),
            "Partner": yes_no(partner),
            "Dependents": yes_no(dependents),
            "tenure": tenure,
            "PhoneService": yes_no(phone),
            "MultipleLines": category(("No", "Yes", "No phone service"), np.where(phone, lines, 2)),
            "InternetService": category(INTERNET, internet),
            **{name: _extra(taken, online) for name, taken in extras.items()},
            "Contract": category(CONTRACTS, contract),
            "PaperlessBilling": yes_no(paperless),
            "PaymentMethod": category(PAYMENTS, payment),
            "MonthlyCharges": monthly,
            "TotalCharges": _total_charges(rng, tenure, monthly),
            "Churn": yes_no(churns),
        }
    )


ALL_IDS = 10_000 * 26**5
ALPHABET = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _tenures(rng: np.random.Generator, contract: Ints) -> Ints:
    """Whole months by the deciles of the contract; a few with a long contract have just signed."""
    place = rng.random(len(contract)) * 10
    decile = place.astype(np.int64)
    low, high = TENURE[contract, decile], TENURE[contract, decile + 1]
    tenure: Ints = np.rint(low + (place - decile) * (high - low)).astype(np.int64)
    long = np.flatnonzero(contract > 0)
    fresh = min(len(long), max(1, round(BLANK_SHARE * len(contract))))
    tenure[rng.choice(long, fresh, replace=False)] = 0
    return tenure


def _monthly_charges(rng: np.random.Generator, price: Floats, extras: dict[str, Flags]) -> Floats:
    """The price list, give or take a dollar, in steps of 5 cents."""
    for name, _, _, extra in EXTRAS:
        price = price + extra * extras[name]
    charged = np.maximum(price + rng.normal(0.0, 0.9, len(price)), 18.25)
    return with_cents(np.rint(charged * 20) / 20)


def _total_charges(rng: np.random.Generator, tenure: Ints, monthly: Floats) -> pa.StringArray:
    """Text: tenure x charge, roughly; a single space where nothing was paid yet."""
    drift = np.where(tenure > 1, rng.normal(1.0, 0.05, len(tenure)), 1.0)
    total = pa.array(np.round(tenure * monthly * drift, 2)).cast(pa.string())
    return pc.if_else(pa.array(tenure == 0), " ", total)


def _extra(taken: Flags, online: Flags) -> pa.DictionaryArray:
    return category(("No", "Yes", "No internet service"), np.where(online, taken, 2))


def _ids(rng: np.random.Generator, start: int, count: int) -> pa.StringArray:
    """Ids such as 7590-VHVEG: a running number scattered over all of them, so none comes twice."""
    scattered = (np.arange(start, start + count) * 61_803_398_877 + 98_765_432_101) % ALL_IDS
    letters, figures = scattered // 10_000, scattered % 10_000
    text = np.char.add(np.char.zfill(figures.astype(str), 4), "-")
    for _ in range(5):
        letters, letter = np.divmod(letters, 26)
        text = np.char.add(text, ALPHABET[letter])
    return pa.array(text)


def rules(size: Size) -> dict[str, list[Rule]]:
    """What is true of the IBM file."""
    judged: list[Rule] = [
        UniqueKey("customerID"),
        RowCount(size.customers),
        filled("gender", "tenure", "Contract", "MonthlyCharges", "TotalCharges", "Churn"),
        matches("customerID", r"^\d{4}-[A-Z]{5}$"),
        one_of("Contract", *CONTRACTS),
        one_of("InternetService", *INTERNET),
        one_of("PaymentMethod", *PAYMENTS),
        between("tenure", 0, 72),
        between("MonthlyCharges", 18.0, 120.0),
        EveryRow("TotalCharges blank exactly at tenure 0", _blank_fits),
        EveryRow("no internet, no extras", _extras_fit),
        Share("customers without a total", _blank, BLANK_SHARE, tolerance=0.005),
        Share("customers who churn", _churned, CHURN_SHARE, tolerance=0.02),
    ]
    return {CUSTOMERS.name: judged}


def _blank(rows: pa.Table) -> Any:
    return pc.equal(rows["TotalCharges"], " ")


def _blank_fits(rows: pa.Table) -> Any:
    return pc.equal(_blank(rows), pc.equal(rows["tenure"], 0))


def _extras_fit(rows: pa.Table) -> Any:
    offline = pc.equal(rows["InternetService"], "No")
    return pc.equal(offline, pc.equal(rows["TechSupport"], "No internet service"))


def _churned(rows: pa.Table) -> Any:
    return pc.equal(rows["Churn"], "Yes")


RECIPE = Recipe("telco", 3_000, None, (CUSTOMERS,), chunks, rules)
