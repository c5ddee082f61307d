"""Read `regulars.yaml`: values from the environment; errors name the line and the nearest name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from regulars.core.errors import SettingsError
from regulars.core.names import nearest
from regulars.core.settings.model import PROJECT_VERSION, Project
from regulars.core.settings.renamed import ProjectText, with_new_names
from regulars.core.shipped_yaml import LOADER

PROJECT_FILE = "regulars.yaml"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_MAX_SETTINGS = 50_000
_Path = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


def read_project(path: Path, *, environment: Mapping[str, str] | None = None) -> Project:
    """The project in this folder or file, or a SettingsError that names the line to correct."""
    file = path / PROJECT_FILE if path.is_dir() else path
    return project_of_text(_read_text(file), file, environment=environment)


def project_of_text(
    text: str, file: Path, *, environment: Mapping[str, str] | None = None
) -> Project:
    """The project that a text would be as this file; errors as of `read_project`."""
    node = _compose(text, file)
    lines = _lines(node)
    raw = _fill(
        _construct(node, file),
        environment=os.environ if environment is None else environment,
        file=file,
        lines=lines,
    )
    _check_version(raw, file)
    renamed = with_new_names(ProjectText(str(file), raw, lines))
    try:
        project = Project.model_validate(renamed.values)
    except ValidationError as error:
        raise _explain(error, file=file, lines=renamed.lines) from None
    object.__setattr__(project, "_file", file.parent.resolve() / file.name)
    return project


def read_settings(file: Path, kind: type[Model], *, hint: str, is_shipped: bool = False) -> Model:
    """The settings of another file of the project, or a SettingsError as of the project file."""
    node = _compose(_read_text(file), file, loader=LOADER if is_shipped else yaml.SafeLoader)
    try:
        return kind.model_validate(_construct(node, file))
    except ValidationError as error:
        raise _explain(error, file=file, lines=_lines(node), kind=kind, hint=hint) from None


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            "there is no project file here",
            where=str(file),
            hint="Run `regulars init PATH-TO-YOUR-FILES` to write one, or `regulars demo`.",
        ) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(
            "is not encoded as UTF-8",
            where=f"{file}, line {line}",
            hint="Save the file as UTF-8 in your editor.",
        ) from None
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", where=str(file)) from None


def _compose(text: str, file: Path, *, loader: Any = yaml.SafeLoader) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=loader)
        if not isinstance(node, yaml.MappingNode):
            raise SettingsError("must be a YAML mapping of settings", where=str(file))
        _check_size(node, file)
    except yaml.YAMLError as error:
        raise _invalid(error, file) from None
    except RecursionError:
        raise SettingsError("is nested too deeply", where=str(file)) from None
    return node


def _construct(node: yaml.Node, file: Path) -> Any:
    """Values of what was composed; a date that is none is an error too."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        raise _invalid(error, file) from None
    except ValueError as error:
        raise SettingsError(f"is not valid YAML: {error}", where=str(file)) from None
    finally:
        loader.dispose()


def _invalid(error: yaml.YAMLError, file: Path) -> SettingsError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return SettingsError(f"is not valid YAML: {error}", where=str(file))
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return SettingsError(f"is not valid YAML: {error.problem}", where=f"{file}, line {line}")


def _check_size(root: yaml.Node, file: Path) -> None:
    """Refuses what anchors (`&name`, `*name`) would multiply, without writing it out."""
    sizes: dict[int, int] = {}

    def size(node: yaml.Node) -> int:
        place = f"{file}, line {node.start_mark.line + 1}"
        if id(node) not in sizes:
            sizes[id(node)] = _MAX_SETTINGS  # an anchor inside itself has no end
            sizes[id(node)] = 1 + sum(map(size, _children(node)))
        if sizes[id(node)] >= _MAX_SETTINGS:
            raise SettingsError(
                f"its anchors stand for {_MAX_SETTINGS:,} settings or more", where=place
            )
        return sizes[id(node)]

    size(root)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _lines(node: yaml.Node, at: _Path = ()) -> dict[_Path, int]:
    lines = {at: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*at, str(key.value))
            lines |= _lines(value, inner)
            lines[inner] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines |= _lines(value, (*at, index))
    return lines


