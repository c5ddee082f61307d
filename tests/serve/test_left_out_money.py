"""A report of customers only says first which files with money nothing reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.serve.reports.report import write_report_of
from tests.small_release import SmallRelease


@pytest.mark.parametrize("names", [[], ["sales.csv", "till.xlsx"]])
def test_the_report_says_first_what_it_leaves_out(tmp_path: Path, names: list[str]) -> None:
    release = SmallRelease(churn=None, about={"not_used": names})
    page = write_report_of(release.write(tmp_path / "release"))
    text = page.read_text("utf-8")
    assert ("CUSTOMERS ONLY" in text) == bool(names)
    if names:
        assert text.index("sales.csv, till.xlsx") < text.index('class="tiles"')
        assert "CUSTOMERS ONLY" in page.with_name("summary.txt").read_text("utf-8")
