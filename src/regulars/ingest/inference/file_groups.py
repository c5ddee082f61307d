"""Which files belong together, and how they are read: format, encoding, delimiter, header."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from regulars.core.errors import SourceError
from regulars.core.names import printable, snake_case
from regulars.core.settings import Source
from regulars.ingest.inference.file_looks import FileLook, in_one_encoding, looks_at
from regulars.ingest.inference.name_patterns import (
    matching_names,
    pattern_for,
    stem_words,
    template,
)
from regulars.ingest.inference.roles import table_points
from regulars.ingest.inference.vocabulary import header_meanings, split_words, vocabulary
from regulars.ingest.sources.files import FORMATS, FoundFile, format_by_name, found_file

_TABLE_KINDS = (
    "transactions", "interactions", "touches", "customers", "products", "refunds", "lines",
    "subscriptions", "labels",
)  # fmt: skip
_SHARED = 0.6  # of the columns of two deliveries of one table


@dataclass(frozen=True)
class FileGroup:
    """Files of one table: a source in the making; `pattern` finds these files and later ones."""

    name: str
    files: tuple[FoundFile, ...]
    pattern: Path
    source: Source
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    """Where files were looked for, and which there can never be a table in."""

    below: Path
    empty: tuple[Path, ...]


def deliveries(
    paths: Iterable[Path], *, workspace: Path
) -> tuple[list[FileGroup], list[tuple[str, SourceError]]]:
    """The tables that these files and folders hold, and the files that are none, with why."""
    del workspace  # nothing is copied to look at a file
    groups: list[FileGroup] = []
    refused: list[tuple[str, SourceError]] = []
    for below, files in _files(paths).items():
        looks: list[FileLook] = []
        empty: list[Path] = []
        for path in files:
            try:
                looks += looks_at(found_file(path, root=path.parent))
            except SourceError as error:
                refused.append((printable(path.name), error))
                empty.append(path)
        groups += _groups(in_one_encoding(looks), _Place(below, tuple(empty)))
    return _with_own_names(groups), refused


def _files(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Files by the folder that they were looked for in."""
    files: dict[Path, list[Path]] = defaultdict(list)
    taken: set[Path] = set()
    for given in paths:
        path = given.resolve()
        if path.is_dir():
            inside = [inner for inner in sorted(path.rglob("*")) if _is_data(inner, below=path)]
            below = path
        elif path.is_file():
            inside, below = [path], path.parent
        else:
            raise SourceError("there is no such file or folder", where=str(given))
        files[below] += [inner for inner in inside if inner not in taken]
        taken |= set(inside)
    return files


def _is_data(path: Path, *, below: Path) -> bool:
    parts = path.relative_to(below).parts
    if any(part.startswith((".", "~$")) for part in parts) or not path.is_file():
        return False
    endings = {suffix.lower() for suffix in path.suffixes}
    has_no_ending = not path.suffix or path.suffix[1:].isdigit()
    return bool(endings & set(FORMATS)) or has_no_ending or format_by_name(path) is not None


def _groups(looks: list[FileLook], place: _Place) -> list[FileGroup]:
    """Looks of one table each: names that differ in numbers, then those that differ in words."""
    by_sheets = [joined for book in _by_file(looks) for joined in _sheet_groups(book)]
    by_name: dict[tuple[object, ...], list[list[FileLook]]] = defaultdict(list)
    for sheets in by_sheets:
        path = sheets[0].file.path.relative_to(place.below)
        key = (tuple(map(template, path.parts)), sheets[0].kind, sheets[0].settings.get("sheet"))
        fitting = next((g for g in by_name[key] if _are_one_table(g, sheets)), None)
        if fitting is None:
            by_name[key].append(list(sheets))
        else:
            fitting += sheets
    clusters = _joined_by_words([c for alike in by_name.values() for c in alike], place)
    return [group for cluster in clusters for group in _delivered(cluster, place)]


def _by_file(looks: list[FileLook]) -> list[list[FileLook]]:
    files: dict[Path, list[FileLook]] = defaultdict(list)
    for look in looks:
        files[look.file.path].append(look)
    return list(files.values())


def _sheet_groups(looks: list[FileLook]) -> list[list[FileLook]]:
    """The sheets of one workbook by table, each with the setting that finds them."""
    if looks[0].sheet is None:
        return [looks]
    clusters: list[list[FileLook]] = []
    for look in looks:
        fitting = next(
            (c for c in clusters if _are_one_table(c, [look]) and _may_join([*c, look])), None
        )
        if fitting is None:
            clusters.append([look])
        else:
            fitting.append(look)
    names = [look.sheet or "" for look in looks]
    groups = []
    for cluster in clusters:
        own = [look.sheet or "" for look in cluster]
        wanted = matching_names(own, [name for name in names if name not in own])
        setting = wanted[0] if len(wanted) == 1 else wanted
        groups.append(
            [replace(look, settings=look.settings | {"sheet": setting}) for look in cluster]
        )
    return groups


def _may_join(looks: Sequence[FileLook]) -> bool:
    """Whether names that differ in their words may be parts of one table: cities, not documents.

    `Orders` and `Returns`, or `orders` and `invoices`, are two tables also with equal columns.
    """
    names = [look.sheet if look.sheet else look.file.path.name for look in looks]
    words = [frozenset(split_words(stem_words(name))) for name in names]
    shared = frozenset.intersection(*words)
    differing = [" ".join(sorted(name - shared)) for name in words]
    return len(set(differing)) == 1 or not any(
        table_points(text, kind) for text in differing if text for kind in _TABLE_KINDS
    )


