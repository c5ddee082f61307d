"""Everything the report says, asked once: the page, the JSON and the text cannot disagree."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from regulars import __version__
from regulars.insights.activity import MembershipMonth, Month, activity, membership
from regulars.insights.advice_words import Recommendation, advice_in_words, trust
from regulars.insights.amounts import Unit, customer_value_unit, unit_of
from regulars.insights.business_overview import Concentration, Overview, concentration, overview
from regulars.insights.cautions import score_cautions
from regulars.insights.churn_drivers import Driver, LeakageAudit, drivers, leakage_audit
from regulars.insights.churn_evaluation import (
    ChurnCurves,
    ChurnScoreboard,
    churn_curves,
    churn_scoreboard,
    why_no_churn,
)
from regulars.insights.customer_profiles import (
    Customer,
    RiskBin,
    attribute_names,
    risk_bins,
    top_customers,
)
from regulars.insights.customer_values import (
    ValueSummary,
    ValueTenth,
    ValueWay,
    value_summary,
    value_tenths,
    value_ways,
)
from regulars.insights.data_quality import (
    CheckResults,
    ColumnQuality,
    Reconciliation,
    Rejection,
    checks,
    column_quality,
    reconciliation,
    rejections,
)
from regulars.insights.definition_advice import DefinitionAdvice, definition_advice
from regulars.insights.delivered_files import (
    Delivery,
    deliveries,
    not_used_warning,
    synthetic_warning,
)
from regulars.insights.exploration.answer import Exploration, can_explore, explore
from regulars.insights.headings import attribute_heading
from regulars.insights.masking import personal_columns
from regulars.insights.migration import CohortMonth, Migration, cohorts
from regulars.insights.not_yet_computed import not_yet_warning
from regulars.insights.release_reading import Reading
from regulars.insights.run_history import CutoffWindow, Step, cutoffs, steps
from regulars.insights.score_monitoring import BacktestedScores, Drift, backtested_scores, drift
from regulars.insights.segment_figures import (
    Segment,
    frequency_unit,
    recency_unit,
    segments,
    without_segment,
)
from regulars.insights.staying import Staying, staying
from regulars.insights.value_words import value_note
from regulars.release.score_cautions import ScoreCaution
from regulars.serve.reports.migration_tables import quarter_migration

TOP_CUSTOMERS = 25
COHORTS = 12


@dataclass(frozen=True)
class Facts:
    """The answers of all insights about one release."""

    version: str
    synthetic: str
    not_used: str
    not_yet: str
    unit: Unit
    customer_value_unit: Unit
    overview: Overview
    cautions: tuple[ScoreCaution, ...]
    value_note: str
    concentration: Concentration | None
    advice: tuple[Recommendation, ...]
    trust: str
    deliveries: tuple[Delivery, ...]
    reconciliation: tuple[Reconciliation, ...]
    rejections: tuple[Rejection, ...]
    columns: tuple[ColumnQuality, ...]
    checks: CheckResults
    activity: tuple[Month, ...]
    membership: tuple[MembershipMonth, ...]
    segments: tuple[Segment, ...]
    recency_unit: str
    frequency_unit: str
    without_segment: int
    migration: Migration | None
    cohorts: tuple[CohortMonth, ...]
    churn: ChurnScoreboard | None
    why_no_churn: str
    definition: DefinitionAdvice | None
    curves: ChurnCurves
    drivers: tuple[Driver, ...]
    audit: LeakageAudit
    drift: Drift | None
    backtests: tuple[BacktestedScores, ...]
    value: ValueSummary
    value_ways: tuple[ValueWay, ...]
    value_tenths: tuple[ValueTenth, ...]
    staying: Staying
    exploration: Exploration | None
    cutoffs: tuple[CutoffWindow, ...]
    risk: tuple[RiskBin, ...]
    top_customers: tuple[Customer, ...]
    attribute_labels: dict[str, str]
    personal: tuple[str, ...]
    steps: tuple[Step, ...]


def gather(reading: Reading) -> Facts:
    """Ask every question of one release."""
    board = churn_scoreboard(reading)
    return Facts(
        version=reading.manifest.version or __version__,
        synthetic=synthetic_warning(reading),
        not_used=not_used_warning(reading),
        not_yet=not_yet_warning(reading),
        unit=unit_of(reading),
        customer_value_unit=customer_value_unit(reading),
        overview=overview(reading),
        cautions=score_cautions(reading),
        value_note=value_note(reading),
        concentration=concentration(reading),
        advice=advice_in_words(reading),
        trust=trust(reading),
        deliveries=deliveries(reading),
        reconciliation=reconciliation(reading),
        rejections=rejections(reading),
        columns=column_quality(reading),
        checks=checks(reading),
        activity=activity(reading),
        membership=membership(reading),
        segments=segments(reading),
        recency_unit=recency_unit(reading),
        frequency_unit=frequency_unit(reading),
        without_segment=without_segment(reading),
        migration=quarter_migration(reading),
        cohorts=cohorts(reading, limit=COHORTS),
        churn=board,
        why_no_churn="" if board else why_no_churn(reading),
        definition=definition_advice(reading),
        curves=churn_curves(reading),
        drivers=drivers(reading),
        audit=leakage_audit(reading),
        drift=drift(reading),
        backtests=backtested_scores(reading),
        value=value_summary(reading, limit=0),
        value_ways=value_ways(reading),
        value_tenths=value_tenths(reading),
        staying=staying(reading),
        exploration=explore(reading) if can_explore(reading) else None,
        cutoffs=cutoffs(reading),
        risk=risk_bins(reading),
        top_customers=top_customers(reading, limit=TOP_CUSTOMERS),
        attribute_labels={
            name: attribute_heading(reading, name) for name in attribute_names(reading)
        },
        personal=tuple(sorted(personal_columns(reading))),
        steps=steps(reading),
    )


def as_json(facts: Facts) -> str:
    """All facts as JSON text, keys sorted; the exploration has a file of its own."""
    content = asdict(replace(facts, exploration=None))
    return json.dumps(content, indent=2, sort_keys=True, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.isoformat() if isinstance(value, date) else str(value)
