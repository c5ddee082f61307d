"""Dirt is put in on purpose, and every fault is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars.core.errors import DataError
from regulars.synthetic import Dirt, Generated, generate

Read = Callable[[Path], pa.Table]


def make(folder: Path, recipe: str, **shares: float) -> Generated:
    return generate(recipe, folder, customers=200, dirt=Dirt(**shares))


def rows_of(made: Generated, read: Read, name: str) -> pa.Table:
    return read(made.folder / name)


def test_duplicates_are_whole_rows_that_stand_there_again(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "crm", duplicates=0.1)
    keys = rows_of(made, read, "transactions_raw.parquet")["transaction_id"]
    twice = len(keys) - len(keys.unique())
    assert twice == made.dirt["transactions.duplicates"] > 100


def test_nulls_are_counted_by_cell(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "cards", nulls=0.05)
    rows = rows_of(made, read, "transactions.parquet")
    empty = sum(rows[column].null_count for column in rows.column_names)
    assert empty == made.dirt["transactions.nulls"]
    assert rows["transaction_id"].null_count == rows["customer_id"].null_count == 0


def test_bad_dates_in_text_are_no_dates(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "transactions", bad_dates=0.1)
    dates = rows_of(made, read, "transactions.csv")["transaction_date"]
    good = pc.match_substring_regex(dates, r"^202[45]-(0\d|1[0-2])-\d\d$")
    assert pc.sum(pc.invert(good)).as_py() == made.dirt["transactions.bad_dates"] > 50
    assert "31/02/2024" in dates.to_pylist()


def test_bad_dates_in_parquet_are_far_away(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "crm", bad_dates=0.1)
    years = pc.year(rows_of(made, read, "interactions_raw.parquet")["interaction_date"])
    far = pc.is_in(years, pa.array([1900, 2999]))
    assert pc.sum(far).as_py() == made.dirt["interactions.bad_dates"] > 50


def test_bad_months_do_not_exist(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "airline", bad_dates=0.1)
    months = rows_of(made, read, "Customer Flight Activity.csv")["Month"]
    assert pc.sum(pc.equal(months, 13)).as_py() == made.dirt["activity.bad_dates"] > 300


@pytest.mark.parametrize(
    ("recipe", "events", "customers", "key"),
    [
        ("cards", "transactions.parquet", "customers.csv", "customer_id"),
        ("crm", "marketing_raw.parquet", "customers_raw.parquet", "customer_id"),
        (
            "airline",
            "Customer Flight Activity.csv",
            "Customer Loyalty History.csv",
            "Loyalty Number",
        ),
    ],
)
def test_orphans_look_like_customers_that_nobody_knows(
    tmp_path: Path, read: Read, recipe: str, events: str, customers: str, key: str
) -> None:
    made = make(tmp_path, recipe, orphans=0.05)
    known = pc.is_in(rows_of(made, read, events)[key], rows_of(made, read, customers)[key].unique())
    table = next(file.table for file in made.files if file.path.name == events)
    assert pc.sum(pc.invert(known)).as_py() == made.dirt[f"{table}.orphans"] > 0


def test_wrong_case_is_the_same_word_for_a_human(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "telco", wrong_case=0.1)
    rows = rows_of(made, read, "WA_Fn-UseC_-Telco-Customer-Churn.csv")
    wrong = 0
    for column in ("gender", "Contract", "PaymentMethod"):
        clean = pc.utf8_trim_whitespace(pc.utf8_lower(rows[column]))
        assert len(clean.unique()) <= 4
        wrong += pc.sum(pc.ends_with(rows[column], " ")).as_py()
    assert wrong == made.dirt["customers.wrong_case"] > 0


def test_late_rows_stand_in_a_later_file_and_say_when_they_became_known(
    tmp_path: Path, read: Read
) -> None:
    made = make(tmp_path, "cards", late_rows=0.02)
    late = rows_of(made, read, "transactions_late.parquet")
    prompt = rows_of(made, read, "transactions.parquet")
    assert late.num_rows == made.dirt["transactions.late_rows"] > 100
    delay = np.asarray(late["known_at"]) - np.asarray(late["transaction_date"])
    assert delay.min() >= np.timedelta64(1, "D")
    assert str(pc.max(late["known_at"]).as_py()) < "2026-01-01"
    assert prompt["known_at"].equals(prompt["transaction_date"])
    assert not set(late["transaction_id"].to_pylist()) & set(prompt["transaction_id"].to_pylist())


def test_a_month_becomes_known_on_its_last_day_or_later(tmp_path: Path, read: Read) -> None:
    make(tmp_path, "airline", late_rows=0.05)
    prompt = read(tmp_path / "Customer Flight Activity.csv")
    march = prompt.filter(pc.and_(pc.equal(prompt["Year"], 2025), pc.equal(prompt["Month"], 3)))
    assert {str(known) for known in march["known_at"].unique().to_pylist()} == {
        "2025-03-31 00:00:00"
    }
    late = read(tmp_path / "Customer Flight Activity_late.csv")
    months = np.asarray(late["Year"]) * 12 + np.asarray(late["Month"])
    known = np.asarray(late["known_at"]).astype("datetime64[M]").astype(np.int64) + 1970 * 12 + 1
    assert (known > months).all()


def test_clean_rows_stay_as_they_are_without_dirt(tmp_path: Path, read: Read) -> None:
    made = make(tmp_path, "retail", nulls=0.1)
    clean = generate("retail", tmp_path / "clean", customers=200)
    dirty, tidy = (read(one.files[0].path) for one in (made, clean))
    assert dirty.drop(["Description", "Country"]).equals(tidy.drop(["Description", "Country"]))
    assert clean.dirt == {}


def test_a_clean_delivery_takes_the_late_file_of_a_dirty_one_away(tmp_path: Path) -> None:
    make(tmp_path, "transactions", late_rows=0.1)
    assert (tmp_path / "transactions_late.csv").exists()
    make(tmp_path, "transactions")
    assert [path.name for path in tmp_path.iterdir()] == ["transactions.csv"]


def test_light_dirt_has_a_little_of_everything(tmp_path: Path) -> None:
    made = generate("crm", tmp_path, customers=800, dirt=Dirt.light())
    faults = {name.split(".")[1] for name, count in made.dirt.items() if count}
    assert faults == {
        "duplicates", "nulls", "bad_dates", "orphans", "wrong_case", "late_rows",
    }  # fmt: skip


def test_the_same_seed_gives_the_same_dirt(tmp_path: Path, read: Read) -> None:
    one, two = (
        generate("retail", tmp_path / name, customers=100, dirt=Dirt.light())
        for name in ("one", "two")
    )
    assert one.dirt == two.dirt
    assert read(one.files[0].path).equals(read(two.files[0].path))


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(DataError, match="share of nulls"):
        Dirt(nulls=1.5)
