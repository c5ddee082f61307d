"""The rows of learning: a churn score beside one plain fit, BG/NBD beside a plain fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measuring import HERE, Cost, Line, plain, ratio, run

# customers, inputs
SIZES = ((50_000, 170), (7_043, 20), (400_000, 120))
GOAL = 3.0


def training(scale: float, place: Path) -> Iterator[Line]:
    """Choice, calibration, test and reasons beside one XGBoost fit on the same rows."""
    for customers, inputs in SIZES:
        rows = max(int(customers * scale), 2_000)
        _, said = run([sys.executable, str(HERE / "training.py"), str(rows), str(inputs)])
        costs = json.loads(said.splitlines()[-1])
        ours, theirs = Cost(**costs["ours"]), Cost(**costs["plain"])
        name = f"Training and reasons, {rows:,} x {inputs}"
        yield ratio(name, ours, theirs, beside="one XGBoost fit", goal=GOAL)


def bg_nbd(scale: float, place: Path) -> Iterator[Line]:
    """BG/NBD on a million customers beside Nelder-Mead on one row per customer."""
    customers = max(int(1_000_000 * scale), 10_000)
    file = place / "summary.npz"
    _, said = run([sys.executable, str(HERE / "bg_nbd.py"), str(customers), str(file)])
    ours = Cost(**json.loads(said.splitlines()[-1])["fit"])
    theirs, told = plain("bg_nbd_fit.py", file)
    found = ", ".join(f"{value:.3f}" for value in np.array(told["parameters"]))
    yield ratio(f"BG/NBD, {customers:,} customers", ours, theirs, goal=1.0,
                beside="plain Nelder-Mead fit",
                note=f"plain r, alpha, a, b: {found}")  # fmt: skip
