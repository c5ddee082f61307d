"""What the delivered values look like, per mapped column: one pass over each table, or two.

Counts, extremes, mean and deviation are of all usable rows. Quartiles, skew, distinct values and
the share far out need the values themselves; they come from every k-th row, at most a million,
which is all rows of all but the largest tables and the same rows on every engine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import pyarrow as pa

from regulars.core.names import resolve_column
from regulars.core.settings import ENTITY_COLUMNS, Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.row_samples import look_at
from regulars.warehouse.protocol import Row, Warehouse

LOOKED_AT = 1_000_000
_SIGNIFICANT = 9  # sums of doubles differ in the last digits from run to run


@dataclass(frozen=True)
class ColumnMeasures:
    """One mapped column among the usable rows of its entity.

    `missing` values were not delivered, `unreadable` ones were and are empty now; `filled` of the
    missing got a constant. `reshaped`, `capped` and `unordered` count what rules changed.
    `delivered_as` is the engine's type of the raw column, None for an expression.
    """

    entity: str
    column_name: str
    delivered_as: str | None
    type: str
    rows: int
    missing: int
    unreadable: int
    filled: int
    reshaped: int
    capped: int
    unordered: int
    least: str | None = None
    most: str | None = None
    mean: float | None = None
    deviation: float | None = None
    looked_at: int = 0
    distinct_values: int | None = None
    quartile_1: float | None = None
    median: float | None = None
    quartile_3: float | None = None
    skew: float | None = None
    far_out: float | None = None

    @property
    def missing_share(self) -> float:
        """Share of rows without a delivered value that could be read."""
        return (self.missing + self.unreadable) / self.rows if self.rows else 0.0

    @property
    def left_empty(self) -> int:
        """Values that are empty in the tables; training fills them inside the estimator."""
        return self.missing + self.unreadable - self.filled


@dataclass(frozen=True)
class _Column:
    """One column to measure; `noted` are the kinds of notes that its rows may carry."""

    name: str
    type: str
    delivered_as: str | None
    noted: tuple[str, ...]
    is_capped: bool


_NUMBERS = ("number", "integer")
_DATES = ("timestamp", "date")
_EVENTS = ("transactions", "interactions", "touches")
# What a note of a row is called there, by what it is counted as.
_NOTES = {"filled": "default", "reshaped": "text", "unordered": "funnel"}
# Types of a raw column that every value survives; another one may hold what cannot be read.
_SAFE = ("BOOLEAN", "DATE", "TIMESTAMP", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


def measure(project: Project, warehouse: Warehouse) -> tuple[ColumnMeasures, ...]:
    """Measure every mapped column of the cleaned tables, and write `ops.column_profile`."""
    measures: list[ColumnMeasures] = []
    for entity in project.entities:
        measures += _measure_entity(project, warehouse, entity)
    warehouse.replace_table("ops", "column_profile", _table(measures))
    return tuple(measures)


def read_measures(warehouse: Warehouse) -> tuple[ColumnMeasures, ...]:
    """What the newest cleaning measured."""
    names = ", ".join(f'"{field.name}"' for field in fields(ColumnMeasures))
    rows = warehouse.rows(f"select {names} from {warehouse.relation('ops', 'column_profile')}")
    return tuple(ColumnMeasures(*row) for row in rows)


def _measure_entity(
    project: Project, warehouse: Warehouse, entity: EntityName
) -> list[ColumnMeasures]:
    columns = _columns(project, warehouse, entity)
    base = f"{warehouse.relation('silver', f'stg_{entity}')} where rejection_reason is null"
    # Events stand in a table with all usable rows; reading them again from what was delivered
    # costs several times as much, and only notes need that.
    kept = f"{warehouse.relation('silver', f'int_{entity}_resolved')} where true"
    # Where aliases are resolved there, only the staged rows tell what was delivered.
    stored = entity in _EVENTS and "identities" not in project.entities
    usable = kept if stored else base
    rows, values = _values(warehouse, usable, columns)
    notes = _notes(warehouse, base, columns)
    sampled = look_at(
        warehouse,
        usable,
        columns={column.name: column.type for column in columns},
        every=max(1, -(-rows // LOOKED_AT)),
        far_out=project.checks.far_out,
    )
    return [
        ColumnMeasures(
            entity=entity,
            column_name=column.name,
            delivered_as=column.delivered_as,
            type=column.type,
            rows=rows,
            **_counts(rows, values[column.name], notes[column.name]),
            **asdict(sampled[column.name]),
        )
        for column in columns
    ]


def _columns(project: Project, warehouse: Warehouse, entity: EntityName) -> list[_Column]:
    mapping = project.entities[entity]
    raw = warehouse.columns("bronze", mapping.source)
    types: dict[str, str] = {column.name: column.type for column in ENTITY_COLUMNS[entity]}
    types |= {name: attribute.type for name, attribute in mapping.attributes.items()}
    needed = {column.name for column in ENTITY_COLUMNS[entity] if column.needed}
    columns = []
    for name, mapped in {**mapping.columns, **mapping.attributes}.items():
        delivered = None if mapped.column is None else raw[resolve_column(mapped.column, raw)]
        is_safe = delivered is not None and delivered.upper().startswith(_SAFE)
        noted = {
            "unreadable": types[name] not in ("text", "category") and name not in needed
            and not is_safe,
            "filled": mapped.default is not None,
            "reshaped": bool(mapped.values or mapped.case),
            "unordered": mapping.funnel == "correct" and name in ("clicked_at", "converted_at"),
        }  # fmt: skip
        kinds = tuple(kind for kind, there in noted.items() if there)
        bounds = mapping.caps.get(name)
        is_capped = bounds is not None and bounds.is_set
        columns.append(_Column(name, types[name], delivered, kinds, is_capped))
    return columns


def _values(
    warehouse: Warehouse, usable: str, columns: list[_Column]
) -> tuple[int, dict[str, Row]]:
    """How many rows, and per column: values there, capped, least, most, mean, deviation."""
    parts = [part for column in columns for part in _parts(column, warehouse)]
    row = warehouse.rows(f"select count(*), {', '.join(parts)} from {usable}")[0]
    size = len(parts) // len(columns)
    return int(row[0]), {
        column.name: row[1 + at * size : 1 + (at + 1) * size] for at, column in enumerate(columns)
    }


def _parts(column: _Column, warehouse: Warehouse) -> list[str]:
    """Expressions whose number is the same for every column."""
    name, double = f'"{column.name}"', warehouse.sql_type("double")
    capped, extremes, moments = "0", ["null", "null"], ["null", "null"]
    if column.is_capped:
        capped = _count(f'{name} <> "{column.name}_uncapped"')
    if column.type in (*_NUMBERS, *_DATES):
        extremes = [f"cast({aggregate}({name}) as varchar)" for aggregate in ("min", "max")]
    if column.type in _NUMBERS:
        moments = [f"{aggregate}(cast({name} as {double}))" for aggregate in ("avg", "stddev_samp")]
    return [f"count({name})", capped, *extremes, *moments]


def _notes(warehouse: Warehouse, base: str, columns: list[_Column]) -> dict[str, dict[str, int]]:
    """Notes of rows by column and kind; rows are read again only where some may have any."""
    noted = [(column.name, kind) for column in columns for kind in column.noted]
    counts = {column.name: dict.fromkeys(("unreadable", *_NOTES), 0) for column in columns}
    if noted:
        parts = [
            _count(f"' ' || parse_errors like '% {name} %'")
            if kind == "unreadable"
            else _count(f"' ' || corrected like '% {name}:{_NOTES[kind]} %'")
            for name, kind in noted
        ]
        row = warehouse.rows(f"select {', '.join(parts)} from {base}")[0]
        for (name, kind), count in zip(noted, row, strict=True):
            counts[name][kind] = int(count)
    return counts


def _count(condition: str) -> str:
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _counts(rows: int, values: Row, notes: dict[str, int]) -> dict[str, Any]:
    there, capped, least, most, mean, deviation = values
    return {
        "missing": rows - int(there) - notes["unreadable"] + notes["filled"],
        "capped": int(capped),
        "least": least,
        "most": most,
        "mean": _rounded(mean),
        "deviation": _rounded(deviation),
        **notes,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_SIGNIFICANT}g}")


def _table(columns: list[ColumnMeasures]) -> pa.Table:
    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    schema = pa.schema(
        [(field.name, kinds[str(field.type).split(" ")[0]]) for field in fields(ColumnMeasures)]
    )
    return pa.Table.from_pylist([asdict(column) for column in columns], schema=schema)
