"""Samples of large files, and what they tell of all rows."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.settings import Source
from regulars.ingest.inference.column_profiles import Column
from regulars.ingest.inference.table_samples import chosen_files, sample_file, scaled
from regulars.ingest.sources.files import FoundFile, found_file

ROWS = 60_000


def file_of(tmp_path: Path, head: str, foot: str = "") -> FoundFile:
    """A file of about 1.2 MB."""
    path = tmp_path / "sales.csv"
    path.write_text(head + "".join(f"{n:06},2024-06-22\n" for n in range(ROWS)) + foot)
    return found_file(path, root=tmp_path)


def test_a_sample_has_the_header_the_beginning_the_end_and_whole_lines(tmp_path: Path) -> None:
    file = file_of(tmp_path, "Report\nid,day\n", "Total,\n")
    source = Source(path="sales.csv", skip=1, totals=["Total"])
    sample = sample_file(file, source, part=0.001, folder=tmp_path / "samples")
    lines = sample.file.path.read_text().splitlines()
    assert lines[:3] == ["Report", "id,day", "000000,2024-06-22"]
    assert lines[-2:] == [f"{ROWS - 1:06},2024-06-22", "Total,"]
    assert {len(line) for line in lines[2:-1]} == {17}
    numbers = [int(line[:6]) for line in lines[2:-1]]
    assert numbers == sorted(set(numbers))
    assert sample.share == pytest.approx(len(numbers) / ROWS, rel=0.02)
    assert 0.1 < sample.share < 0.25


def test_a_small_file_is_its_own_sample(tmp_path: Path) -> None:
    file = file_of(tmp_path, "id,day\n")
    assert sample_file(file, Source(path="sales.csv"), part=1, folder=tmp_path).file == file


def test_row_groups_are_sampled_at_even_distances(tmp_path: Path) -> None:
    path = tmp_path / "sales.parquet"
    pq.write_table(pa.table({"id": range(ROWS)}), path, row_group_size=5_000)
    sample = sample_file(
        found_file(path, root=tmp_path), Source(path=path.name), part=0.01, folder=tmp_path / "s"
    )
    taken = pq.read_table(sample.file.path)["id"].to_pylist()
    assert (taken[0], len(taken), sample.share) == (0, 1_000, 1_000 / ROWS)
    assert max(taken) >= ROWS - 5_000


def test_of_very_many_files_some_are_taken() -> None:
    files = tuple(FoundFile(Path(str(n)), str(n), 1, 0) for n in range(1_000))
    taken = chosen_files(files)
    assert (len(taken), taken[0], taken[-1]) == (64, files[0], files[-1])


@pytest.mark.parametrize("each", [1, 1.1, 2, 5])
def test_a_sample_tells_how_often_a_key_repeats_in_all_rows(each: float) -> None:
    draw = random.Random(7)
    keys = [draw.randrange(int(400_000 / each)) for _ in range(400_000)] if each > 1 else []
    keys = keys or list(range(400_000))
    sample = draw.sample(keys, 20_000)
    column = Column("id", "VARCHAR", rows=20_000, filled=20_000, distinct=len(set(sample)))
    whole = scaled(column, factor=20)
    assert (whole.rows, whole.filled) == (400_000, 400_000)
    assert whole.unique == (each == 1)
    assert whole.distinct == pytest.approx(400_000 / max(each, 1), rel=0.6 if each > 1 else 0)
    assert (whole.distinct < 0.98 * whole.filled) == (each > 1)
