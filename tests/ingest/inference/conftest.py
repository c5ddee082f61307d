"""Files to look at, and the project file that is guessed from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulars.core.settings import read_project
from regulars.ingest.inference.project_text import write
from regulars.ingest.inference.proposing import propose

TODAY = date(2024, 6, 22)


class Guessed:
    """A written project file: its text, its settings, and what it leaves open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.settings: dict[str, Any] = yaml.safe_load(text)
        self.open = [line for line in text.splitlines() if line.startswith("# could not decide: ")]

    def __getitem__(self, path: str) -> Any:
        """A setting by its dotted path; None where the file does not say it."""
        inner: Any = self.settings
        for part in path.split("."):
            inner = inner.get(part) if isinstance(inner, dict) else None
        return inner

    def leaves_open(self, words: str) -> bool:
        """Whether something with these words could not be decided."""
        return any(words in line for line in self.open)


@pytest.fixture
def guess(tmp_path: Path) -> Callable[..., Guessed]:
    """Guess a project file from a folder, or from files given by name and text."""

    def look(folder: Path | None = None, **files: str | bytes) -> Guessed:
        for name, content in files.items():
            path = tmp_path / f"{name}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        proposal = propose([folder or tmp_path], name=None, recipe=None, today=TODAY)
        target = tmp_path / "project"
        target.mkdir(exist_ok=True)
        text = write(proposal, target)
        (target / "regulars.yaml").write_text(text)
        read_project(target)
        return Guessed(text)

    return look
