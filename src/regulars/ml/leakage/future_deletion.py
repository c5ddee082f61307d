"""Deleting the future: the project's own rows up to a past cutoff, built again and compared.

A second set of schemas in the same warehouse sees what was delivered less every event, and every
dated change of a customer, from a past cutoff on. Features of the population at that cutoff must be
the same there, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.reading import read_everyone
from regulars.features.tables import read_cutoffs, write_cutoffs, write_run_context
from regulars.ingest.derived import create_derived
from regulars.ml.leakage.invariance import inputs_that_look_ahead
from regulars.ml.registry import Registry
from regulars.warehouse.building import ModelBuilder
from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.protocol import Warehouse

NOTE = "invariance"
_PREFIX = "past_"
_LAYERS = ("bronze", "silver", "gold", "ops")
_WRITTEN_ANEW = {"cutoffs", "run_context", "derived_sources", "new_batches", "later_rows"}
# Who joins later stays in the customers file: no as-of date before that knows the customer, and
# without the joining date rows before it would count.
_DATED: dict[EntityName, tuple[str, ...]] = {
    "transactions": ("occurred_at", "known_at"),
    "interactions": ("occurred_at", "known_at"),
    "touches": ("occurred_at", "known_at"),
    "customers": ("changed_at",),
}


@dataclass(frozen=True)
class Invariance:
    """What came of deleting the future.

    `looks_ahead` are the inputs that changed, `uncut` the entities whose rows could not be
    deleted because a query gathers them. `definition` says which features were looked at.
    """

    cutoff: str
    customers: int
    deleted: int
    looks_ahead: tuple[str, ...]
    uncut: tuple[str, ...]
    definition: str

    @property
    def words(self) -> str:
        """What was done, in a sentence."""
        without = f"; rows of {', '.join(self.uncut)} could not be deleted" if self.uncut else ""
        return (
            f"{self.deleted:,} rows from {self.cutoff} on were deleted, and the features "
            f"of {self.customers:,} customers were computed again{without}"
        )

    @property
    def refusals(self) -> dict[str, str]:
        """A reason for every input that looks ahead."""
        why = f"changes when rows from {self.cutoff} on are deleted: it looks ahead"
        return dict.fromkeys(self.looks_ahead, why)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Invariance:
        """What was found, from its JSON."""
        return cls(
            stored["cutoff"],
            stored["customers"],
            stored["deleted"],
            tuple(stored["looks_ahead"]),
            tuple(stored["uncut"]),
            stored["definition"],
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "words": self.words}


@dataclass(frozen=True)
class FutureCheck:
    """Deletes the future of one project and compares; the result stays beside the estimators.

    `definition` digests what makes a feature: settings, SQL and code. `models_of` gives
    the models of a warehouse, `started_at` is when this run began.
    """

    project: Project
    warehouse: Warehouse
    registry: Registry
    definition: str
    models_of: Callable[[Project, Warehouse], ModelBuilder]
    run_id: str
    started_at: datetime
    report: Callable[[str], None]

    def known(self) -> Invariance | None:
        """The result for features as they are defined now; None where nobody looked."""
        note = self.registry.note(NOTE)
        if note is None or note["definition"] != self.definition:
            return None
        return Invariance.from_json(note)

    def known_or_examined(self) -> Invariance | None:
        """What is known, or else comes out now."""
        return self.known() or self.examine()

    def examine(self) -> Invariance | None:
        """Delete the future of the newest closed cutoff and compare.

        None where no cutoff has a future: outcomes without dates, or a history too short.
        """
        closed = [
            cutoff
            for cutoff in read_cutoffs(self.warehouse)
            if cutoff.is_closed and cutoff.outcome_to > cutoff.outcome_from
        ]
        if not closed:
            return None
        # The newest one has the longest history before it, and so the most inputs with values.
        day = max(cutoff.as_of for cutoff in closed)
        self.report(f"deleting everything from {day} on")
        with _past(self.project) as past:
            deleted, uncut = _cut(self.project, self.warehouse, past, day)
            self._build(past, day)
            full, cut = (self._eligible(each, day) for each in (self.warehouse, past))
        looks_ahead = inputs_that_look_ahead(full, cut)
        invariance = Invariance(
            f"{day:%Y-%m-%d}", len(full), deleted, looks_ahead, uncut, self.definition
        )
        self.registry.write_note(NOTE, invariance.to_json())
        return invariance

    def _build(self, past: Warehouse, day: date) -> None:
        """Clean what is left and make the features of one day of it."""
        project = _shadow(self.project)
        started = self.started_at.astimezone(UTC)
        write_run_context(past, run_id=self.run_id, started_at=started, as_of=day)
        write_cutoffs(past, [Cutoff(day, day, day, "score", is_closed=False)])
        past.replace_table("ops", "new_batches", _no_batches(self.warehouse))
        # The models know what features are made of; a list by hand would miss a new one.
        self.models_of(project, past).build(["+customer_features"], full=True)

    def _eligible(self, warehouse: Warehouse, day: date) -> Frame:
        """Inputs of the customers eligible at a day; who they are says the full build."""
        labels = self.warehouse.relation("gold", "churn_labels")
        rows = self.warehouse.rows(
            f"select customer_id from {labels} where as_of = timestamp '{day} 00:00:00'"
        )
        everyone = read_everyone(self.project, warehouse, as_of=[day]).sorted()
        return everyone.take(np.isin(everyone.customers, [row[0] for row in rows]))


def _shadow(project: Project) -> Project:
    prefix = f"{project.engine.schema_prefix}{_PREFIX}"
    engine = project.engine.model_copy(update={"schema_prefix": prefix})
    return project.model_copy(update={"engine": engine})


@contextmanager
def _past(project: Project) -> Iterator[Warehouse]:
    """A second, empty set of schemas in the same warehouse; gone afterwards."""
    past = open_warehouse(_shadow(project))
    try:
        _drop(past)
        for layer in _LAYERS:
            past.execute(f'create schema "{past.schema(layer)}"')
        yield past
    finally:
        _drop(past)
        past.close()


def _drop(past: Warehouse) -> None:
    for layer in reversed(_LAYERS):
        past.execute(f'drop schema if exists "{past.schema(layer)}" cascade')


def _cut(
    project: Project, full: Warehouse, past: Warehouse, day: date
) -> tuple[int, tuple[str, ...]]:
    """Views of what was delivered, less rows from a day on: how many, and what kept its rows."""
    kinds = {"entity": "varchar", "batch_id": "varchar", "file_name": "varchar"}
    past.create_table("ops", "later_rows", {**kinds, "row_number": "bigint"})
    for entity in _DATED:
        if entity in project.entities:
            _remember_later(full, past, entity, day)
    for table in full.tables("ops"):
        if table not in _WRITTEN_ANEW:
            past.create_view("ops", table, f"select * from {full.relation('ops', table)}")
    for name, source in project.sources.items():
        if source.sql is None:
            past.create_view("bronze", name, _earlier(full, past, name))
    create_derived(_shadow(project), past)
    return _deleted(project, full, past)


def _remember_later(full: Warehouse, past: Warehouse, entity: EntityName, day: date) -> None:
    staged = full.relation("silver", f"stg_{entity}")
    there = full.columns("silver", f"stg_{entity}")
    later = [
        f"{column} >= timestamp '{day} 00:00:00'" for column in _DATED[entity] if column in there
    ]
    if later:
        past.execute(
            f"insert into {past.relation('ops', 'later_rows')} "
            f"select '{entity}', batch_id, file_name, row_number from {staged} "
            f"where rejection_reason is null and ({' or '.join(later)})"
        )


def _earlier(full: Warehouse, past: Warehouse, source: str) -> str:
    return (
        f"select delivered.* from {full.relation('bronze', source)} as delivered where not exists "
        f"(select 1 from {past.relation('ops', 'later_rows')} as later "
        "where later.batch_id = delivered._batch_id and later.file_name = delivered._file "
        "and later.row_number = delivered._row_number)"
    )


def _deleted(project: Project, full: Warehouse, past: Warehouse) -> tuple[int, tuple[str, ...]]:
    """Rows deleted, and entities with later rows of which none was found in a delivery."""
    gone = 0
    for name, source in project.sources.items():
        if source.sql is None:
            before, after = (
                warehouse.rows(f"select count(*) from {warehouse.relation('bronze', name)}")[0][0]
                for warehouse in (full, past)
            )
            gone += before - after
    files = full.relation("ops", "batch_files")
    uncut = past.rows(
        f"select distinct entity from {past.relation('ops', 'later_rows')} "
        f"where file_name not in (select file from {files}) order by 1"
    )
    return gone, tuple(row[0] for row in uncut)


def _no_batches(full: Warehouse) -> Any:
    return full.arrow(f"select batch_id from {full.relation('ops', 'batches')} where false")
