"""The inputs of a project as the current release holds them."""

from __future__ import annotations

from regulars.insights.reading import Reading

_TABLE = "customer_360_profile"


def null_shares(reading: Reading, names: list[str]) -> dict[str, float]:
    """The share of customers without a value, 0 to 1, of every named column that is there."""
    present = [name for name in names if name in set(reading.columns(_TABLE))]
    if not present:
        return {}
    counted = ", ".join(
        f'1 - count("{name}") / nullif(count(*), 0) as "{name}"' for name in present
    )
    found = reading.rows(f"select {counted} from {_TABLE}")[0]
    return {name: float(found[name] or 0.0) for name in present}
