"""The public data sets land whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from regulars.core.errors import SourceError

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

CDNOW = {
    "path": "CDNOW_sample.txt",
    "columns": ["master_id", "sample_id", "date", "cds", "dollars"],
}


@pytest.mark.parametrize(
    ("folder", "source", "rows"),
    [
        ("retail", {"path": "online_retail.parquet"}, 541_909),
        ("telco", {"path": "WA_Fn-UseC_-Telco-Customer-Churn.csv"}, 7_043),
        ("airline", {"path": "Customer Flight Activity.csv"}, 405_624),
        ("airline", {"path": "Customer Loyalty History.csv"}, 16_737),
        ("cdnow", CDNOW | {"format": "whitespace"}, 6_919),
        ("cdnow", CDNOW | {"format": "fixed", "widths": [6, 5, 9, 3, 8]}, 6_919),
        ("adventureworks", {"path": "AdventureWorks_Sales_*.csv"}, 56_046),
        ("adventureworks", {"path": "*Customers.csv", "encoding": "latin-1"}, 18_148),
        ("bank", {"path": ""}, 10_000),
    ],
)
def test_every_row_lands(
    shop: Shop,
    shared_data: Callable[[str], Path],
    folder: str,
    source: dict[str, Any],
    rows: int,
) -> None:
    landed = shop.land_one(**source | {"path": str(shared_data(folder) / source["path"])})
    assert (landed.rows, landed.malformed) == (rows, 0)
    numbers = shop.warehouse.rows(
        "select sum(last), sum(n) from (select max(_row_number) as last, count(*) as n "
        "from bronze.orders group by _file)"
    )
    assert numbers == [(rows, rows)]


def test_latin_1_read_as_utf_8_is_refused_with_what_to_write(
    shop: Shop, shared_data: Callable[[str], Path]
) -> None:
    path = shared_data("adventureworks") / "AdventureWorks_Customers.csv"
    with pytest.raises(SourceError) as caught:
        shop.land_one(path=str(path))
    assert "is not utf-8: byte 0x" in caught.value.what
    assert "encoding: latin-1" in str(caught.value.hint)
