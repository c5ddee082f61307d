"""The leakage guard: clean data passes, planted leaks are named, shuffled labels teach nothing."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from accuracy.dated import EVERYBODY, lesson_of
from accuracy.page import Figure, Section
from accuracy.projects import NOW, Lesson, make_lesson, project_text, write_project
from accuracy.snapshots import snapshot
from regulars.core.errors import LeakageError
from regulars.core.settings import Project
from regulars.features.frames import Frame
from regulars.features.reading import read_population
from regulars.flows.context import RunOptions
from regulars.flows.session import view
from regulars.ml.churn.candidates import members_for
from regulars.ml.churn.holdout import evaluated_out_of_fold
from regulars.ml.churn.training_context import TrainingContext
from regulars.ml.leakage import Audit, Canary, audit_inputs, inputs_that_look_ahead
from regulars.ml.leakage import shuffled_outcomes as shuffle
from regulars.ml.support import without_unsupported

CUTOFF = date(2011, 9, 1)
SHOPPERS = """\
  shoppers:
    sql: >-
      select customer_id, {column} from {{invoices}}
      where customer_id is not null group by customer_id

entities:
  customers:
    source: shoppers
    columns:
      customer_id: customer_id
    attributes:
      {name}: {{column: {name}, type: number}}
"""
# Both count the whole file, so also what was bought after a cutoff.
TOTAL = ("invoices_on_file", "count(distinct invoice_no) as invoices_on_file")
WEAK = ("busy_hours", "count(distinct substr(invoice_date, 12, 2)) as busy_hours")


def audit_of(lesson: Lesson) -> Audit:
    """What the guard says of the inputs, as training asks it."""
    problem, frame = lesson.problem, lesson.frame.sorted()
    if problem.history_from:
        frame = without_unsupported(frame, reach=problem.reach, history_from=problem.history_from)
    return audit_inputs(
        frame,
        lineage=problem.lineage,
        outcome_lineage=problem.outcome_lineage,
        outcome_names=problem.outcome_names,
        accept=problem.accept,
    )


def refused_names(lesson: Lesson) -> set[str]:
    """Inputs that stop a run."""
    return {line.input for line in audit_of(lesson).refused}


def planted(data: Path, folder: Path) -> Section:
    """Clean data sets, and leaks planted into the raw files."""
    figures = []
    for name in ("telco", "bank", "airline", "retail", "cdnow"):
        lesson = lesson_of(name, data, folder, EVERYBODY if name == "cdnow" else None)
        figures.append(
            Figure(f"{name}: inputs refused", len(refused_names(lesson)), at_most=0, digits=0)
        )
    reason = telco_with(data, folder / "reason", "Farewell Words", because="moved away")
    status = telco_with(data, folder / "status", "Account State", because="inactive", honest=0.02)
    totals = with_total(data, folder / "total")
    figures += [
        Figure("a planted reason is refused by name", "farewell_words" in refused_names(reason)),
        Figure("a status after is refused by name", "account_state" in refused_names(status)),
        Figure("a total to date is refused by name", TOTAL[0] in refused_names(totals)),
        Figure("crm without its waiver stops, naming the column", crm_stops(data, folder)),
    ]
    words = "What the guard says of honest inputs, and of columns planted into the raw files."
    return Section("guard: clean and planted", words, figures)


def telco_with(data: Path, folder: Path, name: str, *, because: str, honest: float = 0.0) -> Lesson:
    """Telco with a column that is `because` for leavers; for a share `honest` it is otherwise."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (source,) = (data / "telco").glob("*.csv")
    with source.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    other = np.random.default_rng(0).random(len(rows)) < honest
    with (raw / source.name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*head, name])
        for row, swapped in zip(rows, other, strict=True):
            writer.writerow([*row, because if (row[-1] == "Yes") != swapped else "none"])
    change = {
        "    attributes:\n": f"    attributes:\n      {name.lower().replace(' ', '_')}: {name}\n"
    }
    return make_lesson(write_project(folder, raw, text=project_text("telco"), changes=change))


def with_total(data: Path, folder: Path) -> Lesson:
    """Retail with the number of invoices on the whole file as an attribute of the customer."""
    changes = {"\nentities:\n": SHOPPERS.format(name=TOTAL[0], column=TOTAL[1])}
    text = project_text("retail")
    return make_lesson(write_project(folder, data / "retail", text=text, changes=changes))


