"""Any file of the state damaged in any way: repaired, or one sentence with the command that helps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars.cli.app import main
from regulars.core.lock import project_lock
from regulars.features.churn_definition import ChurnDefinition
from regulars.flows.health.findings import REPAIRABLE, Damage
from regulars.ml.estimator_index import EstimatorRecord
from regulars.ml.registry import Registry
from regulars.release.churn_report import TrainingReport
from regulars.release.release_files import as_text
from regulars.serve.api.keys import Keys
from regulars.warehouse.engines.duckdb import DuckDBWarehouse
from regulars.warehouse.ledger import Ledger
from tests.full_release import SETTINGS, FullRelease
from tests.small_projects import NOON
from tests.small_release import RELEASE_ID

OLDER = "20240521T120000.000"
CURRENT = f"releases/{RELEASE_ID}"
FILES = {
    "releases/CURRENT": Damage.POINTER,
    f"{CURRENT}/manifest.json": Damage.RELEASE,
    f"{CURRENT}/project.json": Damage.RELEASE,
    f"{CURRENT}/churn.json": Damage.RELEASE,
    f"{CURRENT}/customer_360_profile.parquet": Damage.RELEASE,
    "ops.sqlite": Damage.RECORDS,
    "estimators/churn/index.json": Damage.ESTIMATORS,
    "estimators/churn/second/report.json": Damage.CHAMPION,
    "estimators/churn/second/estimator.joblib": Damage.CHAMPION,
    "warehouse.duckdb": Damage.WAREHOUSE,
    "api_keys.json": Damage.API_KEYS,
}


Change = Callable[[Path], object]


def _written(change: Callable[[bytes], bytes]) -> Change:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def _be_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Change] = {
    "empty": _written(lambda content: b""),
    "zeros": _written(lambda content: bytes(len(content))),
    "garbage": _written(lambda content: b"\x00\xff{]garbage" * 40),
    "cut off": _written(lambda content: content[: len(content) // 2]),
    "first byte": _written(lambda content: b"\xff" + content[1:]),
    "most of it": _written(lambda content: content[:9] + b"\xff" * len(content[9:-9])),
    "other JSON": _written(lambda content: b"[1]"),
    "other encoding": _written(lambda content: "grün".encode("utf-16")),
    "a folder": _be_folder,
}


def _estimator(registry: Registry, name: str) -> None:
    record = EstimatorRecord(
        estimator_id=name, run_id=name, definition=ChurnDefinition("silence", horizon=60),
        trained_at=NOON.isoformat(), as_of="2024-06-22", code_version="1", made_from=name,
        data_fingerprint="d", code_fingerprint="c", recipe="blend", shipped="blend", rows=10,
        churned=4, verdict="good",
    )  # fmt: skip
    report = TrainingReport(kind="silence", label="", champion=name, shipped=name, rung="undated")
    registry.add(record, {"fitted": list(range(99))}, files={"report.json": as_text(report)})
    registry.promote(name, at=NOON.isoformat(), why="better")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two releases, two estimators, a warehouse, a key and the records of a run."""
    root = FullRelease().project(tmp_path_factory.mktemp("whole") / "shop")
    state = root / ".regulars"
    shutil.copytree(state / CURRENT, state / "releases" / OLDER)
    manifest = state / "releases" / OLDER / "manifest.json"
    stored = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(stored | {"release_id": OLDER, "created_at": "2024-05-21"}))
    for name in ("first", "second"):
        _estimator(Registry(state), name)
    warehouse = DuckDBWarehouse(state / "warehouse.duckdb")
    warehouse.create_table("bronze", "sales", {"id": "bigint"})
    warehouse.execute("insert into bronze.sales select range from range(50000)")
    warehouse.close()
    Keys(state).create("shop", scopes=["read"], at=NOON.isoformat())
    ledger = Ledger(state)
    ledger.start_run("one", command="run", now=NOON, version="1")
    ledger.end_run("one", status="done", now=NOON, as_of=None, error=None)
    return root


