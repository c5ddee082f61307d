"""Judging generated tables: named checks with severity, and an error that names a broken rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from regulars.core.errors import DataError
from regulars.synthetic.company_size import Size
from regulars.synthetic.recipe import Recipe, TableSpec
from regulars.synthetic.rule_kinds import Rule, Severity

ROWS_AT_ONCE = 1 << 20
BYTES_AT_ONCE = 1 << 24


@dataclass(frozen=True)
class Check:
    """One rule's outcome: `found` is a number or share, never a value of a row."""

    table: str
    rule: str
    severity: Severity
    passed: bool
    found: str

    def __str__(self) -> str:
        mark = "ok" if self.passed else self.severity.upper()
        return f"{mark:<8}{self.table}: {self.rule} ({self.found})"


def judged(rules: Mapping[str, Iterable[Rule]]) -> tuple[Check, ...]:
    """The checks of all tables, after every row went by."""
    return tuple(
        Check(table, rule.name, rule.severity, *rule.verdict())
        for table, table_rules in rules.items()
        for rule in table_rules
    )


def require(checks: Iterable[Check], *, where: str) -> None:
    """DataError that names the rules when an error-severity check failed."""
    broken = [check for check in checks if not check.passed and check.severity == "error"]
    if broken:
        named = "; ".join(f"{check.table}: {check.rule} ({check.found})" for check in broken)
        raise DataError(f"broken rule: {named}", where=where)


def check_folder(recipe: Recipe, folder: Path, *, size: Size) -> tuple[Check, ...]:
    """Judge files already written, by the same rules as while generating."""
    rules = recipe.rules(size)
    for spec in recipe.tables:
        path = folder / spec.file
        if not path.exists():
            raise DataError("the file is missing", where=str(path))
        try:
            for rows in _read(path, spec):
                for rule in rules[spec.name]:
                    rule.observe(rows)
        except (pa.ArrowInvalid, KeyError) as error:
            raise DataError("columns or values of another kind", where=str(path)) from error
    return judged(rules)


def _read(path: Path, spec: TableSpec) -> Iterator[pa.Table]:
    if path.suffix == ".parquet":
        batches: Iterable[pa.RecordBatch] = pq.ParquetFile(path).iter_batches(ROWS_AT_ONCE)
    else:
        options = pa_csv.ConvertOptions(
            column_types=spec.kinds, strings_can_be_null=True, null_values=[""]
        )
        blocks = pa_csv.ReadOptions(block_size=BYTES_AT_ONCE)
        batches = pa_csv.open_csv(path, convert_options=options, read_options=blocks)
    for batch in batches:
        yield pa.Table.from_batches([batch])
