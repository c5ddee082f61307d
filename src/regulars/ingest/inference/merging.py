"""What a new look at the files would change in a project file that people have edited.

Three texts: the file, what `regulars init` proposed when it was made, and what it proposes now. A
setting that people changed stays; one that is as it was proposed follows the new proposal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from regulars.ingest.inference.file_changes import with_settings

_OF_PEOPLE = ("version", "project", "recipe")
# How deep a setting may be taken apart: a column and what is stated of it change together.
_DEPTH = 4


def merged(text: str, *, proposed_before: str | None, proposed: str) -> str:
    """The file with what the new proposal adds or changes.

    Without an earlier proposal nothing tells what people changed: then only settings are added
    that the file does not have. Raises SettingsError where the file cannot be changed safely.
    """
    current, new = _leaves(text), _leaves(proposed)
    if proposed_before is None:
        changes: dict[str, Any] = {path: new[path] for path in new.keys() - current.keys()}
    else:
        old = _leaves(proposed_before)
        changes = {
            path: new.get(path)
            for path in new.keys() | old.keys()
            if new.get(path) != old.get(path) and current.get(path) == old.get(path)
        }
    ordered = [path for path in (*new, *sorted(current)) if path in changes]
    return with_settings(text, {path: changes[path] for path in dict.fromkeys(ordered)})


def _leaves(text: str) -> dict[str, Any]:
    settings = yaml.safe_load(text) or {}
    return dict(_of({key: settings[key] for key in settings if key not in _OF_PEOPLE}))


def _of(settings: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        path = (*at, str(key))
        if isinstance(value, dict) and value and len(path) < _DEPTH:
            yield from _of(value, path)
        else:
            yield ".".join(path), value
