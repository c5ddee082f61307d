"""Scores of customers who are posted with their events."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from regulars.core.errors import QueryTimeout
from regulars.insights.posted_scoring import Scores
from regulars.serve.api.access import Release, Score, release
from regulars.serve.api.batching import ScoringBatcher
from regulars.serve.api.problems import documented
from regulars.serve.api.scoring_schemas import ScoreBody

router = APIRouter(prefix="/api", tags=["Scoring"])
_ANSWER = TypeAdapter(Scores)


@router.post("/score", response_model=Scores, responses=documented())
async def score_customers(
    request: Request, body: ScoreBody, caller: Score, reading: Release
) -> Response:
    """Churn scores from posted events, by the SQL and the estimator of the release.

    The same rows give the score of the run, to the last digit. `in_population` is false where
    a customer is not eligible. `notes` name the inputs that the rows say less about than
    a run would know.
    """
    posted, seconds = body.posted(), request.app.state.seconds
    batcher: ScoringBatcher = request.app.state.batcher
    while True:
        waiting = batcher.submit(reading, posted, as_of=body.as_of, explained=body.reasons)
        try:
            scores = await asyncio.wait_for(asyncio.wrap_future(waiting), seconds)
            return Response(_ANSWER.dump_json(scores), media_type="application/json")
        except TimeoutError:
            raise QueryTimeout(seconds or 0.0) from None
        except Exception:
            if reading.is_there:
                raise
            reading = release(request)  # the one before was removed meanwhile
