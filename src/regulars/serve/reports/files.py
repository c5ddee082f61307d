"""The report and what belongs to it, as files: to list, and to carry elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

_NAMES = (
    "report.html",
    "report.json",
    "summary.txt",
    "eda_report.json",
    "eda_summary.txt",
    "cleaning_report.json",
    "cleaning_report.txt",
    "card.html",
    "card.md",
)


def report_files(release: Path, *, figures: bool = True) -> dict[str, Path]:
    """Files of a release that people read, by name (`figures/...` for figures), the page first."""
    paths = [release / name for name in _NAMES]
    if figures:
        paths += sorted((release / "figures").glob("*.png"))
    return {path.relative_to(release).as_posix(): path for path in paths if path.exists()}


def copy_report(files: dict[str, Path], folder: Path) -> dict[str, Path]:
    """Copy listed files into a folder under the same names; where each is now."""
    copied = {name: folder / name for name in files}
    for name, path in copied.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[name], path)
    return copied
