"""Map a recipe onto files, and say in what they differ from the data that the recipe knows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from regulars.core.errors import SettingsError, SourceError
from regulars.core.names import resolve_column, snake_case
from regulars.core.settings import Answer, Project, Question, project_of_text
from regulars.core.settings.entities import ENTITY_COLUMNS
from regulars.ingest.inference.file_changes import with_settings
from regulars.ingest.inference.file_groups import deliveries
from regulars.ingest.inference.profiled_tables import Table, load_table
from regulars.ingest.inference.project_text import relative_path
from regulars.ingest.mapped_columns import raw_names
from regulars.ingest.recipes import recipe_text
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

_ALIKE = 0.4  # share of a source's columns that a file must have
_OF_FILES = ("path", "delimiter", "encoding", "format", "columns", "sheet", "header", "quote")
_LISTS = {
    "categories": ("transactions", "category"),
    "channels": ("transactions", "channel"),
    "payments": ("transactions", "payment"),
    "interaction_kinds": ("interactions", "kind"),
    "interaction_channels": ("interactions", "channel"),
}


@dataclass
class FittedRecipe:
    """A recipe's text with the paths and columns of these files, and what differs."""

    text: str
    differences: tuple[str, ...]


def fit_recipe(recipe: str, paths: list[Path], *, folder: Path, today: date) -> FittedRecipe:
    """The recipe with these files in the place of its own.

    A column that the recipe needs and no file has under its name is asked; another one is left
    out. Raises SourceError where no file has the columns of a source that the recipe needs.
    """
    text = recipe_text(recipe)
    project = project_of_text(text, folder / "regulars.yaml")
    fitting = _Fitting(project, _tables(paths, today=today), folder)
    fitting.run()
    settings = dict(fitting.changes)
    if fitting.questions:
        settings["questions"] = [
            question.model_dump(by_alias=True) for question in fitting.questions
        ]
    return FittedRecipe(with_settings(text, settings), tuple(fitting.differences))


def _tables(paths: list[Path], *, today: date) -> list[Table]:
    warehouse = DuckDBWarehouse(None)
    tables = []
    try:
        with tempfile.TemporaryDirectory(prefix="regulars-") as work:
            groups, refused = deliveries(paths, workspace=Path(work))
            for group in groups:
                try:
                    tables.append(load_table(warehouse, group, workspace=Path(work), today=today))
                except SourceError as error:
                    refused.append((group.name, error))
    finally:
        warehouse.close()
    if not tables:
        raise (
            refused[0][1]
            if refused
            else SourceError("holds no data files", where=", ".join(map(str, paths)))
        )
    return tables


