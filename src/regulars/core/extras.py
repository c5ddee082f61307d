"""Which extra of this package brings a module that is not installed."""

from __future__ import annotations

import re
from importlib import metadata

from regulars.core.errors import MissingExtra

_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*;.*extra == ['\"](\w+)['\"]")
_FOR_DEVELOPERS = "dev"


def missing_extra(module: str) -> MissingExtra | None:
    """What to install where this module is missing; None where no extra brings it."""
    wanted = module.partition(".")[0].lower()
    for requirement in metadata.requires("regulars") or []:
        parts = _REQUIREMENT.match(requirement)
        if parts is None or parts[2] == _FOR_DEVELOPERS:
            continue
        if parts[1].lower().replace("-", "_") == wanted:
            return MissingExtra(parts[1], extra=parts[2])
    return None
