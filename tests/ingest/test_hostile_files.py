"""Files that are locked, damaged or made to hurt: a sentence with the file, and nothing landed."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from regulars.core.errors import SourceError
from regulars.ingest.sources.decoding import (
    CHUNK,
    FREE_SIZE,
    LARGEST_RATIO,
    check_ratio,
    unpacked,
)
from regulars.ingest.sources.files import FoundFile, found_file

if TYPE_CHECKING:
    from tests.ingest.conftest import Shop

ROWS = b"id,a\n1,x\n"
Zipped = Callable[..., bytes]


def refusal(shop: Shop, path: str, **source: Any) -> SourceError:
    """Why a source cannot be landed; no row of it is."""
    with pytest.raises(SourceError) as refused:
        shop.land_one(path=path, **source)
    assert shop.warehouse.columns("bronze", "orders") == {}
    return refused.value


def encrypted(packed: bytes) -> bytes:
    """An archive that says of its only file that it is encrypted."""
    local, central = packed.index(b"PK\3\4"), packed.index(b"PK\1\2")
    changed = bytearray(packed)
    changed[local + 6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["id", "a"], *([number, "x" * 50] for number in range(500))):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(packed: bytes, name: str, content: bytes) -> bytes:
    """The archive with one part replaced."""
    source, target = zipfile.ZipFile(io.BytesIO(packed)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in source.namelist():
            archive.writestr(part, content if part == name else source.read(part))
    return target.getvalue()


def test_an_encrypted_archive_is_said(shop: Shop, zipped: Zipped) -> None:
    shop.write("orders.zip", encrypted(zipped("orders.csv", content=ROWS)))
    assert "orders.zip: the archive is encrypted" in str(refusal(shop, "orders.zip"))


@pytest.mark.parametrize("inner", ["orders.zip", "orders.csv.gz", "orders.xlsx"])
def test_an_archive_in_an_archive_is_said(shop: Shop, zipped: Zipped, inner: str) -> None:
    shop.write("orders.zip", zipped(inner, content=ROWS))
    assert f"holds '{inner}', which is packed itself" in refusal(shop, "orders.zip").what


def test_the_name_inside_an_archive_leads_nowhere(shop: Shop, zipped: Zipped) -> None:
    shop.write("in/orders.zip", zipped("../../evil.csv", content=ROWS))
    assert shop.land_one(path="in/orders.zip").rows == 1
    assert not list(shop.root.parent.rglob("evil.csv"))


@pytest.mark.parametrize("damaged", [b"", b"PK\3\4", b"PK\5\6" + b"\0" * 18, b"nonsense"])
@pytest.mark.parametrize("name", ["orders.zip", "orders.xlsx", "orders.csv.gz", "orders.csv.zst"])
def test_a_damaged_archive_is_said(shop: Shop, name: str, damaged: bytes) -> None:
    shop.write(name, damaged)
    assert name in str(refusal(shop, name))


@pytest.mark.parametrize("kept", [0.3, 0.7, 0.99])
def test_a_workbook_that_is_cut_off_is_said(shop: Shop, kept: float) -> None:
    packed = workbook()
    shop.write("orders.xlsx", packed[: int(len(packed) * kept)])
    assert "orders.xlsx: is not a readable Excel workbook" in str(refusal(shop, "orders.xlsx"))


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row><c><v>1</v>",
        b"",
        b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">'
        b'<!ENTITY c "' + b"&b;" * 1000 + b'">]><worksheet><sheetData><row><c t="str"><v>&c;</v>',
    ],
)  # fmt: skip
def test_a_damaged_part_of_a_workbook_is_said(shop: Shop, sheet: bytes) -> None:
    shop.write("orders.xlsx", with_part(workbook(), "xl/worksheets/sheet1.xml", sheet))
    assert "orders.xlsx: is not a readable Excel workbook" in str(refusal(shop, "orders.xlsx"))


def test_a_protected_workbook_is_said(shop: Shop) -> None:
    shop.write("orders.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    assert "password" in refusal(shop, "orders.xlsx").what


def test_what_unpacks_to_far_too_much_is_refused() -> None:
    file = FoundFile(Path("bomb.zip"), "bomb.zip", size=2**20, modified_ns=0)
    check_ratio(file, LARGEST_RATIO * 2**20)
    with pytest.raises(SourceError, match="more than 250 times"):
        check_ratio(file, LARGEST_RATIO * 2**20 + 2**20 * 10)
    check_ratio(FoundFile(Path("small.gz"), "small.gz", size=10, modified_ns=0), 2**20)


def test_an_archive_is_measured_while_it_is_unpacked(tmp_path: Path) -> None:
    megabyte = gzip.compress(b"0" * 2**20)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(megabyte * (FREE_SIZE // 2**20 + 2))
    read = 0
    with (
        pytest.raises(SourceError, match="more than 250 times"),
        unpacked(found_file(path, root=tmp_path)) as stream,
    ):
        while piece := stream.read(CHUNK):
            read += len(piece)
    assert read <= FREE_SIZE


@pytest.mark.skipif(os.name != "posix", reason="names are Unicode here")
def test_a_name_that_is_not_utf8_is_said(shop: Shop) -> None:
    shop.write("in/orders.csv", ROWS)
    os.rename(  # noqa: PTH104  a path of bytes
        os.fsencode(shop.root / "in" / "orders.csv"), os.fsencode(shop.root / "in") + b"/or\xff.csv"
    )
    assert "the name of this file is not UTF-8" in refusal(shop, "in").what


@pytest.fixture
def linked(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A folder with a file, a link within it, and a link out of it."""
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_bytes(b"id,a\n9,secret\n")
    shop.write("in/orders.csv", ROWS)
    (shop.root / "in" / "again.csv").symlink_to(shop.root / "in" / "orders.csv")
    (shop.root / "in" / "out.csv").symlink_to(outside)
    return shop


@pytest.mark.parametrize("path", ["in", "in/*.csv", "i*/*.csv"])
def test_a_link_out_of_the_folder_is_not_followed(linked: Shop, path: str) -> None:
    if path == "i*/*.csv":  # the folder of this pattern is the project's
        assert "out.csv" in str(refusal(linked, path).where)
        return
    error = refusal(linked, path)
    assert "a link out of the folder of source 'orders'" in error.what
    assert "follow_links" in error.hint  # type: ignore[operator]


def test_links_are_followed_where_the_project_file_says_so(linked: Shop) -> None:
    assert linked.land_one(path="in", follow_links=True).rows == 2  # one file has two names


def test_a_link_that_stays_inside_or_is_named_is_read(linked: Shop) -> None:
    assert linked.land_one(path="in/out.csv").rows == 1
    (linked.root / "in" / "out.csv").unlink()
    assert linked.land(other={"path": "in"}).sources[0].rows == 1
