"""The release that a request reads: opened once, and kept for as long as a request holds it."""

from __future__ import annotations

import threading
from pathlib import Path

from regulars.insights.release_reading import Reading
from regulars.release.release_store import Releases

_ATTEMPTS = 10


class CurrentRelease:
    """Hands out the current release; a new one is opened when the pointer has changed.

    A request that began on the release before goes on reading that one.
    """

    def __init__(self, state: Path, *, seconds: float | None) -> None:
        self._releases = Releases(state)
        self._seconds = seconds
        self._open: tuple[str, Reading] | None = None
        self._lock = threading.Lock()

    def reading(self) -> tuple[str, Reading]:
        """Id and tables of the current release. Raises ReleaseError where there is none."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                return self._current()
            except Exception:
                # it may have been removed between the look at the pointer and the opening
                if left == 0 or not self._releases.is_published:
                    raise
        raise AssertionError

    def _current(self) -> tuple[str, Reading]:
        release_id = self._releases.current_id()
        current = self._open
        if current is not None and current[0] == release_id:
            return current
        with self._lock:
            if self._open is None or self._open[0] != release_id:
                self._releases.read(release_id)
                folder = self._releases.path(release_id)
                opened = Reading(folder, seconds=self._seconds)
                opened.rows("select ? as ready", ["yes"])  # the first parameter imports much
                self._open = (release_id, opened)
            return self._open
