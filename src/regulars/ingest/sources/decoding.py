"""Text files as plain UTF-8 on disk: unpacked and transcoded in a stream where they are not.

DuckDB reads a cut-off gzip file as far as it goes and says nothing, so unpacking is done here,
where the checksum at the end is looked at.
"""

from __future__ import annotations

import codecs
import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from regulars.core.errors import EmptyFile, SettingsError, SourceError
from regulars.ingest.sources.files import COMPRESSED, FoundFile

CHUNK = 1 << 20
# Text shrinks to a tenth, seldom to a hundredth; an archive made to fill a disk, to a thousandth.
FREE_SIZE, LARGEST_RATIO = 256 * 2**20, 250
_PACKED = (
    *COMPRESSED,
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".parquet",
    ".7z",
    ".rar",
    ".tar",
    ".bz2",
    ".xz",
)
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def plain_text(file: FoundFile, *, encoding: str, workspace: Path) -> Path:
    """A UTF-8 file with this file's text: itself, or a copy in the workspace.

    Raises SourceError for an empty file, one that is cut off and one in another encoding.
    """
    if file.size == 0:
        raise _empty(file)
    codec = _codec(encoding)
    with unpacked(file) as stream:
        head = stream.read(4)
    codec = _BOMS.get(head[:2], "utf-8" if head.startswith(codecs.BOM_UTF8) else codec)
    compressed = file.path.suffix.lower() in (".gz", ".zst", ".zip")
    if not compressed and codec == "utf-8":
        plain = file.path
    else:
        workspace.mkdir(parents=True, exist_ok=True)
        plain = workspace / "decoded.txt"
        _copy(file, plain, codec=codec)
    if _is_blank(plain):
        raise _empty(file)
    return plain


def wrong_encoding(file: FoundFile, encoding: str, *, workspace: Path) -> SourceError:
    """The error that names the first bytes that are not in this encoding, and what may be."""
    workspace.mkdir(parents=True, exist_ok=True)
    try:
        _copy(file, workspace / "checked.txt", codec=_codec(encoding), always=True)
    except SourceError as error:
        return error
    return SourceError(f"cannot be read as {encoding}", where=file.name)


@contextmanager
def unpacked(file: FoundFile) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked; SourceError where it is cut off, damaged or cannot be read."""
    suffix = file.path.suffix.lower()
    try:
        with _opened(file.path, suffix, file.name) as stream:
            yield cast("IO[bytes]", _Bounded(stream, file)) if suffix in COMPRESSED else stream
    except (RuntimeError, NotImplementedError) as error:
        if suffix != ".zip":
            raise
        raise _locked(file, error) from None
    except (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, pa.ArrowException) as error:
        raise _cut_off(file, error) from None
    except OSError as error:
        if suffix == ".zst":
            raise _cut_off(file, error) from None
        raise SourceError(f"cannot be read: {error.strerror}", where=file.name) from None


def _opened(path: Path, suffix: str, name: str) -> AbstractContextManager[IO[bytes]]:
    if suffix == ".gz":
        return cast("AbstractContextManager[IO[bytes]]", gzip.open(path, "rb"))
    if suffix == ".zst":
        return cast("AbstractContextManager[IO[bytes]]", pa.input_stream(path, compression="zstd"))
    if suffix == ".zip":
        return _zip_member(path, name)
    return path.open("rb")


@contextmanager
def _zip_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive:
        members = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        ]
        if len(members) != 1:
            raise SourceError(
                f"holds {len(members)} files, and one is expected: {', '.join(members[:5])}",
                where=name,
                hint=_UNPACK,
            )
        if Path(members[0]).suffix.lower() in _PACKED:
            raise SourceError(
                f"holds '{members[0]}', which is packed itself", where=name, hint=_UNPACK
            )
        with archive.open(members[0]) as stream:
            yield stream


class _Bounded:
    """Bytes as they are unpacked; SourceError where there are far too many for the packed size."""

    def __init__(self, stream: IO[bytes], file: FoundFile) -> None:
        self._stream = stream
        self._file = file
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._stream.read(size if size >= 0 else CHUNK)
        self._size += len(piece)
        check_ratio(self._file, self._size)
        return piece


def check_ratio(file: FoundFile, size: int) -> None:
    """SourceError where a file of this packed size cannot honestly hold so many bytes."""
    if size > FREE_SIZE and size > LARGEST_RATIO * file.size:
        raise SourceError(
            f"unpacks to more than {LARGEST_RATIO} times its size of {file.size:,} bytes",
            where=file.name,
            hint="That is how archives look that are made to fill a disk. If it is no such one, "
            "unpack it yourself.",
        )


def _locked(file: FoundFile, error: Exception) -> SourceError:
    return SourceError(
        f"the archive is encrypted, or packed by a method that is not known here ({error})",
        where=file.name,
        hint=_UNPACK,
    )


_UNPACK = "Unpack it into a folder and name the folder, or a pattern, as the path."


def _copy(file: FoundFile, target: Path, *, codec: str, always: bool = False) -> None:
    """Write a file's text as UTF-8; `always` decodes what is said to be UTF-8 too."""
    with unpacked(file) as stream, target.open("wb") as out:
        if codec == "utf-8" and not always:
            while chunk := stream.read(CHUNK):
                out.write(chunk)
            return
        decoder = codecs.getincrementaldecoder(codec)()
        done = lines = 0
        while True:
            chunk = stream.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                lines += error.object[: error.start].count(b"\n")
                raise _undecodable(
                    file, error, codec=codec, offset=done - pending + error.start, line=lines + 1
                ) from None
            out.write(text.encode("utf-8", errors="surrogatepass"))
            done += len(chunk)
            lines += text.count("\n")
            if not chunk:
                return


def _codec(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise SettingsError(
            f"'{encoding}' is not an encoding that is known here",
            hint="Common ones: utf-8, utf-16, latin-1, cp1252.",
        ) from None
    return "utf-8" if name in ("ascii", "utf-8-sig") else name


def _is_blank(path: Path) -> bool:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            if chunk.removeprefix(codecs.BOM_UTF8).strip():
                return False
    return True


def _empty(file: FoundFile) -> EmptyFile:
    return EmptyFile(
        "the file is empty",
        where=file.name,
        hint="Export it again, or take it out of the source's path.",
    )


def _cut_off(file: FoundFile, error: Exception) -> SourceError:
    return SourceError(
        f"the compressed file is cut off or damaged ({error})",
        where=file.name,
        hint="Nothing of it was landed. Copy or download it again.",
    )


def _undecodable(
    file: FoundFile, error: UnicodeDecodeError, *, codec: str, offset: int, line: int
) -> SourceError:
    # C1 controls are no text in Latin-1, but are quotes, dashes and the euro in Windows' code page.
    near = error.object[error.start : error.start + CHUNK]
    windows = any(0x80 <= byte <= 0x9F for byte in near)
    better = "cp1252" if windows else "latin-1"
    byte = error.object[error.start]
    return SourceError(
        f"is not {codec}: byte 0x{byte:02x} at offset {offset:,}, line {line:,}",
        where=file.name,
        hint=f"Set the source's encoding in regulars.yaml, probably `encoding: {better}`.",
    )
