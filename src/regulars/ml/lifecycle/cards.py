"""The card of an estimator: what it answers, learned from, reached, and must not be used for.

One list of parts gives the card as Markdown and as HTML, so the two cannot disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from regulars.features.churn_definition import definition_sentence
from regulars.ml.estimator_index import EstimatorRecord
from regulars.release.churn_report import TrainingReport
from regulars.release.score_cautions import cautions_of

SHOWN_INPUTS = 12
# What Markdown would take for HTML, a link, code or a column; names of categories come from data.
_SIGNS_IN_CELLS = re.compile(r"([\\<\[\]`*|&])")
_SIGNS_IN_SENTENCES = re.compile(r"([<\[])")
_FIGURES = (
    "base_rate", "roc_auc", "pr_auc", "lift_at_10", "log_loss", "brier", "calibration_error",
    "accuracy", "f1", "precision", "recall",
)  # fmt: skip
_LIMITS = (
    "A probability is about customers like this one; it is no fact about a person. Do not use it "
    "to refuse service, credit or a price.",
    "Reasons say what moves the score, not what causes churn. Whether an offer helps is known only "
    "from a held-out control group.",
    "It holds for the population and horizon above. New products, prices or markets are not in it.",
)
_ETHICS = (
    "Inputs that describe a person (age, gender, place) are used only where the project file maps "
    "them as features; remove them there with `feature: false`.",
)


@dataclass(frozen=True)
class Part:
    """A heading with sentences and, where it has one, a table."""

    heading: str
    sentences: Sequence[str] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


def markdown_card(record: EstimatorRecord, report: TrainingReport) -> str:
    """The card as Markdown."""
    lines = [f"# Churn estimator {record.estimator_id}", ""]
    for part in _parts(record, report):
        lines += [f"## {part.heading}", ""]
        for sentence in part.sentences:
            lines += [_SIGNS_IN_SENTENCES.sub(r"\\\1", sentence), ""]
        if part.header:
            lines += [_line(part.header), _line(["---"] * len(part.header))]
            lines += [*(_line(row) for row in part.rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def html_card(record: EstimatorRecord, report: TrainingReport) -> str:
    """The card as one HTML page that needs nothing else."""
    title = f"Churn estimator {escape(record.estimator_id)}"
    body = "".join(_section(part) for part in _parts(record, report))
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
        "border-bottom:1px solid #ddd}"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{style}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )


def _parts(record: EstimatorRecord, report: TrainingReport) -> Iterator[Part]:
    yield Part("Churn definition", [definition_sentence(record.definition)])
    cautions = [caution.sentence for caution in cautions_of(report)]
    shipped = f"What scores customers: {record.shipped}."
    yield Part("Verdict", [*cautions, record.verdict, shipped])
    yield _data(record, report)
    yield Part(
        "Test",
        [*cautions, report.calibration],
        ("figure", "value", "95 % interval"),
        [_figure(record, name) for name in _FIGURES if name in record.metrics],
    )
    yield _confusion(report)
    yield _segments(report)
    yield Part("Gates", header=("gate", "verdict", "reason"), rows=_verdicts(record.gates))
    yield Part("Checks of the data", header=("check", "", "finding"), rows=_verdicts(record.checks))
    yield _inputs(record, report)
    yield Part("Limits", _LIMITS)
    yield Part("Ethics", _ETHICS)
    yield Part(
        "Watching it",
        [
            "Each run compares the features of today's customers with the training data (PSI), "
            "and backtests stored scores against outcomes once their window closes: "
            "`regulars churn history`.",
        ],
    )


def _data(record: EstimatorRecord, report: TrainingReport) -> Part:
    share = record.churned / record.rows if record.rows else 0.0
    facts = {
        "trained": f"{record.trained_at}, looking back from {record.as_of}",
        "rows": f"{record.rows:,}, of which {record.churned:,} churned ({share:.1%})",
        "recipe": record.recipe,
        "data fingerprint": record.data_fingerprint,
        "code": f"version {record.code_version}, {record.code_fingerprint}",
    }
    facts |= {f"cutoffs: {part}": ", ".join(days) for part, days in record.cutoffs.items() if days}
    return Part("Data", [report.plan], ("", ""), list(facts.items()))


def _inputs(record: EstimatorRecord, report: TrainingReport) -> Part:
    rows = [
        (group.group, f"{group.share:.0%}", ", ".join(group.inputs[:3]))
        for group in report.importance
    ]
    words = [f"{len(record.features)} features; groups by how much they change the score."]
    return Part("Inputs", words, ("group", "share", "strongest inputs"), rows[:SHOWN_INPUTS])


def _confusion(report: TrainingReport) -> Part:
    matrix = report.confusion
    if matrix is None:
        return Part("Confusion matrix")
    words = (
        f"Called churned from a probability of {matrix.threshold:.3f} on: "
        f"{matrix.true_positives:,} who churned and {matrix.false_positives:,} who stayed. "
        f"Not called: {matrix.false_negatives:,} who churned and {matrix.true_negatives:,} who "
        "stayed."
    )
    rows = [
        (
            each.name,
            *(f"{value:.3f}" for value in (each.precision, each.recall, each.f1)),
            f"{each.support:,}",
        )
        for each in matrix.classes
    ]
    header = ("", "precision", "recall", "F1", "customers")
    return Part("Confusion matrix", [words], header, rows)


def _segments(report: TrainingReport) -> Part:
    segments = report.segment_calibration
    within = sum(segment.is_within_interval for segment in segments)
    words = (
        f"In {within} of {len(segments)} segments of the test the predicted churn lies within the "
        "95 % interval of the observed one; by chance one in twenty does not."
    )
    rows = [
        (
            f"{segment.by.replace('_', ' ')}: {segment.level}",
            f"{segment.n:,}",
            f"{segment.predicted:.1%}",
            f"{segment.observed:.1%} ({segment.low:.1%} to {segment.high:.1%})",
            "" if segment.is_within_interval else "off",
        )
        for segment in segments
    ]
    header = ("segment", "customers", "predicted", "observed (95 % interval)", "")
    part = Part("Calibration by segment", [words], header, rows)
    return part if segments else Part("Calibration by segment")


def _figure(record: EstimatorRecord, name: str) -> tuple[str, str, str]:
    metric = record.metrics[name]
    return (
        name.replace("_", " "),
        _number(metric.get("value")),
        f"{_number(metric.get('low'))} to {_number(metric.get('high'))}",
    )


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _verdicts(rules: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (rule["name"], "PASS" if rule["passed"] else "FAIL", rule.get("reason") or rule["finding"])
        for rule in rules
    ]


def _line(cells: Sequence[str]) -> str:
    clean = (_SIGNS_IN_CELLS.sub(r"\\\1", " ".join(cell.split())) for cell in cells)
    return f"| {' | '.join(clean)} |"


def _section(part: Part) -> str:
    paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in part.sentences)
    if not part.header:
        return f"<h2>{escape(part.heading)}</h2>{paragraphs}"
    head = "".join(f"<th>{escape(cell)}</th>" for cell in part.header)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in part.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<h2>{escape(part.heading)}</h2>{paragraphs}{table}"
