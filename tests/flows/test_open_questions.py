"""A project whose mapping is open is never run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.core.errors import SettingsError
from regulars.core.progress import Silent
from regulars.core.settings import read_project
from regulars.flows.run import RunRequest, run

PROJECT = """
version: 1
project: shop
questions:
  - key: currency
    ask: which currency the amounts are in
    answers:
      - {say: euros, set: {currency: EUR}}
sources: {sales: {path: sales.csv}}
entities:
  transactions:
    source: sales
    columns: {customer_id: who, occurred_at: day, amount: total}
"""


def test_a_run_refuses_an_open_question_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "regulars.yaml").write_text(PROJECT)
    (tmp_path / "sales.csv").write_text("who,day,total\na,2024-01-01,5\n")
    project = read_project(tmp_path)
    with pytest.raises(SettingsError, match="currency: which currency") as refusal:
        run(
            project, RunRequest(), progress=Silent(), clock=lambda: datetime(2024, 6, 1, tzinfo=UTC)
        )
    assert refusal.value.exit_code == 2
    assert not (tmp_path / ".regulars").exists()
