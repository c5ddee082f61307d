"""Prints the figures of customer value and survival on the public data sets.

Run: python scripts/value_figures.py [folder of the shared data]

CDNOW: parameters, likelihoods and the 39-week holdout. Retail: out-of-time errors of every value
estimator for the 90 days after 2011-09-11, beside the naive rate. Telco: concordance over 5 folds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from regulars.features.frames import Frame, InputKind
from regulars.ml.clv.accuracy import choose_value, geometric_mean
from regulars.ml.clv.bg_nbd import BgNbd, MbgNbd
from regulars.ml.clv.boosted_spend import Hurdle
from regulars.ml.clv.customer_value import CustomerValue, Intervals, customer_value, naive_value
from regulars.ml.clv.gamma_gamma import GammaGamma, SpendSummary
from regulars.ml.clv.pareto_cnbd import ParetoCnbd
from regulars.ml.clv.pareto_nbd import ParetoNbd
from regulars.ml.clv.purchase_summary import Summary, day_numbers
from regulars.ml.clv.purchases import PurchaseEstimator
from regulars.ml.clv.spend_history import SpendHistory
from regulars.ml.spans import Span
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.durations import Durations
from regulars.ml.survival.life_regression import CoxLife, LifeRegression, WeibullLife

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]
KINDS: tuple[type[PurchaseEstimator], ...] = (BgNbd, MbgNbd, ParetoNbd, ParetoCnbd)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
HORIZON = Span(90, "day")
CUTOFF = np.datetime64("2011-09-11")


def cdnow_rows(data: Path) -> Rows:
    """Customer, day and dollars of every purchase."""
    path = data / "cdnow" / "CDNOW_sample.txt"
    customer, date, dollars = np.loadtxt(path, usecols=(1, 2, 4), unpack=True)
    days = [f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in np.char.mod("%d", date)]
    return customer.astype(np.int64), np.array(days, dtype="datetime64[D]"), dollars


def retail_rows(data: Path) -> Rows:
    """Customer, day and value of every kept purchase line."""
    lines = pq.read_table(data / "retail" / "online_retail.parquet")
    kept = pc.and_(pc.greater(lines["Quantity"], 0), pc.greater(lines["UnitPrice"], 0))
    kept = pc.and_(kept, pc.invert(pc.starts_with(lines["InvoiceNo"], "C")))
    lines = lines.filter(pc.and_(kept, lines["CustomerID"].is_valid()))
    value = pc.multiply(lines["Quantity"].cast(pa.float64()), lines["UnitPrice"])
    days = lines["InvoiceDate"].to_numpy().astype("datetime64[D]")
    return lines["CustomerID"].cast(pa.int64()).to_numpy(), days, value.to_numpy()


def value_of(
    rows: Rows, kind: type[PurchaseEstimator], *, intervals: Intervals | None = None
) -> CustomerValue:
    """Value in the 90 days after the retail cutoff, by a purchase estimator and Gamma-Gamma."""
    history, spend = summaries(rows, CUTOFF)
    return customer_value(
        history,
        spend,
        purchases=kind().fit(history),
        spending=GammaGamma().fit(spend),
        horizon=HORIZON,
        discount_rate_per_year=0.0,
        intervals=intervals,
    )


def summaries(rows: Rows, as_of: np.datetime64) -> tuple[Summary, SpendSummary]:
    """What was known of purchases and spend at a cutoff, in days."""
    code, day, amount = rows
    history = Summary.from_days(code, day, as_of=as_of, unit="day")
    return history, SpendSummary.from_days(code, day, amount, as_of=as_of, first_order="counted")


def spent_from(rows: Rows, history: Summary, day: np.datetime64, *, days: int) -> np.ndarray:
    """What each customer of a summary spent in so many days from a day on, shape (n,)."""
    assert history.customers is not None
    code, at, amount = rows[0].astype(np.int64), day_numbers(rows[1]), rows[2].astype(np.float64)
    spent = SpendHistory(code, at, at, amount, np.zeros(amount.size))
    start = int(day_numbers(day))
    return spent.spent(history.customers, start=start, end=start + days)


def rhythm_frame(rows: Rows, cutoffs: list[np.datetime64]) -> tuple[Frame, np.ndarray]:
    """A small frame of purchase rhythm and spend at each cutoff, and the spend that followed."""
    keys, inputs, spent = [], [], []
    for cutoff in cutoffs:
        history, spend = summaries(rows, cutoff)
        assert history.customers is not None
        as_of = np.full(len(history), cutoff).astype("datetime64[us]")
        keys.append(pa.table({"customer_id": history.customers.astype(str), "as_of": as_of}))
        recent = {
            f"spend_{days}_days": spent_from(rows, history, cutoff - days, days=days)
            for days in (30, 90)
        }
        columns = {
            "repeat_days": history.x,
            "days_since_last": history.T - history.t_x,
            "days_since_first": history.T,
            "mean_spend": spend.mean_spend,
            "total_spend": spend.mean_spend * spend.orders,
        }
        inputs.append(pa.table({**columns, **recent}))
        spent.append(spent_from(rows, history, cutoff, days=int(HORIZON.in_unit("day"))))
    table = pa.concat_tables(inputs)
    kinds: dict[str, InputKind] = dict.fromkeys(table.column_names, "number")
    return Frame(pa.concat_tables(keys), table, kinds), np.concatenate(spent)


def retail_candidates(rows: Rows) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Actual spend in the 90 days after the cutoff, and what each estimator predicted of it."""
    training = [CUTOFF - 90 - 30 * step for step in range(3, -1, -1)]  # windows close before it
    known, spent = rhythm_frame(rows, training)
    now, actual = rhythm_frame(rows, [CUTOFF])
    predicted = {"naive rate": naive_value(*summaries(rows, CUTOFF), horizon=HORIZON)}
    predicted |= {kind.name: value_of(rows, kind).value for kind in KINDS}
    predicted["hurdle"] = Hurdle(HORIZON).fit(known, spent).predict(now)
    predicted["BG/NBD x hurdle"] = geometric_mean(predicted["BG/NBD"], predicted["hurdle"])
    return actual, predicted


