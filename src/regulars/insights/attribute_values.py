"""Values of an attribute that a filter may name."""

from __future__ import annotations

from regulars.core.errors import UnknownName
from regulars.core.names import nearest
from regulars.insights.amounts import count
from regulars.insights.exact import quoted
from regulars.insights.release_reading import Reading

_LISTED = 60
_VALUES_COMPARED = 10_000


def check_values(reading: Reading, name: str, values: tuple[str, ...]) -> None:
    """A value that no customer has is misspelt. Raises UnknownName with the nearest values."""
    value_sql = f"cast({quoted(name)} as varchar)"
    rows = reading.rows(
        f"select distinct {value_sql} as choice from customer_360_profile "
        f"where {quoted(name)} is not null order by 1 limit {_VALUES_COMPARED}"
    )
    known = [str(row["choice"]) for row in rows]
    for value in set(values) - set(known):
        if len(known) == _VALUES_COMPARED and reading.rows(
            f"select 1 from customer_360_profile where {value_sql} = ? limit 1", [value]
        ):
            continue
        near = nearest(value, known)
        many = len(known) > _LISTED
        raise UnknownName(
            f"no customer has the {name} '{value}'" + (f"; did you mean '{near}'?" if near else ""),
            where="audience",
            hint=f"There are {count(len(known))} values or more."
            if many
            else f"There are: {', '.join(known) or 'none'}.",
        )
