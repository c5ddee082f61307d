"""The dbt project in a project's folder: generated models, and our package of all others.

`<state>/dbt` is a whole dbt project. The package is copied into it, never referenced: whatever
dbt is made to write, and wherever, nothing reaches the installed package.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

NAME = "regulars_project"
PACKAGE = "regulars"
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


def write_dbt_folder(
    folder: Path,
    *,
    output: dict[str, object],
    variables: dict[str, Any],
    models: Mapping[str, str],
) -> None:
    """Write the dbt project; files that are right already are left alone."""
    profile = {PACKAGE: {"target": "project", "outputs": {"project": output}}}
    package = folder / "packages" / PACKAGE
    _write_folder(package, dict(_package_files()))
    _write_folder(folder / "models", models)
    files = {
        "profiles.yml": _yaml(profile),
        "vars.yml": _yaml(variables),
        "dbt_project.yml": _yaml(_project_file(_defaults(package) | variables)),
        "packages.yml": _yaml({"packages": [{"local": str(package_folder())}]}),
        "macros/generate_schema_name.sql": _SCHEMA_NAMES,
    }
    for name, text in files.items():
        _write(folder / name, text)


def _project_file(variables: dict[str, Any]) -> dict[str, Any]:
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
        "vars": variables,
    }


def _defaults(package: Path) -> dict[str, Any]:
    """What our package assumes; its own models see it, those of other projects do not."""
    content = yaml.safe_load((package / "dbt_project.yml").read_text("utf-8"))
    return dict(content["vars"])


def _package_files() -> Iterator[tuple[str, str]]:
    root = package_folder()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in _PACKAGE_FILES:
            yield path.relative_to(root).as_posix(), path.read_text("utf-8")


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
