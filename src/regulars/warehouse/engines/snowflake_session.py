"""A session with Snowflake: statements, errors, and transactions that changes of tables end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from regulars.warehouse.engines.snowflake_connection import Account, driver
from regulars.warehouse.protocol import Row


class Session:
    """One open connection."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._connection = account.connect()
        self.in_transaction = False

    def run(self, sql: str) -> list[Row]:
        """Run a statement; its rows."""
        with self.cursor(sql) as cursor:
            return list(cursor.fetchall())

    def change(self, sql: str) -> None:
        """Run a statement that ends a transaction: one that is open goes on after it."""
        if not self.in_transaction:
            self.run(sql)
            return
        self.run("commit")
        self.run(sql)
        self.run("begin")

    @contextmanager
    def cursor(self, sql: str) -> Iterator[Any]:
        """The result of a statement as the driver gives it. Raises EngineError where it fails."""
        errors = driver().errors
        cursor = self._connection.cursor()
        try:
            yield cursor.execute(sql)
        except errors.Error as error:
            raise self._account.error(error) from error
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Statements take effect together; one inside of another is the same."""
        if self.in_transaction:
            yield
            return
        self.run("begin")
        self.in_transaction = True
        try:
            yield
        except BaseException:
            self.in_transaction = False
            self.run("rollback")
            raise
        self.in_transaction = False
        self.run("commit")

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()
