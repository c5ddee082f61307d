"""When a project runs by itself; `regulars deploy` writes it down for a scheduler."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from regulars.core.cron import parse_cron
from regulars.core.settings.sources import Setting

CronText = Annotated[str, AfterValidator(lambda text: parse_cron(text).text)]


class ScheduleSettings(Setting):
    """Times as cron has them, in the project's time zone: minute, hour, day, month, weekday."""

    run: CronText | None = Field(
        default=None,
        description="When all steps run that are out of date, such as '30 2 * * *'.",
    )
    data: CronText | None = Field(
        default=None,
        description="When new data are published without learning (`regulars run --quick`), such "
        "as '*/2 * * * *'.",
    )
    watch: CronText = Field(
        default="*/5 * * * *", description="When `regulars alerts watch` looks."
    )
    wait: int = Field(
        default=600, ge=0, description="Seconds that a run waits for another one to end."
    )

    @property
    def longest_gap(self) -> int | None:
        """Minutes within which a run begins at the latest; None without a schedule."""
        gaps = [parse_cron(text).longest_gap for text in (self.run, self.data) if text]
        return min(gaps) if gaps else None
