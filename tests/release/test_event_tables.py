"""Single events of a release: which there are, and in which files they lie."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.release.event_store import EventStore
from regulars.release.event_tables import EVENT_TABLES, Delivery, joined, write_events
from regulars.release.table_files import part_file, table_files
from tests.release.events import AS_OF, DAY, TICK, Event, EventWarehouse

RUN = "run"


def released(folder: Path, table: str) -> list[str]:
    """What tells events apart, in the order of the files."""
    files = table_files(folder)[table]
    return [value for file in files for value in pq.read_table(file)["channel"].to_pylist()]


def write(
    warehouse: EventWarehouse, place: Path, *, days: int | None = None, run_id: str = RUN
) -> dict[str, int]:
    """One release into `place/<run_id>`; rows per file of the store."""
    folder, store = place / run_id, EventStore(place)
    folder.mkdir()
    _, files = write_events(warehouse.open, store, folder, days=days, run_id=run_id)
    store.keep(files)
    return files


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_events_straddle_the_as_of_date_in_time_and_in_knowledge(
    tmp_path: Path, table: str
) -> None:
    before = AS_OF - DAY
    warehouse = EventWarehouse()
    warehouse.deliver(
        "d1",
        Event("known before", before, AS_OF - TICK),
        Event("known on it", before, AS_OF),
        Event("known after", before, AS_OF + DAY),
        Event("happened on it", AS_OF, before),
        Event("happened at the last moment", AS_OF - TICK, AS_OF - TICK),
    )
    write(warehouse, tmp_path)
    assert released(tmp_path / RUN, table) == ["known before", "happened at the last moment"]


def test_a_release_may_hold_the_latest_days_only(tmp_path: Path) -> None:
    moments = {
        "within": AS_OF - 7 * DAY, "on the border": AS_OF - 8 * DAY, "too old": AS_OF - 9 * DAY,
    }  # fmt: skip
    warehouse = EventWarehouse()
    warehouse.deliver("d1", *(Event(key, moment, moment) for key, moment in moments.items()))
    write(warehouse, tmp_path, days=8)
    assert released(tmp_path / RUN, "fct_touches") == ["on the border", "within"]


def test_a_release_of_the_same_events_links_the_same_files(tmp_path: Path) -> None:
    warehouse = EventWarehouse()
    warehouse.deliver("d1", Event("first", AS_OF - DAY, AS_OF - DAY))
    assert write(warehouse, tmp_path, run_id="r1") == write(warehouse, tmp_path, run_id="r2")
    first, second = (tmp_path / run / "fct_touches.parquet" for run in ("r1", "r2"))
    assert first.samefile(second)


def test_a_delivery_adds_a_file_and_leaves_the_others(tmp_path: Path) -> None:
    warehouse = EventWarehouse()
    warehouse.deliver("d1", *(Event(f"old {n}", AS_OF - 2 * DAY, None) for n in range(5)))
    before = write(warehouse, tmp_path, run_id="r1")
    warehouse.deliver("d2", Event("new", AS_OF - DAY, None))
    after = write(warehouse, tmp_path, run_id="r2")
    assert before.keys() < after.keys()
    assert len(after.keys() - before.keys()) == len(EVENT_TABLES)
    assert sorted(released(tmp_path / "r2", "fct_transactions")) == [
        "new", *(f"old {n}" for n in range(5))
    ]  # fmt: skip


@pytest.mark.parametrize("moved", ["as of", "built anew", "no finished build"])
def test_files_are_written_anew_where_their_rows_may_differ(tmp_path: Path, moved: str) -> None:
    warehouse = EventWarehouse()
    warehouse.deliver("d1", Event("early", AS_OF - DAY, None), Event("late", AS_OF, None))
    before = write(warehouse, tmp_path, run_id="r1")
    if moved == "as of":
        warehouse.set_as_of(AS_OF + DAY)
    else:
        warehouse.set_made_by("another run" if moved == "built anew" else "")
    after = write(warehouse, tmp_path, run_id="r2")
    assert not before.keys() & after.keys()
    expected = ["early", "late"] if moved == "as of" else ["early"]
    assert released(tmp_path / "r2", "fct_touches") == expected


def test_a_later_as_of_date_changes_no_file_of_what_lay_before_both(tmp_path: Path) -> None:
    warehouse = EventWarehouse()
    warehouse.deliver("d1", Event("early", AS_OF - DAY, AS_OF - TICK))
    before = write(warehouse, tmp_path, run_id="r1")
    warehouse.set_as_of(AS_OF + DAY)
    assert write(warehouse, tmp_path, run_id="r2") == before


def test_no_events_are_a_file_without_rows(tmp_path: Path) -> None:
    warehouse = EventWarehouse()
    warehouse.deliver("d1")
    assert set(write(warehouse, tmp_path).values()) == {0}
    assert released(tmp_path / RUN, "fct_touches") == []


def test_deliveries_share_files_so_that_there_are_few() -> None:
    def sizes(rows: list[int]) -> list[int]:
        deliveries = [Delivery(str(n), size, AS_OF, date.min) for n, size in enumerate(rows)]
        return [sum(delivery.rows for delivery in part) for part in joined(deliveries)]

    assert sizes([]) == []
    assert sizes([100, 49]) == [100, 49]
    assert sizes([100, 50]) == [150]
    assert sizes([1000, 100, 10, 45]) == [1000, 155]
    assert len(sizes([100_000] + [10] * 1_000)) <= 10


def test_files_of_a_table_have_numbers_in_their_order(tmp_path: Path) -> None:
    for number in (1, 2, 11):
        pq.write_table(pa.table({"n": [number]}), tmp_path / part_file("fct_touches", number))
    names = [path.name for path in table_files(tmp_path)["fct_touches"]]
    assert names == ["fct_touches.parquet", "fct_touches.2.parquet", "fct_touches.11.parquet"]
