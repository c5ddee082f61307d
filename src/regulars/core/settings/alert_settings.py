"""Who is notified when a run goes wrong, how, and when not."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from regulars.core.settings.sources import Setting

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _variable(name: str) -> str:
    """The name; what is refused may be the secret itself, so that it is not repeated."""
    if _VARIABLE.fullmatch(name) is None:
        raise ValueError(
            "name the environment variable that holds it, such as ALERT_URL; an address or a "
            "password does not stand in the file"
        )
    return name


# A secret never stands in the file: a setting names the environment variable that holds it.
SecretName = Annotated[
    str, AfterValidator(_variable), Field(json_schema_extra={"pattern": f"^{_VARIABLE.pattern}$"})
]


class EmailSettings(Setting):
    """A mail server and the people whom it tells."""

    host: str = Field(description="Mail server.")
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="Encryption; none is for a server on the same machine."
    )
    user: str | None = Field(default=None, description="User name at the server.")
    password: SecretName | None = Field(
        default=None, description="Environment variable that holds the password."
    )
    sender: str = Field(description="Address that messages come from.")
    to: list[str] = Field(min_length=1, description="Addresses that messages go to.")


class QuietHours(Setting):
    """Hours, in the project's time zone, in which nobody is woken; they may go past midnight."""

    begin: time = Field(description="Such as '22:00', in quotes.")
    end: time = Field(description="Such as '07:00', in quotes.")
    holds: Literal["warning", "all"] = Field(
        default="warning", description="What waits until the end: warnings only, or errors too."
    )


class ReleaseWebhookSettings(Setting):
    """A program that every published release is posted to."""

    url: SecretName = Field(description="Environment variable with the URL of the program.")
    secret: SecretName = Field(
        description="Environment variable with the secret of the HMAC that every request carries: "
        "any text, or `whsec_` and base64."
    )


class AlertSettings(Setting):
    """Alerts: channels, owners, reminders, quiet hours, limits."""

    webhook: SecretName | None = Field(
        default=None, description="Environment variable with the URL that messages are posted to."
    )
    email: EmailSettings | None = None
    apprise: SecretName | None = Field(
        default=None,
        description="Environment variable with URLs of Apprise, separated by spaces; needs "
        "`pip install 'regulars[alerts]'`.",
    )
    heartbeat: SecretName | None = Field(
        default=None,
        description="Environment variable with a URL that every successful run requests: a "
        "service that misses it tells you that this machine is down.",
    )
    release_webhook: ReleaseWebhookSettings | None = None
    remind_hours: float = Field(
        default=24, gt=0, description="An alert that is still open is sent again after so long."
    )
    quiet: QuietHours | None = None
    owners: dict[str, str] = Field(
        default={},
        description="Who looks after what, by the beginning of an alert's name, such as "
        "`check.transactions: sales team`.",
    )
    no_run_hours: float | None = Field(
        default=None,
        gt=0,
        description="Alert when no run has succeeded for so long; by default what `schedule` "
        "says, and five minutes.",
    )
    calibration: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Alert when predicted and observed churn differ by more than this share.",
    )
    link: str | None = Field(
        default=None, description="Address that a message points to, such as the dashboard's."
    )

    @property
    def has_channel(self) -> bool:
        """Whether anybody is notified at all."""
        return any((self.webhook, self.email, self.apprise))
