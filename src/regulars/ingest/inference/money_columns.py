"""Number columns as numbers, for arithmetic between them, on a sample of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np

from regulars.ingest.inference.column_profiles import Column, without_affix
from regulars.ingest.inference.money_words import amount_points, part_of
from regulars.ingest.inference.number_rows import CENT, NEARLY_ALL, Equation, Numbers
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.number_formats import number_sql as text_number_sql
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

SAMPLE_ROWS = 4_000
MOST_COLUMNS = 14
_SCREENED = 60  # rows on which an equation must hold before it is tried on all
_DIFFERENT_FROM_ZERO = 0.02


def number_sql(column: Column) -> str:
    """A column as a DuckDB double: signs of money, thousands and marks of a loss are read."""
    name = quoted(column.name)
    if not column.is_text:
        return f"cast({name} as double)"
    return text_number_sql(without_affix(f"trim({name})", column), decimal=column.decimal)


def load_numbers(warehouse: Warehouse, table: Table, columns: Sequence[Column]) -> Numbers:
    """Some thousand rows of these columns, the same ones every time."""
    chosen = [column for column in columns if column.kind == "number"][:MOST_COLUMNS]
    if not chosen:
        return Numbers({})
    listed = ", ".join(number_sql(column) for column in chosen)
    rows = warehouse.rows(
        f"select {listed} from {table.relation} using sample {SAMPLE_ROWS} rows (reservoir, 7)"
    )
    array = np.array(
        [[np.nan if value is None else value for value in row] for row in rows], dtype=float
    ).reshape(-1, len(chosen))
    return Numbers({column.name: array[:, at] for at, column in enumerate(chosen)})


def same_numbers(numbers: Numbers) -> dict[str, str]:
    """Columns that repeat another one, by name, with that one: the better named stays.

    One that is called a part, such as a fee, is the other's twin: it cannot stand for an amount.
    """
    twins: dict[str, str] = {}
    names = sorted(
        numbers.values, key=lambda name: (part_of(name) is not None, -amount_points(name))
    )
    for first, second in combinations(names, 2):
        if second not in twins and numbers.are_equal(second, numbers.values[first], within=0.0):
            twins[second] = twins.get(first, first)
    return twins


def equations(numbers: Numbers, *, without: frozenset[str] = frozenset()) -> list[Equation]:
    """Sums between columns that hold in nearly every row, each with its largest column alone.

    Of sums with the same columns the shortest counts, so that nothing is in it for nothing.
    """
    names = [
        name
        for name, values in numbers.values.items()
        if name not in without and _says_something(values)
    ]
    names.sort(key=numbers.size, reverse=True)
    held: list[Equation] = []
    for length in (2, 3, 4):
        for group in combinations(names, length + 1):
            if any(equation.names <= set(group) for equation in held):
                continue
            equation = _equation(numbers, group[0], group[1:])
            if equation is not None:
                held.append(equation)
    return held


def _says_something(values: np.ndarray) -> bool:
    given = values[~np.isnan(values)]
    return given.size > 0 and float((given != 0).mean()) >= _DIFFERENT_FROM_ZERO


def _equation(numbers: Numbers, total: str, parts: tuple[str, ...]) -> Equation | None:
    """The signs with which these parts make the total, if there are such."""
    target = numbers.values[total]
    arrays = [np.nan_to_num(numbers.values[name]) for name in parts]
    given = ~np.isnan(target) & (target != 0)
    if given.sum() < 3:
        return None
    screened = np.flatnonzero(given)[:_SCREENED]
    for signs in product((1, -1), repeat=len(parts)):
        if signs[0] < 0:
            continue  # the total is the largest: its largest part adds to it
        if not _holds(target[screened], [array[screened] for array in arrays], signs):
            continue
        if _holds(target[given], [array[given] for array in arrays], signs):
            return Equation(total, tuple(zip(signs, parts, strict=True)))
    return None


def _holds(target: np.ndarray, parts: list[np.ndarray], signs: tuple[int, ...]) -> bool:
    added = sum(sign * part for sign, part in zip(signs, parts, strict=True))
    near = np.abs(np.asarray(added) - target) <= CENT * 1.5
    return bool(near.mean() >= NEARLY_ALL)
