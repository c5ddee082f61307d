"""Score requests that come together in one pass: the SQL costs the same for one as for many.

One thread scores. It takes what waits, so the more requests there are, the more share a pass.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date

from regulars.core.errors import DataError, RegularsError
from regulars.insights.posted_rows import Posted
from regulars.insights.posted_scoring import Scorer, Scores
from regulars.insights.release_reading import Reading

_CUSTOMERS_AT_MOST = 500


@dataclass(frozen=True)
class _Waiting:
    """A request that waits for its scores."""

    reading: Reading
    posted: Posted
    as_of: date | None
    explained: bool
    result: Future[Scores]

    @property
    def kind(self) -> tuple[int, date | None, bool]:
        """Requests of one kind can share a pass."""
        return id(self.reading), self.as_of, self.explained


class ScoringBatcher:
    """Takes requests to score, and answers each by its own future."""

    def __init__(self, *, count: Callable[[int], None]) -> None:
        self._count = count
        self._line: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._scorer: tuple[Reading, Scorer] | None = None

    def submit(
        self, reading: Reading, posted: Posted, *, as_of: date | None, explained: bool
    ) -> Future[Scores]:
        """Let a request wait for its turn."""
        waiting = _Waiting(reading, posted, as_of, explained, Future())
        self._line.put(waiting)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="scoring", daemon=True)
                self._thread.start()
        return waiting.result

    def warm(self, reading: Reading) -> None:
        """Open what scores this release, so that nobody waits for it; nothing where it cannot."""
        nobody = self.submit(reading, Posted(), as_of=None, explained=False)
        nobody.add_done_callback(lambda done: done.exception())

    def _work(self) -> None:
        left: list[_Waiting] = []
        while True:
            taken = left or [self._line.get()]
            while len(taken) < _CUSTOMERS_AT_MOST:
                try:
                    taken.append(self._line.get_nowait())
                except queue.Empty:
                    break
            left = self._passed(taken)

    def _passed(self, taken: list[_Waiting]) -> list[_Waiting]:
        """Score the requests of the first one's kind; the others are left."""
        chosen = [request for request in taken if request.kind == taken[0].kind]
        left = [request for request in taken if request.kind != taken[0].kind]
        valid: list[_Waiting] = []
        for request in chosen:
            try:
                self._scorer_of(request.reading).checked(request.posted, as_of=request.as_of)
                valid.append(request)
            except Exception as error:
                request.result.set_exception(error)
        if valid:
            self._score(valid)
        return left

    def _score(self, batch: list[_Waiting]) -> None:
        first = batch[0]
        scorer = self._scorer_of(first.reading)
        posted = [request.posted for request in batch]
        try:
            results = scorer.score(posted, as_of=first.as_of, explained=first.explained)
        except DataError as error:
            self._apart(batch, error)
            return
        except Exception as error:
            for request in batch:
                request.result.set_exception(error)
            return
        for request, scores in zip(batch, results, strict=True):
            self._count(len(scores.scores))
            request.result.set_result(scores)

    def _apart(self, batch: list[_Waiting], error: RegularsError) -> None:
        """One bad value must not fail the others: each is scored by itself."""
        if len(batch) == 1:
            batch[0].result.set_exception(error)
            return
        for request in batch:
            self._score([request])

    def _scorer_of(self, reading: Reading) -> Scorer:
        if self._scorer is None or self._scorer[0] is not reading:
            self._scorer = (reading, Scorer(reading))
        return self._scorer[1]
