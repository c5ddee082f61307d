"""Change settings of a project file and leave every other line as people wrote it.

The file is read by a YAML library, which knows the lines of each setting; the lines of a setting
that changes are replaced, and no other. What comes out must say what was meant, or nothing is
changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import yaml

from regulars.core.errors import SettingsError
from regulars.core.names import nearest
from regulars.core.settings import Question
from regulars.ingest.inference.project_text import entry_lines

_Path = tuple[str, ...]


def with_answer(text: str, key: str, number: int) -> str:
    """The text with a question answered: its settings applied, the question gone.

    `number` counts the answers from 1. Raises SettingsError for a question or a number that the
    file does not have, and where the file cannot be changed safely.
    """
    questions = open_questions(text)
    question = next((question for question in questions if question.key == key), None)
    if question is None:
        raise _unknown_question(key, questions)
    if not 1 <= number <= len(question.answers):
        listed = [f"{n} {answer.meaning}" for n, answer in enumerate(question.answers, start=1)]
        raise SettingsError(
            f"{key}: there is no answer {number}; the answers are: {'; '.join(listed) or 'none'}",
            hint=None if listed else "Correct the settings, and delete the question in the file.",
        )
    answer = question.answers[number - 1]
    changed = with_settings(text, answer.set, because=f"answered: {answer.meaning}")
    return _without_question(changed, key)


def open_questions(text: str) -> list[Question]:
    """The questions that a project file holds."""
    settings = yaml.safe_load(text) or {}
    return [Question.model_validate(question) for question in settings.get("questions") or []]


def _unknown_question(key: str, questions: Sequence[Question]) -> SettingsError:
    if not questions:
        return SettingsError(f"{key}: the project file has no open question")
    keys = [question.key for question in questions]
    near = nearest(key, keys)
    advice = f"; did you mean '{near}'?" if near else f"; open are: {', '.join(keys)}"
    return SettingsError(f"there is no question '{key}'{advice}")


def with_settings(text: str, changes: Mapping[str, Any], *, because: str = "") -> str:
    """The text with these settings, by dotted path; None removes one.

    `path+` adds to a list, and `path-` takes away what it says from one.

    Raises SettingsError where the file is laid out in a way that cannot be changed safely.
    """
    intended = yaml.safe_load(text)
    try:
        for dotted, stated in changes.items():
            path = _path(intended, dotted.rstrip("+-"))
            value = _changed(_at(intended, path), stated, dotted[-1])
            _apply(intended, path, value)
            note = because if value is not None else ""
            text = _with_setting(text, path, intended, because=note)
        is_faithful = yaml.safe_load(text) == intended
    except yaml.YAMLError:
        is_faithful = False
    if not is_faithful:
        raise _unsafe(changes)
    return text


def _changed(current: Any, stated: Any, mark: str) -> Any:
    """A setting that is replaced, or a list with more or fewer entries; None where none is left."""
    if mark == "+":
        return [*(current or []), *stated]
    if mark == "-":
        return [entry for entry in current or [] if entry not in stated] or None
    return stated


def _unsafe(changes: Mapping[str, Any]) -> SettingsError:
    listed = "; ".join(f"{path}: {value}" for path, value in changes.items())
    return SettingsError(
        "the settings cannot be written without changing more than that",
        hint=f"Write them yourself: {listed}",
    )


def _path(settings: Any, dotted: str) -> _Path:
    """The parts of a dotted path; a name of the file that holds points itself stays whole."""
    path: list[str] = []
    rest = dotted
    while rest:
        known = settings if isinstance(settings, dict) else {}
        name = max(
            (key for key in known if rest == key or rest.startswith(f"{key}.")),
            key=len,
            default=rest.partition(".")[0],
        )
        path.append(name)
        settings = known.get(name)
        rest = rest[len(name) + 1 :]
    return tuple(path)


def _at(settings: Any, path: _Path) -> Any:
    for part in path:
        settings = settings.get(part) if isinstance(settings, dict) else None
    return settings


def _apply(settings: Any, path: _Path, value: Any) -> None:
    *parents, last = path
    for parent in parents:
        if not isinstance(settings.get(parent), dict):
            if value is None:
                return
            # A column that was named alone gets further rules beside its name.
            alone = settings.get(parent)
            settings[parent] = {} if alone is None else {"column": alone}
        settings = settings[parent]
    if value is None:
        settings.pop(last, None)
    else:
        settings[last] = deepcopy(value)


def _with_setting(text: str, path: _Path, intended: Any, *, because: str) -> str:
    """Rewrite the innermost entry that has lines of its own and holds the whole change."""
    root = _composed(text)
    mapping, entry = _innermost_block(root, path)
    wanted = intended
    for part in entry[:-1]:
        wanted = wanted.get(part, {})
    lines, new = text.splitlines(), []
    if entry[-1] in wanted:
        indent = " " * int(mapping.value[0][0].start_mark.column)
        written = entry_lines(entry[-1], wanted[entry[-1]], entry, {})
        usual = "  " * (len(entry) - 1)
        new = [indent + line.removeprefix(usual) for line in written]
        new = [f"{indent}# {because}", *new] if because else new
    known = _entry_range(mapping, entry[-1], lines)
    start, end = known or (_last_line(mapping, lines) + 1,) * 2
    return _joined([*lines[: _above(lines, start) if known else start], *new, *lines[end:]])


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _composed(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return root


def _innermost_block(root: yaml.MappingNode, path: _Path) -> tuple[yaml.MappingNode, _Path]:
    """The innermost mapping on a path with lines of its own, and its entry's path."""
    mapping = root
    for depth, part in enumerate(path[:-1], start=1):
        inner = next((node for key, node in mapping.value if key.value == part), None)
        if not isinstance(inner, yaml.MappingNode) or inner.flow_style:
            return mapping, path[:depth]
        mapping = inner
    return mapping, path


