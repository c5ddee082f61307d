"""Backups: one archive of a project's file and state with a digest of every file, and its return.

The list of files is the archive's last member: an archive that was cut off has none.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from regulars import __version__
from regulars.core.errors import DataError, SettingsError
from regulars.core.lock import project_lock
from regulars.core.settings import PROJECT_FILE, Project
from regulars.flows.health.repairing import QUARANTINE
from regulars.ingest.sources.files import find_files

CONTENTS = "backup.json"
FORMAT = 1
# Locks of this machine, what a run makes anew, and what a repair quarantined. Releases are links to
# the files of events, and hold their rows.
_RECORDS = "ops.sqlite"
_LEFT_OUT = (
    "run.lock", "run.holder.json", "dbt", "logs", "events", QUARANTINE,
    f"{_RECORDS}-wal", f"{_RECORDS}-shm",
)  # fmt: skip
_PIECE = 1 << 20


class BackedUpFile(BaseModel):
    """A file of an archive: its size in bytes and the SHA-256 of its content."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Backup(BaseModel):
    """What an archive holds. `left_out` are parts of the project that lie elsewhere."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    version: str
    project: str
    created_at: str
    files: dict[str, BackedUpFile]
    left_out: tuple[str, ...] = ()


def back_up(project: Project, target: Path, *, now: datetime, with_sources: bool = False) -> Backup:
    """Write an archive; `.gz` at its end compresses it. Nobody writes to the project meanwhile.

    Raises LockedError where a run holds the project, SettingsError where the target is there.
    """
    if target.exists():
        raise SettingsError("there is a file of this name", where=str(target), hint="Name another.")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.part")
    try:
        with project_lock(project.state, command="backup", now=now):
            contents = _write(project, draft, now=now, with_sources=with_sources)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _write(project: Project, draft: Path, *, now: datetime, with_sources: bool) -> Backup:
    files: dict[str, BackedUpFile] = {}
    inside, left_out = _parts(project, with_sources=with_sources)
    mode = "w:gz" if draft.name.endswith(".gz.part") else "w"
    with tarfile.open(draft, mode) as archive:  # type: ignore[call-overload]
        for path in inside:
            name = path.relative_to(project.root).as_posix()
            with _stable(path) as source:
                files[name] = _add(archive, source, name=name)
        contents = Backup(
            version=__version__,
            project=project.project,
            created_at=now.isoformat(timespec="seconds"),
            files=files,
            left_out=tuple(left_out),
        )
        text = contents.model_dump_json(indent=1).encode()
        member = tarfile.TarInfo(CONTENTS)
        member.size, member.mode = len(text), 0o600
        archive.addfile(member, io.BytesIO(text))
    return contents


def _parts(project: Project, *, with_sources: bool) -> tuple[list[Path], list[str]]:
    """The files to keep, and in words of their place what lies outside of the project."""
    root = project.root.resolve()
    paths = [project.file, *_state_files(project.state)]
    left_out: list[str] = []
    if project.engine.type == "duckdb":
        warehouse = project.root / project.engine.path
        paths += [path for path in (warehouse, Path(f"{warehouse}.wal")) if path.exists()]
    else:
        left_out.append(project.engine.type)
    for name, source in project.sources.items() if with_sources else ():
        if source.path is not None:
            paths += [file.path for file in find_files(project, name)]
    inside: dict[Path, None] = {}
    for path in paths:
        if path.resolve().is_relative_to(root):
            inside[path.resolve()] = None
        else:
            left_out.append(str(path))
    return [project.root / path.relative_to(root) for path in inside], left_out


def _state_files(state: Path) -> Iterator[Path]:
    for path in sorted(state.rglob("*")):
        if path.is_file() and path.relative_to(state).parts[0] not in _LEFT_OUT:
            yield path


@contextmanager
def _stable(path: Path) -> Iterator[Path]:
    """A file that nobody changes while it is read: records are copied as SQLite copies them."""
    if path.name != _RECORDS:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        yield copy


def _add(archive: tarfile.TarFile, path: Path, *, name: str) -> BackedUpFile:
    with path.open("rb") as file:
        member = archive.gettarinfo(arcname=name, fileobj=file)
        member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
        member.type = tarfile.REGTYPE  # releases share files by hard links: each is whole here
        reader = _Digesting(file)
        archive.addfile(member, reader)
    return BackedUpFile(size=member.size, sha256=reader.digest.hexdigest())


class _Digesting(io.RawIOBase):
    """A file that digests what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def read_backup(archive: Path, *, into: Path | None = None) -> Backup:
    """The contents of an archive, every file compared with its digest; `into` also unpacks it.

    Raises DataError where it is cut off, changed, or was written by a newer version.
    """
    unpacked: dict[str, BackedUpFile] = {}
    listed: bytes | None = None
    try:
        with tarfile.open(archive, "r:*") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise _damaged(archive, f"'{member.name}' is no file")
                if member.name == CONTENTS:
                    listed = content.read()
                    continue
                target = None if into is None else into / _inner(member.name, archive)
                unpacked[member.name] = _unpack(content, target)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise DataError("there is no such archive", where=str(archive)) from None
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _damaged(archive, str(error)) from None
    return _compared(archive, listed, unpacked)


