"""PostgreSQL as a place that rows come from: read-only sessions, large results in Arrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pyarrow as pa

from regulars.core.errors import MissingExtra, SourceError, SourceUnavailable
from regulars.warehouse.databases.source_database import Condition, first_line, named, where
from regulars.warehouse.engines import postgres_connection as server
from regulars.warehouse.engines.postgres_types import arrow_schema
from regulars.warehouse.protocol import Row

_SESSION = {
    "default_transaction_read_only": "on",
    "client_encoding": "UTF8",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
}
# bool, int2, int4, int8, float4, float8, text, varchar, date, timestamp, timestamptz
_NATIVE = {16, 20, 21, 23, 25, 700, 701, 1043, 1082, 1114, 1184}
_LASTING = ("authentication failed", "no password", "does not exist", "pg_hba.conf", "certificate")
_PASSING = ("08", "53", "57P", "40")  # classes of SQLSTATE: connection, resources, shutdown, retry


class PostgresDatabase:
    """One session of a PostgreSQL database."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.place = server.place(url)
        self._url = url
        self._driver, self._arrow = server.driver(), _arrow_driver()
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
            rows: list[Row] = self._connection.execute(self._sql(select, conditions)).fetchall()
            return rows

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        sql = self._sql(select, conditions)
        with self._mapped_errors():
            described = self._connection.execute(f"select * from ({sql}) as described limit 0")
            columns = described.description or []
            schema = arrow_schema(columns)
        yield pa.RecordBatch.from_pylist([], schema=schema)
        with self._mapped_errors(), self._reader.cursor() as cursor:
            cursor.execute(_with_text(sql, columns))
            for batch in cursor.fetch_record_batch():
                yield from pa.Table.from_batches([batch]).cast(schema).to_batches()

    def close(self) -> None:
        if "_reader" in self.__dict__:
            self._reader.close()
        self._connection.close()

    @cached_property
    def _reader(self) -> Any:
        """A second session that gives Arrow, ten times as fast as rows."""
        connection = self._arrow.connect(self._url)
        with connection.cursor() as cursor:
            cursor.execute("set default_transaction_read_only = on")
        return connection

    def _sql(self, select: str, conditions: Sequence[Condition]) -> str:
        """The statement with its values in it: it stands inside of others."""
        literal = self._driver.sql.Literal
        return select + where(
            conditions,
            [literal(condition.value).as_string(self._connection) for condition in conditions],
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (self._driver.OperationalError, self._arrow.OperationalError) as error:
            raise self._unanswered(error) from None
        except (self._driver.Error, self._arrow.Error) as error:
            raise SourceError(f"PostgreSQL says: {first_line(error)}", where=self.place) from None
        except pa.ArrowInvalid as error:
            raise SourceError(
                f"a value is beyond what its column's type holds here: {first_line(error)}",
                where=self.place,
                hint="Cast the column to text in a `query`.",
            ) from None

    def _unanswered(self, error: Exception) -> SourceError:
        message = str(error)
        state = str(getattr(error, "sqlstate", None) or "")
        lasting = any(words in message for words in _LASTING)
        passing = state.startswith(_PASSING) or (not state and not lasting)
        reason = next((line for line in message.splitlines() if "FATAL" in line), first_line(error))
        kind = SourceUnavailable if passing else SourceError
        return kind(
            f"PostgreSQL cannot be read: {reason.split('FATAL:')[-1].strip()}",
            where=self.place,
            hint="Check host, port, user and password in the source's `url`.",
        )


def _arrow_driver() -> Any:
    try:
        import adbc_driver_postgresql.dbapi
    except ImportError:
        raise MissingExtra("adbc-driver-postgresql", extra="postgres") from None
    return adbc_driver_postgresql.dbapi


def _with_text(sql: str, columns: Sequence[Any]) -> str:
    """The query with columns as text that have no like in Arrow, or that it would round."""
    named = ['"' + column.name.replace('"', '""') + '"' for column in columns]
    selected = [
        quoted if column.type_code in _NATIVE else f"{quoted}::text as {quoted}"
        for quoted, column in zip(named, columns, strict=True)
    ]
    return f"select {', '.join(selected)} from ({sql}) as described"
