"""A planted leak: a column made from the outcome stops the run and is named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from regulars.cli.app import main
from regulars.core.errors import LeakageError
from tests.small_projects import SmallProject, small_project

SETTINGS = """
version: 1
project: subscribers
sources:
  people: {path: people.csv}
entities:
  customers:
    source: people
    columns: {customer_id: who}
    attributes:
      plan: plan
      months: {column: months, type: number}
  labels:
    source: people
    columns: {customer_id: who, churned: gone}
churn: {kind: labelled}
"""


def people() -> str:
    """400 subscribers: short contracts leave more often; `code` restates who left."""
    draw = random.Random(7)
    lines = ["who,plan,months,gone,code,why"]
    for number in range(400):
        months = draw.randrange(1, 60)
        gone = draw.random() < (0.6 if months < 12 else 0.2)
        plan = draw.choice(["basic", "plus"])
        code = "k1" if gone else "k2"
        why = "moved" if gone else ""
        lines.append(f"c{number},{plan},{months},{'Yes' if gone else 'No'},{code},{why}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def planted(tmp_path: Path) -> SmallProject:
    """A project without a leak that nothing has run in yet; the test plants its column."""
    return small_project(tmp_path, {"regulars.yaml": SETTINGS, "people.csv": people()})


def plant(made: SmallProject, line: str) -> None:
    made.change("      plan: plan\n", f"      plan: plan\n      {line}\n")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("churn_reason: why", "'churn_reason' has a name that speaks of the outcome"),
        ("shelf: code", "'shelf' ranks churners with ROC AUC 1.000 all by itself"),
        ("shelf: gone", "'shelf' is made from people.gone, which the label is made from"),
        (
            "shelf: {sql: \"case when gone = 'Yes' then 1 else 0 end\", type: number}",
            "'shelf' is made from people.gone",
        ),
    ],
)
def test_a_column_that_knows_the_outcome_is_refused_by_name(
    planted: SmallProject, line: str, named: str
) -> None:
    plant(planted, line)
    with pytest.raises(LeakageError, match=named):
        planted.run()
    assert not (planted.project.state / "releases" / "CURRENT").exists()


def test_the_command_line_names_the_column_and_exits_with_an_error(
    planted: SmallProject, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(planted, "shelf: code")
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(planted.folder), "run"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "a feature knows the outcome: 'shelf'" in said
    assert "leakage: accept" in said
    assert "Traceback" not in said


def test_keeping_going_runs_what_does_not_need_the_refused_score(planted: SmallProject) -> None:
    plant(planted, "shelf: code")
    outcome = planted.run(keep_going=True)
    found = {step.name: step.status for step in outcome.steps}
    assert [name for name, how in found.items() if how == "failed"] == [
        "train", "score", "stage", "report", "publish",
    ]  # fmt: skip
    assert found["segment"] == "done"


def test_a_signed_acceptance_lets_the_column_pass(planted: SmallProject) -> None:
    plant(planted, "shelf: code")
    signature = "{by: Anna, why: it is known on the day, column: "
    both = f"accept: [{signature}shelf}}, {signature}'*'}}]"
    planted.write({"regulars.yaml": (planted.folder / "regulars.yaml").read_text("utf-8")
                   + f"leakage: {{{both}}}\n"})  # fmt: skip
    outcome = planted.run("land", "clean", "features", "train")
    assert outcome.steps[-1].status == "done"
