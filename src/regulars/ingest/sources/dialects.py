"""The dialect of a delimited text file: fixed once, from its first lines, for the whole read."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from regulars.core.errors import SourceError
from regulars.core.names import unique_names
from regulars.core.settings import Source

SAMPLE_BYTES = 1 << 18
DELIMITERS = (",", ";", "\t", "|")
_STAND_IN = "\x1f"  # for delimiters of several signs, which the csv module does not know


@dataclass(frozen=True)
class Dialect:
    """How records are split; `names` are the warehouse's names of the columns, in order."""

    delimiter: str
    quote: str
    escape: str
    header: bool
    names: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)  # as the file writes them


def dialect_of(path: Path, source: Source, *, name: str) -> Dialect:
    """The dialect of a UTF-8 file; what the source states is taken as stated."""
    sample = sample_text(path)
    delimiter = stated_delimiter(source) or sniffed_delimiter(sample, quote=source.quote)
    escape = source.escape or _sniffed_escape(sample, source.quote)
    header = has_header(source)
    first = next(iter(records(sample, delimiter, quote=source.quote, escape=escape)), [])
    names = unique_names(source.columns or (first if header else _numbered(len(first))))
    if source.columns and header and len(first) != len(names):
        raise SourceError(
            f"the source names {len(names)} columns, the file has {len(first)}",
            where=name,
            hint="Correct the source's columns in regulars.yaml.",
        )
    labels = dict(zip(names, first, strict=False)) if header else {}
    return Dialect(delimiter, source.quote, escape, header, tuple(names), labels)


def has_header(source: Source) -> bool:
    """Whether the first line names the columns: no, where the source names them itself."""
    return source.header if "header" in source.model_fields_set else not source.columns


def sample_text(path: Path) -> str:
    """The first lines of a UTF-8 file, without a broken last one.

    Raises UnicodeDecodeError where the file is not UTF-8.
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, len(head) < SAMPLE_BYTES)
    return text if len(head) < SAMPLE_BYTES else text[: text.rfind("\n") + 1] or text


def sniffed_delimiter(sample: str, *, quote: str) -> str:
    """The delimiter that splits most records of the sample into one number of fields (> 1)."""
    share = {mark: agreement(sample, mark, quote=quote) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: share[mark])
    return best if share[best] > (0.0, 0) else ","


def agreement(sample: str, delimiter: str, *, quote: str) -> tuple[float, int]:
    """The share of records with the commonest number of fields, and that number."""
    counts = Counter(
        len(record) for record in records(sample, delimiter, quote=quote, escape=quote) if record
    )
    fields, agreeing = max(counts.items(), key=lambda item: item[1], default=(1, 0))
    return (agreeing / counts.total(), fields) if fields > 1 else (0.0, 0)


def records(sample: str, delimiter: str, *, quote: str, escape: str) -> list[list[str]]:
    """The sample split into records and fields, as far as that goes."""
    if len(delimiter) > 1:
        sample, delimiter = sample.replace(delimiter, _STAND_IN), _STAND_IN
    reader = csv.reader(
        io.StringIO(sample, newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=escape == quote,
        escapechar=None if escape == quote else escape,
    )
    rows: list[list[str]] = []
    with suppress(csv.Error):  # an unclosed quote runs to the end of the sample
        rows.extend(reader)
    return rows


def _sniffed_escape(sample: str, quote: str) -> str:
    return "\\" if quote and f"\\{quote}" in sample and f"{quote}{quote}" not in sample else quote


def stated_delimiter(source: Source) -> str | None:
    """The delimiter that a source states, if it does."""
    return "\t" if source.delimiter in ("\\t", "tab") else source.delimiter


def _numbered(count: int) -> list[str]:
    return [f"column_{number}" for number in range(1, count + 1)]