@pytest.fixture
def shop(whole: Path, tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    shutil.copytree(whole, root)
    return root


def said(root: Path, words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and text of a command; no error of Python's is among its sentences."""
    with pytest.raises(SystemExit) as ended:
        main(["--project", str(root), *words.split()])
    out, err = capsys.readouterr()
    assert "unexpected" not in out + err
    assert "Traceback" not in out + err
    return int(ended.value.code or 0), out + err


def found(root: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [
        finding["damage"]
        for finding in json.loads(said(root, "doctor --json", capsys)[1])["findings"]
    ]


def test_a_whole_state_has_no_damage(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(shop, "doctor", capsys)[0] == 0
    assert said(shop, "repair", capsys) == (0, "Nothing is damaged.\n")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_state_is_repaired_or_its_owner_is_told(
    shop: Path, capsys: pytest.CaptureFixture[str], file: str, damage: str
) -> None:
    before = (shop / ".regulars" / file).read_bytes()
    DAMAGES[damage](shop / ".regulars" / file)
    assert FILES[file] in found(shop, capsys)
    code, text = said(shop, "repair", capsys)
    left = found(shop, capsys)
    if FILES[file] in REPAIRABLE:
        assert code == 0
        assert [kind for kind in left if kind in REPAIRABLE] == []
        assert said(shop, "segments", capsys)[0] == 0
    else:
        assert left == [FILES[file]]
        assert "`regulars keys create`" in text
    assert before != b""


@pytest.mark.parametrize("file", [file for file, kind in FILES.items() if kind != Damage.API_KEYS])
def test_a_file_that_is_gone_is_repaired_or_made_by_the_next_run(
    shop: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    (shop / ".regulars" / file).unlink()
    said(shop, "doctor", capsys)
    said(shop, "repair", capsys)
    assert [kind for kind in found(shop, capsys) if kind in REPAIRABLE] == []
    assert said(shop, "segments", capsys)[0] == 0


def test_lost_keys_are_the_owners_to_bring_back(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / ".regulars" / "api_keys.json").unlink()
    code, text = said(shop, "repair", capsys)
    assert (code, found(shop, capsys)) == (1, [Damage.API_KEYS_GONE])
    assert "`regulars keys create`" in text


def test_what_was_damaged_is_quarantine_and_not_deleted(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = shop / ".regulars" / "warehouse.duckdb"
    damaged = warehouse.read_bytes()[:5000]
    warehouse.write_bytes(damaged)
    said(shop, "repair", capsys)
    aside = list((shop / ".regulars" / "quarantine").rglob("warehouse.duckdb"))
    assert [path.read_bytes() for path in aside] == [damaged]
    assert not warehouse.exists()


def test_the_newest_whole_release_becomes_current(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / ".regulars" / CURRENT / "customer_360_profile.parquet").write_bytes(b"PAR1")
    assert f"release {OLDER} is current now" in said(shop, "repair", capsys)[1]
    shutil.rmtree(shop / ".regulars" / "releases" / OLDER)
    assert "no release is current: none is whole" in said(shop, "repair", capsys)[1]
    code, text = said(shop, "segments", capsys)
    assert (code, "Run `regulars run` first." in text) == (1, True)


def test_the_estimator_before_comes_back(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    estimators = shop / ".regulars" / "estimators" / "churn"
    (estimators / "second" / "estimator.joblib").write_bytes(b"x")
    assert "first is in use now" in said(shop, "repair", capsys)[1]
    (estimators / "first" / "report.json").unlink()
    assert "quarantined as" in said(shop, "repair", capsys)[1]
    assert Registry(shop / ".regulars").index.champion is None


def test_a_release_of_a_newer_version_is_left_alone(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = shop / ".regulars" / CURRENT / "manifest.json"
    newer = json.dumps(json.loads(manifest.read_text("utf-8")) | {"format": 99})
    manifest.write_text(newer)
    code, text = said(shop, "repair", capsys)
    assert (code, manifest.read_text()) == (1, newer)
    assert "`pip install --upgrade regulars`" in text


def test_what_a_killed_run_left_goes_and_a_running_one_keeps_its_own(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half = shop / ".regulars" / "releases" / "20240701T120000.000"
    half.mkdir()
    (shop / ".regulars").chmod(0o755)
    with project_lock(shop / ".regulars", command="run", now=NOON):
        assert found(shop, capsys) == []
        assert said(shop, "repair", capsys)[0] == 75
    (shop / ".regulars").chmod(0o755)
    assert found(shop, capsys) == [Damage.OPEN_TO_OTHERS, Damage.UNFINISHED_RELEASE]
    assert said(shop, "repair", capsys)[0] == 0
    assert not half.exists()
    assert (shop / ".regulars").stat().st_mode & 0o077 == 0


def test_files_of_events_are_forgotten_or_removed(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = shop / ".regulars" / "events"
    (events / "fct_touches").mkdir(parents=True)
    (events / "fct_touches" / "old.parquet").touch()
    (events / "events.json").write_text('{"fct_touches/new.parquet": 1}', "utf-8")
    assert found(shop, capsys) == [Damage.EVENTS, Damage.UNUSED_EVENTS]
    assert said(shop, "repair", capsys)[0] == 0
    assert json.loads((events / "events.json").read_text("utf-8")) == {}
    assert not (events / "fct_touches" / "old.parquet").exists()
    assert found(shop, capsys) == []


def test_without_a_state_there_is_nothing_to_examine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "regulars.yaml").write_text(SETTINGS, "utf-8")
    assert said(tmp_path, "doctor", capsys)[0] == 0
    assert not (tmp_path / ".regulars").exists()
