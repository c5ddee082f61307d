"""Which values do categories take, and who churns among them?"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.churn_drivers import input_words
from regulars.insights.exploration.explored_customers import Explored, long_categories
from regulars.insights.release_reading import Reading

MOST_LEVELS = 50


@dataclass(frozen=True)
class Level:
    """Customers with one value of a category (None: it is missing), and how many churned."""

    value: str | None
    customers: int
    churned: int
    churned_share: float | None


@dataclass(frozen=True)
class CategorySummary:
    """One category, its values by size; of more than MOST_LEVELS the largest only."""

    name: str
    words: str
    known: int
    missing: int
    distinct: int
    levels: tuple[Level, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all its values are listed."""
        return len(self.levels) == self.distinct + (1 if self.missing else 0)

    @property
    def mode(self) -> str | None:
        """The commonest value."""
        return next((level.value for level in self.levels if level.value is not None), None)


def category_words(value: str | None) -> str:
    """A value of a category as people read it."""
    return {None: "missing", "true": "yes", "false": "no"}.get(value, value or "(empty)")


def category_summaries(reading: Reading, seen: Explored) -> tuple[CategorySummary, ...]:
    """Every category, in the order of the table, in one pass over the customers."""
    if not seen.categories:
        return ()
    query = _LEVELS.format(long=long_categories(seen.categories), max_levels=MOST_LEVELS)
    rows = reading.rows(query)
    known = seen.churned is not None
    summaries = []
    for at, name in enumerate(seen.categories):
        mine = [row for row in rows if row["input"] == at]
        missing = int(mine[0]["missing"]) if mine else 0
        levels = tuple(
            Level(
                row["value"],
                int(row["customers"]),
                int(row["churned"]),
                row["churned"] / row["customers"] if known else None,
            )
            for row in mine
        )
        summaries.append(
            CategorySummary(
                name=name,
                words=input_words(reading, name),
                known=seen.customers - missing,
                missing=missing,
                distinct=int(mine[0]["distinct"]) if mine else 0,
                levels=levels,
            )
        )
    return tuple(summaries)


_LEVELS = """
with long as ({long}),

counted as (
    select
        input,
        value,
        count(*) as customers,
        count(*) filter (where churned) as churned
    from long
    group by input, value
),

placed as (
    select
        *,
        count(value) over (partition by input) as "distinct",
        coalesce(sum(customers) filter (where value is null) over (partition by input), 0)
            as missing,
        row_number() over (partition by input order by customers desc, value) as place
    from counted
)

select input, value, customers, churned, "distinct", missing
from placed
where place <= {max_levels}
order by input, place
"""
