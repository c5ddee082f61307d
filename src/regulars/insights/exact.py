"""SQL fragments: sums that are the same every time, and quoted names."""

from __future__ import annotations


def exact_sum(expression: str) -> str:
    """A sum in DECIMAL: parallel sums of doubles differ from run to run. 0 where there is none."""
    return f"cast(coalesce(sum(cast({expression} as decimal(38, 6))), 0) as double)"


def exact_sum_of_known(expression: str) -> str:
    """An exact sum; null where nothing is known, which is not a sum of 0."""
    return f"case when count({expression}) > 0 then {exact_sum(expression)} end"


def exact_mean(expression: str) -> str:
    """A mean from the exact sum; null where there is nothing to average."""
    return f"{exact_sum(expression)} / nullif(count({expression}), 0)"


def quoted(name: str) -> str:
    """A column name as an identifier, whatever is in it."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
