"""The test of an estimator of one's own, as an object that shows itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from regulars.ml.churn.training_report import curves_of
from regulars.notebook.answers import interval_text
from regulars.notebook.charts import Chart
from regulars.notebook.showing import Grid, Part, Shown, Title
from regulars.notebook.tables import Table, arrow_table

if TYPE_CHECKING:
    from regulars.ml.churn.rivals import RivalEvaluation
    from regulars.ml.evaluation import ScoreRow

_SHOWN = ("pr_auc", "log_loss", "brier", "calibration_error", "lift_10")
_UNDATED = (
    "Outcomes have no dates: every customer was scored by estimators that never saw the customer. "
    "How the score holds up later is not known."
)


class Evaluation(Shown):
    """An estimator on rows that it never saw, beside the score of Regulars and the baselines.

    `facts` has everything, typed.
    """

    def __init__(self, facts: RivalEvaluation, *, left_out: Mapping[str, str] | None = None):
        self.facts = facts
        self.left_out = dict(left_out or {})

    @property
    def name(self) -> str:
        """What the estimator is called."""
        return self.facts.name

    @property
    def scoreboard(self) -> Table:
        """Every score on the test rows: metrics, and the 95 % interval of the ROC AUC."""
        return arrow_table(
            pa.Table.from_pylist([self._line(row) for row in self.facts.scoreboard.rows])
        )

    @property
    def calibration(self) -> Table:
        """Predicted probability and observed churn, by tenths, of yours and of ours."""
        points = [
            {
                "model": self._words(name),
                "predicted": point.predicted,
                "observed": point.observed,
                "observed_low": point.low,
                "observed_high": point.high,
                "customers": point.n,
            }
            for name, curves in self.facts.curves.items()
            for point in curves_of(curves).calibration
        ]
        return arrow_table(pa.Table.from_pylist(points))

    @property
    def gains(self) -> Table:
        """What yours gains over each other score on the same rows; above 0 it is better."""
        rows = [
            {
                "over": self._words(other),
                "metric": metric,
                "gain": estimate.value,
                "low": estimate.low,
                "high": estimate.high,
            }
            for other, gains in self.facts.gains.items()
            for metric, estimate in gains.items()
        ]
        return arrow_table(pa.Table.from_pylist(rows))

    @property
    def leaks(self) -> Table:
        """Inputs that know the outcome, each with the reason; every figure is too good then."""
        lines = [line for line in self.facts.audit.lines if line.verdict in _LEAKS]
        rows = [
            {
                "input": _input_words(line.input),
                "verdict": line.verdict,
                "reason": line.reason,
                "auc_alone": line.auc_alone,
            }
            for line in lines
        ]
        return arrow_table(pa.Table.from_pylist(rows, schema=_LEAK_COLUMNS))

    @property
    def held_out(self) -> Table:
        """The test rows with the probability that yours gave them, and the outcome."""
        rows = self.facts.rows
        keys = ["customer_id"] if self.facts.plan is None else ["customer_id", "as_of"]
        return arrow_table(
            rows.keys.select(keys)
            .append_column("churn_probability", pa.array(self.facts.probability))
            .append_column("churned", pa.array(rows.outcome > 0))
        )

    @property
    def how_tested(self) -> str:
        """Which rows it learned from and which it was tested on, in words."""
        return self.facts.plan.words if self.facts.plan is not None else _UNDATED

    @property
    def verdict(self) -> str:
        """Whether yours beats the score of Regulars, and the baselines, beyond chance."""
        return " ".join(
            _compared(gains, self._other(other)) for other, gains in self.facts.gains.items()
        )

    def chart(self) -> Chart:
        """Predicted and observed churn of yours, by tenths."""
        from regulars.charts.score_charts import calibration_chart
        from regulars.insights.churn_evaluation import ChurnCurves

        mine = curves_of(self.facts.curves[self.name])
        spec = calibration_chart(ChurnCurves(mine.calibration, mine.cumulative_gains))
        return Chart("calibration", spec or {"description": "nothing was tested"}, width=460)

    def _parts(self) -> Iterator[Part]:
        auc = self.facts.rival.metrics["roc_auc"]
        yield Title(f"{self.name}: ROC AUC {auc.value:.3f} ({interval_text(auc.low, auc.high)})")
        for line in self.facts.audit.lines:
            if line.verdict in _LEAKS:
                yield f"Leak: {_input_words(line.input)} {line.reason}"
        yield self.verdict
        yield self.how_tested
        yield self._grid()
        for name, why in self.left_out.items():
            yield f"Left out: {name}, for {why}."

    def _grid(self) -> Grid:
        return Grid(
            ("score", "", "customers", "ROC AUC", "95 % interval", "log loss", "calibration error"),
            [
                (
                    self._words(row.name),
                    self._kind(row),
                    row.n,
                    row["roc_auc"],
                    interval_text(row.metrics["roc_auc"].low, row.metrics["roc_auc"].high),
                    row["log_loss"],
                    row["calibration_error"],
                )
                for row in self.facts.scoreboard.rows
            ],
        )

    def _line(self, row: ScoreRow) -> dict[str, Any]:
        auc = row.metrics["roc_auc"]
        return {
            "score": self._words(row.name),
            "kind": self._kind(row),
            "rows": row.rows,
            "customers": row.n,
            "roc_auc": auc.value,
            "roc_auc_low": auc.low,
            "roc_auc_high": auc.high,
            **{name: row[name] for name in _SHOWN if name in row.metrics},
        }

    def _kind(self, row: ScoreRow) -> str:
        if row.name == self.name:
            return "yours"
        return {"ours": "Regulars", "member": "part of Regulars"}.get(row.kind, row.kind)

    def _other(self, name: str) -> str:
        return "the score of Regulars" if name == self.facts.champion else self._words(name)

    def _words(self, name: str) -> str:
        from regulars.insights.churn_evaluation import named

        return name if name.startswith(self.name) else named(name)


_LEAKS = ("refused", "suspected")
_LEAK_COLUMNS = pa.schema(
    [
        ("input", pa.string()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("auc_alone", pa.float64()),
    ]
)


def _input_words(name: str) -> str:
    return "the estimator as a whole" if name == "*" else f"'{name}'"


def _compared(gains: Mapping[str, Any], other: str) -> str:
    """Better, worse or neither beyond chance, by the paired interval on the ROC AUC."""
    gain = gains["roc_auc"]
    figures = f"{gain.value:+.3f} ROC AUC, 95 % interval {gain.low:+.3f} to {gain.high:+.3f}"
    if gain.low > 0:
        return f"Ranks better than {other} ({figures})."
    if gain.high < 0:
        return f"Ranks worse than {other} ({figures})."
    return f"Ranks within noise of {other} ({figures})."
