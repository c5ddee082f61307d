"""What the dashboard may show, and how long it waits for an answer."""

from __future__ import annotations

from pydantic import Field, SecretStr

from regulars.core.settings.sources import Setting


class DashboardSettings(Setting):
    """The dashboard: personal data, who may open it, time limits and page sizes."""

    show_personal: bool = Field(
        default=False, description="Show personal data instead of masking it."
    )
    password: SecretStr | None = Field(
        default=None,
        min_length=12,
        description="Password of the dashboard, with any user name; written as `${VARIABLE}`. "
        "Other addresses than this machine's need it, or `behind_proxy`.",
    )
    behind_proxy: bool = Field(
        default=False,
        description="Whether a proxy that asks for a login is the only way to the dashboard.",
    )
    hosts: list[str] = Field(
        default=[],
        description="Host names under which the dashboard is opened, beside localhost.",
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
