"""A file whose schema changed stops the landing, before any of its rows is judged.

Row by row such a file would be rejected for 'amount is missing', or lose a value in silence: nobody
would learn that a column has another name now. So a mapped column that a new file does not have, or
of which nothing can be read any more, is named together with the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.core.settings import Project
from regulars.ingest.batch_records import LandedFile
from regulars.ingest.changed_units import check_unit
from regulars.ingest.file_mapping import MappedColumn, mapped_columns
from regulars.ingest.readable_values import ReadableCount, is_typed, readable_counts
from regulars.ingest.sources.scans import quoted
from regulars.warehouse.protocol import Warehouse

_SAMPLE = 20_000  # rows of one landing
_EARLIER = 500
_FILES = 20  # of one landing, that each of its files is compared with
_FEW = 10
_WELL = 0.9  # of the values of other files
_OTHER_KIND = 0.9  # change of the share of numbers among keys


@dataclass(frozen=True)
class ColumnCheck:
    """The check of the files of one batch, which are in bronze already."""

    project: Project
    warehouse: Warehouse
    source: str
    batch_id: str

    def run(self, files: Sequence[LandedFile]) -> None:
        """Raise DataError for the first file with a mapped column missing or not readable."""
        files = [file for file in files if file.columns.given]  # not those that are empty
        columns = dict.fromkeys(
            name for file in files for name in (*file.columns.held, *file.columns.given)
        )
        mapped = mapped_columns(self.project, self.source, columns)
        if files:
            self._look_for_missing(files, mapped)
            self._find_parse_errors(files, mapped)
            self._find_other_keys(files, mapped)
            self._find_other_units(files, mapped)

    def _look_for_missing(self, files: Sequence[LandedFile], mapped: list[MappedColumn]) -> None:
        before = files[0].columns.held if self._has_earlier_rows() else {}
        lacked = self._lacked_before(before) if before else set()
        for file in files:
            for column in mapped:
                is_expected = column.raw in before and column.raw not in lacked
                if column.raw not in file.columns.given and (column.is_needed or is_expected):
                    raise self._missing(file, column)

    def _has_earlier_rows(self) -> bool:
        """Whether the source was delivered before; synthetic rows say nothing of its columns."""
        return bool(
            self.warehouse.rows(
                f"select 1 from {self.warehouse.relation('ops', 'batches')} "
                "where source = ? and not coalesce(is_synthetic, false) limit 1",
                [self.source],
            )
        )

    def _lacked_before(self, held: dict[str, str]) -> set[str]:
        """Columns that a file of an earlier delivery did without: nothing new about that."""
        rows = self.warehouse.rows(
            f"select distinct columns from {self.warehouse.relation('ops', 'batch_files')} "
            "where source = ? and columns is not null",
            [self.source],
        )
        return {name for (columns,) in rows for name in held if name not in json.loads(columns)}

    def _missing(self, file: LandedFile, column: MappedColumn) -> DataError:
        likely = self._likely_name(file, column)
        what = f"the file has no column '{column.name}', from which {column.read_by} is read"
        landed = f"sources.{self.source}"
        if likely is not None:
            name, because = likely
            what += f"; its new column '{name}' {because}"
            hint = f"If it is the same, write `other_names: {{{column.name}: {name}}}` in {landed}"
        else:
            hint = f"If it has another name now, write it in {landed}.other_names"
        if not column.is_needed:
            hint += "; to do without it, `regulars run --accept-schema`"
        return DataError(f"{what}; nothing was landed", where=file.name, hint=f"{hint}.")

    def _likely_name(self, file: LandedFile, column: MappedColumn) -> tuple[str, str] | None:
        """The column that may be the missing one under a new name, and why."""
        known = file.columns.held
        new = [name for name in file.columns.given if name not in known] or [
            name for name in file.columns.given if name not in _names(self._mapped(file))
        ]
        if near := nearest(column.raw, new):
            return near, "has a similar name"
        earlier = (
            self._values(column.raw, earlier=True, file=file) if column.raw in known else set()
        )
        shares = {
            name: len(earlier & values) / len(values)
            for name in new
            if (values := self._values(name, earlier=False, file=file))
        }
        best = max(shares, key=lambda name: shares[name], default=None)
        if best is not None and shares[best] > 0.5:
            return best, "holds the same values"
        return (new[0], "is the only new one") if len(new) == 1 and known else None

    def _mapped(self, file: LandedFile) -> list[MappedColumn]:
        return mapped_columns(self.project, self.source, file.columns.given)

    def _values(self, column: str, *, earlier: bool, file: LandedFile) -> set[str]:
        text = f"cast({quoted(column)} as varchar)"
        place = "_batch_id <> ?" if earlier else "_batch_id = ? and _file = ?"
        rows = self.warehouse.rows(
            f"select {text} from {self._bronze} where {place} and {quoted(column)} is not null "
            f"and _row_number <= {_EARLIER} limit {_EARLIER}",
            [self.batch_id] if earlier else [self.batch_id, file.name],
        )
        return {str(value) for (value,) in rows}

    @property
    def _bronze(self) -> str:
        return self.warehouse.relation("bronze", self.source)

    def _find_parse_errors(self, files: Sequence[LandedFile], mapped: list[MappedColumn]) -> None:
        typed = [column for column in mapped if is_typed(column)]
        names = list(dict.fromkeys(column.raw for column in typed))
        if not names:
            return
        rows = max(_FEW, _SAMPLE // len(files))
        landed = self._sample(names, f"_batch_id = ? and _row_number <= {rows}")
        for column in typed:
            shares = readable_counts(self.warehouse, column, landed)
            for file in files:
                lost = shares.get(file.name)
                if lost is not None and lost.is_lost and self._was_readable(column, file, shares):
                    raise _parse_error(file, column, lost)

    def _find_other_keys(self, files: Sequence[LandedFile], mapped: list[MappedColumn]) -> None:
        """Keys that were numbers and are texts now, or the reverse: they would join to nothing."""
        for column in mapped:
            if column.kind != "text" or not column.is_needed:
                continue
            for file in files:
                if column.raw not in file.columns.held or column.raw not in file.columns.given:
                    continue
                now = _number_share(self._values(column.raw, earlier=False, file=file))
                before = _number_share(self._values(column.raw, earlier=True, file=file))
                if now is not None and before is not None and abs(now - before) >= _OTHER_KIND:
                    raise _other_keys(file, column, are_numbers=now > before)

    def _find_other_units(self, files: Sequence[LandedFile], mapped: list[MappedColumn]) -> None:
        """A file apart from all others, whether they landed before or land together with it."""
        for column in mapped:
            if column.kind != "number" or not column.is_needed:
                continue
            holding = [file for file in files if column.raw in file.columns.given]
            values = {
                file.name: self._values(column.raw, earlier=False, file=file) for file in holding
            }
            held = [file for file in holding if column.raw in file.columns.held][:1]
            earlier = [self._values(column.raw, earlier=True, file=file) for file in held]
            for name, now in values.items():
                others = [texts for other, texts in values.items() if other != name][:_FILES]
                check_unit(
                    self.warehouse,
                    column,
                    file=name,
                    now=now,
                    before=set().union(*earlier, *others),
                )

    def _sample(self, names: list[str], condition: str) -> pa.Table:
        texts = ", ".join(f"cast({quoted(name)} as varchar) as {quoted(name)}" for name in names)
        return self.warehouse.arrow(
            f"select _file, {texts} from {self._bronze} where {condition}", [self.batch_id]
        )

    def _was_readable(
        self, column: MappedColumn, file: LandedFile, shares: Mapping[str, ReadableCount]
    ) -> bool:
        """Whether other files show that the column can be read as it is mapped."""
        counts = [count for name, count in shares.items() if name != file.name]
        if column.raw in file.columns.held:
            earlier = self._sample(
                [column.raw],
                f"_batch_id <> ? and {quoted(column.raw)} is not null limit {_EARLIER}",
            )
            counts += readable_counts(self.warehouse, column, earlier).values()
        given, readable = (
            sum(count.given for count in counts), sum(count.readable for count in counts),
        )  # fmt: skip
        return given > 0 and readable >= _WELL * given


def _number_share(values: set[str]) -> float | None:
    """The share of numbers among values; None where there are too few to tell."""
    return sum(map(_is_number, values)) / len(values) if len(values) >= _FEW else None


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _other_keys(file: LandedFile, column: MappedColumn, *, are_numbers: bool) -> DataError:
    kinds = ("texts", "numbers") if are_numbers else ("numbers", "texts")
    return DataError(
        f"the column '{column.name}', from which {column.read_by} is read, held {kinds[0]} before "
        f"and holds {kinds[1]} now, so that its keys would not be those of earlier files; nothing "
        "was landed",
        where=file.name,
        hint="Correct the file. If these are other keys on purpose, "
        "`regulars run --accept-schema` lands it as it is.",
    )


def _names(mapped: list[MappedColumn]) -> set[str]:
    return {column.raw for column in mapped}


def _parse_error(file: LandedFile, column: MappedColumn, lost: ReadableCount) -> DataError:
    from regulars.ingest.inference.date_formats import format_for

    setting = {"timestamp": "format", "date": "format", "number": "decimal"}.get(column.kind)
    how = f"State its {setting} in {column.setting}" if setting else f"Check {column.setting}"
    form = format_for(lost.example) if setting == "format" else None
    how += f" (format: '{form}' reads this value)" if form else ""
    return DataError(
        f"the column '{column.name}', from which {column.read_by} is read, is written in another "
        f"way: {lost.parse_errors:,} of {lost.given:,} values, such as '{lost.example}', cannot be "
        f"read as {column.kind}; nothing was landed",
        where=file.name,
        hint=f"{how}, or correct the file; `regulars run --accept-schema` lands it as it is.",
    )
