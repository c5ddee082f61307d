"""Which raw columns of a source the project file reads, and as what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from regulars.core.errors import SettingsError
from regulars.core.names import resolve_column
from regulars.core.settings import ENTITY_COLUMNS, ColumnMapping, EntityMapping, Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.clean_entities import KEYS
from regulars.ingest.mapped_columns import raw_names

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class MappedColumn:
    """A raw column and what is read from it; `kind` and `rules` where it is read as it stands.

    `name` is what the project file calls it, `setting` the place there that reads it.
    """

    raw: str
    name: str
    read_by: str
    setting: str
    is_needed: bool = False
    kind: str = "text"
    rules: ColumnMapping | None = None


def mapped_columns(project: Project, source: str, columns: Iterable[str]) -> list[MappedColumn]:
    """The columns of a source, among these, that anything in the project file reads."""
    known = list(columns)
    mapped = [
        column
        for name, mapping in project.entities.items()
        if mapping.source == source
        for column in _of_entity(name, mapping, known)
    ]
    setting = project.sources[source]
    named = [*setting.types, *([setting.deleted] if setting.deleted else [])]
    at = f"sources.{source}"
    mapped += [MappedColumn(raw, name, at, at) for name, raw in _resolved(named, known)]
    for other, derived in project.sources.items():
        if derived.sql is not None and f"{{{source}}}" in derived.sql:
            mapped += [
                MappedColumn(raw, raw, f"sources.{other}.sql", f"sources.{other}.sql")
                for raw in _words(derived.sql, known)
            ]
    return mapped


def _of_entity(
    name: EntityName, mapping: EntityMapping, known: list[str]
) -> Iterator[MappedColumn]:
    for column in ENTITY_COLUMNS[name]:
        if column.name in mapping.columns:
            yield from _read(
                mapping.columns[column.name],
                known,
                at=(name, "columns", column.name),
                kind=column.type,
                is_needed=column.needed or column.name == KEYS[name],
            )
    for attribute, rules in mapping.attributes.items():
        at = (name, "attributes", attribute)
        yield from _read(rules, known, at=at, kind=rules.type, is_needed=False)
    conditions = [rule.when for rule in mapping.reject] + ([mapping.where] if mapping.where else [])
    for condition in conditions:
        yield from (
            MappedColumn(raw, raw, f"a rule of {name}", f"entities.{name}")
            for raw in _words(condition, known)
        )


def _read(
    rules: ColumnMapping,
    known: list[str],
    *,
    at: tuple[str, str, str],
    kind: str,
    is_needed: bool,
) -> Iterator[MappedColumn]:
    read_by, setting = f"{at[0]}.{at[2]}", f"entities.{'.'.join(at)}"
    if rules.sql is not None:
        # An expression may choose between columns: none of them is needed on its own.
        yield from (MappedColumn(raw, raw, read_by, setting) for raw in _words(rules.sql, known))
        return
    as_it_stands = rules if rules.column is not None else None
    for name, raw in _resolved(raw_names(rules), known):
        yield MappedColumn(
            raw, name, read_by, setting, is_needed, kind if as_it_stands else "text", as_it_stands
        )


def _resolved(names: Iterable[str], known: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, resolve_column(name, known)
        except SettingsError:  # the check of the mapping says so, with the line
            continue


def _words(sql: str, known: list[str]) -> list[str]:
    words = {word.lower() for word in _WORD.findall(sql)}
    return [column for column in known if column.lower() in words]
