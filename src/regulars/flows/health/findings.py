"""What can be wrong with the state of a project, as facts: the sentences are the surface's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Damage(StrEnum):
    """One kind of damage, in the order in which repairs are made."""

    OPEN_TO_OTHERS = "open_to_others"
    CANNOT_BE_WRITTEN = "cannot_be_written"
    DISK_NEARLY_FULL = "disk_nearly_full"
    RECORDS = "records"
    WAREHOUSE = "warehouse"
    WAREHOUSE_GONE = "warehouse_gone"
    ESTIMATORS = "estimators"
    CHAMPION = "champion"
    RELEASE = "release"
    NEWER_RELEASE = "newer_release"
    UNFINISHED_RELEASE = "unfinished_release"
    POINTER = "pointer"
    EVENTS = "events"
    UNUSED_EVENTS = "unused_events"
    API_KEYS = "api_keys"
    API_KEYS_GONE = "api_keys_gone"


REPAIRABLE = frozenset(
    {
        Damage.OPEN_TO_OTHERS, Damage.RECORDS, Damage.WAREHOUSE, Damage.ESTIMATORS,
        Damage.CHAMPION, Damage.RELEASE, Damage.UNFINISHED_RELEASE, Damage.POINTER,
        Damage.EVENTS, Damage.UNUSED_EVENTS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One damage, where it is, and what the reader of the file said; empty where nothing."""

    damage: Damage
    path: Path
    detail: str = ""

    @property
    def is_repairable(self) -> bool:
        """Whether `regulars repair` fixes it without a decision of its owner."""
        return self.damage in REPAIRABLE


@dataclass(frozen=True)
class Examination:
    """What was found, what was looked at, and who holds the project meanwhile.

    `not_examined` are parts that a run is writing at this moment.
    """

    findings: tuple[Finding, ...]
    examined: tuple[str, ...]
    not_examined: tuple[str, ...] = ()
    holder: str | None = None
