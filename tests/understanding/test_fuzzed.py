"""A slice of `scripts/init_fuzz.py`: nothing breaks, and no wrong mapping would be published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.fuzzing import fuzzed
from tests.understanding.scoring import score_files


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 112))
def test_no_random_folder_breaks_init_or_is_published_wrongly(seed: int, tmp_path: Path) -> None:
    truth = fuzzed(seed, tmp_path / "data")
    result = score_files(str(seed), tmp_path / "data", tmp_path, truth, land=False)
    assert result.verdict != "wrong", (truth.about, result.why)
