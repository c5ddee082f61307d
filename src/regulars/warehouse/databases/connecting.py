"""Open the database that a URL names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from regulars.core.errors import SourceError
from regulars.warehouse.databases.source_database import Database

_FILES = ("sqlite", "duckdb")


def open_database(url: str, *, root: Path, timeout: float = 30) -> Database:
    """The database at a URL; relative files are looked for from `root`.

    Raises SourceUnavailable where a server gives no answer, SourceError where it refuses,
    MissingExtra where the driver is not installed.
    """
    scheme, _, rest = url.partition("://")
    if scheme in ("postgresql", "postgres"):
        from regulars.warehouse.databases.postgres_database import PostgresDatabase

        return PostgresDatabase(url, timeout=timeout)
    if scheme in _FILES:
        return _open_file(scheme, root / _path(rest, scheme=scheme))
    from regulars.warehouse.databases.sqlalchemy_url import SQLAlchemyDatabase

    return SQLAlchemyDatabase(url)


def place_of_url(url: str) -> str:
    """A URL without user, password and options: enough to tell one database from another."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rsplit('@', 1)[-1].split('?', 1)[0]}"


def _open_file(scheme: str, path: Path) -> Database:
    if scheme == "duckdb":
        from regulars.warehouse.databases.duckdb_file import DuckDBFile

        return DuckDBFile(path)
    from regulars.warehouse.databases.sqlite import SQLiteDatabase

    return SQLiteDatabase(path)


def _path(rest: str, *, scheme: str) -> Path:
    """`///name` is relative and `////name` absolute, as SQLAlchemy has it."""
    path = unquote(rest.removeprefix("/").split("?", 1)[0])
    if not path:
        raise SourceError(f"the `url` names no file: {scheme}:///path/to/file")
    return Path(path).expanduser()
