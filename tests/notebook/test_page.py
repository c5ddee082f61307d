"""Every block of docs/python.md runs, on the release of a fixture or on a company that is run."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: TID251  what a notebook has
import pyarrow.parquet as pq
import pytest

import regulars
from regulars.synthetic import generate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUNS = re.compile(r"\.run\(|compute_features\(|occurred_at=")


def blocks(*, that_run: bool) -> list[str]:
    """The blocks that run a company, or the others."""
    return [
        text
        for text in BLOCK.findall(PAGE.read_text("utf-8"))
        if bool(RUNS.search(text)) is that_run
    ]


def execute(texts: list[str], names: dict[str, Any]) -> dict[str, Any]:
    """Run blocks one after the other; every expression that a notebook would show is shown."""
    for text in texts:
        exec(compile(text, str(PAGE), "exec"), names)
        last = text.strip().splitlines()[-1].partition("#")[0]
        if re.fullmatch(r"\w+(\.\w+)*\s*", last):
            assert repr(eval(last, names))
    return names


def test_the_blocks_that_read_a_release_or_a_frame_run(
    shop: Path, customers: pd.DataFrame, tmp_path: Path
) -> None:
    shutil.copytree(shop, tmp_path / "shop")
    customers.drop(columns="since").to_csv(tmp_path / "customers.csv", index=False)
    with contextlib.chdir(tmp_path):
        names = execute(blocks(that_run=False), {"regulars": regulars})
    assert (tmp_path / "targets.csv").exists()
    assert (tmp_path / "calibration.svg").exists()
    assert names["result"].name == "HistGradientBoostingClassifier"


@pytest.mark.slow
def test_the_blocks_that_run_a_company_run(tmp_path: Path) -> None:
    generate("retail", tmp_path / "exports", customers=300)
    (file,) = (tmp_path / "exports").glob("*.parquet")
    rows = pq.read_table(file).to_pandas()
    rows = rows[rows["CustomerID"].notna()].assign(total=rows["Quantity"] * rows["UnitPrice"])
    transactions = rows.rename(columns={"CustomerID": "who", "InvoiceDate": "day"})
    with contextlib.chdir(tmp_path):
        names = execute(blocks(that_run=True), {"transactions": transactions})
    known = set(transactions["who"].astype(int).astype(str))
    assert known.issuperset(names["customers"]["customer_id"])
    assert known.issuperset(names["features"].to_arrow()["customer_id"].to_pylist())
    assert len(names["features"]) > 200