def telco_lives(data: Path, *, drop: tuple[str, ...]) -> tuple[Frame, Durations]:
    """The snapshot's inputs without some, and tenure in months as the duration."""
    types = pyarrow.csv.ConvertOptions(null_values=[" "], column_types={"TotalCharges": "double"})
    path = data / "telco" / "WA_Fn-UseC_-Telco-Customer-Churn.csv"
    table = pyarrow.csv.read_csv(path, convert_options=types)
    ended = pc.equal(table["Churn"], "Yes").to_numpy()
    day = np.full(table.num_rows, np.datetime64("2024-01-01", "us"))
    keys = pa.table({"customer_id": table["customerID"], "as_of": day})
    inputs = table.drop_columns(["customerID", "tenure", "Churn", *drop])
    kinds: dict[str, InputKind] = {
        f.name: "category" if pa.types.is_string(f.type) else "number" for f in inputs.schema
    }
    lives = Durations.of(table["tenure"].to_numpy(), ended, unit="month")
    return Frame(keys, inputs, kinds), lives


def out_of_fold_concordance(
    kind: type[LifeRegression], frame: Frame, lives: Durations, *, folds: int = 5
) -> float:
    """Mean concordance of customers who were held out."""
    fold = np.random.default_rng(0).permutation(len(frame)) % folds
    found = []
    for held in range(folds):
        rest, out = fold != held, fold == held
        fitted = kind().fit(frame.take(rest), lives.take(rest))
        found.append(concordance(lives.take(out), fitted.risk(frame.take(out))))
    return float(np.mean(found))


def print_cdnow(data: Path) -> None:
    code, day, dollars = cdnow_rows(data)
    cutoff = np.datetime64("1997-10-01")
    known = Summary.from_days(code, day, as_of=cutoff, unit="week")
    full = Summary.from_days(code, day, as_of=np.datetime64("1998-07-01"), unit="week")
    then = full.x - known.x
    print("CDNOW, weeks, calibration to 1997-09-30; holdout of 39 weeks")
    for kind in KINDS:
        found = kind().fit(known)
        missed = found.expected_purchases(39, known.x, known.t_x, known.T) - then
        text = ", ".join(f"{name} {value:.3f}" for name, value in found.parameters.items())
        print(
            f"  {kind.name:11s} {text}, LL {found.log_likelihood(known):.2f};"
            f" holdout MAE {np.abs(missed).mean():.3f}, RMSE {np.sqrt((missed**2).mean()):.3f},"
            f" total {missed.sum() / then.sum():+.1%}"
        )
    spend = SpendSummary.from_days(code, day, dollars, as_of=cutoff, first_order="left out")
    p, q, v = GammaGamma().fit(spend).parameters.values()
    print(f"  Gamma-Gamma p {p:.3f}, q {q:.3f}, v {v:.3f}")


def print_retail(data: Path) -> None:
    rows = retail_rows(data)
    actual, predicted = retail_candidates(rows)
    chosen = choose_value(actual, predicted, judges_level=False)
    print(f"Retail, spend of {actual.size:,} customers in the 90 days from {CUTOFF}")
    for name, found in chosen.accuracy.items():
        print(
            f"  {name:16s} normalised Gini {found.normalised_gini:.3f},"
            f" Spearman {found.spearman:.3f}, decile error {found.decile_error:.3f},"
            f" total {found.total_error:+.3f}, MAE {found.mean_absolute_error:.1f},"
            f" deviance {found.deviance:.3f}"
        )
    print(f"  chosen: {chosen.reason}")
    value = value_of(rows, BgNbd)
    held = (value.low <= actual) & (actual <= value.high)
    little = value.little_history
    print(
        f"  {little.sum():,} with little history: {held[little].mean():.1%} inside their interval"
    )


def print_telco(data: Path) -> None:
    print("Telco, tenure in months, 5 folds, without TotalCharges")
    frame, lives = telco_lives(data, drop=("TotalCharges",))
    for kind in (CoxLife, WeibullLife):
        print(f"  {kind.name:8s} concordance {out_of_fold_concordance(kind, frame, lives):.3f}")


def main(data: Path) -> None:
    print_cdnow(data)
    print_retail(data)
    print_telco(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED_DATA)