def _are_one_table(group: Sequence[FileLook], looks: Sequence[FileLook]) -> bool:
    """Whether columns agree but for a few that came or went, and are read in the same way."""
    first, other = group[0], looks[0]
    if first.is_headless or other.is_headless:
        return (first.is_headless, first.columns) == (other.is_headless, other.columns)
    own_columns, other_columns = set(group[-1].columns), set(other.columns)
    shared = len(own_columns & other_columns)
    return own_columns == other_columns or (
        shared >= 2 and shared >= _SHARED * len(own_columns | other_columns)
    )


def _joined_by_words(clusters: list[list[FileLook]], place: _Place) -> list[list[FileLook]]:
    """Clusters of equal columns whose names differ in words (`berlin`, `hamburg`), as one."""
    by_columns: dict[tuple[object, ...], list[list[FileLook]]] = defaultdict(list)
    for cluster in clusters:
        depth = len(cluster[0].file.path.relative_to(place.below).parts)
        sheet = str(cluster[0].settings.get("sheet"))
        columns = tuple(sorted({name for look in cluster for name in look.columns}))
        by_columns[depth, cluster[0].kind, sheet, columns].append(cluster)
    joined = []
    for alike in by_columns.values():
        looks = [look for cluster in alike for look in cluster]
        paths = list(dict.fromkeys(look.file.path for look in looks))
        is_one = (
            len(alike) > 1
            and len(paths) > 1
            and _may_join(looks)
            and pattern_for(paths, below=place.below, allowed=place.empty) is not None
        )
        joined += [looks] if is_one else alike
    return joined


def _delivered(looks: list[FileLook], place: _Place) -> list[FileGroup]:
    """A group that one pattern and one encoding read; else a group for each file."""
    paths = list(dict.fromkeys(look.file.path for look in looks))
    encodings = {look.settings.get("encoding") for look in looks if not look.ascii_only}
    pattern = pattern_for(paths, below=place.below, allowed=place.empty)
    if len(paths) > 1 and (len(encodings) > 1 or pattern is None):
        return [_delivery(list(book), book[0].file.path) for book in _by_file(looks)]
    return [_delivery(looks, pattern or paths[0])]


def _delivery(looks: list[FileLook], pattern: Path) -> FileGroup:
    # Plain ASCII reads the same in every encoding, so one that is not decides for all.
    deciding_look = next((look for look in looks if not look.ascii_only), looks[0])
    settings: dict[str, Any] = dict(deciding_look.settings)
    totals = [text for look in looks for text in look.settings.get("totals", [])]
    if totals:
        settings["totals"] = list(dict.fromkeys(totals))
    if len({look.settings.get("delimiter") for look in looks}) > 1:
        settings.pop("delimiter", None)  # found file by file
    files = dict.fromkeys(look.file for look in looks)
    return FileGroup(
        _source_name(looks),
        tuple(files),
        pattern,
        Source.model_validate({"path": str(pattern), **settings}),
        tuple(_notes(looks)),
    )


def _notes(looks: Iterable[FileLook]) -> Iterator[str]:
    """What is left out around the tables, in a line for each kind of it."""
    places: dict[str, list[str]] = {}
    for left_out in filter(None, (look.left_out for look in looks)):
        places.setdefault(left_out.what, []).append(left_out.where)
    for what, at in places.items():
        more = f" and {len(at) - 1:,} more" if len(at) > 1 else ""
        yield f"{at[0]}{more}: no data are {what}"


def _source_name(looks: Sequence[FileLook]) -> str:
    """A safe name that says what a table is: of its sheet where that says more than the file."""
    file = _shared_words([look.file.path.name for look in looks])
    sheets = [look.sheet for look in looks if look.sheet]
    if sheets:
        sheet = _shared_words(sheets)
        if sheet and _means_something(sheet):
            return _safe(sheet)
        if sheets[0] != looks[0].settings.get("sheet") or len(set(sheets)) > 1:
            sheet = ""  # every sheet of the workbook, or a pattern of them
        file = f"{file} {sheet}"
    if not file.strip():
        file = looks[0].file.path.parent.name
    return _safe(file)


def _shared_words(names: Sequence[str]) -> str:
    """The words that names have in common, in order."""
    words = [re.split(r"[-_. ]+", stem_words(name)) for name in dict.fromkeys(names)]
    shared = [word for word in words[0] if word and all(word in other for other in words)]
    return " ".join(shared)


def _means_something(text: str) -> bool:
    known = vocabulary()
    return any(known.meanings((word,)) for word in split_words(text))


def _safe(text: str) -> str:
    """Small letters, digits and underscores; a word of another script by what it means."""
    words = []
    for word in re.split(r"[^\w]+", text):
        if word.isascii():
            words.append(word)
            continue
        plain = re.sub(r"[^a-z0-9_]+", "", snake_case(word))
        known = [min(m) for m in header_meanings(word) if m and all(part.isascii() for part in m)]
        words += [plain] if len(plain) >= len(word) // 2 + 1 else known
    name = re.sub(r"[^a-z0-9_]+", "", re.sub(r"[\d_]+$", "", snake_case("_".join(words))))
    name = re.sub(r"_+", "_", name).strip("_")
    return name if name[:1].isalpha() and name != "unnamed" else f"table_{name}".rstrip("_")


def _with_own_names(groups: list[FileGroup]) -> list[FileGroup]:
    """Names that occur once: with the folder in front where that helps, else with a number."""
    names = [group.name for group in groups]
    named: list[FileGroup] = []
    taken: set[str] = set()
    for group in groups:
        name = group.name
        if names.count(name) > 1:
            folder = _safe(stem_words(group.files[0].path.parent.name))
            alike = {g.files[0].path.parent for g in groups if g.name == name}
            if len(alike) == names.count(name) and folder != "table":
                name = f"{folder}_{name}"
        wanted, number = name, 1
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add(name)
        named.append(replace(group, name=name))
    return named
