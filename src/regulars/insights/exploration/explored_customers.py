"""Which customers are explored, at which date, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.errors import ReleaseError
from regulars.insights.exact import quoted
from regulars.insights.masking import personal_columns
from regulars.insights.release_reading import Reading

TABLE = "explored_customers"
SEGMENT = "segment_then"
_NO_INPUTS = frozenset({"customer_id", "as_of", "churned", SEGMENT})


@dataclass(frozen=True)
class Explored:
    """Customers as they were at `as_of`, before the outcome that is compared with.

    `customers` are those looked at, of `of_customers` there were: a sample where they differ.
    `churned` is None where no outcome is known. `numbers` and `categories` are the names of what
    is known of them; personal data is in neither.
    """

    as_of: date
    customers: int
    of_customers: int
    churned: int | None
    numbers: tuple[str, ...]
    categories: tuple[str, ...]

    @property
    def stayed(self) -> int | None:
        """Customers who did not churn; None where no outcome is known."""
        return None if self.churned is None else self.customers - self.churned

    @property
    def is_sample(self) -> bool:
        """Whether only a part of the customers was looked at."""
        return self.customers < self.of_customers


def explored(reading: Reading) -> Explored:
    """What there is to explore. Raises ReleaseError for a release made before there was any."""
    if not reading.has(TABLE):
        raise ReleaseError(
            "this release holds no customers to explore",
            where=str(reading.folder),
            hint="It was made by an older version: `regulars run --force` makes a new one.",
        )
    counts = reading.rows(
        "select cast(max(as_of) as date) as as_of, count(*) as customers, "
        f"count(churned) as known, count(*) filter (where churned) as churned from {TABLE}"
    )[0]
    numbers, categories = _inputs(reading)
    return Explored(
        as_of=counts["as_of"] or reading.as_of,
        customers=int(counts["customers"]),
        of_customers=max(int(counts["customers"]), _known_then(reading)),
        churned=int(counts["churned"]) if counts["known"] else None,
        numbers=numbers,
        categories=categories,
    )


def long_numbers(names: tuple[str, ...]) -> str:
    """A query of one row per customer and known number: input (its position), churned, value."""
    return f"{_unpivoted(names, 'double')} where isfinite(value)"


def long_categories(names: tuple[str, ...]) -> str:
    """The same of categories; where one is missing, value is null."""
    return _unpivoted(names, "varchar")


def _unpivoted(names: tuple[str, ...], kind: str) -> str:
    chosen = [f"cast({quoted(name)} as {kind}) as c{at}" for at, name in enumerate(names)]
    columns = ", ".join(f"c{at}" for at in range(len(names)))
    return (
        f"select cast(substr(name, 2) as integer) as input, churned, value "
        f"from (select churned, {', '.join(chosen)} from {TABLE}) "
        f"unpivot include nulls (value for name in ({columns}))"
    )


def _known_then(reading: Reading) -> int:
    if not reading.has("churn_by_cutoff"):
        return 0
    rows = reading.rows("select customers from churn_by_cutoff order by as_of desc limit 1")
    return int(rows[0]["customers"]) if rows else 0


def _inputs(reading: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of numbers and of categories (flags among them), in the order of the table."""
    hidden = personal_columns(reading) | _NO_INPUTS
    schema = pq.read_schema(reading.folder / f"{TABLE}.parquet")
    shown = [field for field in schema if field.name not in hidden]
    return (
        tuple(field.name for field in shown if _is_number(field.type)),
        tuple(field.name for field in shown if _is_category(field.type)),
    )


def _is_number(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def _is_category(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind)
    )
