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
    sizes = {column.entity: column.rows for column in all_measures}
    for entity, rows in sizes.items():
        yield from _size(entity, rows, project.checks)
        yield _completeness(
            entity, [column for column in all_measures if column.entity == entity], project.checks
        )
    for column in all_measures:
        yield from _missing(column, warehouse, project.checks)
        if column.type not in _TEXTS:
            yield _parse_errors(column, warehouse)
        if column.type in _NUMBERS and column.deviation is not None:
            yield from _numbers(column, warehouse, project.checks)
        if column.type == "category" and column.rows >= project.checks.rows:
            yield _distinct(column, project.checks)


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
    cells = sum(column.rows for column in judged)
    empty = sum(column.missing + column.unreadable for column in judged)
    share = empty / cells if cells else 0.0
    return Finding(
        f"{entity}.completeness", "missing", "warning", share <= limits.missing,
        f"{share:.1%} of all values are empty, {limits.missing:.0%} at most", entity,
        details={"share": share, "values": cells, "empty": empty},
    )  # fmt: skip


def _missing(
    column: ColumnMeasures, warehouse: Warehouse, limits: CheckSettings
) -> Iterator[Finding]:
    if column.column_name in _HAPPEN_LATER or column.column_name in _needed(column.entity):
        return
    share = column.missing_share
    severity = "error" if share > limits.mostly_missing else "warning"
    yield Finding(
        f"{column.entity}.{column.column_name}.missing", "missing", severity,
        share <= limits.missing,
        f"{share:.1%} of the values are empty ({column.missing:,} missing, {column.unreadable:,} "
        f"parse errors), {limits.missing:.0%} at most",
        column.entity, failures=column.missing + column.unreadable,
        details={"share": share, "missing": column.missing, "unreadable": column.unreadable},
        rows_sql=_rows(
            column, warehouse,
            f'"{column.column_name}" is null '
            f"or ' ' || corrected like '% {column.column_name}:default %'",
        ),
    )  # fmt: skip


def _parse_errors(column: ColumnMeasures, warehouse: Warehouse) -> Finding:
    return Finding(
        f"{column.entity}.{column.column_name}.type", "types", "warning",
        column.unreadable == 0, f"values that are not a {column.type}: {column.unreadable:,}",
        column.entity, failures=column.unreadable,
        details={"type": column.type, "delivered_as": column.delivered_as},
        rows_sql=_rows(column, warehouse, f"' ' || parse_errors like '% {column.column_name} %'"),
    )  # fmt: skip


def _numbers(
    column: ColumnMeasures, warehouse: Warehouse, limits: CheckSettings
) -> Iterator[Finding]:
    at = f"{column.entity}.{column.column_name}"
    far_out, deviation, skew = column.far_out or 0.0, column.deviation or 0.0, column.skew or 0.0
    yield Finding(
        f"{at}.outliers", "statistics", "warning", far_out <= limits.outliers,
        f"{far_out:.1%} of the values are more than {limits.far_out:g} interquartile ranges out, "
        f"{limits.outliers:.0%} at most",
        column.entity, details={"share": far_out, "looked_at": column.looked_at},
        rows_sql=_rows(column, warehouse, _beyond(column, limits)),
    )  # fmt: skip
    yield Finding(
        f"{at}.constant", "statistics", "warning", deviation >= limits.constant,
        f"the standard deviation is {deviation:g}", column.entity, details={"deviation": deviation},
    )  # fmt: skip
    yield Finding(
        f"{at}.skew", "statistics", "info", abs(skew) <= limits.skew,
        f"the skew is {skew:.1f}", column.entity, details={"skew": skew},
    )  # fmt: skip
    largest = max(abs(float(column.least or 0)), abs(float(column.most or 0)))
    yield Finding(
        f"{at}.largest", "business", "warning", largest <= limits.largest,
        f"the largest number is {largest:,.4g}", column.entity, details={"largest": largest},
        rows_sql=_rows(column, warehouse, f'abs("{column.column_name}") > {limits.largest}'),
    )  # fmt: skip


def _beyond(column: ColumnMeasures, limits: CheckSettings) -> str:
    low, high = column.quartile_1 or 0.0, column.quartile_3 or 0.0
    reach = limits.far_out * (high - low)
    return f'"{column.column_name}" < {low - reach!r} or "{column.column_name}" > {high + reach!r}'


def _distinct(column: ColumnMeasures, limits: CheckSettings) -> Finding:
    share = (column.distinct_values or 0) / column.looked_at if column.looked_at else 0.0
    return Finding(
        f"{column.entity}.{column.column_name}.distinct", "statistics", "warning",
        share <= limits.distinct,
        f"{column.distinct_values:,} different values, {share:.0%} of rows",
        column.entity, details={"distinct": column.distinct_values, "looked_at": column.looked_at},
    )  # fmt: skip


def _needed(entity: str) -> set[str]:
    """Columns without which a row is rejected: they are never empty."""
    canonical = {str(name): columns for name, columns in ENTITY_COLUMNS.items()}[entity]
    return {column.name for column in canonical if column.needed}


def _rows(column: ColumnMeasures, warehouse: Warehouse, condition: str) -> str:
    usable = (
        f"{warehouse.relation('silver', f'stg_{column.entity}')} where rejection_reason is null"
    )
    return f"select * from {usable} and ({condition})"
