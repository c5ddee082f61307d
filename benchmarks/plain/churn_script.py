"""What a script of one afternoon does for a company: windows, RFM, one XGBoost fit, scores.

    python benchmarks/plain/churn_script.py crm FOLDER CUTOFF ...
    python benchmarks/plain/churn_script.py airline FOLDER
    python benchmarks/plain/churn_script.py telco FOLDER

One fit with the library's defaults on a random split; nothing is chosen, calibrated or explained,
and the airline's features are of the whole history, as in many scripts of this kind.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xgboost
from sklearn.metrics import roc_auc_score


def fitted(frame: pd.DataFrame, outcome: np.ndarray) -> dict[str, float]:
    """One fit on four fifths, its ROC AUC on the rest, and scores for all."""
    for name in frame.select_dtypes(exclude="number"):
        frame[name] = frame[name].astype("category")
    tested = np.random.default_rng(0).random(len(frame)) < 0.2
    rows = [
        xgboost.QuantileDMatrix(
            frame[chosen], label=outcome[chosen], enable_categorical=True, nthread=2
        )
        for chosen in (~tested, tested)
    ]
    settings = {"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "nthread": 2}
    model = xgboost.train(settings, rows[0], num_boost_round=300)
    scores = model.predict(xgboost.DMatrix(frame, enable_categorical=True, nthread=2))
    return {"rows": len(frame), "roc_auc": float(roc_auc_score(outcome[tested], scores[tested]))}


def crm(folder: Path, cutoffs: list[str]) -> dict[str, float]:
    """Windows at every cutoff, RFM fifths, and a fit on who bought in the next 90 days."""
    from windows_pandas import frames

    made = frames(folder, cutoffs)
    sales = pd.read_parquet(folder / "transactions_raw.parquet")
    parts, outcomes = [], []
    for frame, cutoff in zip(made, map(pd.Timestamp, cutoffs), strict=True):
        end = cutoff + pd.Timedelta(days=90)
        later = sales[sales["transaction_date"].between(cutoff, end)]["customer_id"].unique()
        parts.append(frame.reset_index(drop=True))
        outcomes.append(~frame.index.isin(later))
    newest = made[-1]
    for name in ("max", "orders_ever", "amount_ever"):
        pd.qcut(newest[name].rank(method="first"), 5, labels=False)
    return fitted(pd.concat(parts), np.concatenate(outcomes).astype(float))


def airline(folder: Path) -> dict[str, float]:
    """Totals of the whole history, and a fit on who cancelled."""
    flights = pd.read_csv(folder / "Customer Flight Activity.csv")
    members = pd.read_csv(folder / "Customer Loyalty History.csv").set_index("Loyalty Number")
    sums = flights.drop(columns=["Year", "Month"]).groupby("Loyalty Number").agg(["sum", "max"])
    sums.columns = [" ".join(names) for names in sums.columns]
    frame = members.join(sums)
    outcome = frame["Cancellation Year"].notna().to_numpy(float)
    return fitted(frame.drop(columns=["Cancellation Year", "Cancellation Month"]), outcome)


def telco(folder: Path) -> dict[str, float]:
    """The columns as they are, and a fit on who left."""
    frame = pd.read_csv(next(folder.glob("*.csv")))
    frame["TotalCharges"] = pd.to_numeric(frame["TotalCharges"], errors="coerce")
    outcome = (frame.pop("Churn") == "Yes").to_numpy(float)
    return fitted(frame.drop(columns=["customerID"]), outcome)


if __name__ == "__main__":
    company, place, rest = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    print(json.dumps(crm(place, rest) if company == "crm" else globals()[company](place)))
