"""`make` says what there is, and the scripts of the shell are sound."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
PHONY = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)[0].split()
SCRIPTS = [
    ".ci/run",
    ".ci/setup",
    "scripts/compile_locks.sh",
    "scripts/install_venv.sh",
    "scripts/test_engines.sh",
]


def test_help_says_what_every_target_is_for() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(re.findall(r"make ([a-z-]+) +\S", done.stdout)) == sorted(PHONY)


def test_the_tests_run_in_random_order_on_two_workers_with_the_clock_of_the_world() -> None:
    assert "export TZ := UTC" in MAKEFILE
    assert "export OMP_WAIT_POLICY := PASSIVE" in MAKEFILE
    assert re.search(r"pytest -n \$\(WORKERS\)", MAKEFILE)
    assert "WORKERS ?= 2" in MAKEFILE


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_stops_at_its_first_error(script: str) -> None:
    text = (ROOT / script).read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", ROOT / script], check=True)
