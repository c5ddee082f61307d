"""Write the references in docs/ from the code: commands, settings, tables, features.

`--check` writes nothing, names the pages that are not up to date, and fails for them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args, get_origin

import yaml

import sql_rules
from api_reference import api_body, api_document
from generated_sql import complete_project
from regulars.cli.global_options import NAMES as GLOBAL_OPTIONS
from regulars.core.settings.reference import markdown_table, model_sections, settings_reference

ROOT = Path(__file__).resolve().parents[1]
TRANSFORM = ROOT / "src" / "regulars" / "transform"
NOTE = "<!-- Written by `make docs` from the code; do not edit. -->"


def page(title: str, *, intro: str, body: list[str]) -> str:
    """A whole page as text."""
    return "\n".join([NOTE, "", f"# {title}", "", intro, "", *body]).rstrip() + "\n"


# Commands ----------------------------------------------------------------------------------


def root_command() -> Any:
    """The command line as typer builds it."""
    from typer.main import get_command

    from regulars.cli.app import app

    return get_command(app)


def verbs() -> set[str]:
    """The words that may follow `regulars`."""
    return set(getattr(root_command(), "commands", {}))


def cli_page() -> str:
    """Every command with its arguments and options, as `--help` shows them."""
    intro = (
        "Every command, as `regulars COMMAND --help` shows it. `--project`, `--json` and `--debug` "
        "work before a command, after it and after its sub-commands."
    )
    sections = (command_section(command, name) for name, command in commands(root_command()))
    return page("Commands", intro=intro, body=list(chain.from_iterable(sections)))


def commands(command: Any, name: str = "regulars") -> Iterator[tuple[str, Any]]:
    """(full name, command) of a command and of all commands below it that are not hidden."""
    yield name, command
    for child in sorted(getattr(command, "commands", {})):
        if not command.commands[child].hidden:
            yield from commands(command.commands[child], f"{name} {child}")


def command_section(command: Any, name: str) -> list[str]:
    """The section of one command."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    if name != "regulars":
        options = [p for p in options if p.name not in GLOBAL_OPTIONS]
    usage = [name, *(["[OPTIONS]"] if options else []), *(_placeholder(p) for p in arguments)]
    usage += ["COMMAND"] if getattr(command, "commands", None) else []
    rows = [(f"`{p.name}`", _help(p)) for p in arguments]
    rows += [(f"`{', '.join([*p.opts, *p.secondary_opts])}`", _help(p)) for p in options]
    text = (command.help or "").replace("\b", "").replace("\f", "").strip()
    shown = markdown_table(("argument or option", "meaning"), rows) if rows else []
    return [f"## `{name}`", "", text, "", "```", " ".join(usage), "```", "", *shown, ""]


def _placeholder(parameter: Any) -> str:
    name = parameter.name.upper()
    return name if parameter.required else f"[{name}]"


def _choices(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [str(a) for a in get_args(annotation)] if get_origin(annotation) is Literal else []


def _help(parameter: Any) -> str:
    text = getattr(parameter, "help", None) or ""
    choices = _choices(parameter.type_descriptor.annotation)
    allowed = f" One of: {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    shown = isinstance(parameter.default, (str, int, float)) and parameter.default not in (
        False,
        "",
    )
    return text + allowed + (f" Default: `{parameter.default}`." if shown else "")


# Settings ----------------------------------------------------------------------------------


def settings_page() -> str:
    """Every setting of the project file, from its schema."""
    return f"{NOTE}\n\n{settings_reference()}"


# Tables ------------------------------------------------------------------------------------


def tables_page() -> str:
    """Every table of the dbt project with its grain and columns."""
    with TemporaryDirectory() as folder:
        complete = complete_project(TRANSFORM, Path(folder))
        models = [model for model in sql_rules.read_models(complete) if model.properties]
        models.sort(key=lambda model: model.name)
        body = list(
            chain.from_iterable(_layer_section(models, layer) for layer in sql_rules.LAYERS)
        )
    intro = (
        "The tables that a run writes, by layer: what a row is, and what the columns mean. "
        "Attributes and features of a project are columns too, and are not listed here."
    )
    return page("Tables", intro=intro, body=body)


