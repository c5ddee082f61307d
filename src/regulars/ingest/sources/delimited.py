"""Delimited text: DuckDB splits it, every field stays text, and no line is lost unseen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from regulars.core.settings import Source
from regulars.ingest.sources.decoding import plain_text, wrong_encoding
from regulars.ingest.sources.dialects import Dialect, dialect_of
from regulars.ingest.sources.files import FoundFile
from regulars.ingest.sources.lines import (
    LineCount,
    count_blank_lines,
    count_lines,
    line_numbers,
)
from regulars.ingest.sources.outside_lines import TableText, table_text
from regulars.ingest.sources.quarantine import is_quarantined, quarantine_damaged_lines
from regulars.ingest.sources.scans import TEXT, MalformedRow, Scan, ScanResult, literal, quoted
from regulars.warehouse.protocol import Warehouse

FEW_SHIFTS = 50
_REJECTS, _SCANS = "_regulars_rejects", "_regulars_scans"
_REASONS = {
    "MISSING COLUMNS": "too few fields",
    "TOO MANY COLUMNS": "too many fields",
    "UNQUOTED VALUE": "a quote is opened and not closed, or closed inside a field",
    "LINE SIZE OVER MAXIMUM": "longer than 2,000,000 bytes",
}


@dataclass(frozen=True)
class _Reading:
    """One attempt at a file: as it is, or with damaged lines quarantined, or renumbered."""

    warehouse: Warehouse
    file: FoundFile
    source: Source
    dialect: Dialect
    text: TableText
    path: Path
    workspace: Path
    count: LineCount
    is_separated: bool = False  # damaged lines are quarantined already
    shifts: tuple[tuple[int, int], ...] | None = None  # (rows kept before, records left out)

    def scan(self) -> Scan:
        """The scan of this attempt; it forgets what an earlier one left out."""
        for table in (_REJECTS, _SCANS):
            self.warehouse.scan(f"drop table if exists {table}")
        columns = dict.fromkeys(self.dialect.names, TEXT)
        return Scan(columns, self._query(), self._inspect, self.dialect.labels, self.text.outside)

    def _query(self) -> str:
        numbered = (
            f"select *, row_number() over () as _row_number "
            f"from {_read_csv(self.path, self.dialect)}"
        )
        if self.shifts is None:
            return numbered
        if len(self.shifts) <= FEW_SHIFTS:
            added = "".join(f" + ({at} < _row_number)::bigint * {n}" for at, n in self.shifts)
            return f"select * replace (_row_number{added} as _row_number) from ({numbered})"
        return (
            "select numbered.* replace (_row_number + coalesce(shift, 0) as _row_number) "
            f"from ({numbered}) as numbered asof left join {self._shift_table()} as shifts "
            "on numbered._row_number > shifts.kept_before"
        )

    def _shift_table(self) -> str:
        total, rows = 0, []
        for at, left_out in self.shifts or ():
            total += left_out
            rows.append(f"({at}, {total})")
        return f"(select * from (values {', '.join(rows)}) as steps (kept_before, shift))"

    def _inspect(self, rows: int) -> ScanResult:
        rejects = self._rejects()
        kinds = {kind for _, kind, _, _ in rejects}
        if "INVALID ENCODING" in kinds:
            raise wrong_encoding(self.file, self.source.encoding, workspace=self.workspace)
        broken = kinds & {"UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM"}
        if not self.is_separated and (broken or self._lines_are_missing(rows, rejects)):
            return ScanResult([], self.separated().scan)
        if rejects and self.shifts is None:
            return ScanResult([], self._shifted(rejects).scan)
        return ScanResult(self._malformed(rejects))

    def _rejects(self) -> list[tuple[int, str, str, int]]:
        """Record, kind, text and byte position of every record left out, in order."""
        rejects = self.warehouse.scan(
            "select line, arg_min(error_type, column_idx), arg_min(csv_line, column_idx), "
            f"min(line_byte_position) from {_REJECTS} group by line order by line"
        )
        return [(int(row[0]), str(row[1]), str(row[2] or ""), int(row[3] or 0)) for row in rejects]

    def _malformed(self, rejects: list[tuple[int, str, str, int]]) -> list[MalformedRow]:
        lines = line_numbers(self.path, [at + _blank_before(text) for _, _, text, at in rejects])
        header, shift = int(self.dialect.header), self.text.shift
        return [
            MalformedRow(record - header, f"line {line + shift:,}: {self._reason(kind, text)}")
            for (record, kind, text, _), line in zip(rejects, lines, strict=True)
        ]

    def _reason(self, kind: str, text: str) -> str:
        if is_quarantined(text):
            return _REASONS["UNQUOTED VALUE"]
        reason = _REASONS.get(kind, kind.lower())
        return f"{reason}, {len(self.dialect.names)} expected" if "fields" in reason else reason

    def _lines_are_missing(self, rows: int, rejects: list[tuple[int, str, str, int]]) -> bool:
        """Whether the file has lines that are neither a row, nor left out, nor blank."""
        expected = int(self.dialect.header) + rows
        expected += sum(text.strip("\n").count("\n") + 1 for _, _, text, _ in rejects)
        return self.count.lines > expected and (
            self.count.lines > expected + count_blank_lines(self.path) + self._newlines_in_fields()
        )

    def _newlines_in_fields(self) -> int:
        inside = " + ".join(
            f"coalesce(sum(len({name}) - len(replace({name}, chr(10), ''))), 0)"
            for name in map(quoted, self.dialect.names)
        )
        read = _read_csv(self.path, self.dialect, keep_rejects=False)
        return int(self.warehouse.scan(f"select {inside} from {read}")[0][0])

    def separated(self) -> _Reading:
        """The same attempt on a copy whose damaged lines are quarantined."""
        self.workspace.mkdir(parents=True, exist_ok=True)
        target = self.workspace / "separated.txt"
        quarantine_damaged_lines(self.path, target, dialect=self.dialect)
        return replace(self, path=target, is_separated=True)

    def _shifted(self, rejects: list[tuple[int, str, str, int]]) -> _Reading:
        """The same attempt, with row numbers that count the records left out too."""
        header = int(self.dialect.header)
        before = Counter(
            record - header - place for place, (record, *_) in enumerate(rejects, start=1)
        )
        return replace(self, shifts=tuple(sorted(before.items())))


def delimited_scan(
    file: FoundFile, source: Source, *, warehouse: Warehouse, workspace: Path
) -> Scan:
    """How to read a delimited text file, compressed or in another encoding if need be."""
    plain = plain_text(file, encoding=source.encoding, workspace=workspace)
    text = table_text(plain, source, name=file.name, workspace=workspace)
    path = text.path
    try:
        dialect = dialect_of(path, source, name=file.name)
    except UnicodeDecodeError:
        raise wrong_encoding(file, source.encoding, workspace=workspace) from None
    reading = _Reading(warehouse, file, source, dialect, text, path, workspace, count_lines(path))
    # DuckDB gives up where line ends are mixed.
    return (reading.separated() if reading.count.mixed else reading).scan()


def _read_csv(path: Path, dialect: Dialect, *, keep_rejects: bool = True) -> str:
    columns = ", ".join(f"{literal(name)}: {literal(TEXT)}" for name in dialect.names)
    rejects = (
        f"store_rejects = true, rejects_limit = 0, rejects_table = '{_REJECTS}', "
        f"rejects_scan = '{_SCANS}'"
        if keep_rejects
        else "ignore_errors = true"
    )
    return (
        f"read_csv({literal(path)}, auto_detect = false, delim = {literal(dialect.delimiter)}, "
        f"quote = {literal(dialect.quote)}, escape = {literal(dialect.escape)}, "
        f"header = {str(dialect.header).lower()}, columns = {{{columns}}}, {rejects})"
    )


def _blank_before(text: str) -> int:
    return len(text) - len(text.lstrip("\r\n"))
