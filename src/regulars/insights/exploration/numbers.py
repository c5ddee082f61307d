"""How are the numbers distributed, and how do those who churned differ?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from regulars.insights.churn_drivers import input_words
from regulars.insights.exact import quoted
from regulars.insights.exploration.explored_customers import TABLE, Explored, long_numbers
from regulars.insights.release_reading import Reading

BINS = 20


@dataclass(frozen=True)
class Group:
    """One group of customers: how many have the number, its mean and standard deviation."""

    n: int
    mean: float | None
    deviation: float | None


@dataclass(frozen=True)
class NumberSummary:
    """One number over the explored customers, and over those who churned and who stayed.

    Deviations divide by n - 1; quartiles lie between neighbours in proportion; skew and kurtosis
    (excess) are corrected for the sample's size. None where there are too few values.
    """

    name: str
    words: str
    known: int
    missing: int
    zeros: int
    distinct: int
    mean: float | None
    deviation: float | None
    least: float | None
    quartile_1: float | None
    median: float | None
    quartile_3: float | None
    most: float | None
    skew: float | None
    kurtosis: float | None
    churned: Group
    stayed: Group


@dataclass(frozen=True)
class Histogram:
    """Customers per bin between `edges` (bins + 1 of them): who churned, who stayed, all of them.

    The first and the last bin hold what lies beyond 1 and 99 % too.
    """

    name: str
    words: str
    edges: tuple[float, ...]
    churned: tuple[int, ...]
    stayed: tuple[int, ...]
    customers: tuple[int, ...]


def number_summaries(reading: Reading, seen: Explored) -> tuple[NumberSummary, ...]:
    """Every number, in the order of the table, in one pass over the customers."""
    if not seen.numbers:
        return ()
    row_by_input = {
        row["input"]: row for row in reading.rows(_SUMMARY.format(long=long_numbers(seen.numbers)))
    }
    return tuple(
        _summary(reading, name, row_by_input.get(at, {}), customers=seen.customers)
        for at, name in enumerate(seen.numbers)
    )


def histogram(reading: Reading, summary: NumberSummary, *, bins: int = BINS) -> Histogram | None:
    """The distribution of one number in at most so many bins; None where it has one value only.

    Bins of whole numbers are whole numbers wide, so that each holds as many values as its fellows.
    """
    edges = _edges(reading, summary, bins=bins)
    if edges is None:
        return None
    column = f"cast({quoted(summary.name)} as double)"
    low, step, last = edges[0], edges[1] - edges[0], len(edges) - 2
    place = f"({column} - cast('{low!r}' as double)) / cast('{step!r}' as double)"
    rows = reading.rows(
        f"select cast(least({last}, greatest(0, floor({place}))) as integer) "
        "as bin, count(*) as customers, count(*) filter (where churned) as churned, "
        "count(*) filter (where not churned) as stayed "
        f"from {TABLE} where isfinite({column}) group by bin"
    )
    at = {row["bin"]: row for row in rows}
    return Histogram(
        name=summary.name,
        words=summary.words,
        edges=edges,
        **{
            group: tuple(
                int(at.get(bin_number, {}).get(group, 0)) for bin_number in range(last + 1)
            )
            for group in ("churned", "stayed", "customers")
        },
    )


def _edges(reading: Reading, summary: NumberSummary, *, bins: int) -> tuple[float, ...] | None:
    """Borders of equal bins from 1 to 99 % of the values, or from end to end where those meet."""
    column = f"cast({quoted(summary.name)} as double)"
    distribution = reading.rows(
        f"select quantile_cont({column}, 0.01) as low, quantile_cont({column}, 0.99) as high, "
        f"count(*) filter (where {column} <> floor({column})) as fractions "
        f"from {TABLE} where isfinite({column})"
    )[0]
    low, high = distribution["low"], distribution["high"]
    if low is None or low == high:
        low, high = summary.least, summary.most
    if low is None or high is None or low == high:
        return None
    step = (high - low) / bins
    if not distribution["fractions"]:
        low = math.floor(low)
        step = math.ceil((math.floor(high) - low + 1) / bins)
        bins = math.ceil((math.floor(high) - low + 1) / step)
    return tuple(float(low + step * edge) for edge in range(bins + 1))


_SUMMARY = """
with long as ({long})

select
    input,
    count(*) as known,
    count(*) filter (where value = 0) as zeros,
    count(distinct value) as "distinct",
    avg(value) as mean,
    stddev_samp(value) as deviation,
    min(value) as least,
    quantile_cont(value, [0.25, 0.5, 0.75]) as quartiles,
    max(value) as most,
    skewness(value) as skew,
    kurtosis(value) as kurtosis,
    count(*) filter (where churned) as churned_n,
    avg(value) filter (where churned) as churned_mean,
    stddev_samp(value) filter (where churned) as churned_deviation,
    count(*) filter (where not churned) as stayed_n,
    avg(value) filter (where not churned) as stayed_mean,
    stddev_samp(value) filter (where not churned) as stayed_deviation
from long
group by input
"""


def _summary(reading: Reading, name: str, row: dict[str, Any], *, customers: int) -> NumberSummary:
    quartiles = row.get("quartiles") or (None, None, None)
    known = int(row.get("known", 0))
    return NumberSummary(
        name=name,
        words=input_words(reading, name),
        known=known,
        missing=customers - known,
        zeros=int(row.get("zeros", 0)),
        distinct=int(row.get("distinct", 0)),
        mean=row.get("mean"),
        deviation=row.get("deviation"),
        least=row.get("least"),
        quartile_1=quartiles[0],
        median=quartiles[1],
        quartile_3=quartiles[2],
        most=row.get("most"),
        skew=_finite(row.get("skew")),
        kurtosis=_finite(row.get("kurtosis")),
        churned=_group(row, "churned"),
        stayed=_group(row, "stayed"),
    )


def _group(row: dict[str, Any], name: str) -> Group:
    return Group(
        int(row.get(f"{name}_n", 0)), row.get(f"{name}_mean"), row.get(f"{name}_deviation")
    )


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
