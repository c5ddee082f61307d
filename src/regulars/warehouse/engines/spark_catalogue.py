"""Which relations a Spark warehouse holds: tables as Parquet files, and views.

The catalogue is a table of the DuckDB file beside them and changes in its transactions. Files
never change: a table that is filled anew has new files, and takes their place when the transaction
is done. What a killed run leaves are files that no table names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.engines.spark_sql import Place

_TABLE = '"spark_catalogue"."relations"'


@dataclass(frozen=True)
class Piece:
    """Rows of a table: a file or a folder below the location, with the columns that it has."""

    path: str
    columns: dict[str, str]


@dataclass(frozen=True)
class SparkRelation:
    """A table in pieces, or a view of a query; columns are names with DuckDB types."""

    columns: dict[str, str]
    pieces: tuple[Piece, ...] = ()
    query: str | None = None
    version: str = field(default_factory=lambda: uuid4().hex)


class Catalogue:
    """The relations by schema and name, as this connection sees them."""

    def __init__(self, database: DuckDBWarehouse) -> None:
        self._database = database
        database.execute('create schema if not exists "spark_catalogue"')
        database.execute(
            f"create table if not exists {_TABLE} "
            "(schema_name varchar, name varchar, content varchar)"
        )
        self._relations: dict[Place, SparkRelation] = {}
        self.reload()

    def reload(self) -> None:
        """Read what is there, as after a transaction that did not take effect."""
        rows = self._database.rows(f"select schema_name, name, content from {_TABLE}")
        self._relations = {
            (str(schema), str(name)): _from_json(str(content)) for schema, name, content in rows
        }

    def get(self, place: Place) -> SparkRelation | None:
        """A relation, if it is there."""
        return self._relations.get(place)

    def put(self, place: Place, relation: SparkRelation) -> None:
        """Let a relation take the place of what is there."""
        self.drop(place)
        self._relations[place] = relation
        self._database.execute(
            f"insert into {_TABLE} values (?, ?, ?)", [*place, _to_json(relation)]
        )

    def drop(self, place: Place) -> None:
        """Forget a relation, if it is there."""
        if self._relations.pop(place, None) is not None:
            self._database.execute(
                f"delete from {_TABLE} where schema_name = ? and name = ?", list(place)
            )

    def drop_all(self, schema: str | None) -> None:
        """Forget all relations of a schema, if there is one."""
        for name in self.names(schema or ""):
            self.drop((schema or "", name))

    def names(self, schema: str) -> list[str]:
        """Names of a schema's relations, sorted."""
        return sorted(name for held, name in self._relations if held == schema)

    def paths(self) -> Iterator[str]:
        """Every file or folder that a table consists of."""
        for relation in self._relations.values():
            yield from (piece.path for piece in relation.pieces)


def _to_json(relation: SparkRelation) -> str:
    pieces = [[piece.path, piece.columns] for piece in relation.pieces]
    return json.dumps([relation.columns, pieces, relation.query, relation.version])


def _from_json(text: str) -> SparkRelation:
    columns, pieces, query, version = json.loads(text)
    return SparkRelation(columns, tuple(Piece(*piece) for piece in pieces), query, version)
