"""`regulars campaign`: who would be contacted, what it would cost and bring, and the list."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from regulars.cli import state
from regulars.cli.alerting import note_event
from regulars.cli.project_reading import read_project
from regulars.core.errors import DataError

if TYPE_CHECKING:
    from regulars.insights.audiences import Audience
    from regulars.insights.campaign_assumptions import Assumptions

log = logging.getLogger(__name__)
Consent = Literal["not_refused", "given", "any"]
_Segments = Annotated[
    list[str], typer.Option("--segment", help="Only customers of this segment; repeatable.")
]
_Risks = Annotated[
    list[str],
    typer.Option(
        "--risk", help="Only this risk level: High, Medium, Low or 'Not Scored'; repeatable."
    ),
]
_Where = Annotated[
    list[str],
    typer.Option("--where", help="Only this attribute value, written as city=Oslo; repeatable."),
]


def campaign_command(
    segment: _Segments = [],  # noqa: B006  typer reads a list here and never changes it
    risk: _Risks = [],  # noqa: B006
    where: _Where = [],  # noqa: B006
    min_value: Annotated[
        float | None, typer.Option(help="Lowest value if the customer stays.")
    ] = None,
    max_value: Annotated[
        float | None, typer.Option(help="Highest value if the customer stays.")
    ] = None,
    min_risk: Annotated[float | None, typer.Option(help="Lowest risk score, 0 to 100.")] = None,
    consent: Annotated[
        Consent, typer.Option(help="Consent that a customer must have.")
    ] = "not_refused",
    worth_contacting: Annotated[
        bool,
        typer.Option(
            "--worth-contacting",
            help="Only customers for whom contacting pays off (expected net above zero).",
        ),
    ] = False,
    most: Annotated[
        int | None, typer.Option(min=0, help="Limit to the N customers of highest priority.")
    ] = None,
    offer_cost: Annotated[
        float | None,
        typer.Option(
            "--offer-cost",
            "--incentive",
            help="Cost of one accepted offer, for this simulation; else that of the project.",
        ),
    ] = None,
    contact_cost: Annotated[
        float | None,
        typer.Option(help="Cost of one contact, for this simulation; else that of the project."),
    ] = None,
    save_rate: Annotated[
        float | None,
        typer.Option(
            help="Share of churning customers whom the offer keeps, for this simulation; else "
            "that of the project."
        ),
    ] = None,
    kept_share: Annotated[
        float, typer.Option(help="Naive model: share of a kept customer's value that counts.")
    ] = 0.2,
    take_up: Annotated[
        float, typer.Option(help="Share of staying customers who accept the offer too.")
    ] = 1.0,
    horizon: Annotated[
        int | None, typer.Option(help="Number of days for which a kept customer's value counts.")
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="Contact as many customers as this budget pays for.")
    ] = None,
    project_costs: Annotated[
        bool,
        typer.Option("--project-costs", hidden=True, help="They are used in any case now."),
    ] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the contact list to this file (.csv or .parquet).")
    ] = None,
    show_personal: Annotated[
        bool,
        typer.Option(
            "--show-personal", help="Show personal data; without this option it is masked."
        ),
    ] = False,
) -> None:
    """Estimate what a campaign costs and returns, naively and weighted by probability."""
    from regulars.cli.answering.campaign import answer_campaign
    from regulars.cli.current_release import current_reading
    from regulars.insights.campaign_results import project_assumptions

    reading = current_reading(state.options.project)
    if project_costs:
        log.warning("--project-costs is not needed: the costs of the project are always used")
    usual = project_assumptions(reading)
    stated = {"offer_cost": offer_cost, "contact_cost": contact_cost, "save_rate": save_rate}
    customers = answer_campaign(
        reading,
        _audience(
            segments=segment,
            risks=risk,
            where=where,
            ranges={"value_if_stays": (min_value, max_value), "risk_score": (min_risk, None)},
            consent=consent,
            worth_contacting=True if worth_contacting else None,
            most=most,
        ),
        assumptions=_changed(
            usual,
            costs=usual.costs.stating(**stated),
            kept_share=kept_share,
            stayer_take_up=take_up,
            horizon_days=horizon,
        ),
        budget=budget,
        export=export,
        show_personal=show_personal,
        as_json=state.options.as_json,
    )
    if export is not None:
        note_event(
            read_project(state.options.project), "campaign", export.name, "exported",
            customers=customers, is_personal=show_personal,
        )  # fmt: skip


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
        ranges={name: bounds for name, bounds in ranges.items() if bounds != (None, None)},
        attributes=_values(where),
        consent=consent,
        worth_contacting=worth_contacting,
        most=most,
    )


def _values(where: list[str]) -> dict[str, tuple[str, ...]]:
    """`city=Oslo city=Rome plan=Gold` -> {'city': ('Oslo', 'Rome'), 'plan': ('Gold',)}."""
    values: dict[str, tuple[str, ...]] = {}
    for condition in where:
        name, sign, value = condition.partition("=")
        if not sign:
            raise DataError(f"--where {condition}: write an attribute and a value, as city=Oslo")
        values[name.strip()] = (*values.get(name.strip(), ()), value.strip())
    return values


def _changed(usual: Assumptions, **changes: Any) -> Assumptions:
    from dataclasses import replace

    return replace(usual, **{name: value for name, value in changes.items() if value is not None})
