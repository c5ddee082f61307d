"""Change one value of a project file and leave everything else as people wrote it.

The text is edited where the YAML parser says that the value stands; comments and order stay. The
result is parsed again and must say what was meant, or nothing is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from regulars.core.errors import SettingsError


def write_caps(file: Path, caps: dict[tuple[str, str], dict[str, float]]) -> None:
    """Set `entities.<entity>.caps.<column>` in a project file, for each (entity, column).

    Raises SettingsError where the file is laid out in a way that cannot be changed safely.
    """
    text = file.read_text("utf-8")
    wanted = yaml.safe_load(text)
    for (entity, column), bounds in caps.items():
        text = with_cap(text, entity, column=column, bounds=bounds)
        wanted["entities"][entity].setdefault("caps", {})[column] = bounds
    if _loaded(text) != wanted:
        raise SettingsError(
            "the caps cannot be written without changing more than that",
            where=str(file),
            hint="Write them yourself: "
            + "; ".join(
                f"entities.{entity}.caps.{column}: {_flow(bounds)}"
                for (entity, column), bounds in caps.items()
            ),
        )
    draft = file.with_suffix(".yaml.new")
    draft.write_text(text, "utf-8")
    draft.replace(file)


def _loaded(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def with_cap(text: str, entity: str, *, column: str, bounds: dict[str, float]) -> str:
    """The text with one cap set."""
    mapping = _at(_at(yaml.compose(text, Loader=yaml.SafeLoader), "entities"), entity)
    caps = _at(mapping, "caps")
    said = f"{column}: {_flow(bounds)}"
    if caps is None:
        return _inserted(text, mapping, f"caps: {{{said}}}")
    found = _at(caps, column)
    if found is None:
        return _inserted(text, caps, said)
    if not found.flow_style:
        return _changed_block(text, found, bounds)
    return text[: found.start_mark.index] + _flow(bounds) + text[found.end_mark.index :]


def _changed_block(text: str, block: yaml.MappingNode, bounds: dict[str, float]) -> str:
    """One key a line: numbers change where they stand, keys come and go with their line."""
    known = {key.value for key, _ in block.value}
    for key, value in reversed(block.value):
        start, end = value.start_mark.index, value.end_mark.index
        said = _number(bounds[key.value]) if key.value in bounds else ""
        if not said:
            start = text.rfind("\n", 0, key.start_mark.index)
            end = text.find("\n", end)
        text = text[:start] + said + text[end if end >= 0 else len(text) :]
    new = {name: value for name, value in bounds.items() if name not in known}
    indent = " " * block.value[0][0].start_mark.column
    at = text.rfind("\n", 0, block.value[0][0].start_mark.index) + 1
    return text[:at] + "".join(f"{indent}{n}: {_number(v)}\n" for n, v in new.items()) + text[at:]


def _at(node: Any, name: str) -> Any:
    """The value of a key of a mapping; None where it has no such key."""
    for key, value in getattr(node, "value", ()):
        if key.value == name:
            return value
    return None


def _inserted(text: str, mapping: yaml.MappingNode, said: str) -> str:
    """The text with a key more in a mapping, in the mapping's own style."""
    if mapping.flow_style:
        at = mapping.start_mark.index + 1
        comma = ", " if mapping.value else ""
        return f"{text[:at]}{said}{comma}{text[at:]}"
    first = mapping.value[min(1, len(mapping.value) - 1)][0].start_mark
    return f"{text[: first.index]}{said}\n{' ' * first.column}{text[first.index :]}"


def _flow(bounds: dict[str, float]) -> str:
    listed = ", ".join(f"{name}: {_number(value)}" for name, value in bounds.items())
    return f"{{{listed}}}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
