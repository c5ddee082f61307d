"""The truth files say what the generators made, and the folders are the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.folders import folders
from tests.understanding.truths import PLACE, read_truth
from tests.understanding.writing import Place

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", folders())
def test_a_truth_file_says_what_the_generator_made(name: str, tmp_path: Path) -> None:
    truth = read_truth(name)
    assert truth == folders()[name](Place(tmp_path))
    for entity in truth.entities.values():
        for file in [*entity["files"], *truth.unused]:
            assert list(tmp_path.glob(file.split("#")[0])), file


def test_every_truth_file_has_a_folder() -> None:
    assert {path.stem for path in PLACE.glob("*.yaml")} == set(folders())
