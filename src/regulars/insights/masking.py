"""Personal data: what the project file marks is masked on every surface unless asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regulars.insights.release_reading import Reading

MASK = "•••"


def personal_columns(reading: Reading) -> frozenset[str]:
    """Columns that the project marks as personal data."""
    return frozenset(reading.project.personal_data)


def masked(
    row: Mapping[str, Any], personal: Iterable[str], *, show_personal: bool = False
) -> dict[str, Any]:
    """The row with personal values hidden; an empty value stays visibly empty."""
    hidden = frozenset() if show_personal else frozenset(personal)
    return {
        name: MASK if name in hidden and value is not None else value for name, value in row.items()
    }
