"""Settings that have a new name: the old one is read for one version, with a warning.

One table says it all. A place is the path of the mapping that holds the setting; '*' is any name.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from regulars.core.errors import SettingsError

log = logging.getLogger(__name__)
Location = tuple[int | str, ...]

_BOUNDS = {"least": "min", "most": "max"}
RENAMED_SETTINGS: dict[tuple[str, ...], dict[str, str]] = {
    ("entities", "*", "columns", "*"): _BOUNDS,
    ("entities", "*", "attributes", "*"): _BOUNDS,
    ("entities", "*", "caps", "*"): _BOUNDS,
}
RENAMED_VALUES: dict[tuple[str, ...], dict[str, str]] = {
    ("entities", "*", "funnel"): {"mend": "correct"},
}


@dataclass(frozen=True)
class ProjectText:
    """A project file as YAML says it: its values, and the line of each location."""

    file: str
    values: dict[str, Any]
    lines: Mapping[Location, int]


def with_new_names(text: ProjectText) -> ProjectText:
    """The same settings under their new names; each old name is logged as a warning.

    Raises SettingsError where the old and the new name are both given.
    """
    reader = _Reader(text, dict(text.lines))
    values = reader.renamed(text.values, ())
    return ProjectText(text.file, values, reader.lines)


@dataclass
class _Reader:
    text: ProjectText
    lines: dict[Location, int]

    def renamed(self, value: Any, at: Location) -> Any:
        if isinstance(value, dict):
            return self._mapping(value, at)
        if isinstance(value, list):
            return [self.renamed(item, (*at, index)) for index, item in enumerate(value)]
        new = _at(RENAMED_VALUES, at).get(value) if isinstance(value, str) else None
        if new is None:
            return value
        self._warn(f"'{at[-1]}: {value}' is now '{at[-1]}: {new}'", at)
        return new

    def _mapping(self, mapping: dict[str, Any], at: Location) -> dict[str, Any]:
        names = _at(RENAMED_SETTINGS, at)
        renamed = {}
        for name, value in mapping.items():
            new = names.get(name, name)
            if new != name:
                self._move(name, new, at, both=new in mapping)
            renamed[new] = self.renamed(value, (*at, new))
        return renamed

    def _move(self, old: str, new: str, at: Location, *, both: bool) -> None:
        if both:
            raise SettingsError(
                f"'{old}' is the old name of '{new}', and both are given",
                where=f"{self.text.file}, line {self.lines[*at, old]}",
                hint=f"Keep '{new}'.",
            )
        self._warn(f"the setting '{old}' is now named '{new}'", (*at, old))
        depth = len(at) + 1
        for location, line in list(self.lines.items()):
            if location[:depth] == (*at, old):
                self.lines[*at, new, *location[depth:]] = line

    def _warn(self, change: str, at: Location) -> None:
        log.warning(
            "%s, line %d: %s; the next version will not read the old name",
            self.text.file, self.lines[at], change,
        )  # fmt: skip


def _at(table: Mapping[tuple[str, ...], dict[str, str]], at: Location) -> dict[str, str]:
    for pattern, names in table.items():
        if len(pattern) == len(at) and all(
            part in ("*", name) for part, name in zip(pattern, at, strict=True)
        ):
            return names
    return {}
