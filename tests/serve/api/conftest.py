"""A company whose release was written by hand, and clients that call its API in process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from regulars.core.settings import read_project
from regulars.release.release_store import Releases
from tests.small_release import ANNA, BEN, CLEO, RELEASE_ID, SmallRelease

pytest.importorskip("fastapi", reason="needs the extra 'api'")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its HTTP client has a successor, which nobody has yet
    from starlette.testclient import TestClient

from regulars.serve.api.app import Options, create_app
from regulars.serve.api.keys import Keys, Scope

PROJECT = """
version: 1
project: shop
currency: GBP
sources: {orders: {path: orders.csv}}
entities:
  transactions:
    source: orders
    columns: {customer_id: who, occurred_at: at, amount: paid}
"""
NOW = "2024-06-22T12:00:00+00:00"


@dataclass
class Shop:
    """The project, and clients with keys of given scopes."""

    root: Path

    @property
    def keys(self) -> Keys:
        return Keys(self.root / ".regulars")

    def publish(self, release: SmallRelease, release_id: str = RELEASE_ID) -> Path:
        """Write a release whose manifest says its own id, and make it the current one."""
        releases = Releases(self.root / ".regulars")
        folder = release.write(releases.path(release_id))
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text("utf-8").replace(RELEASE_ID, release_id), "utf-8")
        releases.publish(release_id)
        return folder

    def app(self, options: Options | None = None, **more: Any) -> Any:
        return create_app(
            read_project(self.root),
            now=lambda: NOW,
            options=options or Options(rate=0),
            **more,
        )

    def client(self, *scopes: Scope, app: Any = None) -> TestClient:
        """A client with a key of these scopes; without a key where none are given."""
        client = TestClient(
            app or self.app(), base_url="http://localhost", client=("127.0.0.1", 50_000)
        )
        if scopes:
            _, text = self.keys.create("test", scopes=scopes, at=NOW)
            client.headers["Authorization"] = f"Bearer {text}"
        return client


@pytest.fixture
def new_shop(tmp_path: Path) -> Callable[[], Shop]:
    """A project without a release."""

    def made() -> Shop:
        (tmp_path / "regulars.yaml").write_text(PROJECT)
        return Shop(tmp_path)

    return made


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Iterator[Shop]:
    """Anna, Ben and Cleo in the current release."""
    made = new_shop()
    made.publish(SmallRelease(customers=[ANNA, BEN, CLEO]))
    return made
