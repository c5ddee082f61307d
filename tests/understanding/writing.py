"""Files in every shape that a system exports."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Row = Sequence[Any]


class Place:
    """A folder to write into; every method makes one file, in folders of its own if need be."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _file(self, name: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def text(self, name: str, text: str, *, encoding: str = "utf-8") -> None:
        """A text file as given."""
        self._file(name).write_bytes(text.encode(encoding))

    def csv(
        self,
        name: str,
        header: Row,
        rows: Iterable[Row],
        *,
        sep: str = ",",
        encoding: str = "utf-8",
        before: str = "",
        after: str = "",
        newline: str = "\r\n",
        last_newline: bool = True,
        quote_all: bool = False,
    ) -> None:
        """A delimited file; `before` stands above the header, `after` below the last row."""
        self.text(
            name,
            before
            + delimited(
                [header, *rows], sep=sep, newline=newline, quote_all=quote_all
            ).removesuffix("" if last_newline else newline)
            + after,
            encoding=encoding,
        )

    def xlsx(self, name: str, sheets: dict[str, Sequence[Row]]) -> None:
        """An Excel workbook; the rows of a sheet begin with its header or its title."""
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        book.save(self._file(name))

    def ods(self, name: str, sheets: dict[str, Sequence[Row]]) -> None:
        """An OpenDocument spreadsheet."""
        tables = "".join(
            f'<table:table table:name="{escape(title)}">{"".join(map(_ods_row, rows))}</table:table>'
            for title, rows in sheets.items()
        )
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        spaces = " ".join(
            f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
            for short in ("office", "table", "text")
        )
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        with zipfile.ZipFile(self._file(name), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("mimetype"), kind)
            archive.writestr(
                "content.xml",
                f'{head}<office:document-content {spaces} office:version="1.2"><office:body>'
                f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
                "</office:document-content>",
            )
            archive.writestr(
                "META-INF/manifest.xml",
                f'{head}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
                f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                "</manifest:manifest>",
            )

    def jsonl(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """One JSON object per line."""
        self.text(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    def zip(self, name: str, files: dict[str, str]) -> None:
        """A zip of text files."""
        with zipfile.ZipFile(self._file(name), "w", zipfile.ZIP_DEFLATED) as archive:
            for inside, text in files.items():
                archive.writestr(zipfile.ZipInfo(inside), text)


def delimited(
    rows: Iterable[Row], *, sep: str = ",", newline: str = "\r\n", quote_all: bool = False
) -> str:
    """Rows as delimited text."""
    target = io.StringIO()
    writer = csv.writer(
        target,
        delimiter=sep,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return target.getvalue()


def _ods_row(row: Row) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'
