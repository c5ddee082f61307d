"""The raw columns beside those that an entity maps, with some of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.core.names import resolve_column
from regulars.core.settings import Project
from regulars.core.settings.entities import EntityName
from regulars.ingest.bronze_columns import LINEAGE
from regulars.ingest.quality.plausible_findings import JUDGED
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

MOSTLY = 0.9
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
PHONE = re.compile(r"[+0(](?:[ ()./-]*\d){8,13}")
_LOOKED_AT = 500  # rows, to find the columns that hold addresses, phones, numbers or money


@dataclass(frozen=True)
class Beside:
    """The raw columns of an entity's source, with some of their values as text."""

    project: Project
    warehouse: Warehouse
    entity: EntityName
    values: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, project: Project, warehouse: Warehouse, entity: EntityName) -> Beside:
        source = project.entities[entity].source
        names = [name for name in warehouse.columns("bronze", source) if name not in LINEAGE]
        listed = ", ".join(map(quoted, names))
        relation = warehouse.relation("bronze", source)
        rows = warehouse.rows(f"select {listed} from {relation} limit {_LOOKED_AT}")
        columns = zip(*rows, strict=True) if rows else ([] for _ in names)
        texts = {
            name: [str(value).strip() for value in column if value is not None]
            for name, column in zip(names, columns, strict=True)
        }
        return cls(project, warehouse, entity, {name: v for name, v in texts.items() if any(v)})

    def mapped(self, column: str) -> str | None:
        """The raw column of a canonical one; None for an expression, and where none is mapped."""
        mapping = self.project.entities[self.entity].columns.get(column)
        if mapping is None or mapping.column is None:
            return None
        source = self.project.entities[self.entity].source
        return resolve_column(mapping.column, self.warehouse.columns("bronze", source))

    def are(self, name: str, pattern: re.Pattern[str]) -> bool:
        """Whether nearly all values of a column have this form."""
        values = [value for value in self.values.get(name, ()) if value]
        fitting = sum(bool(pattern.fullmatch(value)) for value in values)
        return len(values) >= JUDGED / 2 and fitting >= MOSTLY * len(values)

    def count(self, *expressions: str) -> list[int]:
        """Counts over all rows of the source."""
        source = self.project.entities[self.entity].source
        relation = self.warehouse.relation("bronze", source)
        row = self.warehouse.rows(f"select {', '.join(expressions)} from {relation}")[0]
        return [int(value or 0) for value in row]

    @property
    def relation(self) -> str:
        """The landed rows of the source, as SQL."""
        source = self.project.entities[self.entity].source
        return self.warehouse.relation("bronze", source)

    def row(self, sql: str) -> tuple[Any, ...]:
        """The only row of a question to the warehouse."""
        return tuple(self.warehouse.rows(sql)[0])
