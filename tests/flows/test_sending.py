"""A release in an object store: whole or not seen, sent once, described in Glue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import pyarrow as pa
import pytest

from regulars.core.errors import ReleaseError, SettingsError
from regulars.core.settings import Project, read_project
from regulars.flows.sending import send_release
from regulars.release.glue_tables import hive_type
from tests.ingest.sources.store import KEY, REGION, SECRET, Store, running
from tests.small_release import RELEASE_ID, SmallRelease

PROJECT = """
version: 1
project: shop
s3: {{endpoint: "{endpoint}", region: {region}, access_key_id: {key}, secret_access_key: {secret}}}
sources: {{sales: {{path: sales.csv}}}}
entities:
  transactions: {{source: sales, columns: {{customer_id: who, occurred_at: day, amount: paid}}}}
"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with running() as started:
        yield started


def published(folder: Path, endpoint: str) -> Project:
    """A project with a release of three customers."""
    text = PROJECT.format(endpoint=endpoint, region=REGION, key=KEY, secret=SECRET)
    (folder / "regulars.yaml").write_text(text, "utf-8")
    releases = folder / ".regulars" / "releases"
    SmallRelease().write(releases / RELEASE_ID)
    (releases / "CURRENT").write_text(RELEASE_ID, "utf-8")
    return read_project(folder)


def held(store: Store, prefix: str) -> dict[str, bytes]:
    listed = store.client.list_objects_v2(Bucket="shop", Prefix=prefix).get("Contents", [])
    keys = [found["Key"] for found in listed]
    return {key: store.client.get_object(Bucket="shop", Key=key)["Body"].read() for key in keys}


def test_a_call_that_was_stopped_shows_nothing_and_the_next_goes_on(
    store: Store, tmp_path: Path
) -> None:
    project = published(tmp_path, store.endpoint)
    sending = send_release(project, "s3://shop/stopped/")
    first = next(sending)
    sending.close()
    assert "stopped/CURRENT" not in held(store, "stopped/")
    rest = list(send_release(project, "s3://shop/stopped/"))
    assert [(file.uri, file.sent) for file in rest if not file.sent] == [(first.uri, False)]
    objects = held(store, "stopped/")
    assert objects.pop("stopped/CURRENT") == RELEASE_ID.encode()
    folder = tmp_path / ".regulars" / "releases" / RELEASE_ID
    scored = f"stopped/{RELEASE_ID}/customer_scored/customer_scored.parquet"
    assert objects[scored] == (folder / "customer_scored.parquet").read_bytes()
    assert objects[f"stopped/{RELEASE_ID}/project.json"] == (folder / "project.json").read_bytes()
    assert len(objects) == len(list(folder.iterdir())) == len(rest)
    assert not any(file.sent for file in send_release(project, "s3://shop/stopped"))


def test_tables_of_glue_point_at_the_newest_release(store: Store, tmp_path: Path) -> None:
    project = published(tmp_path, store.endpoint)
    glue: Any = boto3.client(
        "glue", endpoint_url=store.endpoint, region_name=REGION,
        aws_access_key_id=KEY, aws_secret_access_key=SECRET,
    )  # fmt: skip
    with pytest.raises(ReleaseError, match="not found") as caught:
        list(send_release(project, "s3://shop/curated", database="shop"))
    assert "Create the database in Glue" in str(caught.value.hint)
    glue.create_database(DatabaseInput={"Name": "shop"})
    list(send_release(project, "s3://shop/older", database="shop"))
    list(send_release(project, "s3://shop/curated", database="shop"))
    table = glue.get_table(DatabaseName="shop", Name="customer_360_profile")["Table"]
    described = table["StorageDescriptor"]
    assert described["Location"] == f"s3://shop/curated/{RELEASE_ID}/customer_360_profile/"
    columns = {column["Name"]: column["Type"] for column in described["Columns"]}
    assert columns["monetary"] == "decimal(18,4)"
    assert (columns["recency"], columns["joined_at"]) == ("int", "timestamp")
    assert table["Parameters"]["regulars.release"] == RELEASE_ID


def test_a_type_has_the_name_that_athena_gives_it() -> None:
    kinds = [pa.uint64(), pa.list_(pa.date32()), pa.dictionary(pa.int8(), pa.string()), pa.bool_()]
    assert [hive_type(kind) for kind in kinds] == ["bigint", "array<date>", "string", "boolean"]


@contextmanager
def refusing(status: int, code: str) -> Iterator[str]:
    """The address of a store that answers every request with an error."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"<Error><Code>{code}</Code><Message>No: {code}</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (404, "NoSuchBucket", "Create the bucket"),
        (403, "InvalidAccessKeyId", "AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        (403, "AccessDenied", "s3:PutObject"),
        (503, "SlowDown", "call again later"),
    ],
)
def test_a_refusal_is_one_sentence_with_the_next_step(
    status: int, code: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with refusing(status, code) as endpoint:
        project = published(tmp_path, endpoint)
        with pytest.raises(ReleaseError, match=f"AWS refuses: No: {code}") as caught:
            list(send_release(project, "s3://shop/curated"))
    assert advice in str(caught.value.hint)
    assert SECRET not in str(caught.value)


def test_a_target_that_is_no_store_is_refused(tmp_path: Path) -> None:
    project = published(tmp_path, "http://127.0.0.1:1")
    with pytest.raises(SettingsError, match="no place in an object store"):
        list(send_release(project, "/data/curated"))
