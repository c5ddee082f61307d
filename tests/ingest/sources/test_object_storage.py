"""Objects of a store that speaks S3."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.core.errors import MissingExtra, SettingsError, SourceError
from regulars.ingest.sources.object_storage import find_objects
from regulars.ingest.sources.uploading import upload_files
from tests.ingest.sources.conftest import SALES, Landings
from tests.ingest.sources.store import KEY, REGION, SECRET, Store, running


@pytest.fixture(scope="module")
def server() -> Iterator[Store]:
    """A store for all tests of this module."""
    with running() as started:
        yield started


@pytest.fixture
def store(server: Store, landing: Landings, request: pytest.FixtureRequest) -> Store:
    """The store, emptied, as the project's settings name it."""
    for held in server.client.list_objects_v2(Bucket="shop").get("Contents", []):
        server.client.delete_object(Bucket="shop", Key=held["Key"])
    landing.settings["s3"] = {
        "endpoint": server.endpoint,
        "region": REGION,
        "access_key_id": KEY,
        "secret_access_key": SECRET,
    }
    return server


def parquet(*people: str) -> bytes:
    """Sales of these people, one each."""
    target = io.BytesIO()
    pq.write_table(pa.table({"who": list(people), "total": [1.5] * len(people)}), target)
    return target.getvalue()


def test_parquet_of_a_prefix_is_landed_where_it_stands(store: Store, landing: Landings) -> None:
    store.put("in/may.parquet", parquet("anna", "bert"))
    store.put("in/june.parquet", parquet("cleo"))
    store.put("in/_SUCCESS", b"")
    landed = landing(path="s3://shop/in/*.parquet")
    assert (landed.files, landed.rows) == (2, 3)
    assert landing.rows("who, total, _file, _row_number")[-1] == (
        ("bert", 1.5, "s3://shop/in/may.parquet", 2)
    )


def test_only_new_objects_land(store: Store, landing: Landings) -> None:
    store.put("in/may.parquet", parquet("anna"))
    landing(path="s3://shop/in")
    assert landing(path="s3://shop/in").batch_id is None
    store.put("in/deep/june.parquet", parquet("cleo"))
    landed = landing(path="s3://shop/in")
    assert (landed.files, landed.rows) == (1, 1)


def test_text_is_read_as_carefully_as_a_local_file(store: Store, landing: Landings) -> None:
    store.put("in/sales.csv.gz", gzip.compress((SALES + "3,broken\n").encode()))
    landed = landing(path="s3://shop/in/sales.csv.gz")
    assert (landed.rows, landed.malformed) == (2, 1)
    assert not list(landing.root.rglob("copied"))


def test_what_the_environment_says_is_used(
    store: Store, landing: Landings, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.settings.clear()
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", store.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", REGION)
    store.put("sales.parquet", parquet("anna"))
    assert landing(path="s3://shop/sales.parquet").rows == 1


def test_objects_that_are_not_there_are_named(store: Store, landing: Landings) -> None:
    for path in ("s3://shop/nothing/*.parquet", "s3://shop/nothing.parquet"):
        error = landing.refused(path=path)
        assert "there are no such objects" in error.what
        assert error.where == path
    assert "there are no such objects" in landing.refused(path="s3://other/a.parquet").what
    assert landing.waits.slept == []


def test_a_store_that_gives_no_answer_is_asked_again(landing: Landings) -> None:
    landing.settings["s3"] = {"endpoint": "http://127.0.0.1:1"}
    error = landing.refused(path="s3://shop/sales.parquet", retries=1)
    assert "gives no answer" in error.what
    assert landing.waits.slept == [2.0]


def test_keys_are_written_nowhere(store: Store, landing: Landings) -> None:
    store.put("sales.parquet", parquet("anna"))
    landing(path="s3://shop/sales.parquet")
    assert SECRET not in landing.written()
    assert SECRET not in repr(landing.project(path="s3://shop/sales.parquet"))
    assert SECRET not in str(landing.warehouse.rows("select * from duckdb_secrets()"))


def test_a_missing_extension_names_the_extra(
    store: Store, landing: Landings, tmp_path: Path
) -> None:
    class OtherDuckDB:
        def scan(self, _sql: str) -> list[tuple[str]]:
            return [("v0.0.1",)]

    project = landing.project(path="s3://shop/sales.parquet")
    with pytest.raises(MissingExtra, match=r"regulars\[s3\]"):
        find_objects(project, "sales", warehouse=OtherDuckDB())  # type: ignore[arg-type]


def test_raw_files_are_uploaded_once(store: Store, landing: Landings) -> None:
    (landing.root / "sales.csv").write_text(SALES)
    project = landing.project(path="*.csv")
    assert [one.sent for one in upload_files(project, "s3://shop/raw")] == [True]
    assert [one.sent for one in upload_files(project, "s3://shop/raw")] == [False]
    held = store.client.list_objects_v2(Bucket="shop")["Contents"]
    assert [(one["Key"], one["Size"]) for one in held] == [("raw/sales/sales.csv", len(SALES))]


def test_a_changed_file_is_sent_again(store: Store, landing: Landings) -> None:
    (landing.root / "sales.csv").write_text(SALES)
    list(upload_files(landing.project(path="sales.csv"), "s3://shop/raw"))
    (landing.root / "sales.csv").write_text(SALES + "3,cleo,1\n")
    assert [
        one.sent for one in upload_files(landing.project(path="sales.csv"), "s3://shop/raw")
    ] == [True]


def test_a_bucket_that_is_not_there_is_named(store: Store, landing: Landings) -> None:
    (landing.root / "sales.csv").write_text(SALES)
    with pytest.raises(SourceError, match="does not take the file"):
        list(upload_files(landing.project(path="sales.csv"), "s3://nowhere/raw"))


def test_only_a_store_can_be_uploaded_to(landing: Landings) -> None:
    with pytest.raises(SettingsError, match="no place in an object store"):
        list(upload_files(landing.project(path="sales.csv"), "data/raw"))
