"""Checks of values, from what was measured: no query of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regulars.core.settings import ENTITY_COLUMNS, CheckSettings, Project
from regulars.ingest.quality.findings import Finding
from regulars.ingest.quality.measuring import ColumnMeasures
from regulars.warehouse.protocol import Warehouse

_NUMBERS = ("number", "integer")
_TEXTS = ("text", "category")
# Empty until it happens: an open membership has no end.
_HAPPEN_LATER = {"left_at", "opened_at", "clicked_at", "converted_at"}


def check_values(
    project: Project, warehouse: Warehouse, measures: Iterable[ColumnMeasures]
) -> Iterator[Finding]:
    """Size of each table; missing, constant, skewed, far out and odd values of each column."""
    all_measures = list(measures)
    sizes = {one.entity: one.rows for one in all_measures}
    for entity, rows in sizes.items():
        yield from _size(entity, rows, project.checks)
        yield _completeness(
            entity, [one for one in all_measures if one.entity == entity], project.checks
        )
    for one in all_measures:
        yield from _missing(one, warehouse, project.checks)
        if one.type not in _TEXTS:
            yield _unreadable(one, warehouse)
        if one.type in _NUMBERS and one.deviation is not None:
            yield from _numbers(one, warehouse, project.checks)
        if one.type == "category" and one.rows >= project.checks.rows:
            yield _distinct(one, project.checks)


def _size(entity: str, rows: int, limits: CheckSettings) -> Iterator[Finding]:
    yield Finding(
        f"{entity}.empty", "size", "error" if entity == "customers" else "warning", rows > 0,
        f"{rows:,} usable rows", entity, details={"rows": rows},
    )  # fmt: skip
    if entity not in ("customers", "transactions"):
        return
    yield Finding(
        f"{entity}.small", "size", "warning", rows >= limits.rows,
        f"{rows:,} usable rows, {limits.rows:,} are expected", entity,
        details={"rows": rows, "least": limits.rows},
    )  # fmt: skip


def _completeness(entity: str, columns: list[ColumnMeasures], limits: CheckSettings) -> Finding:
    judged = [column for column in columns if column.column_name not in _HAPPEN_LATER]
    cells = sum(one.rows for one in judged)
    empty = sum(one.missing + one.unreadable for one in judged)
    share = empty / cells if cells else 0.0
    return Finding(
        f"{entity}.completeness", "missing", "warning", share <= limits.missing,
        f"{share:.1%} of all values are empty, {limits.missing:.0%} at most", entity,
        details={"share": share, "values": cells, "empty": empty},
    )  # fmt: skip


def _missing(one: ColumnMeasures, warehouse: Warehouse, limits: CheckSettings) -> Iterator[Finding]:
    if one.column_name in _HAPPEN_LATER or one.column_name in _needed(one.entity):
        return
    share = one.missing_share
    severity = "error" if share > limits.mostly_missing else "warning"
    yield Finding(
        f"{one.entity}.{one.column_name}.missing", "missing", severity, share <= limits.missing,
        f"{share:.1%} of the values are empty ({one.missing:,} missing, {one.unreadable:,} "
        f"unreadable), {limits.missing:.0%} at most",
        one.entity, failures=one.missing + one.unreadable,
        details={"share": share, "missing": one.missing, "unreadable": one.unreadable},
        rows_sql=_rows(
            one, warehouse,
            f'"{one.column_name}" is null '
            f"or ' ' || corrected like '% {one.column_name}:default %'",
        ),
    )  # fmt: skip


def _unreadable(one: ColumnMeasures, warehouse: Warehouse) -> Finding:
    return Finding(
        f"{one.entity}.{one.column_name}.type", "types", "warning", one.unreadable == 0,
        f"{one.unreadable:,} values are not a {one.type}", one.entity, failures=one.unreadable,
        details={"type": one.type, "delivered_as": one.delivered_as},
        rows_sql=_rows(one, warehouse, f"' ' || parse_errors like '% {one.column_name} %'"),
    )  # fmt: skip


def _numbers(one: ColumnMeasures, warehouse: Warehouse, limits: CheckSettings) -> Iterator[Finding]:
    at = f"{one.entity}.{one.column_name}"
    far_out, deviation, skew = one.far_out or 0.0, one.deviation or 0.0, one.skew or 0.0
    yield Finding(
        f"{at}.outliers", "statistics", "warning", far_out <= limits.outliers,
        f"{far_out:.1%} of the values are more than {limits.far_out:g} interquartile ranges out, "
        f"{limits.outliers:.0%} at most",
        one.entity, details={"share": far_out, "looked_at": one.looked_at},
        rows_sql=_rows(one, warehouse, _beyond(one, limits)),
    )  # fmt: skip
    yield Finding(
        f"{at}.constant", "statistics", "warning", deviation >= limits.constant,
        f"the standard deviation is {deviation:g}", one.entity, details={"deviation": deviation},
    )  # fmt: skip
    yield Finding(
        f"{at}.skew", "statistics", "info", abs(skew) <= limits.skew,
        f"the skew is {skew:.1f}", one.entity, details={"skew": skew},
    )  # fmt: skip
    largest = max(abs(float(one.least or 0)), abs(float(one.most or 0)))
    yield Finding(
        f"{at}.largest", "business", "warning", largest <= limits.largest,
        f"the largest number is {largest:,.4g}", one.entity, details={"largest": largest},
        rows_sql=_rows(one, warehouse, f'abs("{one.column_name}") > {limits.largest}'),
    )  # fmt: skip


def _beyond(one: ColumnMeasures, limits: CheckSettings) -> str:
    low, high = one.quartile_1 or 0.0, one.quartile_3 or 0.0
    reach = limits.far_out * (high - low)
    return f'"{one.column_name}" < {low - reach!r} or "{one.column_name}" > {high + reach!r}'


def _distinct(one: ColumnMeasures, limits: CheckSettings) -> Finding:
    share = (one.distinct_values or 0) / one.looked_at if one.looked_at else 0.0
    return Finding(
        f"{one.entity}.{one.column_name}.distinct", "statistics", "warning",
        share <= limits.distinct, f"{one.distinct_values:,} different values, {share:.0%} of rows",
        one.entity, details={"distinct": one.distinct_values, "looked_at": one.looked_at},
    )  # fmt: skip


def _needed(entity: str) -> set[str]:
    """Columns without which a row is rejected: they are never empty."""
    canonical = {str(name): columns for name, columns in ENTITY_COLUMNS.items()}[entity]
    return {column.name for column in canonical if column.needed}


def _rows(one: ColumnMeasures, warehouse: Warehouse, condition: str) -> str:
    usable = f"{warehouse.relation('silver', f'stg_{one.entity}')} where rejection_reason is null"
    return f"select * from {usable} and ({condition})"
