"""What data came in: deliveries and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from regulars.insights.release_reading import Reading


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery, by name; `malformed` lines could not be split into fields."""

    name: str
    size_bytes: int
    rows: int
    malformed: int


@dataclass(frozen=True)
class Delivery:
    """One delivery of a source; only current ones are read (a replaced one is kept, unread)."""

    source: str
    batch_id: str
    load: str
    landed_at: datetime
    rows: int
    malformed: int
    is_current: bool
    files: tuple[DeliveredFile, ...]


def synthetic_sources(reading: Reading) -> tuple[str, ...]:
    """Sources whose rows are synthetic, because they could not be read."""
    return reading.manifest.fallback_sources


def synthetic_warning(reading: Reading) -> str:
    """What every surface has to say first of a release with synthetic rows; else nothing."""
    names = synthetic_sources(reading)
    if not names:
        return ""
    rows = f"the rows of {' and '.join(names)} are" if len(names) < 3 else "most rows are"
    return (
        f"SYNTHETIC DATA: {rows} synthetic, because the source could not be read "
        f"({', '.join(names)}). Nothing that rests on them is about real customers."
    )


def not_used_warning(reading: Reading) -> str:
    """What a report of customers only says first, where files with money were left out."""
    names = reading.project.not_used
    if not names:
        return ""
    return (
        f"CUSTOMERS ONLY: the money in {', '.join(names)} is not used. Nothing here knows of "
        "purchases: no spend, no segments by spend, no churn by silence."
    )


def deliveries(reading: Reading) -> tuple[Delivery, ...]:
    """All deliveries, oldest first."""
    files: dict[str, list[DeliveredFile]] = {}
    for row in reading.rows(
        "select batch_id, file, size_bytes, rows, malformed from batch_files "
        "order by batch_id, file"
    ):
        # The name only: a report travels further than the folders it was made in.
        name = PurePosixPath(row["file"].replace("\\", "/")).name
        delivered_file = DeliveredFile(name, row["size_bytes"], row["rows"], row["malformed"])
        files.setdefault(row["batch_id"], []).append(delivered_file)
    return tuple(
        Delivery(**row, files=tuple(files.get(row["batch_id"], ())))
        for row in reading.rows(
            'select source, batch_id, "load", landed_at, rows, malformed, is_current '
            "from batches order by landed_at, batch_id"
        )
    )
