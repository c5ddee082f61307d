"""Audiences and campaigns: how many, what it would bring, and the list as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from regulars.insights.audiences import audience_parts, audience_totals
from regulars.insights.campaign_results import Campaign, campaign, project_assumptions
from regulars.insights.exports import csv_chunks, parquet_chunks
from regulars.serve.api.answers import Ask, release_headers
from regulars.serve.api.problems import documented
from regulars.serve.api.schemas import AudienceAnswer, AudienceBody, CampaignBody

router = APIRouter(prefix="/api", tags=["Campaigns"])
_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


@router.post("/audiences", response_model=AudienceAnswer, responses=documented())
def describe_audience(body: AudienceBody, ask: Ask) -> AudienceAnswer:
    """Who is in an audience: size, value, expected leavers, by segment and by risk."""
    audience, shown = body.audience(), ask.shows_personal

    def build_answer() -> AudienceAnswer:
        of = ask.reading
        return AudienceAnswer(
            totals=audience_totals(of, audience, show_personal=shown),
            by_segment=list(audience_parts(of, audience, by="segment", show_personal=shown)),
            by_risk=list(audience_parts(of, audience, by="risk_category", show_personal=shown)),
        )

    return ask.whole(build_answer)


@router.post(
    "/audiences/export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The target list, the highest priority first.",
            "content": {"text/csv": {}, "application/vnd.apache.parquet": {}},
        },
        **documented(),
    },
)
def export_audience(
    body: AudienceBody,
    ask: Ask,
    format: Annotated[Literal["csv", "parquet"], Query()] = "csv",  # noqa: A002
) -> Response:
    """The target list as a stream; personal values are masked without the scope `personal`."""
    chunks = csv_chunks if format == "csv" else parquet_chunks
    stream: Iterator[bytes] = ask.whole(
        lambda: chunks(ask.reading, body.audience(), show_personal=ask.shows_personal)
    )
    return StreamingResponse(
        stream,
        media_type=_TYPES[format],
        headers={
            "Content-Disposition": f'attachment; filename="audience.{format}"',
            **release_headers(ask.reading),
        },
    )


@router.post("/campaigns/simulate", response_model=Campaign, responses=documented())
def simulate_campaign(body: CampaignBody, ask: Ask) -> Campaign:
    """A campaign by the plain formula and by the honest one, with sensitivity and advice."""
    return ask.whole(
        lambda: campaign(
            ask.reading,
            body.audience.audience(),
            assumptions=body.assumptions.assumptions(project_assumptions(ask.reading)),
            budget=body.budget,
            show_personal=ask.shows_personal,
        )
    )
