"""`regulars campaign`: who would be contacted, what it would cost and bring, and the list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from regulars.cli import state
from regulars.core.errors import DataError
from regulars.core.settings import read_project

if TYPE_CHECKING:
    from regulars.insights.audiences import Audience
    from regulars.insights.simulation import Assumptions

Consent = Literal["not_refused", "given", "any"]
_Segments = Annotated[list[str], typer.Option("--segment", help="Only this segment; repeatable.")]
_Risks = Annotated[
    list[str], typer.Option("--risk", help="High, Medium, Low or 'Not Scored'; repeatable.")
]
_Where = Annotated[
    list[str], typer.Option("--where", help="An attribute's value, as city=Oslo; repeatable.")
]


def campaign_command(
    segment: _Segments = [],  # noqa: B006  typer reads a list here and never changes it
    risk: _Risks = [],  # noqa: B006
    where: _Where = [],  # noqa: B006
    min_value: Annotated[float | None, typer.Option(help="Worth at least so much.")] = None,
    max_value: Annotated[float | None, typer.Option(help="Worth at most so much.")] = None,
    min_risk: Annotated[float | None, typer.Option(help="A risk score of at least this.")] = None,
    consent: Annotated[Consent, typer.Option(help="Whose consent counts.")] = "not_refused",
    worth_contacting: Annotated[
        bool, typer.Option("--worth-contacting", help="Only whom a contact pays for.")
    ] = False,
    most: Annotated[int | None, typer.Option(min=0, help="At most so many, by priority.")] = None,
    incentive: Annotated[float | None, typer.Option(help="What the offer costs. [50]")] = None,
    contact_cost: Annotated[float | None, typer.Option(help="What a contact costs. [5]")] = None,
    save_rate: Annotated[
        float | None, typer.Option(help="Share kept of those who would leave. [0.3]")
    ] = None,
    kept_share: Annotated[
        float, typer.Option(help="Plain formula: share of a customer's value that is kept.")
    ] = 0.2,
    take_up: Annotated[
        float, typer.Option(help="Share of those who would stay who take the offer as well.")
    ] = 1.0,
    horizon: Annotated[
        int | None, typer.Option(help="Days for which a saved customer's value counts.")
    ] = None,
    budget: Annotated[float | None, typer.Option(help="Contact as many as this pays for.")] = None,
    project_costs: Annotated[
        bool, typer.Option("--project-costs", help="Costs and save rate of regulars.yaml.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the target list here (.csv or .parquet).")
    ] = None,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="Show personal data instead of masking it.")
    ] = False,
) -> None:
    """What a campaign would cost and bring: a plain formula, and one that can be believed."""
    from regulars.cli.answering.campaign import answer_campaign
    from regulars.insights.campaigns import project_assumptions
    from regulars.insights.reading import read_current
    from regulars.insights.simulation import Assumptions

    reading = read_current(read_project(state.options.project))
    usual = project_assumptions(reading) if project_costs else Assumptions()
    answer_campaign(
        reading,
        _audience(
            segments=segment,
            risks=risk,
            where=where,
            ranges={"customer_value": (min_value, max_value), "risk_score": (min_risk, None)},
            consent=consent,
            worth_contacting=True if worth_contacting else None,
            most=most,
        ),
        assumptions=_changed(
            usual,
            incentive=incentive,
            contact_cost=contact_cost,
            save_rate=save_rate,
            kept_share=kept_share,
            stayer_take_up=take_up,
            horizon_days=horizon,
        ),
        budget=budget,
        export=export,
        show_personal=show_personal,
        as_json=state.options.as_json,
    )


def _audience(
    *,
    segments: list[str],
    risks: list[str],
    where: list[str],
    ranges: dict[str, tuple[float | None, float | None]],
    consent: Consent,
    worth_contacting: bool | None,
    most: int | None,
) -> Audience:
    from regulars.insights.audiences import Audience

    return Audience(
        segments=tuple(segments),
        risks=tuple(risks),
        ranges={name: found for name, found in ranges.items() if found != (None, None)},
        attributes=_values(where),
        consent=consent,
        worth_contacting=worth_contacting,
        most=most,
    )


def _values(where: list[str]) -> dict[str, tuple[str, ...]]:
    """`city=Oslo city=Rome plan=Gold` -> {'city': ('Oslo', 'Rome'), 'plan': ('Gold',)}."""
    found: dict[str, tuple[str, ...]] = {}
    for one in where:
        name, sign, value = one.partition("=")
        if not sign:
            raise DataError(f"--where {one}: write an attribute and a value, as city=Oslo")
        found[name.strip()] = (*found.get(name.strip(), ()), value.strip())
    return found


def _changed(usual: Assumptions, **wanted: Any) -> Assumptions:
    from dataclasses import replace

    return replace(usual, **{name: value for name, value in wanted.items() if value is not None})
