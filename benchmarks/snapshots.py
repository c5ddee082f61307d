"""Churn scores of labelled snapshots beside the defaults of LightGBM and CatBoost, on equal folds.

Run: python benchmarks/snapshots.py [table ...] [--shared ../shared/data] [--seed 0]

Every customer is scored by estimators that never saw the customer: ours as training does it, and
each of the two as a user of it begins, without a setting. Public tables are read where they are
there; the generated ones have strong signals that only interactions explain. Printed are log loss
and ROC AUC out of fold, the ratio of log losses (below 1: ours is lower), the gain in log loss with
its paired 95 % interval by customer, and seconds. A library that is not installed is left out and
named. Exits with 1 where one of them is better than ours beyond noise.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame, InputKind
from regulars.ml.churn.candidates import members_for
from regulars.ml.churn.holdout import evaluated_out_of_fold
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.training_context import FOLDS, TrainingContext
from regulars.ml.evaluation import measure, paired_gain
from regulars.ml.splits import customer_folds

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
ROWS = 10_000
Fit = Callable[[pd.DataFrame, np.ndarray], Any]


@dataclass(frozen=True)
class PublicTable:
    """A file with one row per customer: its label, and the columns that are no inputs."""

    file: str
    label: str
    churned: object
    without: tuple[str, ...]

    def frame(self, shared: Path) -> Frame:
        """The rows of the file; blank texts are null."""
        nulls = pyarrow.csv.ConvertOptions(null_values=["", " "], strings_can_be_null=True)
        table = pyarrow.csv.read_csv(shared / self.file, convert_options=nulls)
        outcome = np.array([value == self.churned for value in table[self.label].to_pylist()])
        return frame_of(table.drop_columns([self.label, *self.without]), outcome.astype(float))


PUBLIC = {
    "telco": PublicTable(
        "telco/WA_Fn-UseC_-Telco-Customer-Churn.csv", "Churn", "Yes", ("customerID",)
    ),
    "bank": PublicTable(
        "bank/Churn_Modelling.csv", "Exited", 1, ("RowNumber", "CustomerId", "Surname")
    ),
    "hillstrom": PublicTable("hillstrom/hillstrom.csv", "visit", 0, ("conversion", "spend")),
}


def gated_usage(random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Members who leave where price, usage and age of the contract meet, hardly elsewhere."""
    columns = _inputs(random)
    dear, idle = columns["number_0"] > 0.2, columns["number_1"] < 0.0
    young = columns["number_2"] < 0.5
    troubled = (columns["number_3"] > 0.8) | (columns["level_0"] == "a")
    odds = -4.5 + 6 * (dear & idle & young) + 5 * (troubled & ~idle) + 3 * (dear & ~young & idle)
    return columns, odds


