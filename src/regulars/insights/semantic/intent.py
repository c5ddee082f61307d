"""A question in typed values: what parser, model, dashboard, API and MCP all make of one."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regulars.insights.semantic.definitions import AggregateKind, Grain

Kind = Literal["value", "rank", "trend", "compare", "change", "share", "who"]
Operator = Literal["is", "is_not", "over", "from", "under", "up_to"]
ROWS_AT_MOST = 1000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Part):
    """From `start` up to, and without, `end`."""

    start: date
    end: date


class AskedMetric(_Part):
    """A metric, and of a number of customers which aggregate; None for the usual one."""

    name: str = Field(max_length=200)
    aggregate: AggregateKind | None = None


class Filter(_Part):
    """Rows whose dimension is (not) one of `values`, or whose number lies on a side of `number`."""

    name: str = Field(max_length=200)
    operator: Operator = "is"
    values: tuple[str | bool, ...] = Field((), max_length=200)
    number: float | None = Field(None, allow_inf_nan=False)


class Condition(_Part):
    """A bound on a metric of each group."""

    metric: AskedMetric
    operator: Literal["over", "from", "under", "up_to"]
    number: float = Field(allow_inf_nan=False)


class Intent(_Part):
    """A question; `before` is the period that `period` is compared with.

    `share_of` are the filters that only the numerator of a share has.
    """

    kind: Kind = "value"
    metrics: tuple[AskedMetric, ...] = Field(min_length=1, max_length=8)
    dimensions: tuple[str, ...] = Field((), max_length=3)
    grain: Grain | None = None
    filters: tuple[Filter, ...] = Field((), max_length=20)
    share_of: tuple[Filter, ...] = Field((), max_length=20)
    conditions: tuple[Condition, ...] = Field((), max_length=5)
    period: Period | None = None
    before: Period | None = None
    order: Literal["descending", "ascending"] | None = None
    limit: int | None = Field(None, ge=1, le=ROWS_AT_MOST)
