"""Segments, and customers by risk and by value."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from regulars.insights.audiences import Audience
from regulars.insights.churn_evaluation import ChurnScoreboard, churn_scoreboard, why_no_churn
from regulars.insights.customer_search import (
    PAGE_AT_MOST,
    CustomerPage,
    Paging,
    SortedBy,
    search_customers,
)
from regulars.insights.customer_values import (
    ValuePage,
    ValueSort,
    ValueSummary,
    value_page,
    value_summary,
)
from regulars.insights.segment_figures import Segment, segments
from regulars.serve.api.answers import Ask
from regulars.serve.api.field_selection import CustomerFields, ValueFields, of_each_customer
from regulars.serve.api.problems import Refusal, documented
from regulars.serve.api.schemas import filters

router = APIRouter(prefix="/api", tags=["Segments, churn and value"])
Filters = Annotated[Audience, Depends(filters)]
Order = Annotated[Literal["desc", "asc"], Query()]
Limit = Annotated[int, Query(ge=0, le=PAGE_AT_MOST)]
Offset = Annotated[int, Query(ge=0, le=10**9)]
_SCORED = ("High", "Medium", "Low")


@router.get("/segments", response_model=list[Segment], responses=documented())
def list_segments(ask: Ask) -> Response:
    """Segments with size, value, recency, frequency and risk, in the project's order."""
    return ask.answer(list[Segment], lambda: list(segments(ask.reading)))


@router.get("/churn", response_model=ChurnScoreboard, responses=documented())
def get_churn_scoreboard(ask: Ask) -> Response:
    """The churn score: what it means, how it was tested, what it beats."""

    def load_scoreboard() -> ChurnScoreboard:
        board = churn_scoreboard(ask.reading)
        if board is None:
            raise Refusal(404, why_no_churn(ask.reading))
        return board

    return ask.answer(ChurnScoreboard, load_scoreboard)


@router.get("/churn/customers", response_model=CustomerPage, responses=documented())
def list_customers_by_risk(
    ask: Ask,
    audience: Filters,
    left_out: CustomerFields,
    sort: Annotated[SortedBy, Query()] = "churn_probability",
    order: Order = "desc",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Scored customers, by default those most likely to leave first."""
    chosen = replace(audience, risks=audience.risks or _SCORED)
    page = Paging(sort=sort, descending=order == "desc", limit=limit, offset=offset)
    return ask.answer(
        CustomerPage,
        lambda: search_customers(
            ask.reading, audience=chosen, page=page, show_personal=ask.shows_personal
        ),
        without=of_each_customer(left_out),
    )


@router.get("/value", response_model=ValueSummary, responses=documented())
def get_value_summary(ask: Ask) -> Response:
    """Predicted customer value: total, how it was tested, and the ten of highest value."""
    return ask.answer(
        ValueSummary,
        lambda: value_summary(ask.reading, show_personal=ask.shows_personal),
    )


@router.get("/value/customers", response_model=ValuePage, responses=documented())
def list_customers_by_value(
    ask: Ask,
    audience: Filters,
    left_out: ValueFields,
    sort: Annotated[ValueSort, Query()] = "value",
    order: Order = "desc",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Customers with a predicted value and its interval, by default the highest first."""
    return ask.answer(
        ValuePage,
        lambda: value_page(
            ask.reading,
            audience,
            sort=sort,
            descending=order == "desc",
            limit=limit,
            offset=offset,
            show_personal=ask.shows_personal,
        ),
        without=of_each_customer(left_out),
    )
