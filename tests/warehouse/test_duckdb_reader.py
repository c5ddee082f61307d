"""Reading a release: threads do not disturb one another, and a long question ends with a message."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import EngineError, QueryTimeout
from regulars.warehouse.engines.duckdb_reader import DuckDBReader

_ENDLESS = "select count(*) from range(1000000000) as one, range(1000) as other where one.range = 7"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "anna's people.parquet"
    pq.write_table(pa.table({"number": list(range(50_000))}), path)
    return path


@pytest.fixture
def reader(people: Path) -> Iterator[DuckDBReader]:
    made = DuckDBReader({"people": [people]})
    yield made
    made.close()


def test_many_threads_get_their_own_answers(reader: DuckDBReader) -> None:
    def ask(number: int) -> int:
        found = reader.arrow("select ? + 0 * max(number) as answer from people", [number])
        return int(found["answer"][0].as_py())

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(64))) == list(range(64))


def test_a_large_result_is_streamed(reader: DuckDBReader) -> None:
    pieces = list(reader.batches("select number from people", rows=10_000))
    assert sum(piece.num_rows for piece in pieces) == 50_000
    assert len(pieces) > 1


def test_a_question_that_takes_too_long_is_stopped_with_a_message(people: Path) -> None:
    hasty = DuckDBReader({"people": [people]}, seconds=0.05)
    with pytest.raises(QueryTimeout, match=r"longer than 0.05 seconds"):
        hasty.arrow(_ENDLESS)
    with pytest.raises(QueryTimeout):
        list(hasty.batches(_ENDLESS))
    assert DuckDBReader({"people": [people]}).arrow("select 1 as one").num_rows == 1


def test_a_wrong_question_is_an_error_of_the_engine(reader: DuckDBReader) -> None:
    with pytest.raises(EngineError, match="strangers"):
        reader.arrow("select * from strangers")


def test_times_are_read_in_utc(reader: DuckDBReader) -> None:
    assert reader.arrow("select current_setting('TimeZone') as zone")["zone"][0].as_py() == "UTC"


def test_sessions_that_show_other_columns_keep_their_own(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    pq.write_table(pa.table({"id": ["1"], "name": ["Anna"]}), path)
    reader = DuckDBReader({"people": [path]})
    masked = reader.showing({"people": "id, '***' as name"})
    opened = reader.showing({"people": "*"})
    names = [s.arrow("select name from people")["name"].to_pylist() for s in (masked, opened)]
    assert names == [["***"], ["Anna"]]