def _layer_section(models: list[sql_rules.Model], layer: str) -> Iterator[str]:
    shown = [model for model in models if model.layer == layer]
    if shown:
        yield from (f"## {layer}", "")
    for model in shown:
        rows = [
            (f"`{column['name']}`", str(column.get("data_type", "")), str(column["description"]))
            for column in model.columns
        ]
        text = " ".join(str((model.properties or {}).get("description", "")).split())
        table = markdown_table(("column", "type", "what"), rows)
        yield from (f"### {model.name}", "", text, "", *table, "")


# Features ----------------------------------------------------------------------------------


def features_page() -> str:
    """Every feature of the catalogue by family, and the windows that it is computed over."""
    text = (ROOT / "src" / "regulars" / "features" / "catalogue.yaml").read_text(encoding="utf-8")
    catalogue = yaml.safe_load(text)
    families: dict[str, list[tuple[str, ...]]] = {}
    for found in catalogue["features"]:
        each = f", for each of `features.{found['for_each']}`" if "for_each" in found else ""
        over = _WINDOWS[found.get("windows", "")]
        row = (f"`{found['name']}`", over, found["meaning"] + each, found.get("null_rule", ""))
        families.setdefault(found["family"], []).append(row)
    windows = [(grain, ", ".join(map(str, w))) for grain, w in catalogue["windows"].items()]
    body = ["## Windows", "", *markdown_table(("grain", "periods"), windows), ""]
    for family, rows in families.items():
        header = ("feature", "windows", "meaning", "when there is nothing to tell")
        body += [f"## {family}", "", *markdown_table(header, rows), ""]
    intro = (
        "What is known of a customer at an as-of date. A feature over windows has one column for "
        "each, such as `orders_90d`; `_ever` looks back over all of history."
    )
    return page("Features", intro=intro, body=body)


_WINDOWS = {
    "": "",
    "all": "each, and ever",
    "ever": "ever",
    "doubled": "those whose double is a window too",
}

# Presets -----------------------------------------------------------------------------------

PRESETS = ROOT / "src" / "regulars" / "ingest" / "inference" / "presets" / "README.md"


def presets_page() -> str:
    """The exports that are recognised, and how a preset is written."""
    from regulars.ingest.inference.preset_files import Preset, shipped_presets

    rows = [
        (
            preset.system,
            preset.export,
            preset.entity,
            ", ".join(f"`{name}`" for name in preset.needs),
            preset.note,
        )
        for preset in sorted(shipped_presets(), key=lambda preset: preset.title.lower())
    ]
    head = ("system", "export", "its rows are", "recognised by", "note")
    before, heading, after = PRESETS.read_text("utf-8").partition("## A preset")
    body = ["## Exports", "", *markdown_table(head, rows), "", heading + after.rstrip(), ""]
    return page("Presets", intro=before.rstrip(), body=[*body, *model_sections(Preset)])


def api_page() -> str:
    """Every route and every shape of the API, as its OpenAPI document has them."""
    intro = (
        "Every route and every shape, from the OpenAPI document that a server has at "
        "`/openapi.json`. How keys, errors and limits work: [the API](api.md)."
    )
    return page("API reference", intro=intro, body=api_body(api_document()))


PAGES: dict[str, Callable[[], str]] = {
    "api-reference.md": api_page,
    "cli.md": cli_page,
    "features.md": features_page,
    "presets.md": presets_page,
    "settings.md": settings_page,
    "tables.md": tables_page,
}


def stale(docs: Path, pages: Mapping[str, Callable[[], str]] = PAGES) -> Iterator[tuple[Path, str]]:
    """(file, what it should be) of every page that is missing or not up to date."""
    for name, write in pages.items():
        file, text = docs / name, write()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield file, text


def main() -> int:
    """Write the pages, or with --check name those that are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where stale")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    found = list(stale(options.docs))
    for file, text in found:
        print(f"docs/{file.name}: {'not up to date: make docs' if options.check else 'written'}")
        if not options.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return int(options.check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
