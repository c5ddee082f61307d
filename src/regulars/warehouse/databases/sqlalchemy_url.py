"""Any other database that SQLAlchemy knows, by its URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from regulars.core.errors import MissingExtra, SourceError, SourceUnavailable
from regulars.warehouse.databases.python_rows import arrow_batches
from regulars.warehouse.databases.source_database import BATCH, Condition, first_line, named, where
from regulars.warehouse.protocol import Row


class SQLAlchemyDatabase:
    """One connection; results are streamed where the driver can."""

    def __init__(self, url: str) -> None:
        try:
            import sqlalchemy
        except ImportError:
            raise MissingExtra("sqlalchemy", extra="sql") from None
        self._module = sqlalchemy
        self._engine = self._made(url)
        self.place = self._engine.url.set(query={}).render_as_string(hide_password=True)
        with self._mapped_errors():
            self._connection = self._engine.connect()

    def name(self, name: str) -> str:
        return named(name, quote=self._engine.dialect.identifier_preparer.initial_quote)

    def rows(self, select: str, conditions: Sequence[Condition] = ()) -> list[Row]:
        with self._mapped_errors():
            return [tuple(row) for row in self._run(select, conditions).fetchall()]

    def batches(
        self, select: str, conditions: Sequence[Condition] = ()
    ) -> Iterator[pa.RecordBatch]:
        with (
            self._mapped_errors(),
            self._run(select, conditions, stream_results=True) as result,
        ):
            yield from arrow_batches(list(result.keys()), result.partitions(BATCH))

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _made(self, url: str) -> Any:
        try:
            return self._module.create_engine(url)
        except self._module.exc.ArgumentError:
            raise SourceError(
                "the `url` is not an address that SQLAlchemy can read",
                hint="It looks like mysql+pymysql://user:${DB_PASSWORD}@host/database",
            ) from None
        except (self._module.exc.NoSuchModuleError, ImportError) as error:
            scheme = url.split("://", 1)[0]
            raise SourceError(
                f"no driver for {scheme}:// is installed ({first_line(error)})",
                hint="Install the driver's package beside regulars.",
            ) from None

    def _run(self, select: str, conditions: Sequence[Condition], **options: Any) -> Any:
        names = [f"bound_{number}" for number in range(len(conditions))]
        sql = select.replace(":", "\\:") + where(conditions, [f":{name}" for name in names])
        values = {name: condition.value for name, condition in zip(names, conditions, strict=True)}
        return self._connection.execute(
            self._module.text(sql), values, execution_options=options | {"max_row_buffer": BATCH}
        )

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        exceptions = self._module.exc
        try:
            yield
        except exceptions.DBAPIError as error:
            # Only the driver's words: SQLAlchemy adds the statement and its values.
            message = first_line(error.orig or error)
            passing = isinstance(error, (exceptions.OperationalError, exceptions.InterfaceError))
            kind = SourceUnavailable if passing else SourceError
            raise kind(f"the database says: {message}", where=self.place) from None
        except exceptions.SQLAlchemyError as error:
            raise SourceError(first_line(error), where=self.place) from None
