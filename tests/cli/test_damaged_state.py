"""Whatever is damaged below `.regulars`, every reading command says so in a sentence."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.cli.app import main
from tests.full_release import FullRelease
from tests.small_release import RELEASE_ID

READING = (
    "segments", "churn", "status", "release list", "churn history", "keys list", "top", "check --history",
)  # fmt: skip
RELEASE = f"releases/{RELEASE_ID}"
FILES = (
    "releases/CURRENT",
    f"{RELEASE}/manifest.json",
    f"{RELEASE}/project.json",
    f"{RELEASE}/churn.json",
    f"{RELEASE}/customer_360_profile.parquet",
    "ops.sqlite",
    "estimators/churn/index.json",
    "api_keys.json",
    "warehouse.duckdb",
)
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "garbage": lambda content: b"\x00\xff{]garbage" * 40,
    "cut off": lambda content: content[: len(content) // 2],
    "other JSON": lambda content: b"[1]",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a release, records of runs, estimators, keys and a warehouse."""
    return FullRelease().project(tmp_path_factory.mktemp("whole") / "shop")


def said(root: Path, words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and text of a command."""
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(root), *words.split()])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out + err


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_said_by_every_command(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, damage: str
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(whole, root)
    path = root / ".regulars" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(DAMAGES[damage](path.read_bytes() if path.exists() else b""))
    for words in READING:
        code, text = said(root, words, capsys)
        assert code in (0, 1, 2), (words, text)
        assert "unexpected" not in text, (words, text)
        assert "Traceback" not in text, (words, text)


@pytest.mark.parametrize("words", ["segments", "release list", "status"])
def test_a_release_that_was_deleted_is_said(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(whole, root)
    shutil.rmtree(root / ".regulars" / RELEASE)
    code, text = said(root, words, capsys)
    assert code in (0, 1)
    assert "unexpected" not in text
    if words == "segments":
        assert f"there is no release {RELEASE_ID}" in text
