"""A project of generated customers: a recipe's project file, and raw files in its shape."""

from __future__ import annotations

from pathlib import Path

from regulars.core.errors import SettingsError
from regulars.core.settings import PROJECT_FILE
from regulars.ingest.recipes import recipe_text
from regulars.synthetic import Generated, generate


def write_demo(
    recipe: str, folder: Path, *, customers: int | None = None, seed: int = 42, engine: str = ""
) -> Generated | None:
    """Write the project of a demo company; None where it is there already.

    `engine` are the lines of its project file that say where SQL runs. Raises SettingsError where
    the folder holds another project.
    """
    text = recipe_text(recipe) + engine
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / PROJECT_FILE
    if file.exists():
        if file.read_text("utf-8") == text:
            return None
        raise SettingsError(
            "this folder holds another project", where=str(folder), hint="Name an empty folder."
        )
    file.write_text(text, "utf-8")
    return generate(recipe, folder / "data", customers=customers, seed=seed)
