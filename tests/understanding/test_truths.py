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
    assert read_truth(name) == folders()[name](Place(tmp_path))


def test_every_truth_file_has_a_folder() -> None:
    assert {path.stem for path in PLACE.glob("*.yaml")} == set(folders())


def test_every_named_file_is_there(tmp_path: Path) -> None:
    for name, build in folders().items():
        truth = build(Place(tmp_path / name))
        for entity in truth.entities.values():
            for file in [*entity["files"], *truth.unused]:
                pattern = file.split("#")[0]
                assert list((tmp_path / name).glob(pattern)), (name, file)
