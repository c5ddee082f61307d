"""From a recipe to files: rows stream through rules and dirt into writers, then get their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Unpack

import pyarrow as pa

from regulars.synthetic.company_size import Asked, Size
from regulars.synthetic.dirt import Dirt, Soiler
from regulars.synthetic.file_writing import FileWriter, WrittenFile
from regulars.synthetic.recipe import Recipe, TableSpec, recipe_named
from regulars.synthetic.validation import Check, check_folder, judged, require

Report = Callable[[str], None]


@dataclass(frozen=True)
class Generated:
    """What was delivered. `dirt` counts faults as 'table.fault'; `checks` judge the clean rows."""

    recipe: str
    folder: Path
    size: Size
    files: tuple[WrittenFile, ...]
    checks: tuple[Check, ...]
    dirt: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows in all files together."""
        return sum(file.rows for file in self.files)

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Rules that failed without making the data useless."""
        return tuple(check for check in self.checks if not check.passed)


def generate(
    recipe: str,
    folder: Path,
    *,
    dirt: Dirt | None = None,
    report: Report | None = None,
    **asked: Unpack[Asked],
) -> Generated:
    """Write a recipe's synthetic raw files into `folder` (made if missing).

    Options: `customers`, `transactions`, `seed`, `until` (see `Asked`), `dirt` and a `report` that
    hears about progress, one line per chunk. Everything is dated before midnight at the start of
    `until`. The same arguments give the same rows. Files of the same names are replaced only
    after every rule was kept: DataError names a rule that was not.
    """
    chosen_recipe = recipe_named(recipe)
    size = chosen_recipe.sized(asked)
    folder.mkdir(parents=True, exist_ok=True)
    return _Delivery(
        chosen_recipe, folder, size=size, dirt=dirt or Dirt(), report=report or _silent
    ).run()


def check(recipe: str, folder: Path, **asked: Unpack[Asked]) -> tuple[Check, ...]:
    """Judge files in `folder` by the recipe's rules; the size as it was for `generate`."""
    chosen_recipe = recipe_named(recipe)
    return check_folder(chosen_recipe, folder, size=chosen_recipe.sized(asked))


def _silent(_: str) -> None:
    """Nobody wants to hear about progress."""


class _Delivery:
    """One call of `generate`."""

    def __init__(
        self, recipe: Recipe, folder: Path, *, size: Size, dirt: Dirt, report: Report
    ) -> None:
        self.recipe, self.folder, self.size = recipe, folder, size
        self.dirt, self.report = dirt, report
        self.specs = {spec.name: spec for spec in recipe.tables}
        self.rules = recipe.rules(size)
        self.soilers = {spec.name: Soiler(spec, dirt, size) for spec in recipe.tables}
        self.writers: dict[str, tuple[TableSpec, FileWriter]] = {}

    def run(self) -> Generated:
        try:
            for table, rows in self.recipe.chunks(self.size):
                self._take(table, rows)
            checks = self._judge()
        except BaseException:
            self._discard()
            raise
        return Generated(
            self.recipe.name, self.folder, self.size, self._deliver(), checks, self._faults()
        )

    def _take(self, table: str, rows: pa.Table) -> None:
        for rule in self.rules[table]:
            rule.observe(rows)
        dirty, late = (rows, None) if self.dirt == Dirt() else self.soilers[table].soil(rows)
        spec = self.specs[table]
        self._write(spec, spec.file, dirty)
        if late is not None:
            self._write(spec, spec.late_file, late)

    def _write(self, spec: TableSpec, name: str, rows: pa.Table) -> None:
        if name not in self.writers:
            self.writers[name] = (spec, FileWriter(self.folder / name, marked=spec.marked))
        writer = self.writers[name][1]
        writer.write(rows)
        self.report(f"{name}: {writer.rows:,} rows")

    def _judge(self) -> tuple[Check, ...]:
        for _, writer in self.writers.values():
            writer.close()
        checks = judged(self.rules)
        require(checks, where=f"synthetic {self.recipe.name}")
        return checks

    def _deliver(self) -> tuple[WrittenFile, ...]:
        for spec in self.recipe.tables:
            if spec.late_file not in self.writers:
                (self.folder / spec.late_file).unlink(missing_ok=True)
        for _, writer in self.writers.values():
            writer.finish()
        return tuple(
            WrittenFile(spec.name, writer.path, writer.rows, spec.personal)
            for spec, writer in self.writers.values()
        )

    def _discard(self) -> None:
        for _, writer in self.writers.values():
            writer.close()
            writer.discard()

    def _faults(self) -> dict[str, int]:
        faults: Counter[str] = Counter()
        for table, soiler in self.soilers.items():
            for fault, count in soiler.counts.items():
                faults[f"{table}.{fault}"] += count
        return dict(sorted(faults.items()))
