"""The global options of this invocation, set once by the root command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Where the project is and how to answer."""

    project: Path = Path()
    as_json: bool = False
    debug: bool = False


options = Options()
