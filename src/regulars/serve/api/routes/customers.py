"""Customers: the list, one of them, what happened, and why the score."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from regulars.insights.audiences import Audience
from regulars.insights.customer_profiles import Customer, customer
from regulars.insights.customer_search import CustomerPage, Paging, search_customers
from regulars.insights.customer_timeline import Event, Period, events
from regulars.insights.score_explanation import Explanation, explain
from regulars.serve.api.answers import Ask
from regulars.serve.api.field_selection import CustomerFields, of_each_customer
from regulars.serve.api.problems import documented
from regulars.serve.api.schemas import filters, paging

router = APIRouter(prefix="/api/customers", tags=["Customers"])
CustomerId = Annotated[str, Path(max_length=500)]


@router.get("", response_model=CustomerPage, responses=documented())
def list_customers(
    ask: Ask,
    audience: Annotated[Audience, Depends(filters)],
    page: Annotated[Paging, Depends(paging)],
    left_out: CustomerFields,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Search and list customers. Personal columns are searched with the scope `personal` only."""
    return ask.answer(
        CustomerPage,
        lambda: search_customers(
            ask.reading, q, audience=audience, page=page, show_personal=ask.shows_personal
        ),
        without=of_each_customer(left_out),
    )


@router.get("/{customer_id:path}/reasons", response_model=Explanation, responses=documented())
def get_customer_reasons(ask: Ask, customer_id: CustomerId) -> Response:
    """Why this score: grouped reasons, what is unusual, and how sure the score is."""
    return ask.answer(
        Explanation,
        lambda: explain(ask.reading, customer_id, show_personal=ask.shows_personal),
    )


@router.get("/{customer_id:path}/history", response_model=list[Event], responses=documented())
def get_customer_history(
    ask: Ask,
    customer_id: CustomerId,
    since: Annotated[date | None, Query()] = None,
    until: Annotated[date | None, Query()] = None,
    limit: Annotated[int, Query(ge=0, le=10_000)] = 1_000,
) -> Response:
    """Purchases by order, service contacts and campaign touches, the newest first."""

    def load_events() -> list[Event]:
        customer(ask.reading, customer_id)
        return list(events(ask.reading, customer_id, period=Period(since, until), limit=limit))

    return ask.answer(list[Event], load_events)


@router.get("/{customer_id:path}", response_model=Customer, responses=documented())
def get_customer(ask: Ask, customer_id: CustomerId, left_out: CustomerFields) -> Response:
    """The profile: segment, risk with reasons, value, and attributes."""
    return ask.answer(
        Customer,
        lambda: customer(ask.reading, customer_id, show_personal=ask.shows_personal),
        without=left_out,
    )
