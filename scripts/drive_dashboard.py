"""Go through every page of a project's dashboard with a real browser, and keep pictures.

python scripts/drive_dashboard.py PROJECT --shots FOLDER [--dark]

Ends with 1 where a number is not that of `insights`, a page asks the network, or a trace shows.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from dashboard_drive.browser import browsing, chromium, served
from dashboard_drive.journeys import JOURNEYS
from regulars.core.settings import read_project
from regulars.insights.release_reading import read_current


def drive(project: Path, *, shots: Path | None, dark: bool = False) -> list[str]:
    """All journeys on one project; what was found wrong."""
    if shots is not None:
        shots.mkdir(parents=True, exist_ok=True)
    reading = read_current(read_project(project))
    with served(project) as address, browsing(address, shots=shots, dark=dark) as hands:
        for journey in JOURNEYS:
            started = time.perf_counter()
            journey(hands, reading)
            print(f"{journey.__name__:<14} {time.perf_counter() - started:5.1f} s", flush=True)
        return hands.findings


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("--shots", type=Path, default=None)
    parser.add_argument("--dark", action="store_true")
    asked = parser.parse_args()
    if chromium() is None:
        print("There is no Chromium here.")
        return 2
    findings = drive(asked.project, shots=asked.shots, dark=asked.dark)
    for one in findings:
        print(f"found: {one}")
    print(f"{len(findings)} findings in {asked.project}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
