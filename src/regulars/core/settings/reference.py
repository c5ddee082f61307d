"""The reference of the project file, written from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from regulars.core.settings.model import Project

Schema = dict[str, Any]


def markdown_table(header: tuple[str, ...], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; bars and line ends inside cells are escaped."""
    clean = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    lines = [header, tuple("---" for _ in header), *clean]
    return [f"| {' | '.join(line)} |" for line in lines]


def settings_reference() -> str:
    """Every setting of the project file, from its schema, as Markdown."""
    intro = (
        "What `regulars.yaml` may say. A name that is not listed is an error that names the "
        "nearest one; `${NAME}` in a value is filled from the environment."
    )
    return "\n".join(["# Settings", "", intro, "", *model_sections(Project)]).rstrip() + "\n"


def model_sections(model: type[BaseModel]) -> list[str]:
    """A section for a model of settings, and for every model inside it, as lines of Markdown."""
    schema = model.model_json_schema()
    body: list[str] = []
    for name, section in {model.__name__: schema, **schema.get("$defs", {})}.items():
        if "properties" in section:
            body += [f"## {name}", "", section.get("description", ""), "", *_settings(section), ""]
    return body


def _settings(section: Schema) -> list[str]:
    needed = section.get("required", [])
    rows = [
        (f"`{name}`", kind(rule), _default(rule, name in needed), rule.get("description", ""))
        for name, rule in section["properties"].items()
    ]
    return markdown_table(("setting", "kind", "default", "meaning"), rows)


def _default(rule: Schema, needed: bool) -> str:
    if needed or "default" not in rule:
        return "needed" if needed else ""
    default = rule["default"]
    is_empty = default in (None, [], {}) or isinstance(default, dict)
    return "" if is_empty else f"`{json.dumps(default)}`"


def kind(rule: Schema) -> str:
    """What a value may be, in words, with a link where it has settings of its own."""
    if "$ref" in rule:
        name = rule["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in rule:
        kinds = [kind(choice) for choice in rule["anyOf"] if choice.get("type") != "null"]
        return " or ".join(kinds)
    if "const" in rule or "enum" in rule:
        return ", ".join(f"`{json.dumps(c)}`" for c in rule.get("enum", [rule.get("const")]))
    if rule.get("type") == "array":
        return f"list of {kind(rule.get('items', {}))}"
    if isinstance(rule.get("additionalProperties"), dict):
        return f"names, each with {kind(rule['additionalProperties'])}"
    words = {
        "string": "text",
        "boolean": "true or false",
        "object": "mapping",
        "password": "text, kept secret",
    }
    name = str(rule.get("format") or rule.get("type", "anything"))
    return words.get(name, name)
