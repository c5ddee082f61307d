"""How models and tests of the dbt project went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class NodeResult:
    """How one model or test went; `seconds` is its run time, `failures` a test's failing rows."""

    name: str
    kind: str
    status: str
    seconds: float
    failures: int | None
    message: str
