"""Which files of a release hold a table: one, or of single events several.

The first is `<table>.parquet`, the others are `<table>.2.parquet`, `<table>.3.parquet`, ...
"""

from __future__ import annotations

from pathlib import Path


def part_file(table: str, number: int) -> str:
    """The name of a table's file in a release; numbers begin with 1."""
    return f"{table}.parquet" if number == 1 else f"{table}.{number}.parquet"


def table_files(folder: Path) -> dict[str, list[Path]]:
    """The files of every table of a release, in their order; tables by name."""
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.parquet"), key=lambda path: (_table(path), _number(path))):
        files.setdefault(_table(path), []).append(path)
    return files


def _table(path: Path) -> str:
    return path.name.partition(".")[0]


def _number(path: Path) -> int:
    number = path.name.split(".")[1]
    return int(number) if number.isdigit() else 1
