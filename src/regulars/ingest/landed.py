"""What a landing did, source by source."""

from __future__ import annotations

from dataclasses import dataclass


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
    def anything_new(self) -> bool:
        """Whether any source had a new batch."""
        return any(source.batch_id for source in self.sources)
