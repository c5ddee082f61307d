"""The clock of runs that a program asks for; what depends on the time takes it as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)
