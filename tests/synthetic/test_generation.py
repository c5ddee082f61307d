"""What `generate` promises, whatever the recipe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars.core.errors import DataError
from regulars.synthetic import NAMES, Generated, check, generate
from regulars.synthetic.__main__ import main

Delivery = Callable[[str], Generated]
Read = Callable[[Path], pa.Table]

# where each recipe says when something happened
TIMES = {
    "retail": ("invoices", "InvoiceDate"),
    "cards": ("transactions", "transaction_date"),
    "crm": ("marketing", "campaign_date"),
    "transactions": ("transactions", "transaction_date"),
}
EVENTS = {"retail": "invoices", "airline": "activity", "crm": "transactions"}


def rows_of(made: Generated, table: str) -> int:
    return sum(file.rows for file in made.files if file.table == table)


@pytest.mark.parametrize("recipe", NAMES)
def test_every_recipe_keeps_all_its_rules(delivery: Delivery, recipe: str) -> None:
    assert [str(check) for check in delivery(recipe).warnings] == []
    assert len(delivery(recipe).checks) >= 6


@pytest.mark.parametrize("recipe", NAMES)
def test_the_files_hold_as_many_rows_as_are_reported(
    delivery: Delivery, read: Read, recipe: str
) -> None:
    made = delivery(recipe)
    assert [read(file.path).num_rows for file in made.files] == [file.rows for file in made.files]
    assert made.rows == sum(file.rows for file in made.files) > 0


@pytest.mark.parametrize("recipe", NAMES)
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(
    delivery: Delivery, read: Read, tmp_path: Path, recipe: str
) -> None:
    made = delivery(recipe)
    again = generate(recipe, tmp_path / "again", customers=made.size.customers)
    other = generate(recipe, tmp_path / "other", customers=made.size.customers, seed=43)
    for one, same, different in zip(made.files, again.files, other.files, strict=True):
        assert read(one.path).equals(read(same.path))
        fixed = one.table in ("calendar", "merchant_categories")
        assert read(one.path).equals(read(different.path)) == fixed


@pytest.mark.parametrize("recipe", NAMES)
def test_files_just_written_pass_the_check(delivery: Delivery, recipe: str) -> None:
    made = delivery(recipe)
    checks = check(recipe, made.folder, customers=made.size.customers)
    assert [str(one) for one in checks if not one.passed] == []
    assert [(one.table, one.rule) for one in checks] == [
        (one.table, one.rule) for one in made.checks
    ]


@pytest.mark.parametrize("recipe", sorted(TIMES))
def test_nothing_is_dated_after_the_end(read: Read, tmp_path: Path, recipe: str) -> None:
    made = generate(recipe, tmp_path, customers=100, until=date(2025, 11, 16))
    table, column = TIMES[recipe]
    (path,) = (file.path for file in made.files if file.table == table)
    last = str(pc.max(read(path)[column]).as_py())[:10]
    assert "2025-11-01" <= last <= "2025-11-15"


@pytest.mark.parametrize("recipe", sorted(EVENTS))
def test_the_number_of_transactions_is_met(tmp_path: Path, recipe: str) -> None:
    made = generate(recipe, tmp_path, customers=200, transactions=40 * 200)
    assert rows_of(made, EVENTS[recipe]) == pytest.approx(8_000, rel=0.03)


def test_transactions_alone_bring_customers_in_natural_proportion(tmp_path: Path) -> None:
    made = generate("airline", tmp_path, transactions=2_400)
    assert made.size.customers == 100


def test_progress_is_reported_by_file(tmp_path: Path) -> None:
    said: list[str] = []
    generate("airline", tmp_path, customers=50, report=said.append)
    assert "Customer Loyalty History.csv: 50 rows" in said


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recipe": "zoo"}, "no recipe 'zoo'"),
        ({"recipe": "retail", "customers": 3}, "3 customers are too few"),
        ({"recipe": "retail", "customers": 100, "transactions": 10}, "10 invoice lines are too"),
        ({"recipe": "telco", "transactions": 10}, "no transactions"),
        ({"recipe": "airline", "customers": 100, "transactions": 500}, "5 months"),
        ({"recipe": "cards", "customers": 100, "transactions": 500}, "too few for 100"),
        ({"recipe": "crm", "customers": 100, "transactions": 50}, "too few for 100"),
    ],
)
def test_sizes_that_cannot_be_are_refused(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        generate(folder=tmp_path, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_failed_delivery_leaves_the_earlier_files_alone(tmp_path: Path) -> None:
    generate("crm", tmp_path, customers=50)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stop(line: str) -> None:
        if line.startswith("interactions"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate("crm", tmp_path, customers=60, report=stop)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_command_prints_statistics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["telco", str(tmp_path), "--customers", "500", "--seed", "7"]) == 0
    said = capsys.readouterr().out
    assert "500 rows" in said
    assert "customers: customers who churn (0." in said


def test_the_command_fails_on_a_broken_rule_and_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["telco", str(tmp_path), "--customers", "500"])
    (path,) = tmp_path.iterdir()
    path.write_text(path.read_text().replace("Two year", "Forever", 1))
    assert main(["telco", str(tmp_path), "--customers", "500", "--check"]) == 1
    assert "Contract one of its 3 values (1 of 500" in capsys.readouterr().err


def test_the_command_names_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["crm", str(tmp_path), "--check"]) == 1
    assert "customers_raw.parquet: the file is missing" in capsys.readouterr().err
