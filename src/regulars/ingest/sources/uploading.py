"""Raw files of a project copied to an object store, so that other machines can read them there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from regulars.core.errors import SettingsError, SourceError
from regulars.core.settings import Project, S3Settings
from regulars.ingest.sources.files import FoundFile, find_files
from regulars.ingest.sources.object_storage import endpoint_of, store_credentials


@dataclass(frozen=True)
class Uploaded:
    """One file: where it is now, its bytes, and whether it had to be sent."""

    source: str
    uri: str
    size: int
    sent: bool


def upload_files(project: Project, target: str) -> Iterator[Uploaded]:
    """Send the files of every `path` source to `s3://bucket/prefix/<source>/`, one by one.

    A file that is there with the same size is left alone, so a second call sends nothing. An
    object appears when all of it has arrived. Raises SettingsError where the target is no place
    in a store or there are no files, SourceError where the store refuses or gives no answer.
    """
    place = urlsplit(target)
    if place.scheme != "s3" or not place.netloc:
        raise SettingsError(
            f"'{target}' is no place in an object store", hint="Write s3://bucket/prefix."
        )
    files = [
        (name, file)
        for name, source in project.sources.items()
        if source.path is not None and "://" not in source.path
        for file in find_files(project, name)
    ]
    if not files:
        raise SettingsError("no source reads local files", where=str(project.file))
    store = _store(project.s3)
    for name, file in files:
        key = PurePosixPath(place.netloc + place.path, name, PurePosixPath(file.name).name)
        yield Uploaded(name, f"s3://{key}", file.size, _sent(file, str(key), store=store))


def _store(settings: S3Settings) -> Any:
    from pyarrow.fs import S3FileSystem

    known = store_credentials(settings)
    address = urlsplit(endpoint_of(settings) or "")
    return S3FileSystem(
        access_key=known.get("key_id"),
        secret_key=known.get("secret"),
        session_token=known.get("session_token"),
        region=known["region"],
        endpoint_override=address.netloc or None,
        scheme=address.scheme or "https",
    )


def _sent(file: FoundFile, key: str, *, store: Any) -> bool:
    """Send a file unless it is there; whether it was sent."""
    from pyarrow.fs import LocalFileSystem, copy_files

    try:
        there = store.get_file_info(key)
        if there.is_file and there.size == file.size:
            return False
        copy_files(
            str(file.path), key, source_filesystem=LocalFileSystem(), destination_filesystem=store
        )
    except OSError as error:
        raise SourceError(
            f"the object store does not take the file: {error}",
            where=f"s3://{key}",
            hint="Check `s3:` in regulars.yaml, the bucket, and what the keys may do.",
        ) from None
    return True