def crm_stops(data: Path, folder: Path) -> bool:
    """Whether training without the waiver raises, naming the column."""
    text = project_text("crm").split("\nleakage:")[0] + "\n"
    lesson = make_lesson(write_project(folder / "crm", data / "crm", text=text))
    try:
        lesson.trained()
    except LeakageError as error:
        return "'contacts_per_order_ever'" in str(error)
    return False


def shuffled(data: Path, folder: Path) -> Section:
    """Five shuffles through selection, encoding, fitting, stacking and calibration."""
    found = canary(snapshot("telco", data, folder), shuffles=5)
    low, high = found.low, found.high
    each = ", ".join(f"{auc:.3f}" for auc in found.aucs)
    figure = Figure("telco: mean ROC AUC", found.mean, at_least=low, at_most=high)
    words = (
        "Outcomes shuffled five times; the band: 0.5 and 4 standard deviations of a blind score."
    )
    return Section("guard: shuffled labels", words, [figure], [f"Each shuffle: {each}."])


def canary(lesson: Lesson, *, shuffles: int) -> Canary:
    """The whole pipeline of a snapshot on shuffled outcomes."""

    def pipeline(frame: Frame) -> tuple[np.ndarray, np.ndarray]:
        context = TrainingContext(
            lesson.problem, frame, members_for(lesson.problem), lambda _: None
        )
        return frame.outcome, evaluated_out_of_fold(context, words="").holdout.ours

    return shuffle(lesson.frame.sorted(), pipeline, shuffles=shuffles)


def invariance(data: Path, folder: Path) -> Section:
    """Retail from the whole file, from the file cut at the cutoff, and with garbage after it."""
    builds = {how: retail_at(data, folder / how, how=how) for how in ("full", "cut", "garbage")}
    figures = [
        Figure(f"inputs that change, {words}", len(changed), at_most=0, digits=0)
        for words, changed in (
            ("rows after the cutoff deleted", look(builds["full"], builds["cut"])),
            ("rows after it replaced by garbage", look(builds["full"], builds["garbage"])),
        )
    ]
    notes = [f"{len(builds['full']):,} shoppers, {len(builds['full'].kinds)} inputs."]
    for name, column in (TOTAL, WEAK):
        both = [
            retail_at(data, folder / f"{name}-{how}", how=how, plant=(name, column))
            for how in ("full", "cut")
        ]
        what = "a total to date" if name == TOTAL[0] else "a weak count that looks ahead"
        changed = look(*both)
        figures.append(Figure(f"{what} is named", name in changed))
        besides = ", ".join(f"`{one}`" for one in changed if one != name)
        notes += [f"Named beside `{name}`: {besides}."] if besides else []
    words = f"Inputs of all shoppers at {CUTOFF}, compared bit for bit."
    return Section("guard: future invariance", words, figures, notes)


def look(full: Frame, other: Frame) -> tuple[str, ...]:
    """Inputs that differ between two builds."""
    return inputs_that_look_ahead(full, other)


def retail_at(data: Path, folder: Path, *, how: str, plant: tuple[str, str] | None = None) -> Frame:
    """The shoppers at the cutoff, from the whole file, a cut one or one with garbage after it."""
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (source,) = (data / "retail").glob("*.parquet")
    pq.write_table(_future(pq.read_table(source), how), raw / source.name)
    changes = {}
    if plant is not None:
        name, column = plant
        changes = {"\nentities:\n": SHOPPERS.format(name=name, column=column)}
    project = write_project(folder, raw, text=project_text("retail"), changes=changes)
    make_lesson(project, as_of=CUTOFF)
    return population(project)


def population(project: Project) -> Frame:
    """Everybody at the cutoff, by key."""
    with view(project, lambda: NOW, options=RunOptions(as_of=CUTOFF)) as context:
        return read_population(project, context.warehouse, as_of=CUTOFF).sorted()


def _future(rows: pa.Table, how: str) -> pa.Table:
    """The rows as they are, without those from the cutoff on, or with these turned to garbage."""
    later = pc.greater_equal(rows["InvoiceDate"], f"{CUTOFF} 00:00:00")
    if how == "full":
        return rows
    past = rows.filter(pc.invert(later))
    if how == "cut":
        return past
    wild = rows.filter(later)
    at = wild.column_names.index("Quantity")
    ones = pa.array(np.ones(wild.num_rows, dtype=np.int64)).cast(wild["Quantity"].type)
    mixed = np.random.default_rng(0).permutation(wild.num_rows)
    who = wild.column_names.index("CustomerID")
    wild = wild.set_column(at, "Quantity", ones)
    wild = wild.set_column(who, "CustomerID", wild["CustomerID"].take(mixed))
    return pa.concat_tables([past, wild])
