"""Look at a database as at files: the first rows of each table, and what the keys say.

A table that others refer to is read where they refer to it, so that their rows still meet.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from regulars.core.errors import SourceError
from regulars.core.names import snake_case
from regulars.ingest.inference.draft import Proposal
from regulars.ingest.sources.tables_read import write_parquet
from regulars.warehouse.databases.catalogue import DatabaseTable, database_tables
from regulars.warehouse.databases.connecting import open_database, place_of_url
from regulars.warehouse.databases.source_database import Database
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

SAMPLE_ROWS = 100_000
_IN_FILES = ("sqlite", "duckdb")
_OF_FILES = ("path", "load", "format")


@dataclass(frozen=True)
class SampledDatabase:
    """The samples of a database's tables by file, and how the project file names the database.

    `variable` is the environment variable that holds the URL; None where the URL is no secret.
    """

    url: str
    variable: str | None
    files: Mapping[Path, DatabaseTable]
    rows: Mapping[str, int]

    @property
    def folders(self) -> list[Path]:
        """What to look at: a folder for each table, so that equal tables stay apart."""
        return [file.parent for file in self.files]

    @property
    def name(self) -> str:
        """The name of the database, for the project."""
        last = urlsplit(self.url).path.rstrip("/").rpartition("/")[2]
        return snake_case(last.partition(".")[0]) or "database"

    @property
    def written_url(self) -> str:
        """The URL as it stands in the project file: never with a secret."""
        return self.url if self.variable is None else f"${{{self.variable}}}"


def sample_database(
    url: str, *, root: Path, folder: Path, environment: Mapping[str, str]
) -> SampledDatabase:
    """Read the first rows of every table into Parquet files in a folder.

    Raises SourceError where the database cannot be reached or has no table with rows.
    """
    scheme, _, rest = url.partition("://")
    if scheme in _IN_FILES and not rest.startswith("//"):
        # Named from the working folder; the project file names it from its own.
        path = os.path.relpath(Path(rest.removeprefix("/")).resolve(), root)
        url = f"{scheme}:///{Path(path).as_posix()}"
    warehouse = DuckDBWarehouse(None)
    try:
        with closing(open_database(url, root=root)) as database:
            tables = database_tables(database, scheme)
            files, rows = {}, {}
            for number, table in enumerate(tables):
                place = folder / f"{number:03}"
                place.mkdir()
                batches = database.batches(_sample_sql(database, table, tables))
                written, count = write_parquet(batches, place, warehouse=warehouse)
                if count:
                    file = written.rename(place / f"{snake_case(table.name)}.parquet")
                    files[file], rows[table.name] = table, count
    finally:
        warehouse.close()
    if not files:
        raise SourceError("has no table with rows", where=place_of_url(url))
    return SampledDatabase(url, _variable(url, environment), files, rows)


def _sample_sql(database: Database, table: DatabaseTable, tables: list[DatabaseTable]) -> str:
    """The first rows; of a large table those that the first rows of another table refer to."""
    first = f"select * from {table.sql} limit {SAMPLE_ROWS}"
    referring = [
        (other, reference)
        for other in tables
        for reference in other.references
        if reference.table == table.name and other is not table
    ]
    is_large = bool(referring) and database.rows(
        f"select 1 from {table.sql} limit 1 offset {SAMPLE_ROWS}"
    )
    if not is_large:
        return first
    other, reference = referring[0]
    column = '"' + reference.column.replace('"', '""') + '"'
    to_column = '"' + reference.to_column.replace('"', '""') + '"'
    return (
        f"select * from {table.sql} where {to_column} in (select {column} from "
        f"(select {column} from {other.sql} limit {SAMPLE_ROWS}) as referring) limit {SAMPLE_ROWS}"
    )


def _variable(url: str, environment: Mapping[str, str]) -> str | None:
    """The name of the environment variable with the URL: that which holds it, or a new one."""
    parts = urlsplit(url)
    if parts.scheme in _IN_FILES:
        return None
    for name, value in environment.items():
        if value == url:
            return name
    plain = snake_case(parts.path.strip("/")).upper() or "DATABASE"
    return f"{plain}_URL" if plain[0].isalpha() else f"DATABASE_{plain}_URL"


def with_database(proposal: Proposal, sampled: SampledDatabase) -> Proposal:
    """The proposal with the tables of the database in the place of the sampled files."""
    tables = {str(file): table for file, table in sampled.files.items()}
    sources, patterns = {}, dict(proposal.patterns)
    reasons = dict(proposal.reasons)
    notes = []
    for name, source in proposal.settings["sources"].items():
        table = tables.get(str(patterns.get(name)))
        if table is None:
            sources[name] = source
            continue
        del patterns[name]
        sources[name] = _source(source, table, sampled)
        reasons["sources", name, "url"] = _reason(table, sampled)
        if sampled.rows[table.name] >= SAMPLE_ROWS:
            notes.append(
                f"{table.name} is read whole at every run; with `since_column: COLUMN` under "
                f"sources.{name} only new rows are"
            )
    if sampled.variable is not None:
        notes.append(
            f"the address of the database holds a secret and is not in this file: set it before "
            f"a run, export {sampled.variable}='{sampled.url.partition('://')[0]}://...'"
        )
    return replace(
        proposal,
        settings=proposal.settings | {"sources": sources},
        reasons=reasons,
        patterns=patterns,
        undecided=(*proposal.undecided, *notes),
    )


def _source(
    source: Mapping[str, Any], table: DatabaseTable, sampled: SampledDatabase
) -> dict[str, Any]:
    rest = {name: value for name, value in source.items() if name not in _OF_FILES}
    # A name with capitals is folded to small letters by a server, unless it is quoted.
    folds = sampled.url.startswith("postgres") and table.name != table.name.lower()
    origin = {"query": f"select * from {table.sql}"} if folds else {"table": table.name}
    return {"url": sampled.written_url, **origin, **rest}


def _reason(table: DatabaseTable, sampled: SampledDatabase) -> str:
    rows = sampled.rows[table.name]
    parts = [f"the first {rows:,} rows" if rows >= SAMPLE_ROWS else f"{rows:,} rows"]
    parts += [f"key {table.key}"] if table.key else []
    parts += [f"{r.column} refers to {r.table}.{r.to_column}" for r in table.references]
    return "; ".join(parts)


def set_variable(sampled: SampledDatabase) -> None:
    """Let this process read the project file, which names the variable."""
    if sampled.variable is not None:
        os.environ[sampled.variable] = sampled.url
