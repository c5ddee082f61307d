"""The telco recipe: one labelled snapshot with the 21 columns of the IBM file.

Contract decides tenure, tenure decides what a household has subscribed to, that decides the
charge, and churn is drawn last from a logistic of contract, tenure, kind of internet, charge and
payment. Its coefficients are such that a good estimator reaches a ROC AUC of about 0.84.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.synthetic.company_size import Size
from regulars.synthetic.drawing import (
    Flags,
    Floats,
    Ints,
    choose,
    choose_by_group,
)
from regulars.synthetic.raw_columns import category, fixed_text, with_cents, yes_no
from regulars.synthetic.recipe import Recipe, TableSpec
from regulars.synthetic.row_rules import EveryRow, between, filled, matches, one_of
from regulars.synthetic.rule_kinds import RowCount, Rule, Share, UniqueKey

CHURN_SHARE = 0.2654
INTERCEPT = 0.3
BLANK_SHARE = 0.0016
ROWS_PER_CHUNK = 500_000
ALL_IDS = 10_000 * 26**5

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
        yield CUSTOMERS.name, _table(size, start, count)


@dataclass(frozen=True)
class _Households:
    """Arrays of one value per household; charges are dollars a month."""

    contract: Ints
    tenure: Ints
    payment: Ints
    internet: Ints
    phone: Flags
    lines: Flags
    extras: dict[str, Flags]
    monthly: Floats
    senior: Flags
    paperless: Flags

    @classmethod
    def drawn(cls, rng: np.random.Generator, count: int) -> _Households:
        """The longer they stay, the more they have subscribed to."""
        contract = choose(rng, CONTRACT_SHARES, size=count)
        tenure = _tenures(rng, contract)
        long = tenure / 72.0
        internet = choose_by_group(rng, INTERNET_SHARES, group=contract)
        phone = (internet != DSL) | (rng.random(count) < 0.72)
        lines = phone & (rng.random(count) < np.array([0.2, 0.43, 0.03])[internet] + 0.45 * long)
        extras = {
            name: (internet != NO_INTERNET) & (rng.random(count) < new + (old - new) * long)
            for name, new, old, _ in EXTRAS
        }
        price = 20.0 * phone + 5.0 * lines + np.array([25.0, 50.0, 0.0])[internet]
        return cls(
            contract=contract,
            tenure=tenure,
            payment=choose_by_group(rng, PAYMENT_SHARES, group=contract),
            internet=internet,
            phone=phone,
            lines=lines,
            extras=extras,
            monthly=_monthly_charges(rng, price, extras),
            senior=rng.random(count) < np.array([0.1, 0.24, 0.1])[internet],
            paperless=rng.random(count) < np.array([0.65, 0.77, 0.29])[internet],
        )

    def churn_odds(self) -> Floats:
        """Log-odds of leaving."""
        has = {name: taken.astype(np.float64) for name, taken in self.extras.items()}
        odds: Floats = (
            INTERCEPT
            + np.array([0.0, -0.65, -1.4])[self.contract]
            + np.array([0.0, 0.9, -0.8])[self.internet]
            + np.array([0.4, 0.0, 0.0, 0.0])[self.payment]
            + 0.35 * self.paperless
            + 0.25 * self.senior
            - 0.65 * np.log1p(self.tenure)
            - 0.35 * (has["OnlineSecurity"] + has["TechSupport"])
            + 0.2 * (has["StreamingTV"] + has["StreamingMovies"])
            + 0.006 * (self.monthly - 65.0)
        )
        return odds


def _table(size: Size, start: int, count: int) -> pa.Table:
    rng = size.rng(f"households from {start}")
    of = _Households.drawn(rng, count)
    partner = rng.random(count) < 0.27 + 0.47 * of.tenure / 72.0
    dependents = rng.random(count) < np.where(partner, 0.5, 0.09) * np.where(of.senior, 0.3, 1.1)
    churns = rng.random(count) < 1 / (1 + np.exp(-of.churn_odds()))
    several = np.where(of.phone, of.lines, 2)
    return pa.table(
        {
            "customerID": _ids(start, count),
            "gender": category(("Female", "Male"), rng.integers(0, 2, count)),
            "SeniorCitizen": of.senior.astype(np.int64),
            "Partner": yes_no(partner),
            "Dependents": yes_no(dependents),
            "tenure": of.tenure,
            "PhoneService": yes_no(of.phone),
            "MultipleLines": category(("No", "Yes", "No phone service"), several),
            "InternetService": category(INTERNET, of.internet),
            **{name: _extra(of, name) for name in of.extras},
            "Contract": category(CONTRACTS, of.contract),
            "PaperlessBilling": yes_no(of.paperless),
            "PaymentMethod": category(PAYMENTS, of.payment),
            "MonthlyCharges": of.monthly,
            "TotalCharges": _total_charges(rng, of.tenure, of.monthly),
            "Churn": yes_no(churns),
        }
    )


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


def _extra(of: _Households, name: str) -> pa.DictionaryArray:
    taken = np.where(of.internet != NO_INTERNET, of.extras[name], 2)
    return category(("No", "Yes", "No internet service"), taken)


def _ids(start: int, count: int) -> pa.StringArray:
    """Ids such as 7590-VHVEG: a running number scattered over all of them, so none comes twice."""
    scattered = (np.arange(start, start + count) * 61_803_398_877 + 98_765_432_101) % ALL_IDS
    words, figures = np.divmod(scattered, 10_000)
    letters = np.full((count, 10), ord("-"), dtype=np.uint8)
    for at in range(4):
        letters[:, at] = figures // 10 ** (3 - at) % 10 + ord("0")
    for at in range(5, 10):
        words, letter = np.divmod(words, 26)
        letters[:, at] = letter + ord("A")
    return fixed_text(letters)


def rules(size: Size) -> dict[str, list[Rule]]:
    """What is true of the IBM file."""
    few = max(0.005, 1.5 / size.customers)  # one at least
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
        Share("customers without a total", _blank, BLANK_SHARE, tolerance=few),
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
