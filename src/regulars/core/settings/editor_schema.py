"""The JSON schema of a project file as people write it: with short forms, for editors.

The schema of the typed settings knows only what a setting becomes; the short forms, such as the
name of a column in place of its rules, are read before that.
"""

from __future__ import annotations

from typing import Any

from regulars.core.settings.model import Project

Schema = dict[str, Any]
# Settings whose first field may stand alone, as text.
_SHORT = ("ColumnMapping", "Attribute", "SourceColumnType")
_WORD: Schema = {"type": ["string", "number", "boolean"]}
# A value may come from the environment, whatever its type.
_FROM_ENVIRONMENT: Schema = {"type": "string", "pattern": r"\$\{\w+\}"}


def editor_schema() -> Schema:
    """The schema; a file that Regulars reads satisfies it, and a misspelt name does not."""
    schema: Schema = _loosened(Project.model_json_schema())
    schema["title"] = "regulars.yaml"
    return schema


def _loosened(part: Any) -> Any:
    if isinstance(part, list):
        return [_loosened(each) for each in part]
    if not isinstance(part, dict):
        return part
    loose = {name: _loosened(each) for name, each in part.items()}
    reference = str(part.get("$ref", "")).removeprefix("#/$defs/")
    if reference in _SHORT:
        return {"anyOf": [loose, _WORD]}
    kind = part.get("type")
    if kind == "array" and part.get("items") == {"type": "string"}:
        return {**_without_type(loose), "anyOf": [{"type": "array", "items": _WORD}, _WORD]}
    if kind == "string" and not {"enum", "pattern"} & part.keys():
        return {**loose, "type": _WORD["type"]}
    if kind in ("number", "integer", "boolean") and "enum" not in part:
        return {**_described(loose), "anyOf": [loose, _FROM_ENVIRONMENT]}
    if kind == "string":
        # a bare off is false in YAML
        return {**_described(loose), "anyOf": [loose, _FROM_ENVIRONMENT, {"const": False}]}
    return loose


def _without_type(part: Schema) -> Schema:
    return {name: value for name, value in part.items() if name not in ("type", "items")}


def _described(part: Schema) -> Schema:
    return {name: part[name] for name in ("description", "default", "title") if name in part}
