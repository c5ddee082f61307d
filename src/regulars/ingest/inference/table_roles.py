"""How much a table looks like each kind of events, by its name and its columns' names."""

from __future__ import annotations

import re

from regulars.ingest.inference.company import Role
from regulars.ingest.inference.profiled_tables import Table
from regulars.ingest.inference.roles import points

_WORDS: dict[Role, str] = {
    "transactions": r"order|sale|transaction|invoice|purchase|payment|retail|basket|flight|booking",
    "interactions": r"interaction|ticket|support|call|complaint|contact|session|usage|visit|inquir",
    "touches": r"campaign|touch|mailing|newsletter|marketing|send",
}
_COLUMNS: dict[Role, tuple[str, ...]] = {
    "transactions": ("amount", "unit_price", "quantity"),
    "interactions": ("satisfaction", "duration", "resolved", "sentiment"),
    "touches": ("campaign", "opened_at", "clicked_at", "converted_at"),
}


def event_scores(table: Table) -> dict[Role, int]:
    """How much a table looks like purchases, contacts and messages."""
    return {role: _score(table, role) for role in _WORDS}


def event_role(table: Table) -> Role | None:
    """What the rows of a table of events are; numbers without any other sign are purchases."""
    scores = event_scores(table)
    role = max(scores, key=lambda name: scores[name])
    if scores[role] > 0:
        return role
    return "transactions" if table.of_kind("number") else None


def _score(table: Table, role: Role) -> int:
    named = 4 if re.search(_WORDS[role], table.name) else 0
    columns = [c for c in table.columns.values() if c.kind != "empty"]
    return named + sum(
        3 for name in _COLUMNS[role] if any(points(c.name, name) > 1 for c in columns)
    )
