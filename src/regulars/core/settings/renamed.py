"""Settings that have a new name: the old one is read for one version, with a warning.

Three tables say it all. A place is the path of the mapping that holds the setting; '*' is any name.
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
# Settings of one section that stand in another now: the old path, and the new one.
MOVED_SETTINGS: dict[tuple[str, str], tuple[str, str]] = {
    ("churn", name): ("contacts", name) for name in ("contact_cost", "offer_cost", "save_rate")
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
    values = reader.moved(reader.renamed(text.values, ()))
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

    def moved(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same values, each setting in the section that it belongs to now."""
        for (section, name), (new_section, new_name) in MOVED_SETTINGS.items():
            old, target = values.get(section), values.get(new_section) or {}
            if not isinstance(old, dict) or name not in old or not isinstance(target, dict):
                continue
            at = (section, name)
            if new_name in target:
                raise self._both(f"{section}.{name}", f"{new_section}.{new_name}", at)
            self._warn(f"the setting '{section}.{name}' is now '{new_section}.{new_name}'", at)
            self.lines.setdefault((new_section,), self.lines[at])
            self.lines[new_section, new_name] = self.lines[at]
            rest = {key: value for key, value in old.items() if key != name}
            values = {**values, section: rest, new_section: {**target, new_name: old[name]}}
        return values

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
            raise self._both(old, new, (*at, old))
        self._warn(f"the setting '{old}' is now named '{new}'", (*at, old))
        depth = len(at) + 1
        for location, line in list(self.lines.items()):
            if location[:depth] == (*at, old):
                self.lines[*at, new, *location[depth:]] = line

    def _both(self, old: str, new: str, at: Location) -> SettingsError:
        return SettingsError(
            f"'{old}' is the old name of '{new}', and both are given",
            where=f"{self.text.file}, line {self.lines[at]}",
            hint=f"Keep '{new}'.",
        )

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
