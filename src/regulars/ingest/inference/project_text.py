"""Write a proposed project file: settings with the reason of each beside it, for people to edit."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from regulars.core.settings import ENTITY_COLUMNS
from regulars.ingest.inference.draft import Proposal

WIDTH = 100
PROBABLE = "probable: "
_ORDER = (
    "version",
    "project",
    "recipe",
    "questions",
    "timezone",
    "currency",
    "amount_unit",
    "grain",
    "as_of",
    "sources",
    "entities",
    "churn",
    "features",
    "segments",
    "value",
    "personal_data",
    "not_used",
)
_INSIDE = ("source", "path", "columns", "attributes", "where", "members_only", "reject")


def write(proposal: Proposal, folder: Path) -> str:
    """The text of `regulars.yaml` for this folder, from which its paths are seen."""
    lines = [
        "# Guessed from the files. Each guess has its reason beside it: read, and correct.",
        "",
    ]
    settings = {**proposal.settings, "questions": proposal.questions}
    reasons = marked_reasons(proposal)
    for key in sorted(settings, key=_ORDER.index):
        value = settings[key]
        if key == "questions":
            lines += _question_lines(proposal, folder)
            continue
        if key == "sources":
            value = {
                name: {**source, "path": relative_path(proposal.patterns[name], folder)}
                if name in proposal.patterns and "path" in source
                else source
                for name, source in value.items()
            }
        lines += entry_lines(key, value, (key,), reasons)
        lines += [""] if isinstance(value, dict) else []
    return "\n".join([*lines, *_open_ends(proposal)]).rstrip() + "\n"


def marked_reasons(proposal: Proposal) -> dict[tuple[str, ...], str]:
    """The comment above each setting: its reason, and the mark of what is only probable."""
    reasons = dict(proposal.reasons)
    for path in sorted(proposal.probable):
        at = tuple(path.split("."))
        reasons[at] = PROBABLE + (reasons.get(at) or "nothing in the files contradicts it")
    return reasons


def _question_lines(proposal: Proposal, folder: Path) -> list[str]:
    """Questions stand at the top: a run waits for them."""
    if not proposal.questions:
        return []
    key = proposal.questions[0].key
    note = (
        "A run refuses this file while a question is open. Answer at a terminal with `regulars "
        f"init`, by number with `regulars init --answer {key}=1`, or correct the settings and "
        "delete the question."
    )
    lines = [*_comment(note, ""), "questions:"]
    for question in proposal.questions:
        lines += [f"  - key: {_flow(question.key)}", f"    ask: {_flow(question.ask)}"]
        answers = question.answers
        lines += ["    answers:"] if answers else []
        for answer in answers:
            stated = answer.model_dump(by_alias=True)
            stated["set"] = _with_relative_paths(stated["set"], folder)
            lines.append(f"      - {_flow(stated)}")
    return [*lines, ""]


def _with_relative_paths(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Settings of an answer, with the files of its sources as they are seen from the folder."""
    return {
        at: {**value, "path": relative_path(Path(value["path"]), folder)}
        if at.startswith("sources.") and isinstance(value, dict) and "path" in value
        else value
        for at, value in settings.items()
    }


def _open_ends(proposal: Proposal) -> list[str]:
    return [f"# could not decide: {text}" for text in proposal.undecided]


def entry_lines(
    key: str, value: Any, at: tuple[str, ...], reasons: dict[tuple[str, ...], str]
) -> list[str]:
    """The lines of one setting at its place in the file, with the reasons above."""
    indent = "  " * (len(at) - 1)
    lines = _comment(reasons.get(at, ""), indent)
    if isinstance(value, dict) and value and not _is_small(value, len(at)):
        lines.append(f"{indent}{_scalar(key)}:")
        for inner in sorted(value, key=lambda name: _rank(name, at)):
            lines += entry_lines(inner, value[inner], (*at, inner), reasons)
        return lines
    if isinstance(value, list) and value and isinstance(value[0], dict):
        lines.append(f"{indent}{_scalar(key)}:")
        return lines + [f"{indent}  - {_flow(item)}" for item in value]
    text = f"{indent}{_scalar(key)}: {_flow(value)}"
    return lines + (_wrapped_list(key, value, indent) if len(text) > WIDTH else [text])


def _rank(key: str, at: tuple[str, ...]) -> int:
    """The order of settings: entities and canonical columns as in the design, others as put."""
    order: Sequence[str] = _INSIDE
    if at == ("entities",):
        order = list(ENTITY_COLUMNS)
    elif at[-1] == "columns":
        order = [column.name for columns in ENTITY_COLUMNS.values() for column in columns]
    return order.index(key) if key in order else len(order)


def _is_small(value: dict[str, Any], depth: int) -> bool:
    """A mapping of one column stands in one line."""
    return depth >= 4 and all(not isinstance(inner, dict) or depth > 3 for inner in value.values())


def _wrapped_list(key: str, value: Any, indent: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{indent}{_scalar(key)}: {_flow(value)}"]
    return [f"{indent}{_scalar(key)}:", *(f"{indent}  - {_flow(item)}" for item in value)]


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_long_words=False,
    )


def _flow(value: Any) -> str:
    dumped = yaml.safe_dump(
        value, default_flow_style=True, width=10_000, allow_unicode=True, sort_keys=False
    )
    return dumped.strip().removesuffix("...").strip()


def _scalar(key: str) -> str:
    return _flow(key)


def relative_path(pattern: Path, folder: Path) -> str:
    """The path from the project's folder, or the whole path where that is far away."""
    try:
        path = Path(os.path.relpath(pattern, folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return pattern.as_posix()
    return pattern.as_posix() if path.startswith("../../../") else path
