"""The rows at size: sixty million card transactions, one more day of them, and growth."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
from measuring import Cost, Line, absolute, plain, profiled, ratio, regulars, run

MILLIONS, SMALL = 60.0, 1.0
PER_CUSTOMER = 1_200
CUSTOMERS_AT_LEAST = 500  # below, any input separates who left by chance
MOST_MB = 6_000
_WEEKLY = {
    "grain: day": "grain: week", "horizon: 90 ": "horizon: 13 ",
    "activity_window: 180": "activity_window: 26", "amount_90d": "amount_13w",
    "last 90 days": "last 13 weeks",
}  # fmt: skip
_SIX_DATES = ("decline_below: 0.3", "decline_below: 0.3\n  max_cutoffs: 5")


def project_file(grain: str) -> str:
    """The recipe's own project file with six as-of dates, by week where asked for."""
    from regulars.ingest.recipes import recipe_text

    text = recipe_text("cards").replace(*_SIX_DATES)
    for daily, weekly in _WEEKLY.items() if grain == "week" else ():
        text = text.replace(daily, weekly)
    return text.replace("\ngrain:", "\nengine: {memory_limit: 5GB}\ngrain:")


def generated(place: Path, *, millions: float) -> Path:
    """A folder with the raw files; they are made once."""
    folder = place / f"cards-{millions:g}"
    if not folder.exists():
        transactions = int(millions * 1e6)
        customers = max(transactions // PER_CUSTOMER, CUSTOMERS_AT_LEAST)
        run([
            sys.executable, "-m", "regulars", "generate", "cards", str(folder),
            "--customers", str(customers), "--transactions", str(transactions),
        ])  # fmt: skip
    return folder


def whole(place: Path, *, grain: str, millions: float) -> tuple[Cost, Cost]:
    """A whole run from Parquet to a published release, and the bare scan of the same file."""
    data = generated(place, millions=millions)
    folder = place / f"project-{grain}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "data").symlink_to(data)
    (folder / "regulars.yaml").write_text(project_file(grain), "utf-8")
    ours, _ = profiled(folder=folder)
    scan, _ = plain("scan.py", data / "transactions.parquet")
    shutil.rmtree(folder)
    return ours, scan


def cards(scale: float, place: Path) -> Iterator[Line]:
    """Files to a published release by week and by day, beside the bare scan; growth from 1/60."""
    large, small = MILLIONS * scale, max(SMALL * scale, 0.05)
    for grain, goal in (("week", 60.0), ("day", 90.0)):
        ours, scan = whole(place, grain=grain, millions=large)
        name = f"{large:g} million card rows to a release, by {grain}"
        yield ratio(name, ours, scan, beside="bare scan", goal=goal, by="wall")
        yield Line(f"{name}: memory", ours, "", None, ours.peak_mb / 1000, MOST_MB / 1000, "GB")
        if grain == "week":
            yield _growth(ours, whole(place, grain=grain, millions=small)[0], large / small, place)


def _growth(large: Cost, small: Cost, times: float, place: Path) -> Line:
    fixed, _ = whole(place, grain="week", millions=0.06)  # little but what every run costs
    parts = [max(cost.cpu - 0.9 * fixed.cpu, 0.01) for cost in (large, small)]
    exponent = math.log(parts[0] / parts[1]) / math.log(times)
    note = f"CPU {small.cpu:.0f} s to {large.cpu:.0f} s, of which {fixed.cpu:.0f} s at any size"
    return Line(f"Growth over {times:.0f} times the rows: exponent", large, "", None, exponent, 1.0,
                "", note)  # fmt: skip


def one_day(scale: float, place: Path) -> Iterator[Line]:
    """One more day beside the full run before it, with training once a month."""
    raw = generated(place, millions=MILLIONS * scale)
    folder = place / "project-one-day"
    data = folder / "data"
    data.mkdir(parents=True)
    for name in ("customers.csv", "merchant_categories.csv"):
        shutil.copy(raw / name, data)
    source = f"'{raw}/transactions.parquet'"
    last = f"(select max(cast(transaction_date as date)) from {source})"
    for sign, target in (("<", data / "transactions_1.parquet"), ("=", folder / "day.parquet")):
        duckdb.execute(
            f"copy (select * from {source} where cast(transaction_date as date) {sign} {last}) "
            f"to '{target}' (format parquet)"
        )
    text = project_file("day").replace("data/transactions.parquet", "data/transactions_*.parquet")
    text = text.replace("\nchurn:", "\nchurn:\n  retrain: monthly", 1)
    (folder / "regulars.yaml").write_text(text, "utf-8")
    full = regulars("run", folder=folder)
    (folder / "day.parquet").rename(data / "transactions_2.parquet")
    day = regulars("run", folder=folder)
    nothing = regulars("run", folder=folder)
    yield ratio("One more day, training not due", day, full, beside="the full run", goal=0.05)
    yield absolute("The same again with nothing new", nothing, goal=0.5, by="wall")
