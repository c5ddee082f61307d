"""Customer attributes of the project as metrics and dimensions of the semantic layer."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from regulars.insights.customer_profiles import attribute_names
from regulars.insights.exact import quoted
from regulars.insights.headings import attribute_heading
from regulars.insights.release_reading import Reading
from regulars.insights.semantic.definitions import Aggregate, Dimension, Metric

_PROFILE = "customer_360_profile"
_ALIASES = {
    "customers": "base", "months": "customers", "transactions": "customers",
    "contacts": "customers", "messages": "customers",
}  # fmt: skip


def attribute_dimensions(
    reading: Reading, hidden: frozenset[str], *, taken: frozenset[str]
) -> Iterator[Dimension]:
    """Attributes with text or truth values; one whose name is ours has another name here."""
    for name, kind in _attributes(reading, hidden):
        if not (pa.types.is_string(kind) or pa.types.is_boolean(kind)):
            continue
        label = attribute_heading(reading, name)
        yield Dimension(
            name=f"customer_{name}" if name in taken else name,
            label=label.lower(),
            column=name,
            aliases=_ALIASES,
            kind="boolean" if pa.types.is_boolean(kind) else "text",
            words=_words(name, label),
            is_attribute=True,
        )


def attribute_metrics(reading: Reading, hidden: frozenset[str]) -> Iterator[Metric]:
    """Attributes with numbers: their mean, unless another aggregate is asked for."""
    for name, kind in _attributes(reading, hidden):
        if not (
            pa.types.is_decimal(kind) or pa.types.is_floating(kind) or pa.types.is_integer(kind)
        ):
            continue
        label = attribute_heading(reading, name)
        column = f"base.{quoted(name)}"
        yield Metric(
            name=f"attribute_{name}",
            label=f"mean {label.lower()}",
            unit="",
            definition=f"The attribute {name} as delivered, over the customers who have it.",
            forms={"customers": (Aggregate("mean", column),)},
            column=column,
            default="mean",
            words=_words(name, label),
        )


def _attributes(reading: Reading, hidden: frozenset[str]) -> Iterator[tuple[str, pa.DataType]]:
    schema = reading.arrow(f"select * from {_PROFILE} limit 0").schema
    for name in attribute_names(reading):
        if name in schema.names and name not in hidden:
            yield name, schema.field(name).type


def _words(name: str, label: str) -> tuple[str, ...]:
    """What an attribute is called: its name in words, and its label."""
    return tuple(dict.fromkeys((name.replace("_", " "), label)))