@dataclass
class _Fitting:
    """One recipe and some tables; collects the settings to change."""

    project: Project
    tables: list[Table]
    folder: Path
    changes: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Find the table of each source, then look at every column that the recipe reads."""
        tables = self._matched()
        for name, table in tables.items():
            self._fit_columns(name, table)
            self._set_source(name, table)
        self._compare_values(tables)
        used = {table.name for table in tables.values()}
        self.differences += [
            f"{_file(table)} is none of the recipe's files; it is not used"
            for table in self.tables
            if table.name not in used
        ]

    def _matched(self) -> dict[str, Table]:
        matched: dict[str, Table] = {}
        for name, source in self.project.sources.items():
            names = list(dict.fromkeys(raw for _, _, raw, _ in self._columns_read(name)))
            if source.path is None or not names:
                continue
            shares = {table.name: _share(names, table) for table in self.tables}
            best = max(self.tables, key=lambda table: shares[table.name])
            if shares[best.name] >= _ALIKE:
                matched[name] = best
            else:
                self._without_source(name, names)
        return matched

    def _without_source(self, source: str, names: list[str]) -> None:
        entities = [n for n, entity in self.project.entities.items() if entity.source == source]
        needed = {"transactions", "customers", "labels"} & set(entities)
        if needed:
            listed = ", ".join(names[:8])
            raise SourceError(
                f"no file has the columns that the recipe reads of '{source}' ({listed})",
                hint="Without --recipe, `regulars init` maps the files by what they hold.",
            )
        self.changes |= {f"entities.{entity}": None for entity in entities}
        self.changes[f"sources.{source}"] = None
        self.differences.append(f"no file has the columns of '{source}'; it is left out")

    def _columns_read(self, source: str) -> Iterator[tuple[str, str, str, bool]]:
        """Entity, setting, raw name and whether it is needed, of each column read as it stands."""
        for name, mapping in self.project.entities.items():
            if mapping.source != source:
                continue
            needed = {column.name for column in ENTITY_COLUMNS[name] if column.needed}
            for column, rules in mapping.columns.items():
                for raw in raw_names(rules):
                    yield name, f"columns.{column}", raw, column in needed
            for attribute, rules in mapping.attributes.items():
                for raw in raw_names(rules):
                    yield name, f"attributes.{attribute}", raw, False

    def _fit_columns(self, source: str, table: Table) -> None:
        read = list(self._columns_read(source))
        taken = {_resolved(raw, table) for _, _, raw, _ in read}
        free = [name for name in table.columns if name not in taken]
        needed: dict[str, list[str]] = {}
        for entity, setting, raw, is_needed in read:
            path = f"entities.{entity}.{setting}"
            if _resolved(raw, table) is not None:
                continue
            if is_needed:
                needed.setdefault(raw, []).append(path)
                continue
            self.changes[path] = None
            alike = _alike(raw, free)
            near = f"; it may be called '{alike[0]}' here" if alike else ""
            self.differences.append(
                f"{_file(table)} has no column '{raw}': {path} is left out{near}"
            )
        for raw, paths in needed.items():
            self._ask(raw, paths, table=table, free=free)

    def _ask(self, raw: str, paths: list[str], *, table: Table, free: list[str]) -> None:
        """Which column stands for one that the recipe needs; only a person can tell."""
        self.differences.append(f"{_file(table)} has no column '{raw}', needed by {paths[0]}")
        _, entity, _, column = paths[0].split(".")
        candidates = _alike(raw, free) or free[:5]
        self.questions.append(
            Question(
                key=f"{entity}.{column}",
                ask=f"which column of {_file(table)} is '{raw}'? Others are: {', '.join(free)}",
                answers=[
                    Answer(say=f"'{name}'", set=dict.fromkeys(paths, name)) for name in candidates
                ],
            )
        )

    def _set_source(self, name: str, table: Table) -> None:
        at, stated = f"sources.{name}", self.project.sources[name].model_fields_set
        self.changes[f"{at}.path"] = relative_path(table.delivery.pattern, self.folder)
        read_as = table.source.model_dump(include=table.source.model_fields_set & {*_OF_FILES[1:]})
        for setting in _OF_FILES[1:]:
            if setting in read_as:
                self.changes[f"{at}.{setting}"] = read_as[setting]
            elif setting in stated:
                self.changes[f"{at}.{setting}"] = None

    def _compare_values(self, tables: dict[str, Table]) -> None:
        """Values that features count by name, and those that the recipe does not know."""
        for setting, (entity, column) in _LISTS.items():
            known = getattr(self.project.features, setting)
            mapping = self.project.entities.get(entity)  # type: ignore[call-overload]
            rules = mapping.columns.get(column) if mapping is not None else None
            table = tables.get(mapping.source) if mapping is not None else None
            if not known or rules is None or table is None or rules.column is None:
                continue
            name = _resolved(rules.column, table)
            values = table.columns[name].values if name is not None else ()
            strange = [f"{value} ({n:,} rows)" for value, n in values if value not in known]
            if strange:
                self.differences.append(
                    f"features.{setting}: the recipe does not list {', '.join(strange[:8])}; they "
                    "count together"
                )


def _file(table: Table) -> str:
    return table.delivery.files[0].path.name


def _share(names: list[str], table: Table) -> float:
    return sum(_resolved(name, table) is not None for name in names) / len(names)


def _resolved(name: str, table: Table) -> str | None:
    try:
        return resolve_column(name, table.columns)
    except SettingsError:
        return None


def _alike(name: str, free: list[str]) -> list[str]:
    plain = {snake_case(column): column for column in free}
    return [plain[near] for near in get_close_matches(snake_case(name), plain, n=3, cutoff=0.5)]
