"""The rows on the files of a subscription company: 50,000 customers, 1.05 million rows."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

from companies import (
    RFM_ONLY,
    WINDOWS_ONLY,
    cutoffs_of,
    feature_columns,
    files_of,
    project_of,
)
from measuring import Cost, Line, Skipped, plain, profiled, ratio

CLUSTERS = 6


def everything(scale: float, place: Path) -> Iterator[Line]:
    """The whole run beside a script with windows, RFM and one fit."""
    folder = project_of("crm", place, scale=scale)
    ours, _ = profiled(folder=folder)
    files = files_of("crm", place, scale=scale)
    theirs, _ = plain("churn_script.py", "crm", files, *_with_outcomes(cutoffs_of(folder)))
    yield ratio("CRM, everything with training", ours, theirs, goal=1.0,
                beside="pandas, one XGBoost fit")  # fmt: skip


def features(scale: float, place: Path) -> Iterator[Line]:
    """Land to features, and features alone, beside the same windows by hand, per column."""
    folder = project_of("crm", place, scale=scale, settings=WINDOWS_ONLY)
    _, steps = profiled("--steps", "land,clean,features", folder=folder)
    cutoffs, columns = cutoffs_of(folder), feature_columns(folder)
    files = files_of("crm", place, scale=scale)
    all_steps = steps["land"] + steps["clean"] + steps["features"]
    one_date, _ = plain("windows_pandas.py", files, cutoffs[-1])
    yield ratio(
        f"CRM, land to features, {len(cutoffs)} dates", all_steps, one_date,
        beside="pandas, one date", goal=0.3,
    )  # fmt: skip
    for name, script, goal in _BY_HAND:
        if importlib.util.find_spec(name) is None:
            raise Skipped(f"{name} is not among the development requirements")
        theirs, told = plain(script, files, *cutoffs)
        ours, by_hand = (
            _per_column(steps["features"], columns),
            _per_column(theirs, told["columns"]),
        )
        yield ratio(
            f"CRM, features alone, {len(cutoffs)} dates, for each column", ours, by_hand,
            beside=f"{name}, {told['columns']} columns", goal=goal, note=f"{columns} columns",
        )  # fmt: skip


# The last one may not be installed: what comes before it is measured in any case.
_BY_HAND = (
    ("duckdb", "windows_sql.py", 1.2),
    ("pandas", "windows_pandas.py", 1.5),
    ("polars", "windows_polars.py", 1.5),
)


def rfm(scale: float, place: Path) -> Iterator[Line]:
    """Ingest to RFM and K-Means, beside SQL and K-Means."""
    settings = f"{RFM_ONLY}segments: {{rules: eleven, clusters: {CLUSTERS}}}\n"
    files = files_of("crm", place, scale=scale)
    theirs, _ = plain("rfm_sql.py", files, CLUSTERS)
    yield _rfm("DuckDB", place, scale, settings, theirs=theirs, goal=0.4)
    if not (url := os.environ.get("REGULARS_BENCH_POSTGRES")):
        raise Skipped("on PostgreSQL: REGULARS_BENCH_POSTGRES names no empty database")
    engine = f"engine: {{type: postgres, url: '{url}'}}\n"
    yield _rfm("PostgreSQL", place, scale, settings + engine, theirs=theirs, goal=1.0)


def _rfm(
    engine: str, place: Path, scale: float, settings: str, *, theirs: Cost, goal: float
) -> Line:
    folder = project_of("crm", place, scale=scale, settings=settings)
    _, steps = profiled("--steps", "land,clean,features,segment", folder=folder)
    ours = steps["land"] + steps["clean"] + steps["features"] + steps["segment"]
    by = "cpu" if engine == "DuckDB" else "wall"
    note = "" if by == "cpu" else "by the wall: the server's CPU is not seen"
    return ratio(
        f"Ingest to K-Means on {engine}",
        ours,
        theirs,
        beside="SQL, K-Means",
        goal=goal,
        by=by,
        note=note,
    )


def _per_column(cost: Cost, columns: int) -> Cost:
    return Cost(cost.wall / columns, cost.cpu / columns, cost.peak_mb)


def _with_outcomes(cutoffs: list[str]) -> list[str]:
    return cutoffs[:-1] or cutoffs
