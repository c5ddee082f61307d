"""Roles of people and programs: what each may do, and whether it sees personal columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.serve.api.keys import Scope


@dataclass(frozen=True)
class Role:
    """What a role may do. Personal columns are masked unless `personal` is among its scopes."""

    scopes: tuple[Scope, ...]
    meaning: str


ROLES: Mapping[str, Role] = {
    "marketer": Role(("read",), "segments, values, lists of customers; personal columns masked"),
    "analyst": Role(("read", "score"), "the same, and scores of customers whom it describes"),
    "privacy": Role(("read", "personal"), "all answers with personal columns as they are"),
    "engineer": Role(("read", "score", "admin"), "answers, scores and keys; columns masked"),
    "admin": Role(("read", "personal", "score", "admin"), "everything"),
}


def scopes_of(role: str) -> tuple[Scope, ...]:
    """The scopes of a role. Raises DataError for a name that is none."""
    if role not in ROLES:
        near = nearest(role, ROLES)
        raise DataError(
            f"there is no role '{role}'" + (f"; did you mean '{near}'?" if near else ""),
            hint=f"The roles are {', '.join(ROLES)}: `regulars keys roles`.",
        )
    return ROLES[role].scopes
