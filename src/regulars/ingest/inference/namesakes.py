"""Names that several people have, where a number of their own joins the tables."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.key_names import means_another_key
from regulars.ingest.inference.moments import find_moment
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.value_overlap import Link, Overlaps
from regulars.ingest.sources.scans import quoted

_NAMESAKES = 1.3  # different numbers per different name
_RETURN = 2  # rows of a number, in the table that it joins
_MOSTLY = 0.5
_LOOKED_AT = 20  # values
_MOST_WORDED = 0.9  # of them: a firm may have a number in its name


def holds_names(column: Column) -> bool:
    """Whether the commonest values look like names of people or companies: words without digits."""
    if column.kind != "text" or column.mails:
        return False
    return all(map(_is_name, column.values[:_LOOKED_AT]))


def look_like_names(column: Column) -> bool:
    """Whether most of the commonest values are words without digits: people, firms, first names."""
    if column.kind != "text" or column.mails > 0.5 or not column.values:
        return False
    looked_at = column.values[:_LOOKED_AT]
    worded = sum(not any(map(str.isdigit, value)) and len(value) > 2 for value, _ in looked_at)
    return worded >= _MOST_WORDED * len(looked_at)


def is_numbered(column: Column) -> bool:
    """Whether values are numbers, or texts with digits in (nearly) all of them."""
    values = [value for value, _ in column.values[:_LOOKED_AT]]
    with_digits = sum(any(map(str.isdigit, value)) for value in values)
    return column.kind == "number" or with_digits > 0.9 * len(values)


def shared_names(overlaps: Overlaps) -> Iterator[tuple[Table, Column, Column]]:
    """Tables with a column of names that several have, and the number that each of them has.

    The number joins dated rows, of several days each: the number of an order is of one day.
    """
    for link in overlaps.links:
        table, number = link.to, link.to_column
        if not link.is_key or means_another_key(number.name) or not _lasts(overlaps, link):
            continue
        for name in table.columns.values():
            is_shared = name.distinct * _NAMESAKES <= number.distinct
            if is_shared and name.filled >= _MOSTLY * table.rows and _is_of_people(name):
                yield table, name, number


def _is_of_people(column: Column) -> bool:
    return column.distinct > _LOOKED_AT and holds_names(column)


def _lasts(overlaps: Overlaps, link: Link) -> bool:
    """Whether the rows of most numbers are of several days."""
    when = find_moment(link.table, "occurred_at", without=[link.column.name])
    if when is None or link.column.filled < _RETURN * link.column.distinct:
        return False
    share = overlaps.warehouse.rows(
        "select avg(case when days > 1 then 1.0 else 0.0 end) from ("
        f"select count(distinct {when.sql}) as days from {link.table.relation} "
        f"where {quoted(link.column.name)} is not null group by {quoted(link.column.name)})"
    )[0][0]
    return float(share or 0.0) > _MOSTLY


def _is_name(value: tuple[str, int]) -> bool:
    words = value[0].replace("-", "").replace("'", "").replace(".", "").split()
    return 2 <= len(words) <= 4 and all(word.isalpha() for word in words)
