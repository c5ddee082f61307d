"""Several charts as one: beside each other, or one of them chosen from a list."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.charts.theme import Spec


def side_by_side(parts: Mapping[str, Spec], *, across: int, width: int) -> Spec:
    """Charts by title in a grid, `across` in a row, each `width` pixels wide without its labels."""
    return {
        "description": "; ".join(parts),
        "concat": [{**spec, "title": title, "width": width} for title, spec in parts.items()],
        "columns": across,
        "resolve": {"scale": {"x": "independent", "y": "independent", "color": "independent"}},
    }


def chosen_from(parts: Mapping[str, Spec], *, label: str) -> Spec:
    """Charts of one kind in one place, one of them shown: the reader chooses it from a list."""
    names = list(parts)
    first = parts[names[0]]
    values = [
        {**row, "shown_as": name} for name, spec in parts.items() for row in spec["data"]["values"]
    ]
    choice = {"input": "select", "options": names, "name": f"{label} "}
    return {
        **first,
        "description": f"{label}: {'; '.join(names)}",
        "data": {"values": values},
        "params": [{"name": "chosen", "value": names[0], "bind": choice}],
        "transform": [{"filter": "datum.shown_as === chosen"}],
    }
