"""Scoring jobs: more customers than one request scores, in the background, a part at a time.

Jobs live in the process: posted rows may be personal data and are never written to disk, so a
restart of the server loses them. What waits is bounded by rows, what is kept by bytes.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from pydantic import TypeAdapter

from regulars.core.errors import RegularsError, UnknownName
from regulars.insights.posted_rows import EVENTS, Posted
from regulars.insights.posted_scoring import Scores
from regulars.insights.release_reading import Reading
from regulars.serve.api.batching import ScoringBatcher
from regulars.serve.api.problems import Refusal

JobStatus = Literal["waiting", "running", "done", "failed"]
ROWS_WAITING = 500_000
_JOBS_KEPT = 50
_BYTES_KEPT = 256 * 2**20
_CUSTOMERS_A_PART = 500  # requests to /api/score wait for one part at the longest
_SCORES = TypeAdapter(Scores)
_log = logging.getLogger(__name__)


@dataclass
class ScoringJob:
    """One job as its owner sees it; `scored` of its `customers` are done."""

    job_id: str
    status: JobStatus
    customers: int
    scored: int
    created_at: str
    release_id: str | None = None
    ended_at: str | None = None
    error: str | None = None


@dataclass
class _Work:
    """A job with its rows until it ends, and its result after that."""

    job: ScoringJob
    owner: str
    posted: Posted | None
    as_of: date | None
    explained: bool
    result: bytes = b""
    ended: Future[None] = field(default_factory=Future)

    @property
    def rows(self) -> int:
        """Rows that wait."""
        posted = self.posted
        return sum(len(getattr(posted, name)) for name in ("customers", *EVENTS)) if posted else 0


class ScoringJobs:
    """Jobs of one server, in the order in which they came; one thread works on them."""

    def __init__(
        self, batcher: ScoringBatcher, *, current: Callable[[], Reading], now: Callable[[], str]
    ) -> None:
        self._batcher = batcher
        self._current = current
        self._now = now
        self._jobs: dict[str, _Work] = {}
        self._line: deque[_Work] = deque()
        self._lock = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(
        self, posted: Posted, *, owner: str, as_of: date | None, explained: bool
    ) -> ScoringJob:
        """Let a job wait for its turn; refuses it (429) while too many rows wait."""
        job = ScoringJob(secrets.token_hex(16), "waiting", len(posted.customer_ids), 0, self._now())
        work = _Work(job, owner, posted, as_of, explained)
        with self._lock:
            waiting = sum(each.rows for each in self._jobs.values())
            if waiting and waiting + work.rows > ROWS_WAITING:
                raise Refusal(
                    429,
                    f"{waiting:,} rows of other jobs wait, and {ROWS_WAITING:,} may.",
                    hint="Post it again when a job has ended.",
                    headers={"Retry-After": "30"},
                )
            self._jobs[job.job_id] = work
            self._line.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()
            self._lock.notify_all()
            return replace(job)

    def all(self, owner: str) -> list[ScoringJob]:
        """The jobs of one caller, the newest first."""
        with self._lock:
            own = [replace(each.job) for each in self._jobs.values() if each.owner == owner]
        return own[::-1]

    def result(self, job_id: str, *, owner: str) -> bytes:
        """The scores of a job that is done, as JSON; refuses (409) any other."""
        with self._lock:
            work = self._of(job_id, owner)
            if work.job.status != "done":
                why = work.job.error or "it has no scores yet."
                raise Refusal(409, f"This job is {work.job.status}: {why}")
            return work.result

    def remove(self, job_id: str, *, owner: str) -> ScoringJob:
        """Forget a job with its result; one that runs stops after its present part."""
        with self._lock:
            work = self._of(job_id, owner)
            del self._jobs[job_id]
            work.posted = None
            return replace(work.job)

    async def wait(self, job_id: str, *, owner: str, seconds: float) -> ScoringJob:
        """The job once it has ended, or after so many seconds; no thread waits meanwhile."""
        with self._lock:
            work = self._of(job_id, owner)
        if seconds:
            await asyncio.wait([asyncio.wrap_future(work.ended)], timeout=seconds)
        with self._lock:
            return replace(work.job)

    def _of(self, job_id: str, owner: str) -> _Work:
        work = self._jobs.get(job_id)
        if work is None or work.owner != owner:
            raise UnknownName(
                f"there is no scoring job '{job_id}'",
                hint="The server forgets jobs when it restarts, and the oldest results first.",
            )
        return work

    def _work(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: bool(self._line))
                work = self._line.popleft()
            try:
                scores = self._scored(work)
            except Exception as error:
                self._end(work, error=_words(error))
            else:
                self._end(work, scores=scores)

    def _scored(self, work: _Work) -> Scores | None:
        """All scores from one release; None where the job was removed meanwhile.

        A release that is removed while it is read makes the job begin anew on the current one.
        """
        reading = self._current()
        while True:
            try:
                return self._passed(work, reading)
            except Exception:
                if reading.is_there:
                    raise
                reading = self._current()

    def _passed(self, work: _Work, reading: Reading) -> Scores | None:
        whole: Scores | None = None
        with self._lock:
            posted, work.job.status, work.job.scored = work.posted, "running", 0
            work.job.release_id = reading.manifest.release_id
        for part in _parts(posted or Posted()):
            if work.posted is None:
                return None
            waiting = self._batcher.submit(
                reading, part, as_of=work.as_of, explained=work.explained
            )
            scores = waiting.result()
            whole = scores if whole is None else _together(whole, scores)
            with self._lock:
                work.job.scored = len(whole.scores)
        return whole

    def _end(self, work: _Work, *, scores: Scores | None = None, error: str | None = None) -> None:
        result = b"" if scores is None else _SCORES.dump_json(scores)
        with self._lock:
            work.posted, work.result, work.job.error = None, result, error
            work.job.status = "failed" if scores is None else "done"
            work.job.ended_at = self._now()
            ended = [each for each in self._jobs.values() if each.job.ended_at is not None]
            size = sum(len(each.result) for each in ended)
            while len(ended) > _JOBS_KEPT or (size > _BYTES_KEPT and len(ended) > 1):
                oldest = ended.pop(0)
                size -= len(oldest.result)
                del self._jobs[oldest.job.job_id]
        work.ended.set_result(None)


def _parts(posted: Posted) -> Iterator[Posted]:
    """The same rows in parts of some customers each, all rows of a customer in one; never none."""
    ids = posted.customer_ids
    part_of = {customer_id: at // _CUSTOMERS_A_PART for at, customer_id in enumerate(ids)}
    names = ("customers", *EVENTS)
    count = max(1, -(-len(ids) // _CUSTOMERS_A_PART))
    parts: list[dict[str, list[object]]] = [{name: [] for name in names} for _ in range(count)]
    for name in names:
        for row in getattr(posted, name):
            parts[part_of[str(row["customer_id"])]][name].append(row)
    for part in parts:
        yield Posted(**part)  # type: ignore[arg-type]


def _together(whole: Scores, part: Scores) -> Scores:
    notes = tuple(dict.fromkeys((*whole.notes, *part.notes)))
    return replace(whole, scores=(*whole.scores, *part.scores), notes=notes)


def _words(error: Exception) -> str:
    if isinstance(error, RegularsError):
        return " ".join(filter(None, [error.what, error.hint]))
    _log.error("a scoring job failed", exc_info=error)
    return "Something unexpected went wrong; the log of the server has the reason."
