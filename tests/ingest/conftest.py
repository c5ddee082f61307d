"""A project folder with one source, and its landing, as the tests of this room use them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulars.core.settings import Project, read_project
from regulars.ingest.landed import Landed, LandedSource
from regulars.ingest.landing import land
from regulars.warehouse.engines.duckdb import DuckDBWarehouse

FIRST_LANDING = datetime(2024, 6, 22, 9, 30, tzinfo=UTC)


class Shop:
    """A project folder whose sources can be changed and landed again; a day apart."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.warehouse = DuckDBWarehouse(
            root / "warehouse.duckdb", threads=1, file_folder=root / ".regulars"
        )
        self.landings = 0

    def write(self, name: str, content: bytes | str) -> Path:
        """A file in the project folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def project(self, **sources: dict[str, Any]) -> Project:
        """The project file with these sources; the first one holds customers by `id`."""
        settings = {
            "version": 1,
            "project": "shop",
            "sources": sources,
            "entities": {
                "customers": {"source": next(iter(sources)), "columns": {"customer_id": "id"}}
            },
        }
        (self.root / "regulars.yaml").write_text(yaml.safe_dump(settings, sort_keys=False))
        return read_project(self.root)

    def land(self, **sources: dict[str, Any]) -> Landed:
        """Land these sources."""
        self.landings += 1
        now = FIRST_LANDING + timedelta(days=self.landings - 1)
        return land(self.project(**sources), self.warehouse, now=now)

    def land_one(self, **source: Any) -> LandedSource:
        """Land a source named `orders`."""
        return self.land(orders=source).sources[0]

    def rows(self, columns: str = "*", *, table: str = "orders") -> list[tuple[Any, ...]]:
        """Rows of a bronze table in the order they were landed."""
        order = "_landed_at, _file, _row_number"
        return self.warehouse.rows(f"select {columns} from bronze.{table} order by {order}")

    def malformed(self) -> list[tuple[Any, ...]]:
        """File, row and reason of the records that could not be split."""
        return self.warehouse.rows(
            "select file, row_number, reason from ops.malformed_rows order by 1, 2"
        )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """An empty project folder."""
    found = Shop(tmp_path)
    yield found
    found.warehouse.close()


@pytest.fixture
def zipped() -> Callable[..., bytes]:
    """Pack the same content under each of these names into an archive."""

    def pack(*names: str, content: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, content)
        return target.getvalue()

    return pack


@pytest.fixture
def refused() -> Callable[..., Any]:
    """Call something that must fail, and give its error."""

    def catch(kind: type[Exception], call: Callable[..., Any], **arguments: Any) -> Exception:
        with pytest.raises(kind) as caught:
            call(**arguments)
        return caught.value

    return catch
