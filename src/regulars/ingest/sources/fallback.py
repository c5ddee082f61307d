"""Synthetic rows in the place of a source that fails, where the project asks for that."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePosixPath

import yaml

from regulars.core.errors import SettingsError
from regulars.core.names import nearest
from regulars.core.settings import Project
from regulars.ingest.recipes import recipe_names, recipe_text
from regulars.ingest.sources.files import FoundFile, found_file
from regulars.synthetic import generate
from regulars.synthetic.recipe import TableSpec, recipe_named


def check_fallbacks(project: Project) -> None:
    """Raise SettingsError now for a source that nothing could stand for when it fails."""
    for name, source in project.sources.items():
        if source.on_failure == "synthetic":
            fallback_table(project, name)


def fallback_table(project: Project, source: str) -> TableSpec:
    """The table of the project's recipe that stands for a source: by name, or by file name.

    Raises SettingsError that names the recipe's tables.
    """
    recipe = recipe_named(project.recipe or "")
    wanted = {
        PurePosixPath(project.sources[source].path or "").name,
        _file_in_recipe(project, source),
    }
    for spec in recipe.tables:
        if spec.name == source or spec.file in wanted:
            return spec
    names = [spec.name for spec in recipe.tables]
    near = nearest(source, names)
    raise SettingsError(
        f"sources.{source}.on_failure: the recipe {recipe.name} has no table '{source}'"
        + (f"; did you mean '{near}'?" if near else ""),
        where=str(project.file),
        hint=f"Name the source as one of the recipe's tables: {', '.join(names)}.",
    )


def make_fallback(project: Project, source: str, *, until: date, folder: Path) -> FoundFile:
    """A file of synthetic rows for a source, dated before `until`."""
    spec = fallback_table(project, source)
    settings = project.synthetic
    generate(
        project.recipe or "", folder, customers=settings.customers, seed=settings.seed, until=until
    )
    file = found_file(folder / spec.file, root=folder)
    return FoundFile(file.path, f"synthetic/{spec.file}", file.size, 0)


def _file_in_recipe(project: Project, source: str) -> str | None:
    """The file that the recipe's own project file reads for a source of this name."""
    if project.recipe not in recipe_names():
        return None
    stated = yaml.safe_load(recipe_text(project.recipe or ""))["sources"].get(source, {})
    return PurePosixPath(stated.get("path", "")).name or None
