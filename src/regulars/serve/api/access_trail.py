"""Who was refused, and who read with the right to personal data: events of access.

A caller's first such request of an hour to a route is an event; every single one is in the log.
"""

from __future__ import annotations

import logging
from pathlib import Path

from regulars.core.errors import RegularsError
from regulars.warehouse.ledger import Ledger
from regulars.warehouse.operation_events import EventKind, EventLog, OperationEvent

_log = logging.getLogger(__name__)
_REFUSALS = (401, 403)
_MOST = 10_000  # of one hour: who tries many names fills no disk


class AccessTrail:
    """Writes events of access to the records of one project."""

    def __init__(self, state: Path) -> None:
        self._events = EventLog(Ledger(state))
        self._hour = ""
        self._noted: set[tuple[str, str, str]] = set()

    def note(self, caller: str, *, route: str, status: int, sees_personal: bool, at: str) -> None:
        """Write an event where this answer is one; a failure is logged and breaks no answer."""
        outcome = "refused" if status in _REFUSALS else "personal"
        if outcome == "personal" and not (sees_personal and status < 400):
            return
        if at[:13] != self._hour:
            self._hour = at[:13]
            self._noted.clear()
        place = (caller, route, outcome)
        if place in self._noted or len(self._noted) >= _MOST:
            return
        self._noted.add(place)
        facts = {"route": route, "status": status}
        try:
            self._events.append(
                [OperationEvent(EventKind.ACCESS, caller, outcome, at, None, facts)]
            )
        except (RegularsError, OSError) as error:
            _log.error("an event of access could not be written: %s", error)