def _entry_range(mapping: yaml.MappingNode, name: str, lines: list[str]) -> tuple[int, int] | None:
    """The lines of an entry, from its key to before the next thing; None where there is none."""
    for key, node in mapping.value:
        if key.value == name:
            return key.start_mark.line, _last_line(node, lines) + 1
    return None


def _last_line(node: yaml.Node, lines: list[str]) -> int:
    """The last line that a value stands on; blank lines and comments after it are not its own."""
    last = min(int(node.end_mark.line), len(lines) - 1)
    if node.end_mark.column == 0 and last > node.start_mark.line:
        last -= 1
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if is_block:  # its end is where the next thing begins
        last = min(int(node.end_mark.line) - 1, len(lines) - 1)
        while not lines[last].strip() or lines[last].lstrip().startswith("#"):
            last -= 1
    return last


def _above(lines: list[str], start: int) -> int:
    """Where the comments begin that stand right above a line: they gave the old value's reason."""
    indent = len(lines[start]) - len(lines[start].lstrip())
    while start and lines[start - 1].strip().startswith("#"):
        if len(lines[start - 1]) - len(lines[start - 1].lstrip()) != indent:
            break
        start -= 1
    return start


def _without_question(text: str, key: str) -> str:
    intended = yaml.safe_load(text)
    rest = [question for question in intended["questions"] if question["key"] != key]
    if rest:
        intended["questions"] = rest
    else:
        del intended["questions"]
    root = _composed(text)
    lines = text.splitlines()
    name, node = next((k, v) for k, v in root.value if k.value == "questions")
    if rest:
        at = next(number for number, item in enumerate(node.value) if _value_of(item, "key") == key)
        item = node.value[at]
        start, end = item.start_mark.line, _last_line(item, lines) + 1
    else:
        start, end = _above(lines, name.start_mark.line), _last_line(node, lines) + 1
        end += end < len(lines) and not lines[end].strip()
    changed = _joined([*lines[:start], *lines[end:]])
    if yaml.safe_load(changed) != intended:
        raise _unsafe({"questions": f"without the question '{key}'"})
    return changed


def _value_of(node: yaml.Node, name: str) -> str | None:
    assert isinstance(node, yaml.MappingNode)
    return next((str(value.value) for key, value in node.value if key.value == name), None)
