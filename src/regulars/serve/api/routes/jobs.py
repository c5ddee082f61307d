"""Scoring jobs: post many customers, ask how far it is, fetch the scores."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from regulars.insights.posted_scoring import Scores
from regulars.serve.api.access import Release, Score
from regulars.serve.api.problems import documented
from regulars.serve.api.scoring_jobs import ScoringJob, ScoringJobs
from regulars.serve.api.scoring_schemas import JobBody

router = APIRouter(prefix="/api/score/jobs", tags=["Scoring"])
JobId = Annotated[str, Path(max_length=64)]


def _jobs(request: Request) -> ScoringJobs:
    jobs: ScoringJobs = request.app.state.jobs
    return jobs


@router.post("", response_model=ScoringJob, status_code=202, responses=documented())
def create_scoring_job(
    request: Request, body: JobBody, caller: Score, reading: Release
) -> ScoringJob:
    """Score up to 10,000 customers in the background. Only the key that posts a job reads it.

    A job lives in the server's memory: a restart loses it, and its rows are never written.
    """
    return _jobs(request).submit(
        body.posted(), owner=caller.name, as_of=body.as_of, explained=body.reasons
    )


@router.get("", response_model=list[ScoringJob], responses=documented())
def list_scoring_jobs(request: Request, caller: Score) -> list[ScoringJob]:
    """Jobs of this key, the newest first."""
    return _jobs(request).all(caller.name)


@router.get("/{job_id}", response_model=ScoringJob, responses=documented())
async def get_scoring_job(
    request: Request,
    caller: Score,
    job_id: JobId,
    wait: Annotated[float, Query(ge=0, le=30)] = 0.0,
) -> ScoringJob:
    """How far a job is; `wait` answers as soon as it has ended, or after so many seconds."""
    return await _jobs(request).wait(job_id, owner=caller.name, seconds=wait)


@router.get("/{job_id}/result", response_model=Scores, responses=documented())
def get_scoring_result(request: Request, caller: Score, job_id: JobId) -> Response:
    """The scores of a job that is done: the answer of `POST /api/score`, for all customers."""
    result = _jobs(request).result(job_id, owner=caller.name)
    return Response(result, media_type="application/json")


@router.delete("/{job_id}", response_model=ScoringJob, responses=documented())
def delete_scoring_job(request: Request, caller: Score, job_id: JobId) -> ScoringJob:
    """Forget a job and its scores; a job that runs stops."""
    return _jobs(request).remove(job_id, owner=caller.name)