def _compared(archive: Path, listed: bytes | None, unpacked: dict[str, BackedUpFile]) -> Backup:
    if listed is None:
        raise _damaged(archive, "its end, with the list of its files, is missing")
    try:
        if int(json.loads(listed).get("format", 0)) > FORMAT:
            raise DataError(
                "a newer version of regulars wrote this archive",
                where=str(archive),
                hint="pip install --upgrade regulars",
            )
        contents = Backup.model_validate_json(listed)
    except (ValidationError, ValueError, AttributeError, TypeError):
        raise _damaged(archive, "the list of its files cannot be read") from None
    for name in contents.files.keys() | unpacked.keys():
        if contents.files.get(name) != unpacked.get(name):
            raise _damaged(archive, f"'{name}' is not what was backed up")
    return contents


def restore(archive: Path, folder: Path, *, replace: bool, now: datetime) -> Backup:
    """Unpack a backup into a folder; what stands there already is quarantined where `replace`.

    Nothing changes where the archive is damaged. Raises SettingsError where a project stands in
    the folder and `replace` is not set, LockedError where a run holds it.
    """
    state = folder / ".regulars"
    standing = [path for path in (state, folder / PROJECT_FILE) if path.exists()]
    if standing and not replace:
        raise SettingsError(
            "a project stands in this folder",
            where=str(folder),
            hint="Name another folder, or quarantine it with `--replace`.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restoring-") as unpacked:
        contents = read_backup(archive, into=Path(unpacked))
        if state.exists():
            with project_lock(state, command="restore", now=now):
                pass  # nobody is at work here
        before = folder / f"before-restore-{now:%Y%m%dT%H%M%S}"
        if state.exists():  # whole: files that the backup does not have would mix two states
            before.mkdir(mode=0o700)
            state.replace(before / state.name)
        for name in contents.files:
            _put(Path(unpacked) / name, folder / name, before=before / name)
    return contents


def _put(path: Path, target: Path, *, before: Path) -> None:
    if target.exists():
        before.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.replace(before)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.replace(target)


def _inner(name: str, archive: Path) -> PurePosixPath:
    """A path that stays below its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise _damaged(archive, f"'{name}' would be written elsewhere")
    return path


def _unpack(content: IO[bytes], target: Path | None) -> BackedUpFile:
    digest, size = hashlib.sha256(), 0
    if target is not None:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (target or Path(os.devnull)).open("wb") as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
    return BackedUpFile(size=size, sha256=digest.hexdigest())


def _damaged(archive: Path, why: str) -> DataError:
    return DataError(
        f"the archive is damaged: {why}",
        where=str(archive),
        hint="Nothing was restored. Take another backup.",
    )
