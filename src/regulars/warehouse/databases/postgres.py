"""PostgreSQL as a place that rows come from: a read-only session, results by COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from regulars.core.errors import SourceError, SourceUnavailable
from regulars.warehouse.databases.protocol import BATCH, Condition, first_line, named, where
from regulars.warehouse.engines import postgres_connection as server
from regulars.warehouse.engines.postgres_copy import copied_out
from regulars.warehouse.engines.postgres_types import arrow_schema
from regulars.warehouse.protocol import Row

_SESSION = {
    "default_transaction_read_only": "on",
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
}
_LASTING = ("authentication failed", "no password", "does not exist", "pg_hba.conf", "certificate")
_PASSING = ("08", "53", "57P", "40")  # classes of SQLSTATE: connection, resources, shutdown, retry


class PostgresDatabase:
    """One session of a PostgreSQL database."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.place = server.place(url)
        self._driver = server.driver()
        with self._mapped_errors():
            self._connection = self._driver.connect(
                url,
                autocommit=True,
                application_name="regulars reads",
                connect_timeout=max(2, round(timeout)),
            )
            for name, value in _SESSION.items():
                self._connection.execute(f"set {name} = '{value}'")

    def name(self, name: str) -> str:
        return named(name)

    def rows(self, select: str, conditions: Sequence[Condition] = ()) -> list[Row]:
        with self._mapped_errors():
            found: list[Row] = self._connection.execute(self._sql(select, conditions)).fetchall()
            return found

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        sql = self._sql(select, conditions)
        with self._mapped_errors():
            described = self._connection.execute(f"select * from ({sql}) as described limit 0")
            schema = arrow_schema(described.description or [])
            yield pa.RecordBatch.from_pylist([], schema=schema)
            with self._connection.cursor().copy(f"copy ({sql}) to stdout (format csv)") as copy:
                yield from copied_out(copy, schema, rows=BATCH)

    def close(self) -> None:
        self._connection.close()

    def _sql(self, select: str, conditions: Sequence[Condition]) -> str:
        """The statement with its values in it: COPY takes no parameters."""
        literal = self._driver.sql.Literal
        return select + where(
            conditions, [literal(one.value).as_string(self._connection) for one in conditions]
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except self._driver.OperationalError as error:
            raise self._unanswered(error) from None
        except self._driver.Error as error:
            raise SourceError(f"PostgreSQL says: {first_line(error)}", where=self.place) from None

    def _unanswered(self, error: Exception) -> SourceError:
        said = str(error)
        state = str(getattr(error, "sqlstate", None) or "")
        lasting = any(words in said for words in _LASTING)
        passing = state.startswith(_PASSING) or (not state and not lasting)
        reason = next((line for line in said.splitlines() if "FATAL" in line), first_line(error))
        kind = SourceUnavailable if passing else SourceError
        return kind(
            f"PostgreSQL cannot be read: {reason.split('FATAL:')[-1].strip()}",
            where=self.place,
            hint="Check host, port, user and password in the source's `url`.",
        )
