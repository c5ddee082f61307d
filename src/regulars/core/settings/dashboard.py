"""What the dashboard may show, and how long it waits for an answer."""

from __future__ import annotations

from pydantic import Field

from regulars.core.settings.sources import Setting


class DashboardSettings(Setting):
    """The dashboard: personal data, time limits and page sizes."""

    show_personal: bool = Field(
        default=False, description="Show personal data instead of masking it."
    )
    seconds: float = Field(
        default=20, gt=0, le=600, description="A question that takes longer is stopped."
    )
    rows: int = Field(
        default=1000,
        ge=10,
        le=10_000,
        description="A table on a page shows at most so many rows; an export holds them all.",
    )
