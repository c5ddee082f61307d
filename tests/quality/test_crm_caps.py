"""On the simulated subscription company, caps come out where they were measured before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from regulars.flows.capping import set_caps
from tests.small_projects import small_project

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "crm" / "regulars.yaml"


def test_326_ages_and_33688_amounts_lie_beyond_their_bounds(
    tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    (tmp_path / "data").symlink_to(shared_data("crm"))
    made = small_project(tmp_path, {"regulars.yaml": EXAMPLE.read_text("utf-8")})
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    made.run("land", "clean", at=now)
    _, found = set_caps(made.project, {}, as_of=date(2026, 11, 20), write=True, clock=lambda: now)
    assert {f"{one.entity}.{one.column}": (one.bounds, one.above) for one in found} == {
        "customers.age": ({"iqr": 2, "max": 76}, 326),
        "transactions.amount": ({"iqr": 3, "max": 4177.19}, 33688),
    }
    text = EXAMPLE.read_text("utf-8")
    assert (made.folder / "regulars.yaml").read_text("utf-8") == text  # they stand there already
    capped = made.rows(
        "select (select count(*) from silver.stg_customers where rejection_reason is null and age <> age_uncapped), "
        "(select count(*) from silver.stg_transactions where rejection_reason is null and amount <> amount_uncapped)"
    )
    assert capped == [(326, 33688)]
