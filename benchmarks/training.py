"""Training a churn score on 50,000 customers and 170 inputs, beside one plain XGBoost fit.

Run: python benchmarks/training.py [customers [inputs]]

Train (audit, folds, stack, test with intervals, refit), calibrate and explain, as a run does, with
two threads. The yardstick is one XGBoost fit of depth four in the same process, encoding included,
on the rows that trees use: 50,000 at most. Seconds are of the wall and of all threads together; the
second is the figure to compare where other programs want the machine as well.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from regulars.features.churn_definition import ChurnDefinition
from regulars.features.frames import Frame, InputKind
from regulars.ml.churn.customer_scores import score
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.churn.training import train
from regulars.ml.encoding import Encoder
from regulars.ml.estimators.boosted_trees import MOST_ROWS
from regulars.ml.estimators.sampling import sampled

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
THREADS = 2
CATEGORIES = 20
HIDDEN = 10


def customers(rows: int, *, inputs: int, seed: int = 0) -> Frame:
    """Correlated numbers, counts and categories that know something of the outcome."""
    random = np.random.default_rng(seed)
    hidden = random.normal(size=(rows, HIDDEN))
    categories = min(CATEGORIES, inputs // 3)
    columns: dict[str, pa.Array] = {}
    kinds: dict[str, InputKind] = {}
    for at in range(inputs - categories):
        columns[f"number_{at}"] = _number(hidden, random, at=at)
        kinds[f"number_{at}"] = "number"
    for at in range(categories):
        columns[f"category_{at}"] = pa.array(random.integers(0, 6, size=rows).astype(str))
        kinds[f"category_{at}"] = "category"
    odds = hidden @ random.normal(size=HIDDEN) * 0.5 + 0.5 * hidden[:, 0] * hidden[:, 1] - 1.5
    churned = (random.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    day = np.full(rows, np.datetime64("2024-01-01", "us"))
    keys = pa.table({"customer_id": [f"c{at:07d}" for at in range(rows)], "as_of": day})
    return Frame(keys, pa.table(columns), kinds, churned)


def _number(hidden: np.ndarray, random: np.random.Generator, *, at: int) -> pa.Array:
    rows = len(hidden)
    values = hidden @ random.normal(size=HIDDEN) * 0.6 + random.normal(size=rows)
    if at % 3 == 0:
        values = random.poisson(np.exp(np.clip(values, -3, 3))).astype(float)
    if at % 7 == 0:
        values = np.where(random.random(rows) < 0.1, np.nan, values)
    return pa.array(values, from_pandas=True)


def plain_fit(frame: Frame) -> None:
    """What the time is measured with."""
    import xgboost

    used = sampled(frame, MOST_ROWS)
    matrix = Encoder().fit(used)
    rows = xgboost.QuantileDMatrix(matrix, label=used.outcome, nthread=THREADS)
    settings = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.05, "nthread": THREADS}
    xgboost.train(settings, rows, num_boost_round=400)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time and time of all threads."""
    wall, threads = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - threads


def main(rows: int, inputs: int) -> None:
    frame = customers(rows, inputs=inputs)
    problem = ChurnProblem(ChurnDefinition("labelled"))
    plain = seconds(lambda: plain_fit(frame))
    print(f"{rows:,} customers, {inputs} inputs, {THREADS} threads")
    print(f"{'one XGBoost fit (yardstick)':34s} {plain[0]:7.1f} s wall {plain[1]:7.1f} s threads")
    began = time.process_time()

    def told(words: str) -> None:
        print(f"  {time.process_time() - began:7.1f} s threads: {words}", flush=True)

    found: list[object] = []
    ours = np.zeros(2)
    work = {
        "train and calibrate": lambda: found.append(train(problem, frame, report=told)),
        "score and explain": lambda: score(found[0], frame),
    }
    for name, each in work.items():
        wall, threads = seconds(each)
        ratio = threads / plain[1]
        ours += (wall, threads)
        print(f"{name:34s} {wall:7.1f} s wall {threads:7.1f} s threads {ratio:5.1f} x", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    costs = {"ours": tuple(ours), "plain": plain}
    print(json.dumps({name: {"wall": both[0], "cpu": both[1], "peak_mb": peak}
                      for name, both in costs.items()}))  # fmt: skip


if __name__ == "__main__":
    main(*(int(one) for one in (*sys.argv[1:], *("50000", "170")[len(sys.argv) - 1 :])))
