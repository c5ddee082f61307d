"""Patterns that find the next delivery too: what varies in a file's name becomes `*`.

Names are cut at runs of digits, dates and months, never inside of one: `sales_2024-10`, `-11` and
`-12` are `sales_*`. A pattern that would find a file of another table gives way to a narrower one.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from regulars.ingest.inference.words import month_number

_RUN = re.compile(
    r"(?:(?<![A-Za-z])(?:[QHWT]|KW|CW|FY|[qhwt]|kw|cw|fy))?\d+[Zz]?"
    r"(?:[-_. ]?(?:(?:[QHWTqhwt]|KW|CW|kw|cw)?\d+[Zz]?))*"
)
_WORD = re.compile(r"[^\W\d_]+")
_MARK = "\0"
_LETTERS_SHARED = 3
_ENDINGS = re.compile(r"(?:\.[A-Za-z]{1,8}\d?){1,2}$")


def template(part: str) -> str:
    """A file's or folder's name with a mark for every run that varies between deliveries."""
    stem, ending = _split(part)
    months = _WORD.sub(lambda word: _MARK if _is_month(word[0]) else word[0], stem)
    runs = _RUN.sub(_MARK, months)
    return re.sub(rf"{_MARK}(?:[-_. ]*{_MARK})+", _MARK, runs) + ending


def stem_words(part: str) -> str:
    """What is left of a name without the runs that vary and without its ending."""
    return template(_split(part)[0]).replace(_MARK, " ").strip(" -_.()[]")


def pattern_for(paths: Sequence[Path], *, below: Path, allowed: Iterable[Path] = ()) -> Path | None:
    """The widest pattern that finds these files, later deliveries, and no other file here.

    `allowed` are files that it may find beside them. None where no pattern does.
    """
    wanted, free = set(paths), set(allowed)
    parts = [_parts(path, below) for path in paths]
    if len({len(names) for names in parts}) != 1:
        return None
    for wide in _candidates(parts):
        pattern = Path(glob.escape(str(below)), *wide)
        if len(paths) == 1 and not glob.has_magic(str(Path(*wide))):
            return paths[0]
        matching = {Path(name) for name in glob.glob(str(pattern))}  # noqa: PTH207
        if wanted <= matching and matching - wanted <= free:
            return pattern
    return paths[0] if len(paths) == 1 else None


def matching_names(names: Sequence[str], left_out: Iterable[str]) -> list[str]:
    """Names or patterns of sheets that fit these, the next ones, and none of those left out."""
    from fnmatch import fnmatchcase

    unwanted = list(left_out)
    for (wide,) in _candidates([(name,) for name in names]):
        fits = all(fnmatchcase(name, wide) for name in names)
        if fits and not any(fnmatchcase(other, wide) for other in unwanted):
            return [wide if glob.has_magic(wide) else names[0]]
    return list(names)


def _candidates(parts: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Patterns of all parts of a path, the widest first."""
    columns = list(zip(*parts, strict=True))
    for widen in (_by_runs, _by_digits, _by_lengths, _by_ends):
        patterns = [widen(list(names)) for names in columns]
        if all(pattern is not None for pattern in patterns):
            yield tuple(pattern for pattern in patterns if pattern is not None)


def _by_runs(names: list[str]) -> str | None:
    """`sales_*`: every run is any text."""
    return _with_mark(names, "*")


def _by_digits(names: list[str]) -> str | None:
    """`sales_[0-9]*`: runs begin with a digit, so that `sales_returns_1` is another table."""
    if not all(re.search(rf"{_RUN.pattern}", name) for name in names if _MARK in template(name)):
        return None
    return _with_mark(names, "[0-9]*")


def _by_lengths(names: list[str]) -> str | None:
    """`sales_[0-9][0-9][0-9][0-9]`: as many digits as there are."""
    shapes = {re.sub(r"\d", _MARK, glob.escape(name)) for name in names}
    return shapes.pop().replace(_MARK, "[0-9]") if len(shapes) == 1 else None


def _by_ends(names: list[str]) -> str | None:
    """`store_*.csv`: what all names begin and end with, in whole words."""
    if len(set(names)) == 1:
        return _by_runs(names)
    endings = {_split(name)[1] for name in names}
    if len(endings) != 1:
        return None
    stems = [_split(template(name))[0] for name in names]
    before = _whole_words(os.path.commonprefix(stems))  # noqa: RUF071
    after = _whole_words(os.path.commonprefix([s[::-1] for s in stems]))[::-1]  # noqa: RUF071
    kept = [re.split(_MARK, before)[0], re.split(_MARK, after)[-1]]
    return f"{glob.escape(kept[0])}*{glob.escape(kept[1])}{endings.pop()}"


def _with_mark(names: list[str], mark: str) -> str | None:
    templates = {template(name) for name in names}
    if len(templates) != 1:
        return None
    return glob.escape(templates.pop()).replace(_MARK, mark)


def _whole_words(text: str) -> str:
    """The text up to its last separator: `store_ber` -> `store_`."""
    return re.sub(r"[^\W_]+$", "", text)


def _is_month(word: str) -> bool:
    return len(word) >= _LETTERS_SHARED and month_number(word) is not None


def _parts(path: Path, below: Path) -> tuple[str, ...]:
    return path.relative_to(below).parts


def _split(name: str) -> tuple[str, str]:
    match = _ENDINGS.search(name)
    return (name[: match.start()], match[0]) if match and match.start() else (name, "")
