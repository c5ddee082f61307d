"""Find customers: by id, by part of a name or an e-mail address, by filters, page by page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from regulars.core.errors import DataError
from regulars.insights.audiences import Audience, select
from regulars.insights.cautions import score_cautions
from regulars.insights.customer_profiles import Customer, attribute_names, listed_customers
from regulars.insights.exact import quoted
from regulars.insights.masking import personal_columns
from regulars.insights.release_reading import Reading
from regulars.release.score_cautions import ScoreCaution

SortedBy = Literal[
    "priority", "past_value", "predicted_value", "value_if_stays", "value_at_risk",
    "churn_probability", "risk_percentile", "recency", "frequency",
    "monetary", "joined_at", "segment", "customer_id",
]  # fmt: skip
EVERYBODY = Audience(consent="any", with_those_who_left=True)
PAGE_AT_MOST = 1_000
_NAMING = re.compile(r"(^|_)(name|e?_?mail)(_address)?$")  # attributes that are searched


@dataclass(frozen=True)
class Paging:
    """Which part of a list, in which order; what is not known comes last, ties go by id."""

    sort: SortedBy = "priority"
    descending: bool = True
    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if self.sort not in get_args(SortedBy):
            raise DataError(
                f"customers cannot be sorted by '{self.sort}'",
                hint=f"Sort by one of {', '.join(get_args(SortedBy))}.",
            )
        if not 0 <= self.limit <= PAGE_AT_MOST or not 0 <= self.offset < 2**62:
            raise DataError(
                f"a page has at most {PAGE_AT_MOST} customers, and starts at 0 or later",
                where=f"limit {self.limit}, offset {self.offset}",
            )


@dataclass(frozen=True)
class CustomerPage:
    """One page of a list: `total` are all that match.

    `searched` are the columns looked into, `not_searched` those left out as personal data;
    `cautions` must be read beside every score.
    """

    customers: tuple[Customer, ...]
    total: int
    limit: int
    offset: int
    searched: tuple[str, ...]
    not_searched: tuple[str, ...]
    cautions: tuple[ScoreCaution, ...] = ()


def search_customers(
    reading: Reading,
    text: str = "",
    *,
    audience: Audience = EVERYBODY,
    page: Paging = Paging(),
    show_personal: bool = False,
) -> CustomerPage:
    """Customers with the text in their id, name or e-mail, in any case; all of them without text.

    Personal columns are searched only where personal data are shown: who
    could search them could read them letter by letter.
    """
    searched, left_out = searched_columns(reading, show_personal=show_personal)
    chosen = select(reading, audience, show_personal=show_personal)
    where = f"customer_id in (select customer_id from ({chosen.sql}))"
    parameters = list(chosen.parameters)
    text = text.strip()
    if text:
        condition, values = _matching(text, searched)
        where = f"{where} and ({condition})"
        parameters.extend(values)
    total = reading.rows(
        f"select count(*) as n from customer_360_profile where {where}", parameters
    )[0]["n"]
    return CustomerPage(
        customers=listed_customers(
            reading,
            where=where,
            parameters=parameters,
            order=_order(page),
            limit=page.limit,
            offset=page.offset,
            show_personal=show_personal,
        ),
        total=int(total),
        limit=page.limit,
        offset=page.offset,
        searched=searched,
        not_searched=left_out,
        cautions=score_cautions(reading),
    )


def searched_columns(
    reading: Reading, *, show_personal: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that a text is looked for in, and those left out as personal data."""
    naming = [name for name in attribute_names(reading) if _NAMING.search(name)]
    columns = ("customer_id", *naming)
    hidden = frozenset() if show_personal else personal_columns(reading)
    return (
        tuple(name for name in columns if name not in hidden),
        tuple(name for name in columns if name in hidden),
    )


def _matching(text: str, columns: tuple[str, ...]) -> tuple[str, list[object]]:
    """A whole id always matches; parts match in the columns that may be searched."""
    parts = [f"contains(lower(cast({quoted(name)} as varchar)), ?)" for name in columns]
    if {"first_name", "last_name"} <= set(columns):
        parts.append("contains(lower(concat_ws(' ', first_name, last_name)), ?)")
    condition = " or ".join(["customer_id = ?", *parts])
    return condition, [text, *(text.lower() for _ in parts)]


def _order(page: Paging) -> str:
    direction = "desc" if page.descending else "asc"
    if page.sort == "customer_id":
        return f"customer_id {direction}"
    return f"{page.sort} {direction} nulls last, customer_id"
