"""`regulars doctor`: what a killed run left behind, and what is damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.cli.app import main
from tests.cli.test_answers import publish
from tests.small_release import RELEASE_ID, SmallRelease

LEFT = ("events/fct_touches/old.parquet", "events/fct_touches/.half.parquet.new")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A published release, and beside it what killed runs left behind."""
    publish(SmallRelease(), tmp_path)
    (tmp_path / ".regulars" / "releases" / "half").mkdir()
    (tmp_path / ".regulars" / "events" / "fct_touches").mkdir(parents=True)
    for name in LEFT:
        (tmp_path / ".regulars" / name).touch()
    return tmp_path


def doctor(shop: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(shop), *words])
    assert ended.value.code in (0, None)
    return capsys.readouterr().out


def test_what_no_release_needs_is_named_and_removed_when_asked(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = json.loads(doctor(shop, capsys, "--json", "doctor"))
    assert len(named["unused_event_files"]) == len(LEFT)
    assert named["unfinished_releases"] == ["half"]
    assert all((shop / ".regulars" / name).exists() for name in LEFT)
    assert "3 files or folders" in doctor(shop, capsys, "doctor", "--remove")
    assert not any((shop / ".regulars" / name).exists() for name in LEFT)
    assert "Nothing is left over" in doctor(shop, capsys, "doctor")
    assert (shop / ".regulars" / "releases" / RELEASE_ID / "manifest.json").exists()


def test_damaged_files_are_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / ".regulars" / "events" / "events.json").write_text('{"fct_touches/old.parquet": 1}')
    (shop / ".regulars" / "releases" / RELEASE_ID / "manifest.json").write_text("{")
    named = json.loads(doctor(shop, capsys, "--json", "doctor", "--remove"))
    assert named["damaged_event_files"] == ["fct_touches/old.parquet"]
    assert named["damaged_releases"] == [RELEASE_ID]
    assert (shop / ".regulars" / "releases" / RELEASE_ID).exists()
