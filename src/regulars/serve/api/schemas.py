"""Shapes of requests and answers that are the API's own; all others are those of insights."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from regulars.insights.audiences import Audience, AudiencePart, AudienceTotals
from regulars.insights.campaign_assumptions import Assumptions
from regulars.insights.customer_search import PAGE_AT_MOST, Paging, SortedBy

Risk = Literal["High", "Medium", "Low", "Not Scored"]
Consent = Literal["not_refused", "given", "any"]
Money = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


def _unicode(text: str) -> str:
    """Refuses a lone half of a surrogate pair: JSON can write one, and no table holds it."""
    text.encode()  # UnicodeEncodeError is a ValueError: 422
    return text


Text = Annotated[str, AfterValidator(_unicode)]


class Strict(BaseModel):
    """A body in which an unknown name is an error."""

    model_config = ConfigDict(extra="forbid")


class Range(Strict):
    """Inclusive bounds; an absent one is open."""

    low: Number | None = None
    high: Number | None = None


_AUDIENCE: dict[str, Any] = {
    "risks": ["High", "Medium"],
    "ranges": {"value_if_stays": {"low": 500}},
}
_CAMPAIGN: dict[str, Any] = {
    "audience": _AUDIENCE,
    "assumptions": {"offer_cost": 15, "contact_cost": 2, "save_rate": 0.2},
    "budget": 5000,
}


class AudienceBody(Strict):
    """Filters that must all hold; an empty one chooses everybody who is still a customer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_AUDIENCE]})

    segments: list[Text] = Field(default=[], max_length=100, examples=[["Champions"]])
    risks: list[Risk] = Field(default=[], examples=[["High", "Medium"]])
    ranges: dict[Text, Range] = Field(default={}, examples=[{"value_if_stays": {"low": 500}}])
    attributes: dict[Text, list[Text]] = Field(default={}, examples=[{}])
    consent: Consent = "not_refused"
    worth_contacting: bool | None = None
    with_those_who_left: bool = False
    most: int | None = Field(default=None, ge=0, le=10**9)

    def audience(self) -> Audience:
        """The same for insights."""
        filters = self.model_dump(exclude={"ranges", "attributes", "segments", "risks"})
        return Audience(
            segments=tuple(self.segments),
            risks=tuple(self.risks),
            ranges={name: (bounds.low, bounds.high) for name, bounds in self.ranges.items()},
            attributes={name: tuple(values) for name, values in self.attributes.items()},
            **filters,
        )


class AssumptionsBody(Strict):
    """What a campaign is expected to cost and to do; amounts in the project's unit.

    Costs and the save rate that are left out are those of the project.
    """

    offer_cost: Money | None = Field(
        default=None, validation_alias=AliasChoices("offer_cost", "incentive")
    )
    contact_cost: Money | None = None
    save_rate: Share | None = None
    kept_share: Share = 0.20
    horizon_days: int | None = Field(default=None, ge=1, le=36_500)
    stayer_take_up: Share = 1.0

    def assumptions(self, project: Assumptions) -> Assumptions:
        """The same for insights; what is left out is the project's."""
        costs = project.costs.stating(
            contact_cost=self.contact_cost, offer_cost=self.offer_cost, save_rate=self.save_rate
        )
        further = self.model_dump(exclude={"contact_cost", "offer_cost", "save_rate"})
        return Assumptions(costs=costs, **further)


class CampaignBody(Strict):
    """A campaign to simulate; a budget contacts as many as it pays for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CAMPAIGN]})

    audience: AudienceBody = AudienceBody()
    assumptions: AssumptionsBody = AssumptionsBody()
    budget: Money | None = None


class AudienceAnswer(BaseModel):
    """An audience in figures, and how it divides."""

    totals: AudienceTotals
    by_segment: list[AudiencePart]
    by_risk: list[AudiencePart]


class Health(BaseModel):
    """Whether there is something to answer from."""

    status: Literal["ok", "no release"] = Field(examples=["ok"])
    version: str
    release_id: str | None


class KeyAnswer(BaseModel):
    """A key without its secret."""

    key_id: str
    name: str
    scopes: list[str]
    created_at: str
    revoked_at: str | None
    expires_at: str | None


def filters(
    segment: Annotated[list[str], Query(default_factory=list, max_length=100)],
    risk: Annotated[list[Risk], Query(default_factory=list)],
    where: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^[^=]+=", max_length=500)]],
        Query(default_factory=list, max_length=100),
    ],
    min_value: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    max_value: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    min_risk: Annotated[float | None, Query(ge=0, le=100)] = None,
    max_risk: Annotated[float | None, Query(ge=0, le=100)] = None,
    consent: Annotated[Consent, Query()] = "any",
    worth_contacting: Annotated[bool | None, Query()] = None,
    with_those_who_left: Annotated[bool, Query()] = False,
) -> Audience:
    """Filters of a list, as parameters."""
    ranges = {"value_if_stays": (min_value, max_value), "risk_score": (min_risk, max_risk)}
    return Audience(
        segments=tuple(segment),
        risks=tuple(risk),
        ranges={name: bounds for name, bounds in ranges.items() if bounds != (None, None)},
        attributes=_values(where),
        consent=consent,
        worth_contacting=worth_contacting,
        with_those_who_left=with_those_who_left,
    )


def paging(
    sort: Annotated[SortedBy, Query()] = "priority",
    order: Annotated[Literal["desc", "asc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=0, le=PAGE_AT_MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Paging:
    """Which part of a list, in which order."""
    return Paging(sort=sort, descending=order == "desc", limit=limit, offset=offset)


def _values(where: list[str]) -> dict[str, tuple[str, ...]]:
    """`city=Oslo city=Rome plan=Gold` -> {'city': ('Oslo', 'Rome'), 'plan': ('Gold',)}."""
    values: dict[str, tuple[str, ...]] = {}
    for condition in where:
        name, _, value = condition.partition("=")
        values[name] = (*values.get(name, ()), value)
    return values
