"""Which tables a database has, and how they refer to one another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from regulars.core.errors import SourceError
from regulars.warehouse.databases.source_database import Database

_TABLES = (
    "select table_schema, table_name from information_schema.tables "
    "where table_type in ('BASE TABLE', 'LOCAL TEMPORARY') and table_schema not in "
    "('information_schema', 'pg_catalog') and table_schema not like 'pg\\_%' order by 1, 2"
)
_POSTGRES_KEYS = """
select n.nspname, c.relname, a.attname, fn.nspname, f.relname, fa.attname
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
left join pg_class f on f.oid = k.confrelid
left join pg_namespace fn on fn.oid = f.relnamespace
left join pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = k.confkey[1]
where k.contype in ('p', 'f') and cardinality(k.conkey) = 1
"""
_DUCKDB_KEYS = """
select schema_name, table_name, constraint_column_names[1],
    case when constraint_type = 'FOREIGN KEY' then schema_name end,
    referenced_table, referenced_column_names[1]
from duckdb_constraints()
where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY') and len(constraint_column_names) = 1
"""
_SQLITE_KEYS = """
select 'main', m.name, p.name, null, null, null
from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table' and p.pk = 1
union all
select 'main', m.name, f."from", 'main', f."table", f."to"
from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table' and f.seq = 0
"""
_USUAL_SCHEMAS = ("public", "main")


@dataclass(frozen=True)
class Reference:
    """A column that refers to a column of another table (a foreign key)."""

    column: str
    table: str
    to_column: str


@dataclass
class DatabaseTable:
    """A table with its key and what it refers to; `name` is with its schema where that is odd."""

    name: str
    sql: str
    key: str | None = None
    references: list[Reference] = field(default_factory=list)


def database_tables(database: Database, scheme: str) -> list[DatabaseTable]:
    """The tables of a database, with keys of one column.

    Raises SourceError for a kind of database whose catalogue is not known here.
    """
    if scheme in ("postgresql", "postgres"):
        listed, keys = database.rows(_TABLES), database.rows(_POSTGRES_KEYS)
    elif scheme == "duckdb":
        tables = _TABLES.replace("'pg\\_%'", "'pg#_%' escape '#'")
        listed, keys = database.rows(tables), database.rows(_DUCKDB_KEYS)
    elif scheme == "sqlite":
        listed = database.rows(
            "select 'main', name from sqlite_master where type = 'table' "
            "and name not like 'sqlite#_%' escape '#' order by 2"
        )
        keys = database.rows(_SQLITE_KEYS)
    else:
        raise SourceError(
            f"`regulars init` reads the tables of postgresql, sqlite and duckdb, not of {scheme}",
            where=database.place,
            hint="State each table as a source with a `url`: see docs/sources.md.",
        )
    return _with_keys([(str(schema), str(name)) for schema, name in listed], keys)


def _with_keys(
    listed: list[tuple[str, str]], keys: list[tuple[object, ...]]
) -> list[DatabaseTable]:
    tables = {
        (schema, name): DatabaseTable(_name(schema, name), f"{_quoted(schema)}.{_quoted(name)}")
        for schema, name in listed
    }
    columns: dict[tuple[str, str], list[str]] = defaultdict(list)
    for schema, name, column, other_schema, other, other_column in keys:
        place = (str(schema), str(name))
        if place not in tables:
            continue
        if other is None:
            columns[place].append(str(column))
        else:
            referred = Reference(
                str(column), _name(str(other_schema), str(other)), str(other_column)
            )
            tables[place].references.append(referred)
    for place, names in columns.items():
        tables[place].key = names[0] if len(names) == 1 else None
    return list(tables.values())


def _name(schema: str, name: str) -> str:
    return name if schema in _USUAL_SCHEMAS else f"{schema}.{name}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
