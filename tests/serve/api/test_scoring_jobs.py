"""Scoring jobs are bounded, and belong to the key that posted them."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from regulars.insights.posted_rows import Posted
from regulars.serve.api.problems import Refusal
from regulars.serve.api.scoring_jobs import ROWS_WAITING, ScoringJobs
from tests.serve.api.conftest import NOW, Shop


def test_a_job_belongs_to_the_key_that_posted_it(shop: Shop) -> None:
    app = shop.app()
    ann, ben = shop.client("score", app=app), shop.client("score", "admin", app=app)
    path = f"/api/score/jobs/{ann.post('/api/score/jobs', json={}).json()['job_id']}"
    job = ann.get(f"{path}?wait=30").json()
    assert job["status"] == "failed"  # this release has nothing to score with
    for answer in (ben.get(path), ben.get(f"{path}/result"), ben.delete(path)):
        assert answer.status_code == 404
    assert (len(ann.get("/api/score/jobs").json()), ben.get("/api/score/jobs").json()) == (1, [])
    assert shop.client("read", app=app).post("/api/score/jobs", json={}).status_code == 403


def test_what_waits_is_bounded_by_its_rows() -> None:
    never: Future[Any] = Future()
    batcher: Any = SimpleNamespace(submit=lambda *_, **__: never)
    reading: Any = SimpleNamespace(manifest=SimpleNamespace(release_id="r"), is_there=True)
    jobs = ScoringJobs(batcher, current=lambda: reading, now=lambda: NOW)
    row = {"customer_id": "anna"}
    half = Posted(transactions=[row] * (ROWS_WAITING // 2))
    first = jobs.submit(half, owner="ann", as_of=None, explained=False)
    jobs.submit(half, owner="ann", as_of=None, explained=False)
    with pytest.raises(Refusal) as refusal:
        jobs.submit(Posted(customers=[row]), owner="ann", as_of=None, explained=False)
    assert refusal.value.status == 429
    jobs.remove(first.job_id, owner="ann")
    jobs.submit(Posted(customers=[row]), owner="ann", as_of=None, explained=False)
