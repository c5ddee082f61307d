"""Names of time zones in values: behind a time, or in a column of their own."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What people write for a zone, summer or winter; the days of change are those of the place.
_PLACES = {
    "Europe/Berlin": ("CET", "CEST", "MEZ", "MESZ"),
    "Europe/London": ("BST",),
    "Europe/Lisbon": ("WET", "WEST"),
    "Europe/Athens": ("EET", "EEST", "OEZ", "OESZ"),
    "Europe/Moscow": ("MSK",),
    "America/New_York": ("EST", "EDT", "ET"),
    "America/Chicago": ("CST", "CDT", "CT"),
    "America/Denver": ("MST", "MDT", "MT"),
    "America/Los_Angeles": ("PST", "PDT", "PT"),
    "America/Sao_Paulo": ("BRT",),
    "Asia/Tokyo": ("JST",),
    "Asia/Kolkata": ("IST",),
    "Australia/Sydney": ("AEST", "AEDT"),
    "Pacific/Auckland": ("NZST", "NZDT"),
}
_ZONES = {short: place for place, shorts in _PLACES.items() for short in shorts}
_NAMED = r"[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?"
ZONE = rf" ?\(?(?:{'|'.join(_ZONES)}|{_NAMED})\)?"  # behind a time, as a regular expression


def zone_named(text: str) -> str | None:
    """The zone that a text names: `CET`, `(PST)`, `Europe/Paris`; None where it is no zone."""
    plain = text.strip().strip("()")
    if plain in ("UTC", "GMT", "Z"):
        return "UTC"
    if plain in _ZONES:
        return _ZONES[plain]
    if not re.fullmatch(_NAMED, plain):
        return None
    try:
        return ZoneInfo(plain).key
    except (ZoneInfoNotFoundError, ValueError):
        return None
