"""The dbt project in a project's folder: generated models, and our package of all others.

`<state>/dbt` is a whole dbt project. The package is copied into it, never referenced: whatever
dbt is made to write, and wherever, nothing reaches the installed package.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from regulars.core.shipped_yaml import load_shipped

NAME = "regulars_project"
PACKAGE = "regulars"
_PARSED_FOLDERS = (f"packages/{PACKAGE}/", "models/", "macros/")
_PACKAGE_FILES = (".sql", ".yml", ".md")
_SCHEMA_NAMES = """\
{# A layer is a schema: dbt asks the root project for its name. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return(regulars.generate_schema_name(custom_schema_name, node)) }}
{%- endmacro %}
"""


def package_folder() -> Path:
    """Where our dbt package is in the installed software; nothing is ever written there."""
    return Path(str(resources.files("regulars"))) / "transform"


@dataclass(frozen=True)
class DbtFolder:
    """A whole dbt project in a folder: what its files say.

    `output` is the connection, `variables` are those of the project, `models` the generated ones
    by their place below `models`.
    """

    folder: Path
    output: Mapping[str, object]
    variables: Mapping[str, Any]
    models: Mapping[str, str]

    def write(self) -> None:
        """Write the dbt project; files that are right already are left alone."""
        parsed = self.parsed_files()
        for folder in _PARSED_FOLDERS:
            inside = {
                name.removeprefix(folder): text
                for name, text in parsed.items()
                if name.startswith(folder)
            }
            _write_folder(self.folder / folder, inside)
        write_profile(self.folder, self.output)
        files = {
            "vars.yml": _yaml(dict(self.variables)),
            "dbt_project.yml": _yaml(project_file({**default_variables(), **self.variables})),
            "packages.yml": _yaml({"packages": [{"local": str(package_folder())}]}),
        }
        for name, text in files.items():
            _write(self.folder / name, text)

    def parsed_files(self) -> dict[str, str]:
        """The text of everything that dbt parses, by its place in the folder."""
        package = package_texts()
        return {
            **{f"packages/{PACKAGE}/{name}": text for name, text in package.items()},
            **{f"models/{name}": text for name, text in self.models.items()},
            "macros/generate_schema_name.sql": _SCHEMA_NAMES,
        }


def write_profile(folder: Path, output: Mapping[str, object]) -> None:
    """Write the file that names a connection into a folder."""
    profile = {PACKAGE: {"target": "project", "outputs": {"project": dict(output)}}}
    _write(folder / "profiles.yml", _yaml(profile))


def project_file(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the file of the project says."""
    return {
        "name": NAME,
        "version": "1.0.0",
        "profile": PACKAGE,
        "model-paths": ["models"],
        "macro-paths": ["macros"],
        "packages-install-path": "packages",
        "clean-targets": ["target"],
        # What our package says of types and contracts goes before what dbt says.
        "dispatch": [{"macro_namespace": "dbt", "search_order": [NAME, PACKAGE, "dbt"]}],
        "flags": {
            "send_anonymous_usage_stats": False,
            # Our package reads the models of this project: it names them without asking first.
            "require_ref_prefers_node_package_to_root": True,
            # The project file decides which entities exist: some settings have no model.
            "warn_error_options": {"silence": ["UnusedResourceConfigPath"]},
        },
        "models": {
            NAME: {
                "+post-hook": "{{ regulars.refresh_statistics() }}",
                "silver": {"+schema": "silver", "+materialized": "view"},
            }
        },
        "vars": dict(variables),
    }


@cache
def package_project() -> dict[str, Any]:
    """The project file of our package."""
    text = (package_folder() / "dbt_project.yml").read_text("utf-8")
    content: dict[str, Any] = load_shipped(text)
    return content


def default_variables() -> dict[str, Any]:
    """What our package assumes; its own models see it, those of other projects do not."""
    return dict(package_project()["vars"])


def hook_after_tables() -> str:
    """The statement that follows every table, as a template."""
    return str(package_project()["models"][PACKAGE]["+post-hook"])


@cache
def package_texts() -> dict[str, str]:
    """The files of our package, by their place in it."""
    root = package_folder()
    return {
        path.relative_to(root).as_posix(): path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in _PACKAGE_FILES
    }


def _write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Let a folder hold exactly these files."""
    if folder.is_symlink():  # `dbt deps` puts one there; nothing may be written through it
        folder.unlink()
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            shutil.rmtree(path)
    for name, text in files.items():
        _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _yaml(content: object) -> str:
    return yaml.dump(content, Dumper=_dumper(), sort_keys=False, allow_unicode=True)


def _dumper() -> Any:
    return getattr(yaml, "CSafeDumper", yaml.SafeDumper)
