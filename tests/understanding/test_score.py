"""A folder is understood at least as well as was measured last; the aim stands beside it.

`make init-score` compares all folders; here every third one speaks for them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from init_score import ORDER, measured
from tests.understanding.folders import folders
from tests.understanding.scoring import score

SHARE = 3


@pytest.mark.slow
@pytest.mark.parametrize("name", list(folders())[::SHARE])
def test_a_folder_is_understood_as_well_as_was_measured_last(name: str, tmp_path: Path) -> None:
    found = score(name, tmp_path)
    assert ORDER.index(found.verdict) >= ORDER.index(measured(name)), found


def test_what_was_measured_is_of_folders_that_are_there() -> None:
    assert {measured(name) for name in folders()} <= set(ORDER)
