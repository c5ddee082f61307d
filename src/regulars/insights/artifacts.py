"""What files does a release hold, and what do its metrics and its history of training say?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from regulars.core.errors import UnknownName
from regulars.insights.reading import Reading
from regulars.insights.steps import Step, steps

Kind = Literal["table", "facts", "report", "figure", "list", "estimator"]
_KINDS: dict[str, Kind] = {
    ".parquet": "table", ".json": "facts", ".html": "report", ".md": "report", ".txt": "report",
    ".png": "figure", ".svg": "figure", ".csv": "list", ".joblib": "estimator",
}  # fmt: skip
# Tables hold personal data as they are: they go out through questions, which mask them.
_OPEN: frozenset[Kind] = frozenset({"facts", "report", "figure"})


@dataclass(frozen=True)
class Artifact:
    """A file of a release; `name` has the folder before it where it lies in one."""

    name: str
    bytes: int
    kind: Kind


@dataclass(frozen=True)
class ReleaseDetails:
    """The run behind a release: when, on what data, and what came of it."""

    project: str
    release_id: str
    run_id: str
    created_at: str
    as_of: str
    version: str
    fallback_sources: tuple[str, ...]
    customers: int
    columns: int
    tables: dict[str, int]
    steps: tuple[Step, ...]
    artifacts: int


def release_details(reading: Reading) -> ReleaseDetails:
    """What a release is; `customers` and `columns` are those of the customer profile."""
    manifest = reading.manifest
    rows = reading.rows("select count(*) as n from customer_360_profile")
    return ReleaseDetails(
        project=manifest.project,
        release_id=manifest.release_id,
        run_id=manifest.run_id,
        created_at=manifest.created_at,
        as_of=manifest.as_of,
        version=manifest.version,
        fallback_sources=manifest.fallback_sources,
        customers=int(rows[0]["n"]),
        columns=len(reading.columns("customer_360_profile")),
        tables=manifest.tables,
        steps=steps(reading),
        artifacts=len(artifacts(reading)),
    )


def artifacts(reading: Reading) -> tuple[Artifact, ...]:
    """Every file of a release, by name."""
    files = (path for path in sorted(reading.folder.rglob("*")) if path.is_file())
    return tuple(
        Artifact(
            name=path.relative_to(reading.folder).as_posix(),
            bytes=path.stat().st_size,
            kind=_KINDS.get(path.suffix, "table"),
        )
        for path in files
    )


def artifact_file(reading: Reading, name: str, *, show_personal: bool = False) -> Path:
    """A file of a release by its name. Raises UnknownName where there is none to hand out."""
    found = next((one for one in artifacts(reading) if one.name == name), None)
    if found is None:
        raise UnknownName(f"there is no file '{name}' in this release")
    if found.kind not in _OPEN and not show_personal:
        raise UnknownName(
            f"'{name}' holds rows, which may hold personal data",
            hint="Ask for customers, or use a key with the scope 'personal'.",
        )
    return reading.folder / name


def latest_metrics(reading: Reading) -> dict[str, Any]:
    """The figures of the churn score in use, as its test gave them; empty where there is none."""
    path = reading.folder / "metrics.json"
    if not path.exists():
        return {}
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return {name: value for name, value in told.items() if re.fullmatch(r"\w+", name)}
