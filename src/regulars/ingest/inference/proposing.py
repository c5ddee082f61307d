"""Look at files and propose a project file: the way from paths to a Proposal."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.reserved_names import RESERVED_NAMES
from regulars.ingest.inference.company import Company
from regulars.ingest.inference.company_mapping import map_company
from regulars.ingest.inference.company_search import find_company
from regulars.ingest.inference.draft import Draft, Proposal
from regulars.ingest.inference.file_groups import deliveries
from regulars.ingest.inference.headless import guessed_names
from regulars.ingest.inference.left_out_money import put_left_out_money
from regulars.ingest.inference.moments import say_unread_times
from regulars.ingest.inference.preset_contracts import with_contracts
from regulars.ingest.inference.preset_files import load_presets
from regulars.ingest.inference.preset_tables import ask_for_customers, with_preset
from regulars.ingest.inference.profiled_tables import Table, load_table, renamed
from regulars.ingest.inference.rival_purchases import ask_which_purchases
from regulars.ingest.inference.same_money import parts_of
from regulars.ingest.inference.unused_tables import ask_for_unused_tables, used_sources
from regulars.ingest.inference.vocabulary import add_word_files
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.protocol import Warehouse


def propose(
    paths: list[Path],
    *,
    name: str | None,
    recipe: str | None,
    today: date,
    reserved: frozenset[str] = RESERVED_NAMES,
    own_presets: Sequence[Path] = (),
    own_words: Sequence[Path] = (),
) -> Proposal:
    """Guess a project file for these files and folders; no attribute gets a `reserved` name.

    `own_presets` are files and folders of presets that the user has written, `own_words` are files
    of words. Raises SourceError where there is no file, or none that can be read as a table.
    """
    add_word_files(own_words)
    presets = load_presets(own_presets)
    warehouse = DuckDBWarehouse(None)
    try:
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
            draft, tables = _loaded(paths, warehouse, workspace=Path(folder), today=today)
        draft.reserved = reserved
        patterns = {table.name: table.delivery.pattern for table in tables}
        tables = [
            with_preset(warehouse, table, presets, draft=draft, today=today) for table in tables
        ]
        tables = with_contracts(warehouse, tables, draft=draft, today=today)
        company = find_company(warehouse, tables, today=today)
        map_company(draft, warehouse, company)
        ask_for_customers(draft, company.tables.values())
        ask_which_purchases(draft, warehouse, company)
        questioned = ask_for_unused_tables(draft, warehouse, company, today=today)
        _say_other_purchases(draft, company, questioned)
    finally:
        warehouse.close()
    head: dict[str, object] = {"version": 1, "project": _project_name(name, paths)}
    if recipe is not None:
        head["recipe"] = recipe
    return _proposal(draft, head, company, patterns=patterns, questioned=questioned)


def _say_other_purchases(draft: Draft, company: Company, questioned: set[str]) -> None:
    """Name the tables of purchases that are neither taken nor asked about: it is the same money."""
    bought, used = company.best.purchases, used_sources(draft)
    is_open = any(question.key == "purchases" for question in draft.questions)
    if bought is None:
        return
    for other in company.best.also_purchases:
        bases = parts_of(company.tables[other])
        if other not in used | questioned and bought.table.name not in bases and not is_open:
            draft.leave_open(f"{other} looks like purchases too; taken: {bought.table.name}")


def _proposal(
    draft: Draft,
    head: dict[str, object],
    company: Company,
    *,
    patterns: dict[str, Path],
    questioned: set[str],
) -> Proposal:
    """The draft without the sources that no entity uses."""
    sources, tables = draft.settings["sources"], list(company.tables.values())
    used = used_sources(draft)
    draft.settings["sources"] = {name: sources[name] for name in sources if name in used}
    put_left_out_money(draft, tables, used)
    for table in tables:
        is_made = table.source.sql is not None and table.preset is None
        if table.name not in used | questioned | draft.consulted and not is_made:
            files = ", ".join(file.path.name for file in table.delivery.files)
            draft.leave_open(
                f"what {files} is for; it is not used{_join_hint(table, tables, used)}"
            )
    return Proposal(
        head | draft.settings,
        draft.reasons,
        tuple(draft.undecided),
        {name: pattern for name, pattern in patterns.items() if name in used},
        tuple(draft.questions),
        frozenset(draft.probable),
        company,
        draft.experiment,
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
        for note in file_group.notes:
            draft.leave_open(note)
        say_unread_times(draft, table)
        tables.append(table)
        _put_source(draft, table)
    if not tables:
        if refused:
            raise refused[0][1]
        raise SourceError(
            "holds no data files (csv, tsv, txt, json, parquet, xlsx, xls, ods, also gz, zst, zip)",
            where=", ".join(map(str, paths)),
            hint="Name the folder of your exports, `regulars init ~/exports`, or look at "
            "synthetic ones: `regulars demo`.",
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
    because = f"{table.rows:,} rows"
    if table.is_sample:
        because = f"about {because} (a sample was looked at)"
    draft.put(f"{at}.path", str(table.delivery.pattern), because)
    stated = table.source.model_dump(include=table.source.model_fields_set - {"path"})
    for setting, value in stated.items():
        is_single = setting == "sheet" and len(value) == 1
        draft.put(f"{at}.{setting}", value[0] if is_single else value)


def _project_name(name: str | None, paths: list[Path]) -> str:
    if name is not None:
        return name
    first = paths[0].resolve()
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", first.name if first.is_dir() else first.stem)
    return plain.strip("-_.")[:64] or "project"
