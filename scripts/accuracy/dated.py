"""Businesses with a history: figures are of customers at a cutoff later than what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from accuracy.older_recipe import (
    MONTHS,
    label_and_inputs,
    on_itself,
    on_the_future,
    read_members,
    since_joining,
)
from accuracy.page import Figure, Section
from accuracy.projects import Lesson, make_lesson, project_text, write_project
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.encoding import numbers
from regulars.ml.evaluation import ScoreRow
from regulars.ml.splits import rows_at

AIRLINE_CUTOFFS = ("2018-07-01", "2018-08-01", "2018-09-01", "2018-10-01")
CEILING_OF_SAAS = 0.6
ROWS_HERE = 405_624
EVERYBODY = {"activity_window: 365": "activity_window: null"}


def lesson_of(name: str, data: Path, folder: Path, changes: dict[str, str] | None = None) -> Lesson:
    """The rows of a dated data set."""
    text = project_text(name)
    return make_lesson(write_project(folder / name, data / name, text=text, changes=changes))


def airline(data: Path, folder: Path) -> Section:
    """Cancellation within three months, at four cutoffs, and another recipe on the same future."""
    lesson = lesson_of("airline", data, folder)
    tested = [lesson.tested_at(day).trained() for day in AIRLINE_CUTOFFS]
    ours = [one.scoreboard.ours for one in tested]
    members = read_members(data / "airline")
    followed, joined = (
        [on_the_future(who, lesson.frame, day=day) for day in AIRLINE_CUTOFFS]
        for who in (members, since_joining(members))
    )
    label, _ = label_and_inputs(members, MONTHS)
    figures = [
        Figure("ROC AUC, mean of the cutoffs", mean(ours, "roc_auc"), at_least=0.77, alarm=0.83),
        Figure("lift at 10 %, mean", mean(ours, "lift_at_10"), at_least=5.2, digits=2),
        Figure("calibration error, mean", mean(ours, "calibration_error"), at_most=0.005),
        Figure(
            "tenure hazard alone: ROC AUC, mean",
            float(np.mean([row_of(one, "tenure_hazard")["roc_auc"] for one in tested])),
        ),
        Figure("an older recipe on its own label and split: ROC AUC", on_itself(members)),
        Figure("the same on the cancellations that followed, mean", float(np.mean(followed))),
        Figure("the same without months before joining, mean", float(np.mean(joined))),
    ]
    notes = [
        "Cutoffs: " + ", ".join(AIRLINE_CUTOFFS) + ".",
        *[f"{one.plan_words} {spoken(one)}. {one.calibration_words}" for one in tested],
        "The older recipe labels 'cancelled, or no flight for three months' and learns it from "
        "totals over the same months, on a random split of all members. What was replayed: at each "
        "cutoff its label and inputs from the months before, learned from all who had joined, and "
        "its scores of members compared with their cancellations in the three months after: "
        f"{_each(followed)}; without months before joining {_each(joined)}.",
        "It was published for another edition of these files, with 392,936 rows of 1.29 flights "
        "on average and 21.65 % labelled, and reaches 0.886 there on its own label; the 0.45 on "
        "the future that is reported for it belongs to that edition. Here the files hold "
        "405,624 rows of "
        f"{members.flights.sum() / ROWS_HERE:.2f} flights, and {label.mean():.2%} are labelled.",
    ]
    return Section("airline", "Members who cancel within three months, monthly.", figures, notes)


def _each(aucs: Sequence[float]) -> str:
    return ", ".join(f"{auc:.3f}" for auc in aucs)


def retail(data: Path, folder: Path) -> Section:
    """Silence for 90 days after 2011-09-11."""
    lesson = lesson_of("retail", data, folder)
    trained = lesson.tested_at("2011-09-11").trained()
    ours = trained.scoreboard.ours
    members = [row for row in trained.scoreboard.rows if row.kind == "member"]
    rhythm, recency = row_of(trained, "bg_nbd"), row_of(trained, "recency")
    best = min(row["log_loss"] for row in [*members, rhythm])
    figures = [
        Figure("ROC AUC", ours["roc_auc"], alarm=0.8),
        Figure("log loss", ours["log_loss"], at_most=best + 0.01, must="best member + 0.01"),
        Figure("log loss below BG/NBD", ours["log_loss"] < rhythm["log_loss"]),
        Figure("ROC AUC above recency", ours["roc_auc"] - recency["roc_auc"], at_least=0.045),
        Figure("calibration error", ours["calibration_error"]),
        *beside(trained),
    ]
    notes = [said(trained), season(lesson, trained)]
    return Section("retail", "A shop: nothing bought in 90 days.", figures, notes)


def season(lesson: Lesson, trained: TrainedChurn) -> str:
    """Why predictions are off in autumn, and why nothing corrects them."""
    predicted = trained.tested["churn_probability"].to_numpy()
    observed = trained.scoreboard.ours["base_rate"]
    assert trained.plan is not None
    learned = lesson.frame.outcome[rows_at(lesson.frame, trained.plan.train)].mean()
    first = lesson.problem.history_from
    return (
        f"Predicted churn {predicted.mean():.3f}, observed {observed:.3f}. In the training data "
        f"{learned:.3f} churned, in spring and summer; the test is in autumn. A factor of the same "
        "season a year before would need outcomes of that season and the history before them; the "
        f"history begins on {first}. So none can be learned, nor tried on a validation cutoff, and "
        "none is used."
    )


def cdnow(data: Path, folder: Path) -> Section:
    """Silence for 90 days after 1998-04-02, all 2,357 customers."""
    lesson = lesson_of("cdnow", data, folder, EVERYBODY)
    trained = lesson.tested_at("1998-04-02").trained()
    ours = trained.scoreboard.ours
    figures = [
        Figure("customers", ours.n, at_least=2357, at_most=2357, digits=0, must="2357"),
        Figure("ROC AUC", ours["roc_auc"], at_least=0.825, alarm=0.87),
        Figure("log loss", ours["log_loss"], at_most=0.295),
        Figure("calibration error", ours["calibration_error"], at_most=0.035),
        Figure("the verdict says 'within noise'", "ithin noise" in trained.verdict.words),
        *beside(trained),
    ]
    return Section(
        "cdnow", "A cohort of buyers: nothing bought in 90 days.", figures, [said(trained)]
    )


def saas(data: Path, folder: Path) -> Section:
    """No signal: the base rate ships."""
    lesson = lesson_of("saas", data, folder)
    trained = lesson.trained()
    auc = trained.scoreboard.ours.metrics["roc_auc"]
    silent = auc.low <= 0.5 or not trained.verdict.gains["base_rate"]["log_loss"].above_zero
    figures = [
        Figure(
            "ROC AUC of the champion that does not ship",
            auc.value,
            must=f"below {CEILING_OF_SAAS}, else a leak is suspected",
        ),
        Figure("interval of ROC AUC from", auc.low),
        Figure("interval of ROC AUC to", auc.high),
        Figure("0.5 is inside, or no gain over the base rate", silent),
        Figure("what ships is the base rate", trained.shipped == "base_rate"),
        Figure(
            f"from {CEILING_OF_SAAS} on the run suspects a leak",
            trained.audit.suspected is not None or auc.value < CEILING_OF_SAAS,
        ),
    ]
    validation = next(row for row in trained.validation if row.kind == "ours")
    note = (
        f"The test holds {trained.scoreboard.ours.n} accounts. On the validation cutoffs before it "
        f"({validation.n} rows) the champion's ROC AUC is {validation['roc_auc']:.3f}."
    )
    words = "Accounts whose churn cannot be predicted."
    return Section("saas", words, figures, [note, young_leave(lesson), said(trained)])


def adventureworks(data: Path, folder: Path) -> Section:
    """A shop whose buyers come back whatever is known of them: no ranking ships."""
    trained = lesson_of("adventureworks", data, folder).trained()
    auc = trained.scoreboard.ours.metrics["roc_auc"]
    gain = trained.verdict.gains["base_rate"]["log_loss"]
    figures = [
        Figure("ROC AUC of the champion that does not ship", auc.value),
        Figure("interval of ROC AUC from", auc.low),
        Figure("interval of ROC AUC to", auc.high),
        Figure("log loss below that of the base rate by", gain.value),
        Figure("interval of that gain to", gain.high),
        Figure("no sure gain, and what ships is the base rate", not gain.above_zero
               and trained.shipped == "base_rate"),
        *beside(trained),
    ]  # fmt: skip
    words = "A bicycle shop: nothing bought in 180 days."
    return Section("adventureworks", words, figures, [said(trained)])


def young_leave(lesson: Lesson) -> str:
    """Why the last test cutoff of these made accounts shows what earlier ones do not."""
    frame = lesson.frame.sorted()
    at_test = frame.take(frame.as_of == frame.as_of.max())
    tenure = numbers(at_test.inputs["tenure_days"])
    young = float(at_test.outcome[tenure < 90].mean())
    old = float(at_test.outcome[tenure >= 365].mean())
    return (
        "Whoever leaves does so on a day drawn between sign-up and the last day of the files, so "
        f"at the last cutoff the newest accounts leave: {young:.0%} of those of less than 90 days, "
        f"{old:.0%} of those of a year and more. The suspicion is right: that comes from how the "
        "files end, not from customers."
    )


def mean(rows: Sequence[ScoreRow], metric: str) -> float:
    """Mean of a metric over rows."""
    return float(np.mean([row[metric] for row in rows]))


def row_of(trained: TrainedChurn, name: str) -> ScoreRow:
    """A row of the scoreboard that must be there."""
    row = trained.scoreboard.row(name)
    assert row is not None, name
    return row


def beside(trained: TrainedChurn) -> list[Figure]:
    """ROC AUC and log loss of members, baselines and the optimistic split."""
    return [
        Figure(f"{row.name} ({row.kind}): {words}", row[metric])
        for row in trained.scoreboard.rows
        if row.kind != "ours" and row.name != "base_rate"
        for metric, words in (("roc_auc", "ROC AUC"), ("log_loss", "log loss"))
    ]


def spoken(trained: TrainedChurn) -> str:
    """The figures of one cutoff."""
    ours = trained.scoreboard.ours
    return (
        f"ROC AUC {ours['roc_auc']:.3f}, lift {ours['lift_at_10']:.2f}, calibration error "
        f"{ours['calibration_error']:.4f}"
    )


def said(trained: TrainedChurn) -> str:
    """What the report says of the test, the plan, calibration and what ships."""
    words = (trained.plan_words, trained.calibration_words, trained.verdict.words)
    return f"Champion: {trained.champion}; ships: {trained.shipped}. {' '.join(words)}"
