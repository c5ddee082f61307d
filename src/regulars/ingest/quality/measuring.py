"""What the delivered values look like, per mapped column: one pass over each table.

Counts, extremes, mean and deviation are of all usable rows. Quartiles, skew, distinct values and
the share far out need the values themselves; they come from every k-th row, at most a million,
which is all rows of all but the largest tables and the same rows on every engine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import pyarrow as pa

from regulars.core.names import resolve_column
from regulars.core.settings import ENTITY_COLUMNS, Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.quality.sampling import Sampled, look_at
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
    """One column to measure."""

    name: str
    type: str
    delivered_as: str | None
    capped: bool


_NUMBERS = ("number", "integer")
_DATES = ("timestamp", "date")
_COUNTED = {"unreadable": "unreadable", "filled": "default", "reshaped": "text", "capped": "cap",
            "unordered": "funnel"}  # fmt: skip


def measure(project: Project, warehouse: Warehouse) -> tuple[ColumnMeasures, ...]:
    """Measure every mapped column of the cleaned tables, and write `ops.column_profile`."""
    found: list[ColumnMeasures] = []
    for entity in project.entities:
        found += _measure_entity(project, warehouse, entity)
    warehouse.replace_table("ops", "column_profile", _table(found))
    return tuple(found)


def read_measures(warehouse: Warehouse) -> tuple[ColumnMeasures, ...]:
    """What the newest cleaning measured."""
    names = ", ".join(f'"{field.name}"' for field in fields(ColumnMeasures))
    rows = warehouse.rows(f"select {names} from {warehouse.relation('ops', 'column_profile')}")
    return tuple(ColumnMeasures(*row) for row in rows)


def _measure_entity(
    project: Project, warehouse: Warehouse, entity: EntityName
) -> list[ColumnMeasures]:
    columns = _columns(project, warehouse, entity)
    usable = f"{warehouse.relation('silver', f'base_{entity}')} where rejected_because is null"
    parts = [part for column in columns for part in _parts(column, warehouse)]
    row = warehouse.rows(f"select count(*), {', '.join(parts)} from {usable}")[0]
    rows, rest = int(row[0]), row[1:]
    sampled = look_at(
        warehouse,
        usable,
        columns={one.name: one.type for one in columns},
        every=max(1, -(-rows // LOOKED_AT)),
        far_out=project.checks.far_out,
    )
    size = len(parts) // len(columns)
    return [
        _measured(
            entity,
            column,
            rows=rows,
            found=rest[at * size : (at + 1) * size],
            sampled=sampled[column.name],
        )
        for at, column in enumerate(columns)
    ]


def _columns(project: Project, warehouse: Warehouse, entity: EntityName) -> list[_Column]:
    mapping = project.entities[entity]
    raw = warehouse.columns("bronze", mapping.source)
    types: dict[str, str] = {one.name: one.type for one in ENTITY_COLUMNS[entity]}
    types |= {name: one.type for name, one in mapping.attributes.items()}
    mapped = {**mapping.columns, **mapping.attributes}
    return [
        _Column(
            name,
            types[name],
            None if one.column is None else raw[resolve_column(one.column, raw)],
            name in mapping.caps,
        )
        for name, one in mapped.items()
    ]


def _parts(column: _Column, warehouse: Warehouse) -> list[str]:
    """Expressions whose number is the same for every column."""
    name, double = f'"{column.name}"', warehouse.sql_type("double")
    notes = [
        _count(f"' ' || unreadable like '% {column.name} %'"),
        *(_count(f"' ' || mended like '% {column.name}:{kind} %'")
          for kind in list(_COUNTED.values())[1:]),
    ]  # fmt: skip
    extremes = ["null", "null"]
    moments = ["null", "null"]
    if column.type in (*_NUMBERS, *_DATES):
        extremes = [f"cast({one}({name}) as varchar)" for one in ("min", "max")]
    if column.type in _NUMBERS:
        moments = [f"{one}(cast({name} as {double}))" for one in ("avg", "stddev_samp")]
    return [f"count({name})", *notes, *extremes, *moments]


def _count(condition: str) -> str:
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _measured(
    entity: str, column: _Column, *, rows: int, found: Row, sampled: Sampled
) -> ColumnMeasures:
    there, *counts = (int(one) for one in found[:6])
    noted = dict(zip(_COUNTED, counts, strict=True))
    least, most, mean, deviation = found[6:]
    return ColumnMeasures(
        entity=entity,
        column_name=column.name,
        delivered_as=column.delivered_as,
        type=column.type,
        rows=rows,
        missing=rows - there - noted["unreadable"] + noted["filled"],
        least=least,
        most=most,
        mean=_rounded(mean),
        deviation=_rounded(deviation),
        **noted,
        **asdict(sampled),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_SIGNIFICANT}g}")


def _table(found: list[ColumnMeasures]) -> pa.Table:
    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    schema = pa.schema(
        [(field.name, kinds[str(field.type).split(" ")[0]]) for field in fields(ColumnMeasures)]
    )
    return pa.Table.from_pylist([asdict(one) for one in found], schema=schema)
