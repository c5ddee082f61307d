"""What is published, and for how long."""

from __future__ import annotations

from pydantic import Field

from regulars.core.settings.sources import Setting


class ReleaseSettings(Setting):
    """What is published, and for how long."""

    event_days: int | None = Field(
        default=None,
        ge=0,
        description="Single events of so many days before the as-of date, for timelines; all of "
        "them if not given. Tens of millions of events make large releases.",
    )
    keep: int = Field(default=5, ge=2, le=1000, description="Releases to keep, the newest.")