def products(random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Pairs of inputs count by their product, none of them alone."""
    columns = _inputs(random)
    pairs = [columns[f"number_{at}"] * columns[f"number_{at + 1}"] for at in range(0, 6, 2)]
    return columns, 3.5 * np.sum(pairs, axis=0) - 1.5


def by_level(random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What an input means depends on a category: up in one tariff, down in another."""
    columns = _inputs(random)
    odds = np.full(ROWS, -1.0)
    for at, level in enumerate("abcd"):
        sign = 1.0 if at % 2 else -1.0
        steps = np.sign(columns[f"number_{at}"]) + np.tanh(4 * columns[f"number_{at + 1}"])
        odds += (columns["level_0"] == level) * sign * 3.0 * steps
    return columns, odds


def ladder(random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """A rare outcome behind thresholds of four inputs at once, and a smooth trend."""
    columns = _inputs(random)
    inside = np.prod([np.abs(columns[f"number_{at}"]) < 0.9 for at in range(4)], axis=0)
    return columns, -6.0 + 9.0 * inside + 0.8 * columns["number_4"]


def plain(random: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """A weak signal without interactions, where deep trees learn noise."""
    columns = _inputs(random)
    return columns, 0.5 * columns["number_0"] - 0.4 * columns["number_1"] - 1.2


GENERATED = {each.__name__: each for each in (gated_usage, products, by_level, ladder, plain)}


def _inputs(random: np.random.Generator) -> dict[str, np.ndarray]:
    columns = {f"number_{at}": random.normal(size=ROWS) for at in range(16)}
    columns |= {f"level_{at}": random.choice(list("abcdef"), size=ROWS) for at in range(4)}
    return columns


def generated(name: str) -> Frame:
    """A generated table; its outcomes are drawn from the true probabilities."""
    random = np.random.default_rng(sorted(GENERATED).index(name))
    columns, odds = GENERATED[name](random)
    churned = (random.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(float)
    return frame_of(pa.table(columns), churned)


def frame_of(inputs: pa.Table, outcome: np.ndarray) -> Frame:
    """One row per customer, all on one day; texts are categories."""
    rows = inputs.num_rows
    day = np.full(rows, np.datetime64("2024-01-01", "us"))
    keys = pa.table({"customer_id": [f"c{at:07d}" for at in range(rows)], "as_of": day})
    kinds: dict[str, InputKind] = {
        field.name: "category" if pa.types.is_string(field.type) else "number"
        for field in inputs.schema
    }
    return Frame(keys, inputs, kinds, outcome)


def ours(frame: Frame, *, seed: int) -> np.ndarray:
    """Out-of-fold probabilities as training makes them for a snapshot, shape (n,)."""
    problem = ChurnProblem(ChurnDefinition("labelled"), seed=seed)
    context = TrainingContext(problem, frame, members_for(problem), lambda words: None)
    return evaluated_out_of_fold(context, words="").holdout.ours


def lightgbm_default(rows: pd.DataFrame, outcome: np.ndarray) -> Any:
    """LightGBM without a setting; categories as it takes them."""
    import lightgbm

    return lightgbm.LGBMClassifier(verbose=-1).fit(rows, outcome)


def catboost_default(rows: pd.DataFrame, outcome: np.ndarray) -> Any:
    """CatBoost without a setting; categories as it takes them."""
    import catboost

    texts = list(rows.select_dtypes("category"))
    estimator = catboost.CatBoostClassifier(
        verbose=0, allow_writing_files=False, cat_features=texts
    )
    return estimator.fit(rows, outcome)


OTHERS: Mapping[str, Fit] = {"lightgbm": lightgbm_default, "catboost": catboost_default}


def out_of_fold(fit: Fit, frame: Frame, *, seed: int) -> np.ndarray:
    """Probabilities by another library on the folds of ours, shape (n,)."""
    rows = frame.inputs.to_pandas()
    for name, kind in frame.kinds.items():
        if kind == "category":
            rows[name] = rows[name].fillna("(missing)").astype("category")
    fold = customer_folds(frame, folds=FOLDS, seed=seed)
    predicted = np.empty(len(frame))
    for number in range(FOLDS):
        held = fold == number
        estimator = fit(rows[~held], frame.outcome[~held])
        predicted[held] = estimator.predict_proba(rows[held])[:, 1]
    return predicted


def compared(name: str, frame: Frame, *, seed: int) -> list[str]:
    """Print a table's figures; the libraries that are better than ours beyond noise."""
    frame = frame.sorted()
    began = time.perf_counter()
    mine = ours(frame, seed=seed)
    _print(name, "ours", frame, mine, seconds=time.perf_counter() - began)
    better = []
    for library, fit in OTHERS.items():
        if importlib.util.find_spec(library) is None:
            print(f"{'':12s} {library:9s} skipped: not installed (pip install {library})")
            continue
        began = time.perf_counter()
        theirs = out_of_fold(fit, frame, seed=seed)
        _print("", library, frame, theirs, seconds=time.perf_counter() - began, mine=mine)
        gain = paired_gain(frame.outcome, mine, theirs, customers=frame.customers)["log_loss"]
        if gain.high < 0:
            better.append(f"{name}: {library} has a lower log loss than ours beyond noise")
    return better


def _print(
    name: str,
    library: str,
    frame: Frame,
    predicted: np.ndarray,
    *,
    seconds: float,
    mine: np.ndarray | None = None,
) -> None:
    metrics = measure(frame.outcome, predicted, threshold=0.5)
    line = f"{name:12s} {library:9s} {metrics['log_loss']:8.4f} {metrics['roc_auc']:8.4f}"
    if mine is not None:
        gain = paired_gain(frame.outcome, mine, predicted, customers=frame.customers)["log_loss"]
        ratio = measure(frame.outcome, mine, threshold=0.5)["log_loss"] / metrics["log_loss"]
        line += f" {ratio:7.3f} {gain.value:+8.4f} ({gain.low:+.4f} to {gain.high:+.4f})"
    print(f"{line:75s} {seconds:7.1f} s", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("tables", nargs="*", help=", ".join([*PUBLIC, *GENERATED]))
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--seed", type=int, default=0, help="of the folds and the estimators")
    chosen = parser.parse_args(arguments)
    print(f"{'table':12s} {'':9s} log loss  ROC AUC   ratio gain of ours, 95 % interval")
    better = []
    for name in chosen.tables or [*PUBLIC, *GENERATED]:
        if name in PUBLIC and not (chosen.shared / PUBLIC[name].file).exists():
            print(f"{name:12s} skipped: {chosen.shared / PUBLIC[name].file} is not there")
            continue
        frame = PUBLIC[name].frame(chosen.shared) if name in PUBLIC else generated(name)
        better += compared(name, frame, seed=chosen.seed)
    print("\n".join(better) or "no library has a lower log loss than ours beyond noise")
    return 1 if better else 0


if __name__ == "__main__":
    sys.exit(main())
