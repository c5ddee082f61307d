"""Derived sources: a query over other sources, as a view in bronze.

Other sources are named in braces, as in `select * from {orders} join {lines} using (order_id)`;
each stands for its rows of current batches.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter

import pyarrow as pa

from regulars.core.errors import EngineError, SettingsError
from regulars.core.fingerprints import fingerprint_of
from regulars.core.names import nearest
from regulars.core.settings import Project
from regulars.warehouse.dialects import dialect_of
from regulars.warehouse.protocol import Warehouse

_MADE = "derived_sources"
_NAMED = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def create_derived(project: Project, warehouse: Warehouse) -> None:
    """Create or replace the view of every `sql` source, in the order of their needs.

    A query that gathers rows has no lineage of its own: `_batch_id` and `_landed_at` are then
    those of the newest current batch of the first source it names, `_file` is the query's own
    name, and rows are numbered.
    """
    names = _in_order(project)
    definition = _definition(project, warehouse, names)
    standing = warehouse.tables("bronze") if names else []
    if (
        names
        and all(name in standing for name in names)
        and definition == _definition_made(warehouse)
    ):
        return  # making a view anew may take away what was built upon it
    named = {other for name in names for other in sources_named(project.sources[name].sql or "")}
    for other in sorted(named - set(names)):
        _create_current(other, warehouse)
    for name in names:
        _create(name, project.sources[name].sql or "", project=project, warehouse=warehouse)
    definition_table = pa.table(
        {"definition": pa.array([definition] if names else [], pa.string())}
    )
    warehouse.replace_table("ops", _MADE, definition_table)


def _definition(project: Project, warehouse: Warehouse, names: list[str]) -> str:
    """What decides about the views: their queries, in order, and the columns they may read."""
    queries = [f"{name} {project.sources[name].sql}" for name in names]
    base = [name for name in project.sources if name not in names]
    columns = [f"{name} {warehouse.columns('bronze', name)}" for name in base] if names else []
    return fingerprint_of([*queries, *columns])


def _definition_made(warehouse: Warehouse) -> str | None:
    if not warehouse.columns("ops", _MADE):
        return None
    rows = warehouse.rows(f"select definition from {warehouse.relation('ops', _MADE)}")
    return str(rows[0][0]) if rows else None


def sources_named(sql: str) -> list[str]:
    """The sources that a query names in braces, in order of appearance."""
    return list(dict.fromkeys(_NAMED.findall(sql)))


def _in_order(project: Project) -> list[str]:
    derived = {name: source.sql for name, source in project.sources.items() if source.sql}
    needs = {}
    for name, sql in derived.items():
        needs[name] = [other for other in _checked(name, sql, project) if other in derived]
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise SettingsError(
            f"sources need one another in a circle: {' -> '.join(error.args[1])}",
            where=str(project.root / "regulars.yaml"),
        ) from None


def _checked(name: str, sql: str, project: Project) -> list[str]:
    named = sources_named(sql)
    where = f"{project.root / 'regulars.yaml'}, sources.{name}.sql"
    if not named:
        raise SettingsError(
            "the query names no source",
            where=where,
            hint="Put a source's name in braces: select * from {orders}",
        )
    for other in named:
        if other not in project.sources:
            near = nearest(other, project.sources)
            raise SettingsError(
                f"there is no source '{other}'" + (f"; did you mean '{near}'?" if near else ""),
                where=where,
            )
    return named


def _create(name: str, sql: str, *, project: Project, warehouse: Warehouse) -> None:
    def current(other: str) -> str:
        return warehouse.relation("bronze", other if project.sources[other].sql else _view(other))

    query = _NAMED.sub(lambda match: current(match.group(1)), sql.strip().rstrip(";"))
    try:
        warehouse.create_view("bronze", name, query)
        lineage = _lineage(warehouse, name, first=current(sources_named(sql)[0]))
        if lineage:
            added = ", ".join(lineage)
            warehouse.create_view(
                "bronze", name, f"select query.*, {added} from ({query}) as query"
            )
    except EngineError as error:
        raise SettingsError(
            f"the query cannot run: {error.what}",
            where=f"{project.root / 'regulars.yaml'}, sources.{name}.sql",
            hint="Other sources stand in braces. If files were landed under this name before, "
            "give the query another name.",
        ) from None


def _view(source: str) -> str:
    """The view of a source's current rows. (A subquery would need a name on some engines.)"""
    return f"_current_{source}"


def _create_current(source: str, warehouse: Warehouse) -> None:
    warehouse.create_view(
        "bronze",
        _view(source),
        f"select * from {warehouse.relation('bronze', source)} where _batch_id in (select batch_id "
        f"from {warehouse.relation('ops', 'batches')} where is_current)",
    )


def _lineage(warehouse: Warehouse, name: str, *, first: str) -> list[str]:
    """The lineage columns that a view lacks, as SQL."""
    newest = {
        column: f"(select max({column}) from {first} as origin)"
        for column in ("_batch_id", "_landed_at")
    }
    dialect = dialect_of(warehouse.engine)
    lineage = newest | {
        "_file": f"cast('{name}' as {dialect.type('varchar')})",
        "_row_number": f"row_number() over ({dialect.any_order})",
    }
    has = warehouse.columns("bronze", name)
    return [f"{sql} as {column}" for column, sql in lineage.items() if column not in has]
