"""Files on their way into Snowflake: PUT into a stage of the project, COPY INTO a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from regulars.core.errors import EngineError
from regulars.warehouse.engines.snowflake_dialect import SNOWFLAKE
from regulars.warehouse.protocol import Row

_NAME = "regulars_landing"


class Stage:
    """A stage in a schema of the project; `run` runs a statement and gives its rows."""

    def __init__(self, run: Callable[[str], list[Row]], schema: str) -> None:
        self._run = run
        self._schema = SNOWFLAKE.quote(schema)
        self._place = f"@{schema}.{_NAME}"
        self._is_there = False

    def create(self) -> None:
        """Create the stage where it is absent; this would end a transaction."""
        if not self._is_there:
            self._run(f"create schema if not exists {self._schema}")
            self._run(f"create stage if not exists {self._schema}.{_NAME}")
            self._is_there = True

    def load(self, file: Path, relation: str, *, rows: int) -> None:
        """Add the rows of a Parquet file to a table; columns are matched by name.

        Raises EngineError where the table took another number of rows than the file has.
        """
        place = f"{self._place}/{uuid4().hex}/"
        source = str(file).replace("\\", "/").replace("'", "\\'")
        self._run(f"put 'file://{source}' {place} auto_compress = false")
        loaded = self._run(
            f"copy into {relation} from {place} "
            "file_format = (type = parquet use_logical_type = true) "
            "match_by_column_name = case_sensitive purge = true"
        )
        # file, status, rows parsed, rows loaded, ...
        count = sum(int(row[3]) for row in loaded if len(row) > 1)
        if count != rows:
            raise EngineError(
                f"Snowflake loaded {count:,} of {rows:,} rows",
                where=relation,
                hint="Run again; when it happens again, look at COPY_HISTORY of the table.",
            )
