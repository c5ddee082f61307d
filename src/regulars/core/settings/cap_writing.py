"""Change one value of a project file and leave everything else as people wrote it.

The file is read and written by a YAML library that keeps comments, order and quotes. What it
wrote must say what was meant and hold every comment, or the file stays as it is.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError
from ruamel.yaml.tokens import CommentToken

from regulars.core.errors import SettingsError
from regulars.core.settings.renamed import RENAMED_SETTINGS

Bounds = Mapping[str, float]
Caps = Mapping[tuple[str, str], Bounds]


def write_caps(file: Path, caps: Caps) -> None:
    """Set `entities.<entity>.caps.<column>` in a project file, for each (entity, column).

    Raises SettingsError where the file is laid out in a way that cannot be changed safely.
    """
    text = file.read_text("utf-8")
    edited = with_caps(text, caps)
    if edited is None:
        raise SettingsError(
            "the caps cannot be written without changing more than that",
            where=str(file),
            hint="Write them yourself: "
            + "; ".join(
                f"entities.{entity}.caps.{column}: {_flow_text(bounds)}"
                for (entity, column), bounds in caps.items()
            ),
        )
    draft = file.with_suffix(".yaml.new")
    draft.write_text(edited, "utf-8")
    draft.replace(file)


def with_caps(text: str, caps: Caps) -> str | None:
    """The text with these caps set; None where more than that would change."""
    intended = yaml.safe_load(text)
    try:
        editor = _editor(text)
        document = editor.load(text)
        for (entity, column), bounds in caps.items():
            _set_cap(document["entities"][entity], column, bounds)
            plain = intended["entities"][entity]  # may stand under two names: copied, not changed
            all_caps = {**(plain.get("caps") or {}), column: dict(bounds)}
            intended["entities"][entity] = {**plain, "caps": all_caps}
        written = io.StringIO()
        editor.dump(document, written)
    except YAMLError:
        return None
    edited = written.getvalue()
    is_faithful = yaml.safe_load(edited) == intended and _comments(edited) == _comments(text)
    return edited if is_faithful else None


def _editor(text: str) -> YAML:
    """A round trip in the indentation that the file has already."""
    editor = YAML()
    editor.preserve_quotes = True
    editor.width = 1_000_000  # lines stay as long as they are
    lines = [line for line in text.splitlines() if line.strip()]
    steps = [len(line) - len(line.lstrip()) for line in lines]
    mapping = next((step for step in steps if step), 2)
    offset = mapping  # of the first list below its key
    for number, line in enumerate(lines[1:], start=1):
        if line.lstrip().startswith("- ") and lines[number - 1].rstrip().endswith(":"):
            offset = steps[number] - steps[number - 1]
            break
    editor.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    return editor


def _set_cap(entity: CommentedMap, column: str, bounds: Bounds) -> None:
    caps = entity.get("caps")
    if caps is None:
        _insert(entity, "caps", _flow({column: _flow(_numbers(bounds))}))
    elif column not in caps:
        caps.insert(0, column, _flow(_numbers(bounds)))
    elif caps[column].fa.flow_style():
        caps[column] = _flow(_numbers(bounds))
    else:
        _update_block(caps[column], _numbers(bounds))


def _insert(mapping: CommentedMap, key: str, value: CommentedMap) -> None:
    """Insert behind a first key of one line; comments on lines of their own stay below."""
    first = next(iter(mapping))
    if isinstance(mapping[first], dict | list):
        mapping.insert(0, key, value)
        return
    mapping.insert(1, key, value)
    token = mapping.ca.items.get(first, [None, None, None, None])[2]
    if token is not None and "\n" in token.value.rstrip("\n"):
        beside, _, below = token.value.partition("\n")
        token.value = f"{beside}\n"
        mapping.ca.items[key] = [None, None, CommentToken(f"\n{below}", token.start_mark), None]


def _update_block(block: CommentedMap, bounds: dict[str, int | float]) -> None:
    """One bound a line: numbers change where they stand, bounds come and go with their line."""
    for old, new in RENAMED_SETTINGS["entities", "*", "caps", "*"].items():
        if old in block:
            beside = block.ca.items.pop(old, None)
            block.insert(list(block).index(old), new, block.pop(old), comment=None)
            block.ca.items.update({new: beside} if beside else {})
    for name in [name for name in block if name not in bounds]:
        del block[name]
    for name in reversed(bounds):
        if name in block:
            block[name] = bounds[name]
        else:
            block.insert(0, name, bounds[name])


def _flow(values: Mapping[str, Any]) -> CommentedMap:
    mapping = CommentedMap(values)
    mapping.fa.set_flow_style()
    return mapping


def _numbers(bounds: Bounds) -> dict[str, int | float]:
    """Whole numbers without a point."""
    return {n: int(value) if value == int(value) else float(value) for n, value in bounds.items()}


def _flow_text(bounds: Bounds) -> str:
    listed = ", ".join(f"{name}: {value}" for name, value in _numbers(bounds).items())
    return f"{{{listed}}}"


def _comments(text: str) -> Counter[str]:
    return Counter(line.partition("#")[2].strip() for line in text.splitlines() if "#" in line)
