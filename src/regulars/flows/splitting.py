"""Rows for learning elsewhere: customers dealt out to files, with the same churn share in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import SettingsError
from regulars.core.settings import Project
from regulars.features.frames import Frame
from regulars.features.reading import read_labelled
from regulars.flows.auditing import need_features
from regulars.flows.session import view

NAMES = {2: ("train", "test"), 3: ("train", "validation", "test")}


def write_splits(
    project: Project, folder: Path, *, shares: Sequence[int], clock: Callable[[], datetime]
) -> dict[str, tuple[int, float]]:
    """Write train, validation and test as Parquet; rows and churn share of each.

    A customer is in one file only, with all as-of dates. `shares` are whole percents adding up to
    100, two or three of them. Raises SettingsError for others, and where nothing ran yet.
    """
    need_features(project)
    if len(shares) not in NAMES or sum(shares) != 100 or min(shares) <= 0:
        raise SettingsError(
            f"the shares {'/'.join(map(str, shares))} are not two or three that add up to 100",
            hint="For example: --shares 70/15/15",
        )
    with view(project, clock) as context:
        frame = read_labelled(project, context.warehouse)
    folder.mkdir(parents=True, exist_ok=True)
    part, found = dealt(frame, shares), {}
    for at, name in enumerate(NAMES[len(shares)]):
        rows = frame.take(part == at)
        pq.write_table(_table(rows), folder / f"{name}.parquet", compression="zstd")
        found[name] = (len(rows), float(rows.outcome.mean()) if len(rows) else 0.0)
    return found


def dealt(frame: Frame, shares: Sequence[int], *, seed: int = 42) -> np.ndarray:
    """The file of each row, shape (n,): those who ever churned and the others are dealt apart."""
    _, member = np.unique(frame.customers, return_inverse=True)
    count = int(member.max()) + 1
    churned = np.zeros(count)
    np.maximum.at(churned, member, frame.outcome)
    part, random = np.empty(count, dtype=int), np.random.default_rng(seed)
    for each in (0, 1):
        who = random.permutation(np.flatnonzero(churned == each))
        ends = np.round(np.cumsum(shares) / 100 * len(who)).astype(int)
        part[who] = np.searchsorted(ends, np.arange(len(who)), side="right")
    return np.asarray(part[member])


def _table(rows: Frame) -> pa.Table:
    table = rows.keys.append_column("churned", pa.array(rows.outcome > 0))
    for name in rows.inputs.column_names:
        table = table.append_column(name, rows.inputs[name])
    return table
