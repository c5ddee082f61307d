"""The semantic layer of one release: what can be asked of it, with the values that exist.

Columns with personal data are in no metric, no dimension and no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from regulars.insights.audiences import RISKS
from regulars.insights.exact import quoted
from regulars.insights.masking import personal_columns
from regulars.insights.release_reading import Reading
from regulars.insights.semantic.attributes import attribute_dimensions, attribute_metrics
from regulars.insights.semantic.availability import Availability, availability
from regulars.insights.semantic.definitions import Dimension, Metric, Table, definitions

VALUES_AT_MOST = 200
# What stands for a category where none was delivered.
_FILLED_IN = frozenset({"Uncategorized", "Other"})


@dataclass(frozen=True)
class SemanticLayer:
    """Metrics and dimensions of a release by name, and how far its tables reach."""

    release_id: str
    as_of: date
    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    dimensions: Mapping[str, Dimension]
    available: Availability
    columns: Mapping[str, frozenset[str]]
    has_order_rows: bool

    def numbers(self) -> dict[str, Metric]:
        """Metrics of which each customer has a number: what rows can be filtered by."""
        return {name: metric for name, metric in self.metrics.items() if metric.column}


def semantic_layer(reading: Reading) -> SemanticLayer:
    """What can be asked of a release."""
    defined, available = definitions(), availability(reading)
    hidden = personal_columns(reading)
    dimensions = {
        dimension.name: dimension
        for dimension in _dimensions(reading, hidden, taken=frozenset(defined.dimensions))
    }
    metrics = {
        metric.name: metric
        for metric in (*defined.metrics.values(), *attribute_metrics(reading, hidden))
        if metric.needs is None or available.has(metric.needs)
    }
    tables = {name: table for name, table in defined.tables.items() if reading.has(table.reads)}
    return SemanticLayer(
        release_id=reading.manifest.release_id,
        as_of=reading.as_of,
        tables=tables,
        metrics={name: metric for name, metric in metrics.items() if _computable(metric, tables)},
        dimensions=dimensions,
        available=available,
        columns=_allowed_columns(reading, hidden, tables),
        has_order_rows=available.has("order_rows"),
    )


def _computable(metric: Metric, tables: Mapping[str, Table]) -> bool:
    return any(name in tables for name in metric.forms)


def _allowed_columns(
    reading: Reading, hidden: frozenset[str], tables: Mapping[str, Table]
) -> dict[str, frozenset[str]]:
    """Columns by table of the release that any statement may name: none with personal data."""
    names = {table.reads for table in tables.values()}
    names |= {joined for table in tables.values() for joined, _ in table.joins.values()}
    return {
        name: (frozenset(reading.columns(name)) - hidden) | {"customer_id"}  # it joins tables
        for name in sorted(names)
        if reading.has(name)
    }


def _dimensions(
    reading: Reading, hidden: frozenset[str], *, taken: frozenset[str]
) -> Iterator[Dimension]:
    defined = definitions()
    for dimension in (
        *defined.dimensions.values(),
        *attribute_dimensions(reading, hidden, taken=taken),
    ):
        if dimension.column in hidden:
            continue
        known = _with_values(reading, dimension)
        if known is not None:
            yield known


def _with_values(reading: Reading, dimension: Dimension) -> Dimension | None:
    """The dimension with its values, few enough to be words; None where it has none at all."""
    table = _home(dimension)
    if not reading.has(table) or dimension.column not in reading.columns(table):
        return None
    column = quoted(dimension.column)
    if dimension.name == "customer":
        return dimension
    rows = reading.rows(
        f"select distinct cast({column} as varchar) as value from {quoted(table)} "
        f"where {column} is not null limit {VALUES_AT_MOST + 1}"
    )
    stored = {str(row["value"]) for row in rows}
    if not stored - _FILLED_IN:
        return None
    values = tuple(sorted(stored | _always(reading, dimension.name)))
    if dimension.kind == "boolean" or len(values) > VALUES_AT_MOST:
        return dimension
    is_yes_no = "yes" in {value.casefold() for value in values} and len(values) <= 4
    return replace(dimension, values=values, kind="yes_no" if is_yes_no else dimension.kind)


def _always(reading: Reading, name: str) -> set[str]:
    """Values that are known, whether or not a customer has them today."""
    known = {"segment": reading.project.segment_order, "risk_category": RISKS}
    return set(known.get(name, ()))


def _home(dimension: Dimension) -> str:
    """The table of the release that holds a dimension's column."""
    tables = definitions().tables
    name, alias = next(iter(dimension.aliases.items()))
    return tables[name].reads if alias == "base" else tables[name].joins[alias][0]
