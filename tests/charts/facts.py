"""Small facts for every chart, and the charts made of them, by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from regulars.charts import (
    activity_charts,
    customer_charts,
    evaluation_charts,
    exploration_charts,
    score_charts,
)
from regulars.insights.activity import MembershipMonth, Month
from regulars.insights.amounts import Unit
from regulars.insights.churn_drivers import Driver
from regulars.insights.churn_evaluation import ChurnCurves, ChurnScoreboard, ScoreLine
from regulars.insights.customer_profiles import RiskBin
from regulars.insights.customer_timeline import Event
from regulars.insights.customer_transactions import DaySpend
from regulars.insights.customer_values import ValueTenth
from regulars.insights.exploration.categories import CategorySummary, Level
from regulars.insights.exploration.correlations import Correlations
from regulars.insights.exploration.numbers import Histogram
from regulars.insights.exploration.outcomes import OutcomeAt, SegmentOutcome, TargetAnalysis
from regulars.insights.migration import CohortMonth, Migration, Move, SegmentSize
from regulars.insights.portfolio import Part
from regulars.insights.run_history import CutoffWindow, Step
from regulars.insights.segment_figures import Segment
from regulars.insights.simulation import RatePoint
from regulars.insights.staying import SurvivalCurve
from regulars.release.evaluation_facts import (
    CalibrationPoint,
    ContactProfit,
    Figure,
    GainPoint,
    ProfitPoint,
    ScoreKind,
)

POUNDS = Unit("GBP")
CURVES = ChurnCurves(
    calibration=(
        CalibrationPoint(predicted=0.1, observed=0.12, low=0.08, high=0.2, n=50),
        CalibrationPoint(predicted=0.7, observed=0.6, low=0.5, high=0.75, n=50),
    ),
    cumulative_gains=(
        GainPoint(contacted=0.1, found=0.3, lift=3.0),
        GainPoint(contacted=0.5, found=0.8, lift=1.6),
        GainPoint(contacted=1.0, found=1.0, lift=1.0),
    ),
    money=ContactProfit(
        contacts=20, threshold=0.05, profit=120.0, low=40.0, high=200.0,
        curve=(
            ProfitPoint(contacts=10, share=0.1, profit=80.0, low=20.0, high=140.0),
            ProfitPoint(contacts=20, share=0.2, profit=120.0, low=40.0, high=200.0),
        ),
    ),
)  # fmt: skip
MONTHS = tuple(
    Month(
        month=date(2024, number, 1), active_customers=10 * number, new_customers=number,
        orders=20 * number, amount=1000.0 * number, refunds=0, refunded=0.0, contacts=0,
        complete=number < 6,
    )
    for number in (4, 5, 6)
)  # fmt: skip
MEMBERS = (MembershipMonth(date(2024, 4, 1), 5, 1, 4), MembershipMonth(date(2024, 5, 1), 3, 0, 7))


def score_line(name: str, kind: ScoreKind, auc: float | None) -> ScoreLine:
    low, high = (None, None) if auc is None else (auc - 0.05, auc + 0.05)
    return ScoreLine(
        name=name, words=name, kind=kind, rows="test", n=100,
        metrics={"roc_auc": Figure(value=auc, low=low, high=high)},
    )  # fmt: skip


BOARD = ChurnScoreboard(
    label="", kind="silence", cautions=(), rung="later", how_tested="", plan="", choice="",
    calibration="", verdict="", beats_recency=True, ranks=True, champion="blend",
    shipped="blend", threshold=0.1,
    cutoffs={"train": ("2024-01-01", "2024-02-01"), "test": ("2024-02-01",)},
    lines=(score_line("blend", "champion", 0.8), score_line("recency", "baseline", 0.7),
           score_line("unknown", "baseline", None)),
    subgroups=(), validation=(),
)  # fmt: skip
CUTOFFS = (
    CutoffWindow(date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 31), is_closed=True),
    CutoffWindow(date(2024, 2, 1), date(2024, 2, 1), date(2024, 5, 1), is_closed=True),
    CutoffWindow(date(2024, 6, 1), date(2024, 6, 1), date(2024, 8, 30), is_closed=False),
)
DRIVERS = (Driver(group="rhythm", share=0.6, inputs=("a",), words=("Days since",)),)
RISK = tuple(RiskBin(at / 10, at / 10 + 0.1, at * 3, 50.0 * at) for at in range(10))
RATES = (RatePoint(0.1, 50.0, 0.2, 10.0), RatePoint(0.2, 90.0, 0.4, None))
PARTS = (
    Part("Champions", 6, 0.6, 0, 0.2, 1.2, 600.0, 100.0, 120.0),
    Part("Lost", 3, 0.3, 1, 0.8, 2.4, 90.0, 30.0, 72.0),
    Part("New", 1, 0.1, 0, None, 0.0, 0.0, None, 0.0),
)
TENTHS = tuple(ValueTenth(at, 2, 100.0 - at, (11 - at) / 55, 50.0, None) for at in range(1, 11))
STAYING = (
    SurvivalCurve(
        "Monthly", 9, is_pooled=False, half_left_after_days=400.0, points=((90, 0.8), (365, 0.5))
    ),
    SurvivalCurve("Yearly", 5, is_pooled=True, half_left_after_days=None, points=((90, 0.95),)),
)
STEPS = (Step("land", 1.5, "3 files", "", reused=False), Step("train", 9.0, "", "", reused=True))
MOVES = Migration(
    from_as_of=date(2024, 3, 1), to_as_of=date(2024, 6, 1), order=("Champions", "Lost"),
    moves=(Move("Champions", "Champions", 6, 0.6), Move("Champions", "Lost", 4, 0.4),
           Move("Lost", "Lost", 5, 1.0)),
)  # fmt: skip
HISTOGRAM = Histogram("orders", "Orders ever", (0.0, 1.0, 2.0), (3, 1), (1, 9), (4, 10))
CATEGORY = CategorySummary(
    "channel", "Channel", 20, 1, 2,
    (Level("web", 10, 2, 0.2), Level("shop", 8, 4, 0.5), Level(None, 1, 0, 0.0)),
)  # fmt: skip
PAIRS = Correlations(2, 1, (), (), (), 0.5, 0.5, ("orders", "mood"), ((1.0, 0.5), (0.5, None)))
OUTCOMES = (OutcomeAt(date(2024, 1, 1), 50, 10, 0.2), OutcomeAt(date(2024, 2, 1), 60, 15, 0.25))
EVENTS = (
    Event(datetime(2024, 6, 1, 10, 30), "Purchase", "Order 7", 20.0),
    Event(datetime(2024, 6, 3), "Campaign", "Letter", None),
)


SEGMENTS = (
    Segment("Champions", 6, 0.6, 90.0, 0.9, 9, 5.0, 15.0, 0.2, 1.2, 9.0, 2),
    Segment("Lost", 4, 0.4, 10.0, 0.1, 300, 1.0, 2.5, None, 0.0, 0.0, 0),
)
RISK_PARTS = (
    Part("Low", 6, 0.6, 0, 0.1, 0.6, 1.0, 1.0, 1.0),
    Part("High", 3, 0.3, 0, 0.9, 2.7, 1.0, 1.0, 1.0),
)
COHORTS = (
    CohortMonth(date(2024, 4, 1), 1, 10, 3, 0.3),
    CohortMonth(date(2024, 5, 1), 1, 8, 2, 0.25),
)
SIZES = (
    SegmentSize(date(2024, 5, 1), "Champions", 5), SegmentSize(date(2024, 6, 1), "Champions", 6),
    SegmentSize(date(2024, 6, 1), "Lost", 4),
)  # fmt: skip
TARGET = TargetAnalysis("label", date(2024, 3, 1), 10, 30, 0.25, 3.0, 0.81)
SEGMENT_OUTCOMES = (SegmentOutcome("Lost", 4, 3, 0.75), SegmentOutcome(None, 2, None, None))


def charts() -> dict[str, dict[str, Any]]:
    """Every chart, made of these facts."""
    made: dict[str, dict[str, Any] | None] = {
        "calibration": score_charts.calibration_chart(CURVES),
        "gains": score_charts.gains_chart(CURVES),
        "lift": score_charts.lift_chart(CURVES),
        "profit": score_charts.profit_chart(CURVES, unit=POUNDS),
        "scoreboard": evaluation_charts.scoreboard_chart(BOARD),
        "drivers": score_charts.drivers_chart(DRIVERS),
        "risk": score_charts.risk_chart(RISK, unit=POUNDS),
        "sensitivity": score_charts.sensitivity_chart(RATES, unit=POUNDS),
        "cutoffs": evaluation_charts.cutoffs_chart(CUTOFFS, BOARD.cutoffs),
        "sales": activity_charts.sales_chart(MONTHS, unit=POUNDS),
        "buyers": activity_charts.buyers_chart(MONTHS),
        "orders": activity_charts.orders_chart(MONTHS),
        "members": activity_charts.members_chart(MEMBERS),
        "spend": activity_charts.spend_chart(
            [DaySpend(date(2024, 6, 1), 2, 20.0), DaySpend(date(2024, 6, 9), 1, 5.0)],
            unit=POUNDS, grain="day",
        ),
        "segments": customer_charts.segment_shares_chart(SEGMENTS, unit=POUNDS),
        "parts": customer_charts.parts_chart(PARTS, what="segment", unit=POUNDS),
        "risk parts": customer_charts.risk_parts_chart(RISK_PARTS),
        "amounts": customer_charts.amounts_chart({"A": 5.0}, unit=POUNDS, description="amounts"),
        "shares": customer_charts.shares_chart({"A": (0.5, "50 %")}, description="shares"),
        "tenths": customer_charts.value_tenths_chart(TENTHS, unit=POUNDS),
        "survival": customer_charts.survival_chart(STAYING),
        "steps": customer_charts.steps_chart(STEPS),
        "moves": customer_charts.moves_chart(MOVES),
        "cohorts": customer_charts.cohorts_chart(COHORTS),
        "sizes": customer_charts.segment_sizes_chart(SIZES, order=("Lost", "Champions")),
        "events": activity_charts.events_chart(EVENTS, unit=POUNDS),
        "outcome": exploration_charts.outcome_chart(TARGET),
        "distribution": exploration_charts.distribution_chart(HISTOGRAM),
        "segment churn": exploration_charts.segment_churn_chart(SEGMENT_OUTCOMES),
        "category churn": exploration_charts.category_churn_chart(CATEGORY),
        "outcomes": exploration_charts.outcomes_chart(OUTCOMES),
        "correlations": exploration_charts.correlations_chart(PAIRS),
    }  # fmt: skip
    return {name: spec for name, spec in made.items() if spec is not None}
