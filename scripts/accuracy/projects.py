"""From a project file and raw files to the rows that training sees, the way `regulars run` goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from regulars.core.progress import Silent
from regulars.core.settings import PROJECT_FILE, Project, read_project
from regulars.features.as_of import find_reach
from regulars.features.customer_values import values_at_cutoffs
from regulars.features.frames import Frame
from regulars.features.reading import read_labelled
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext, RunOptions
from regulars.flows.run import RunRequest, run
from regulars.flows.session import view
from regulars.ingest.recipes import recipe_names, recipe_text
from regulars.ml.churn.problem import ChurnProblem, churn_problem
from regulars.ml.churn.trained import TrainedChurn
from regulars.ml.churn.training import train
from regulars.ml.splits import TrainingCutoff, windows_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)  # after the last event of every data set
STEPS = ["land", "clean", "features"]


@dataclass(frozen=True)
class Lesson:
    """What training is given: the question, the rows with outcomes, their windows and worth."""

    problem: ChurnProblem
    frame: Frame
    cutoffs: tuple[TrainingCutoff, ...]
    worth: np.ndarray | None

    def take(self, rows: np.ndarray) -> Lesson:
        """The rows where the mask is true."""
        worth = None if self.worth is None else self.worth[rows]
        return replace(self, frame=self.frame.take(rows), worth=worth)

    def tested_at(self, day: str) -> Lesson:
        """The cutoffs up to one, so that it is the last closed one and the test."""
        kept = tuple(one for one in self.cutoffs if f"{one.as_of:%Y-%m-%d}" <= day)
        return replace(self, cutoffs=kept)

    def asked(self, problem: ChurnProblem) -> Lesson:
        """The same rows under another question."""
        return replace(self, problem=problem)

    def trained(self) -> TrainedChurn:
        """What the step `train` makes of it."""
        return train(self.problem, self.frame, self.cutoffs, value=self.worth)


def project_text(name: str) -> str:
    """The recipe of this name, or the project file of the example."""
    if name in recipe_names() and not (EXAMPLES / name).exists():
        return recipe_text(name)
    return (EXAMPLES / name / PROJECT_FILE).read_text("utf-8")


def write_project(
    folder: Path, data: Path, *, text: str, changes: Mapping[str, str] | None = None
) -> Project:
    """A project folder with the data linked in; `changes` are replacements in its file."""
    folder.mkdir(parents=True, exist_ok=True)
    for old, new in (changes or {}).items():
        if old not in text:
            raise ValueError(f"the project file says nothing of '{old}'")
        text = text.replace(old, new)
    (folder / PROJECT_FILE).write_text(text, "utf-8")
    if not (folder / "data").exists():
        (folder / "data").symlink_to(data.resolve(), target_is_directory=True)
    return read_project(folder)


def make_lesson(project: Project, *, as_of: date | None = None) -> Lesson:
    """Run the project as far as training and read what training would read."""
    request = RunRequest(only=STEPS, as_of=as_of)
    run(project, request, progress=Silent(), clock=lambda: NOW)
    with view(project, lambda: NOW, options=RunOptions(as_of=as_of)) as context:
        return _read(context)


def _read(context: RunContext) -> Lesson:
    project, churn = context.project, context.project.churn
    assert churn is not None
    cutoffs = read_cutoffs(context.warehouse)
    closed = [one for one in cutoffs if one.is_closed and one.outcome_to > one.outcome_from]
    frame, worth = (
        read_labelled(project, context.warehouse),
        values_at_cutoffs(project, context.warehouse),
    )
    reach = find_reach(project, context.warehouse, as_of=context.as_of)
    problem = churn_problem(project, frame=frame, history_from=reach.first_event, values=worth)
    return Lesson(problem, frame, tuple(windows_of(closed)), worth)
