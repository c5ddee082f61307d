"""The rows of the API: profiles and scores at a steady rate beside a bare FastAPI application."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
from measuring import HERE, Cost, Line, regulars
from steady_rate import (
    Question,
    asked,
    bodies,
    free_port,
    larger_company,
    processor_seconds,
    started,
)

CUSTOMERS, RATE, SECONDS = 50_000, 100.0, 20.0
SCORES_A_SECOND = 20.0


def api(scale: float, place: Path) -> Iterator[Line]:
    """CPU of a score, and how long profiles take at 100 a second while scores are asked too."""
    demo = place / "demo"
    regulars("demo", "--customers", "2000", str(demo), folder=place)
    company = place / "company"
    company.mkdir()
    ids = larger_company(demo, company, customers=int(CUSTOMERS * max(scale, 0.05)))
    posted, seconds = bodies(demo), max(SECONDS * scale, 2.0)
    score: Question = lambda at: ("POST", "/api/score", posted[at % len(posted)])  # noqa: E731
    look: Question = lambda at: ("GET", f"/api/customers/{ids[at % len(ids)]}", None)  # noqa: E731
    release = next((company / ".regulars" / "releases").glob("*/customer_360_profile.parquet"))
    with started(company) as url, _bare(release) as bare_url:
        measured = {}
        for name, address in (("ours", url), ("bare", bare_url)):
            httpx.post(f"{address}/api/score", json=posted[0], timeout=60).raise_for_status()
            scores = _measured(address, score, rate=SCORES_A_SECOND, seconds=seconds)
            looks = _measured(address, look, rate=RATE, seconds=seconds)
            measured[name] = (scores, looks)
    (our_score, _), our_look = measured["ours"]
    (bare_score, _), bare_look = measured["bare"]
    yield Line("POST /api/score, one customer", our_score, "bare FastAPI, one prediction",
               bare_score, our_score.cpu / max(bare_score.cpu, 1e-9), 20.0,
               note=f"CPU {_milli(our_score.cpu)} and {_milli(bare_score.cpu)} each")  # fmt: skip
    ours, theirs = our_look[1], bare_look[1]
    yield Line("Profile lookups at 100 a second, 99 %", our_look[0], "bare FastAPI and DuckDB",
               bare_look[0], ours / theirs, 3.0,
               note=f"{_milli(ours)} and {_milli(theirs)}; CPU {_milli(our_look[0].cpu)} and "
                    f"{_milli(bare_look[0].cpu)} each")  # fmt: skip


def _milli(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def _measured(url: str, question: Question, *, rate: float, seconds: float) -> tuple[Cost, float]:
    """Median and CPU of one answer, and the 99 % quantile of how long answers took."""
    before = processor_seconds(url)
    taken = asyncio.run(asked(url, question, rate=rate, seconds=seconds))
    each = (processor_seconds(url) - before) / len(taken)
    return Cost(float(np.median(taken)), each, 0.0), float(np.quantile(taken, 0.99))


@contextmanager
def _bare(profiles: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, str(HERE / "plain" / "bare_api.py"), str(profiles), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            url = f"http://127.0.0.1:{port}"
            for _ in range(50):
                try:
                    httpx.get(f"{url}/metrics").raise_for_status()
                    break
                except httpx.HTTPError:
                    asyncio.run(asyncio.sleep(0.1))
            yield url
        finally:
            server.terminate()