def _fill(
    value: Any,
    *,
    environment: Mapping[str, str],
    file: Path,
    lines: Mapping[_Path, int],
    at: _Path = (),
) -> Any:
    if isinstance(value, dict):
        return {
            key: _fill(inner, environment=environment, file=file, lines=lines, at=(*at, key))
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [
            _fill(inner, environment=environment, file=file, lines=lines, at=(*at, index))
            for index, inner in enumerate(value)
        ]
    if not isinstance(value, str):
        return value

    def look_up(match: re.Match[str]) -> str:
        name, default = match.groups()
        if name in environment:
            return environment[name]
        if default is not None:
            return default
        raise SettingsError(
            f"the environment variable {name} is not set",
            where=f"{file}, line {_line(at, lines)}",
            hint=f"Set it (export {name}=...), or write ${{{name}:-default}}.",
        )

    return _VARIABLE.sub(look_up, value)


def _check_version(raw: dict[str, Any], file: Path) -> None:
    version = raw.get("version")
    if isinstance(version, int) and version > PROJECT_VERSION:
        raise SettingsError(
            f"is of format version {version}; this program knows up to {PROJECT_VERSION}",
            where=str(file),
            hint="Install a newer regulars: pip install --upgrade regulars",
        )


def place_of(project: Project, setting: str) -> str:
    """File and line of a setting such as `entities.customers.columns`, or of what holds it."""
    file = project.file
    lines = _lines(_compose(_read_text(file), file))
    return f"{file}, line {_line(tuple(setting.split('.')), lines)}"


def _line(at: _Path, lines: Mapping[_Path, int]) -> int:
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at, 1)


def _explain(
    error: ValidationError,
    *,
    file: Path,
    lines: Mapping[_Path, int],
    kind: type[BaseModel] = Project,
    hint: str = "All settings with their meaning: `regulars docs settings`.",
) -> SettingsError:
    details = error.errors(include_url=False)
    messages = [_sentence(detail, kind) for detail in details]
    places = [_line(_place(detail, lines), lines) for detail in details]
    if len(messages) > 1:
        messages = [f"line {line}: {text}" for line, text in zip(places, messages, strict=True)]
        messages.insert(0, "several settings cannot be right")
    return SettingsError(
        "\n  ".join(messages),
        where=f"{file}, line {min(places)}",
        hint=hint,
    )


def _place(detail: ErrorDetails, lines: Mapping[_Path, int]) -> _Path:
    """Where in the file a finding belongs; a rule over several settings names it in its words."""
    at = _real(detail["loc"], lines)
    if detail["type"] != "value_error":
        return at
    return _real((*at, *_message(detail).split(":")[0].split(".")), lines)


def _real(loc: _Path, lines: Mapping[_Path, int]) -> _Path:
    """The part of a location that stands in the file (pydantic adds names of union members)."""
    at: _Path = ()
    for part in loc:
        if (*at, part) in lines:
            at = (*at, part)
    return at


def _sentence(detail: ErrorDetails, kind: type[BaseModel]) -> str:
    loc = detail["loc"]
    name = ".".join(str(part) for part in loc)
    if detail["type"] == "extra_forbidden":
        known = fields_at(loc[:-1], kind)
        near = nearest(str(loc[-1]), known)
        advice = f"; did you mean '{near}'?" if near else f" (there are: {', '.join(known)})"
        return f"'{name}' is not a setting{advice}"
    message = _message(detail)
    if detail["type"] == "literal_error" and isinstance(detail["input"], str):
        allowed = re.findall(r"'([^']*)'", message)
        near = nearest(detail["input"], allowed)
        message += f", not '{detail['input']}'" + (f"; did you mean '{near}'?" if near else "")
    elif detail["type"] == "missing":
        message = "is needed"
    return f"{name}: {message}" if name else message


def _message(detail: ErrorDetails) -> str:
    return detail["msg"].removeprefix("Value error, ")


def fields_at(loc: _Path, kind: Any = Project) -> list[str]:
    """The names of the settings allowed at a location of the file."""
    for part in loc:
        if isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
            kind = _inner(kind.model_fields[str(part)].annotation)
        else:
            kind = _inner(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _inner(kind: Any) -> Any:
    """The settings class inside dict[...], list[...] or `... | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    for part in reversed(get_args(kind)):
        inner = _inner(part)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return kind
