"""Future invariance: the project's own rows without the future, built again and compared.

A second set of schemas in the same warehouse sees what was delivered less every event, and every
dated change of a customer, from a past cutoff on. Features of the population at that cutoff must be
the same there, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date
from typing import Any

import numpy as np

from regulars.core.fingerprints import code_fingerprint, fingerprint, transform_fingerprint
from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame
from regulars.features.reading import read_everyone
from regulars.features.tables import read_cutoffs, write_cutoffs, write_run_context
from regulars.flows.context import RunContext
from regulars.flows.settings_groups import CLEAN_SETTINGS, SettingsGroup, settings_in
from regulars.flows.transforming import CLEANED, transform_variables
from regulars.ingest.derived import create_derived
from regulars.warehouse.dbt import DbtProject
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
            f"{self.deleted:,} rows from {self.cutoff} on were deleted and the inputs of "
            f"{self.customers:,} customers built again{without}"
        )

    @property
    def refusals(self) -> dict[str, str]:
        """A reason for every input that looks ahead."""
        why = f"changes when rows from {self.cutoff} on are deleted: it looks ahead"
        return dict.fromkeys(self.looks_ahead, why)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "words": self.words}


def known_invariance(context: RunContext) -> Invariance | None:
    """What was found for features as they are defined now; None where nobody looked."""
    note = context.estimators.note(NOTE)
    if note is None or note["definition"] != _definition(context):
        return None
    return Invariance(
        note["cutoff"],
        note["customers"],
        note["deleted"],
        tuple(note["looks_ahead"]),
        tuple(note["uncut"]),
        note["definition"],
    )


def examine_future(context: RunContext) -> Invariance | None:
    """Delete the future of the newest closed cutoff and compare; remembers what was found.

    None where no cutoff has a future: outcomes without dates, or a history too short.
    """
    closed = [
        one
        for one in read_cutoffs(context.warehouse)
        if one.is_closed and one.outcome_to > one.outcome_from
    ]
    if not closed:
        return None
    cutoff = max(closed, key=lambda one: one.as_of)
    context.progress.detail(f"deleting everything from {cutoff.as_of} on")
    with _past(context) as past:
        deleted, uncut = _cut(context.project, context.warehouse, past, cutoff.as_of)
        _build(context, past, cutoff.as_of)
        full, cut = (_population(context, one, cutoff.as_of) for one in (context.warehouse, past))
    found = Invariance(
        f"{cutoff.as_of:%Y-%m-%d}",
        len(full),
        deleted,
        _changed(full, cut),
        uncut,
        _definition(context),
    )
    context.estimators.write_note(NOTE, found.to_json())
    return found


def _definition(context: RunContext) -> str:
    code = code_fingerprint("regulars.flows.transforming", "regulars.ingest.derived")
    settings = settings_in(context.project, (*CLEAN_SETTINGS, SettingsGroup.WINDOWS))
    return fingerprint(settings, code, transform_fingerprint())


def _shadow(project: Project) -> Project:
    prefix = f"{project.engine.schema_prefix}{_PREFIX}"
    engine = project.engine.model_copy(update={"schema_prefix": prefix})
    return project.model_copy(update={"engine": engine})


@contextmanager
def _past(context: RunContext) -> Iterator[Warehouse]:
    """A second, empty set of schemas in the same warehouse; gone afterwards."""
    past = open_warehouse(_shadow(context.project))
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
            f"where {' or '.join(later)}"
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
                one.rows(f"select count(*) from {one.relation('bronze', name)}")[0][0]
                for one in (full, past)
            )
            gone += before - after
    files = full.relation("ops", "batch_files")
    uncut = past.rows(
        f"select distinct entity from {past.relation('ops', 'later_rows')} "
        f"where file_name not in (select file from {files}) order by 1"
    )
    return gone, tuple(row[0] for row in uncut)


def _build(context: RunContext, past: Warehouse, day: date) -> None:
    """Clean what is left and make the features of one day of it."""
    project = _shadow(context.project)
    write_run_context(
        past,
        run_id=context.run_id,
        started_at=context.started_at.astimezone(UTC),
        as_of=day,
    )
    write_cutoffs(past, [Cutoff(day, day, day, "score", is_closed=False)])
    past.replace_table("ops", "new_batches", _nothing_new(context.warehouse))
    dbt = DbtProject(
        project.state / "past",
        output=past.dbt_output(),
        environment=past.dbt_environment(),
        variables=transform_variables(project, past),
    )
    dbt.build([*CLEANED, "customer_features"], tests=False, full=True)


def _nothing_new(full: Warehouse) -> Any:
    return full.arrow(f"select batch_id from {full.relation('ops', 'batches')} where false")


def _population(context: RunContext, warehouse: Warehouse, day: date) -> Frame:
    """Inputs of the customers that churn asks about at a day; who they are says the full build."""
    labels = context.warehouse.relation("gold", "churn_labels")
    asked = context.warehouse.rows(
        f"select customer_id from {labels} where as_of = timestamp '{day} 00:00:00'"
    )
    everyone = read_everyone(context.project, warehouse, as_of=[day]).sorted()
    return everyone.take(np.isin(everyone.customers, [row[0] for row in asked]))


def _changed(full: Frame, cut: Frame) -> tuple[str, ...]:
    from regulars.ml.leakage import inputs_that_look_ahead

    return inputs_that_look_ahead(full, cut)
