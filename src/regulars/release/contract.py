"""The base of all models of a release: frozen, exact about names, and versioned where a file."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

# Raise it when a field is renamed or changes its meaning, and teach `migrations` the step.
FORMAT = 3


class ReleaseModel(BaseModel):
    """A part of a file: an unknown name is an error, so a misspelt field is never lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReleaseFile(ReleaseModel):
    """A file of a release by its name; `format` says by which version of the names it was written.

    It has no default that could be read into an old file: without `format` a file is of version 1.
    """

    file_name: ClassVar[str]

    format: int = FORMAT
