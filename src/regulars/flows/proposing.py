"""A project file from what people name: files, a database URL, or a recipe fitted to files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from regulars.core.errors import SettingsError
from regulars.core.reserved_names import RESERVED_NAMES
from regulars.core.settings import project_of_text, read_project
from regulars.core.settings.editor_schema import editor_schema
from regulars.features.catalogue import standard_feature_names
from regulars.ingest.inference.database_samples import (
    sample_database,
    set_variable,
    with_database,
)
from regulars.ingest.inference.draft import Proposal
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose
from regulars.ingest.inference.recipe_fitting import fit_recipe

# What was proposed: a later proposal tells from it what people changed since.
PROPOSED = Path(".regulars") / "proposed.yaml"
# Editors read the names, the values and the descriptions of settings from it.
SCHEMA = Path(".regulars") / "project.schema.json"
_SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA.as_posix()}\n"


@dataclass(frozen=True)
class ProposedFile:
    """The text of a project file, and the proposal that it says."""

    text: str
    proposal: Proposal


def propose_file(
    paths: Sequence[str], *, target: Path, today: date, name: str | None, recipe: str | None = None
) -> ProposedFile:
    """What to write to `target`: of these files and folders, of one URL, or of its own folder.

    Raises SourceError or DataError where nothing can be made of the files.
    """
    root = target.parent.resolve()
    if any("://" in path for path in paths):
        proposal = _of_database(paths, name=name, target=target, today=today)
    elif recipe:
        files = [Path(path) for path in paths]
        fitted = fit_recipe(recipe, files, folder=root, today=today)
        settings = yaml.safe_load(fitted.text)
        text = f"{_SCHEMA_LINE}{fitted.text}"
        return ProposedFile(text, Proposal(settings, {}, fitted.differences, {}))
    else:
        files = [Path(path) for path in paths] or _own_files(target)
        proposal = _of_files(files, name=name, target=target, today=today)
    return ProposedFile(f"{_SCHEMA_LINE}{write(proposal, root)}", proposal)


def save_file(target: Path, text: str, *, proposed: str | None = None) -> None:
    """Write a project file, and beside it what was proposed and the schema for editors.

    Raises SettingsError for a text that could not be read: it is never written.
    """
    project_of_text(text, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    if proposed is not None:
        record = target.parent / PROPOSED
        record.parent.mkdir(exist_ok=True)
        record.write_text(proposed, "utf-8")
        schema = json.dumps(editor_schema(), indent=1)
        (target.parent / SCHEMA).write_text(schema, "utf-8")


def proposed_before(target: Path) -> str | None:
    """The text that was proposed for this file; None where nobody did."""
    record = target.parent / PROPOSED
    return record.read_text("utf-8") if record.exists() else None


def _of_files(files: list[Path], *, name: str | None, target: Path, today: date) -> Proposal:
    presets, words = target.parent / "presets", target.parent / "words.yaml"
    return propose(
        files,
        name=name,
        recipe=None,
        today=today,
        reserved=RESERVED_NAMES | standard_feature_names(),
        own_presets=[presets] if presets.is_dir() else [],
        own_words=[words] if words.is_file() else [],
    )


def _of_database(paths: Sequence[str], *, name: str | None, target: Path, today: date) -> Proposal:
    """The proposal from samples of a database's tables; its URL is never written."""
    if len(paths) > 1:
        raise SettingsError(
            "a database is read alone", hint="Name one URL, and add further sources to the file."
        )
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        place = Path(folder).resolve()
        root = target.parent.resolve()
        sampled = sample_database(paths[0], root=root, folder=place, environment=os.environ)
        called = name or sampled.name
        proposal = _of_files(sampled.folders, name=called, target=target, today=today)
        set_variable(sampled)
        return with_database(proposal, sampled)


def _own_files(target: Path) -> list[Path]:
    """The folder of the project, and the folders that its file reads."""
    folders = [target.parent]
    if target.exists():
        sources = read_project(target).sources.values()
        named = [target.parent / source.path for source in sources if source.path is not None]
        folders = [path if path.is_dir() else path.parent for path in named] or folders
    return list(dict.fromkeys(folders))
