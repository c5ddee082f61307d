"""What a landing did, source by source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ObservationKind(StrEnum):
    """What somebody should know of a file that was landed."""

    NO_ROWS = "no_rows"  # it has a header, and nothing below
    NEW_COLUMNS = "new_columns"  # that the project file does not map
    ABSENT_COLUMNS = "absent_columns"  # that the project file maps, and the file does not have


@dataclass(frozen=True)
class FileObservation:
    """One observation of a file, with the columns that it is about."""

    kind: ObservationKind
    file: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class LandedSource:
    """What became of one source; `batch_id` is None where there was nothing new.

    `failure` says why this is not what the source has now, and what stands in for it.
    """

    source: str
    batch_id: str | None
    files: int = 0
    rows: int = 0
    malformed: int = 0
    notes: tuple[str, ...] = ()
    failure: str | None = None
    observations: tuple[FileObservation, ...] = ()
    outside: int = 0


@dataclass(frozen=True)
class Landed:
    """What a landing did, source by source, in the order of the project file."""

    sources: tuple[LandedSource, ...]

    @property
    def rows(self) -> int:
        """Rows landed."""
        return sum(source.rows for source in self.sources)

    @property
    def malformed(self) -> int:
        """Records that could not be split into fields."""
        return sum(source.malformed for source in self.sources)

    @property
    def outside(self) -> int:
        """Lines of files that are not of their tables: titles, descriptions, totals."""
        return sum(source.outside for source in self.sources)

    @property
    def anything_new(self) -> bool:
        """Whether any source had a new batch."""
        return any(source.batch_id for source in self.sources)
