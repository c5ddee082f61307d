"""The report can be carried elsewhere, with its figures or without."""

from __future__ import annotations

from pathlib import Path

from regulars.serve.reports.files import copy_report, report_files


def release(folder: Path) -> Path:
    (folder / "figures").mkdir(parents=True)
    for name in ("report.html", "report.json", "customer_scored.parquet", "figures/a.png"):
        (folder / name).write_text(name)
    return folder


def test_what_people_read_is_listed_and_tables_are_not(tmp_path: Path) -> None:
    files = report_files(release(tmp_path / "r"))
    assert list(files) == ["report.html", "report.json", "figures/a.png"]


def test_a_copy_without_figures_has_none(tmp_path: Path) -> None:
    files = report_files(release(tmp_path / "r"), figures=False)
    copied = copy_report(files, tmp_path / "new" / "place")
    assert copied["report.html"].read_text() == "report.html"
    assert not (tmp_path / "new" / "place" / "figures").exists()


def test_a_copy_keeps_figures_in_their_folder(tmp_path: Path) -> None:
    copy_report(report_files(release(tmp_path / "r")), tmp_path / "to")
    assert (tmp_path / "to" / "figures" / "a.png").read_text() == "figures/a.png"
