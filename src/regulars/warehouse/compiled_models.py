"""Models as SQL that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CompiledModel:
    """The SQL of one model and the relation it makes.

    `database` is the catalogue of the engine that the SQL names, if it names any.
    """

    database: str
    schema: str
    name: str
    sql: str


def compiled_folder(state: Path) -> Path:
    """Where the SQL of a run lies, for a reader."""
    return state / "dbt" / "target" / "compiled"


def compiled_sql(state: Path) -> dict[str, Path]:
    """The SQL of everything that ran, by the names of models and tests."""
    return {path.stem: path for path in compiled_folder(state).rglob("*.sql")}
