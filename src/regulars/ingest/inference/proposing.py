"""Look at files and propose a project file: the way from paths to a Proposal."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.reserved_names import RESERVED_NAMES
from regulars.ingest.inference.business import set_currency
from regulars.ingest.inference.churn_choice import set_churn, set_data_end, set_grain
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.counted_values import set_values_to_count
from regulars.ingest.inference.customer_keys import customer_keys, is_unique, overlap
from regulars.ingest.inference.customer_mapping import (
    Label,
    find_label,
    map_bare_customers,
    map_customers,
    map_labels,
)
from regulars.ingest.inference.draft import Draft, Proposal
from regulars.ingest.inference.file_groups import deliveries
from regulars.ingest.inference.headless import guessed_names
from regulars.ingest.inference.interaction_mapping import map_contacts
from regulars.ingest.inference.moments import Moment, find_moment
from regulars.ingest.inference.profiled_tables import Table, load_table, renamed
from regulars.ingest.inference.roles import points
from regulars.ingest.inference.transaction_mapping import Purchases, map_transactions
from regulars.ingest.inference.value_choice import set_value
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse

_WORDS = {
    "transactions": r"order|sale|transaction|invoice|purchase|payment|retail|basket|flight|booking",
    "interactions": r"interaction|ticket|support|call|complaint|contact|session|usage|visit|inquir",
    "touches": r"campaign|touch|mailing|newsletter|marketing|send",
}
_COLUMNS = {
    "transactions": ("amount", "unit_price", "quantity"),
    "interactions": ("satisfaction", "duration", "resolved", "sentiment"),
    "touches": ("campaign", "opened_at", "clicked_at", "converted_at"),
}


def propose(
    paths: list[Path],
    *,
    name: str | None,
    recipe: str | None,
    today: date,
    reserved: frozenset[str] = RESERVED_NAMES,
) -> Proposal:
    """Guess a project file for these files and folders; no attribute gets a `reserved` name.

    Raises SourceError where there is no file, or none that can be read as a table.
    """
    warehouse = DuckDBWarehouse(None)
    try:
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
            draft, tables = _loaded(paths, warehouse, workspace=Path(folder), today=today)
        draft.reserved = reserved
        _Guess(draft, warehouse, tables, customer_keys(warehouse, tables)).run()
    finally:
        warehouse.close()
    head: dict[str, object] = {"version": 1, "project": _project_name(name, paths)}
    if recipe is not None:
        head["recipe"] = recipe
    return _proposal(draft, tables, head)


def _proposal(draft: Draft, tables: list[Table], head: dict[str, object]) -> Proposal:
    """The draft without the sources that no entity uses."""
    used = {entity["source"] for entity in draft.settings["entities"].values()}
    sources = draft.settings["sources"]
    draft.settings["sources"] = {name: sources[name] for name in sources if name in used}
    for table in tables:
        if table.name not in used:
            files = ", ".join(file.path.name for file in table.delivery.files)
            draft.leave_open(
                f"what {files} is for; it is not used{_join_hint(table, tables, used)}"
            )
    return Proposal(
        head | draft.settings,
        draft.reasons,
        tuple(draft.undecided),
        {table.name: table.delivery.pattern for table in tables if table.name in used},
        tuple(draft.questions),
        frozenset(draft.probable),
    )


def _join_hint(table: Table, tables: list[Table], used: set[str]) -> str:
    """How an unused table could be of use: by a key of its own that a used table refers to."""
    for column in table.columns.values():
        for other in tables:
            if column.unique and other.name in used and column.name in other.columns:
                return (
                    f" ('{column.name}' joins it to {other.name}: a source with `sql:` can add "
                    "its columns)"
                )
    return ""


def _loaded(
    paths: list[Path], warehouse: Warehouse, *, workspace: Path, today: date
) -> tuple[Draft, list[Table]]:
    draft, tables = Draft(), []
    file_groups, refused = deliveries(paths, workspace=workspace)
    for file_group in file_groups:
        try:
            table = load_table(warehouse, file_group, workspace=workspace, today=today)
        except SourceError as error:
            refused.append((file_group.files[0].path.name, error))
            continue
        if table.rows == 0:
            refused.append((file_group.files[0].path.name, _no_rows(file_group.files[0].path)))
            continue
        if not table.has_header:
            table = renamed(warehouse, table, guessed_names(table))
            names = ", ".join(table.columns)
            draft.leave_open(f"{table.name} has no header; its columns are guessed as {names}")
            _say_twins(draft, table)
        tables.append(table)
        _put_source(draft, table)
    if not tables:
        if refused:
            raise refused[0][1]
        raise SourceError(
            "holds no data files (csv, tsv, txt, parquet, xlsx, also gz, zst, zip)",
            where=", ".join(map(str, paths)),
        )
    for file, refusal in refused:
        draft.leave_open(f"{file} {refusal.what}")
    return draft, tables


def _no_rows(path: Path) -> SourceError:
    return SourceError(
        "has a header and no rows, so nothing tells what its columns hold",
        where=str(path),
        hint="Run `regulars init` again once it has rows.",
    )


def _say_twins(draft: Draft, table: Table) -> None:
    """Another column that may name the customers as well."""
    key = table.columns.get("customer_id")
    for column in table.columns.values():
        if key is not None and column is not key and column.distinct == key.distinct:
            draft.leave_open(
                f"who the customer is in {table.name}: '{column.name}' has as many values as "
                f"'customer_id' ({key.distinct:,})"
            )


def _put_source(draft: Draft, table: Table) -> None:
    at = f"sources.{table.name}"
    because = f"{table.rows:,} rows" + (" (a sample was looked at)" if table.is_sample else "")
    draft.put(f"{at}.path", str(table.delivery.pattern), because)
    stated = table.source.model_dump(include=table.source.model_fields_set - {"path"})
    for setting, value in stated.items():
        draft.put(f"{at}.{setting}", value)


class _Guess:
    """Which table is which entity, and what follows from it."""

    def __init__(
        self, draft: Draft, warehouse: Warehouse, tables: list[Table], keys: dict[str, Column]
    ) -> None:
        self._draft = draft
        self._warehouse = warehouse
        self._tables = tables
        self._keys = keys

    def run(self) -> None:
        """Map the tables, then say what kind of business they tell of."""
        people = self._people()
        purchases = self._purchases(people)
        label, left = None, None
        if people is not None:
            label = find_label(people)
            left = map_customers(self._draft, people, self._keys[people.name], label)
        elif purchases is None:
            people = max(self._tables, key=lambda table: table.rows)
            label = find_label(people)
            map_bare_customers(self._draft, people, label)
        if purchases is not None:
            map_transactions(self._draft, self._warehouse, purchases)
        self._contacts(purchases)
        self._label(people, label)
        self._business(purchases, left=left, labelled=label is not None)

    def _people(self) -> Table | None:
        """The table with a row per customer, the widest where there are several."""
        unique = [
            t for t in self._tables if t.name in self._keys and is_unique(t, self._keys[t.name])
        ]
        repeating = [t for t in self._tables if t.name in self._keys and t not in unique]
        known = [t for t in unique if not repeating or self._knows(t, repeating[0])]
        return max(known, key=lambda table: len(table.columns), default=None)

    def _knows(self, people: Table, events: Table) -> bool:
        event_key = (events, self._keys[events.name])
        return overlap(self._warehouse, event_key, (people, self._keys[people.name])) > 0.1

    def _purchases(self, people: Table | None) -> Purchases | None:
        purchases = [
            Purchases(table, self._keys[table.name], when)
            for table, when in self._events(people)
            if _kind_of(table) == "transactions"
        ]
        purchases.sort(
            key=lambda purchase: (-_score(purchase.table, "transactions"), -purchase.table.rows)
        )
        for other in purchases[1:]:
            self._draft.leave_open(
                f"{other.table.name} looks like purchases too; taken: {purchases[0].table.name}"
            )
        return purchases[0] if purchases else None

    def _contacts(self, purchases: Purchases | None) -> None:
        taken: set[str] = set()
        for table, when in self._events(None):
            entity = _kind_of(table)
            if purchases is not None and table is purchases.table:
                continue
            if entity in ("interactions", "touches") and entity not in taken:
                key = self._keys[table.name]
                map_contacts(self._draft, entity, table, key, when=when)
                taken.add(entity)

    def _events(self, people: Table | None) -> list[tuple[Table, Moment]]:
        """Tables with dated rows of known customers."""
        dated = []
        for table in self._tables:
            if table is people or table.name not in self._keys:
                continue
            if is_unique(table, self._keys[table.name]) and len(self._tables) > 1:
                continue
            when = find_moment(table, "occurred_at", without=[self._keys[table.name].name])
            if when is not None:
                dated.append((table, when))
        return dated

    def _label(self, people: Table | None, label: Label | None) -> None:
        if people is None or label is None:
            return
        key = self._keys.get(people.name)
        if key is not None:
            map_labels(self._draft, people, key, label)
            return
        at = "entities.labels.columns.customer_id"
        map_labels(self._draft, people, label.column, label)
        self._draft.put(at, self._draft.get("entities.customers.columns.customer_id"))

    def _business(
        self, purchases: Purchases | None, *, left: Moment | None, labelled: bool
    ) -> None:
        draft, tables = self._draft, {table.name: table for table in self._tables}
        set_grain(draft, purchases.when if purchases else left)
        set_churn(draft, self._warehouse, purchases, left=left, labelled=labelled)
        if purchases is not None:
            set_data_end(draft, self._warehouse, purchases.table, purchases.when)
        if purchases is None and "customers" in draft.get("entities"):
            set_value(draft, tables[draft.get("entities.customers.source")])
        used = [tables[entity["source"]] for entity in draft.get("entities").values()]
        set_currency(draft, used)
        set_values_to_count(draft, tables)
        draft.put("timezone", "UTC", "times without a zone are read in it")


def _kind_of(table: Table) -> str | None:
    scores = {entity: _score(table, entity) for entity in _WORDS}
    entity = max(scores, key=lambda name: scores[name])
    if scores[entity] > 0:
        return entity
    return "transactions" if table.of_kind("number") else None


def _score(table: Table, entity: str) -> int:
    """How much a table looks like an entity, by its name and its columns'."""
    named = 4 if re.search(_WORDS[entity], table.name) else 0
    columns = [c for c in table.columns.values() if c.kind != "empty"]
    held = sum(3 for role in _COLUMNS[entity] if any(points(c.name, role) > 1 for c in columns))
    return named + held


def _project_name(name: str | None, paths: list[Path]) -> str:
    if name is not None:
        return name
    first = paths[0].resolve()
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", first.name if first.is_dir() else first.stem)
    return plain.strip("-_.")[:64] or "project"
