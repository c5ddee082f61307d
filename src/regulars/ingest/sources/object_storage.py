"""Objects of a store that speaks S3, by DuckDB's extension httpfs.

The extension comes as a Python package, so nothing is downloaded while a run goes on. Parquet is
read where it stands; of other formats a copy is made while they are landed.
"""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from regulars.core.errors import EngineError, MissingExtra, SourceError, SourceUnavailable
from regulars.core.fingerprints import fingerprint_of
from regulars.core.settings import Project, S3Settings
from regulars.ingest.sources.files import FoundFile, format_by_name
from regulars.ingest.sources.scans import literal
from regulars.warehouse.protocol import Warehouse

LARGEST_COPY = 2_000_000_000  # bytes: DuckDB holds a whole object while it is copied
_PACKAGE = "duckdb_extension_httpfs"
_VARIABLES = {
    "key_id": "AWS_ACCESS_KEY_ID",
    "secret": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
}
_PASSING = (
    "Could not establish connection",
    "Could not connect",
    "Connection",
    "Timeout",
    "timed out",
    "HTTP 429",
    "HTTP 500",
    "HTTP 502",
    "HTTP 503",
    "HTTP 504",
)


def find_objects(project: Project, name: str, *, warehouse: Warehouse) -> list[FoundFile]:
    """The objects that an `s3://` path means, by name.

    Raises SourceUnavailable where the store gives no answer, SourceError where it refuses or
    holds nothing there, MissingExtra where the extension is not installed.
    """
    path = project.sources[name].path or ""
    _connect(project.s3, warehouse=warehouse)
    pattern = _pattern(path)
    try:
        objects = warehouse.scan(
            "select filename, size, epoch_us(last_modified::timestamptz) "
            f"from read_blob({literal(pattern)}) order by filename"
        )
    except EngineError as error:
        raise store_error(error, where=path) from None
    wanted = [row for row in objects if pattern == path or _is_data(str(row[0]), project, name)]
    if not wanted:
        raise _nothing(path, name)
    return [_object(*row) for row in wanted]


def copied_object(file: FoundFile, *, warehouse: Warehouse, folder: Path) -> FoundFile:
    """The object as a file in the folder, for readers that need one."""
    if file.size > LARGEST_COPY:
        raise SourceError(
            f"is too large to be read as text ({file.size / 1e9:.1f} GB)",
            where=file.name,
            hint="Deliver it as Parquet, or in smaller parts.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / PurePosixPath(file.name).name
    try:
        warehouse.scan(
            f"copy (select content from read_blob({literal(file.location)})) "
            f"to {literal(target)} (format blob, compression 'none')"
        )
    except EngineError as error:
        raise store_error(error, where=file.name) from None
    return replace(file, path=target, uri=None)


def store_error(error: EngineError, *, where: str) -> SourceError:
    """What went wrong at the store, in plain words."""
    reason = error.what
    if any(words in reason for words in _PASSING):
        return SourceUnavailable(
            f"the object store gives no answer: {reason}",
            where=where,
            hint="Check `s3: {endpoint, region}` in regulars.yaml, and the network.",
        )
    if "403" in reason or "401" in reason:
        return SourceError(
            "the object store refuses access",
            where=where,
            hint="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or `s3:` in regulars.yaml.",
        )
    if "404" in reason or "No files found" in reason:
        return _nothing(where, None)
    return SourceError(f"the object store cannot be read: {reason}", where=where)


def _nothing(path: str, name: str | None) -> SourceError:
    setting = f"sources.{name}.path" if name else "the source's `path`"
    return SourceError(
        "there are no such objects", where=path, hint=f"Correct {setting}, or put them there."
    )


def _pattern(path: str) -> str:
    """A folder means all that is below it."""
    last = path.rsplit("/", 1)[-1]
    if any(sign in path for sign in "*?[") or "." in last:
        return path
    return path.rstrip("/") + "/**"


def _is_data(uri: str, project: Project, name: str) -> bool:
    hidden = PurePosixPath(uri).name.startswith((".", "_"))
    known = format_by_name(Path(uri)) is not None
    stated = project.sources[name].format is not None or "*" in (project.sources[name].path or "")
    return not hidden and not uri.endswith("/") and (known or stated)


def _object(uri: str, size: int, modified_us: int) -> FoundFile:
    content = fingerprint_of([uri, str(size), str(modified_us)])
    return FoundFile(Path(uri), uri, size, modified_us * 1000, uri=uri, content=content)


def _connect(settings: S3Settings, *, warehouse: Warehouse) -> None:
    """Load the extension, and give DuckDB what it needs to sign requests, in memory only."""
    version = str(warehouse.scan("select version()")[0][0])
    warehouse.scan(f"load {literal(_extension(version))}")
    values = {name: value for name, value in store_credentials(settings).items() if value}
    for name, value in values.items():
        # Values travel as parameters: no statement, and so no error, holds one.
        warehouse.scan(f"set variable regulars_{name} = ?", [value])
    options = [f"{name} getvariable('regulars_{name}')" for name in values]
    options += _endpoint(settings)
    warehouse.scan(
        f"create or replace temporary secret regulars_s3 (type s3, {', '.join(options)})"
    )


def _extension(version: str) -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("DuckDB's extension httpfs (for s3://)", extra="s3")
    path = Path(
        spec.submodule_search_locations[0], "extensions", version, "httpfs.duckdb_extension"
    )
    if not path.exists():
        raise MissingExtra(f"DuckDB's extension httpfs for DuckDB {version}", extra="s3")
    return path


def store_credentials(settings: S3Settings) -> dict[str, str | None]:
    """Key, secret, session token and region, as stated or from the environment."""
    stated = {
        "key_id": settings.access_key_id,
        "secret": settings.secret_access_key,
        "session_token": settings.session_token,
    }
    credentials: dict[str, str | None] = {"region": _region(settings)}
    for name, variable in _VARIABLES.items():
        secret = stated[name]
        if not any(stated.values()):
            credentials[name] = os.environ.get(variable)
        elif secret is not None:
            credentials[name] = secret.get_secret_value()
    return credentials


def _region(settings: S3Settings) -> str:
    from_environment = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return settings.region or from_environment or "us-east-1"


def endpoint_of(settings: S3Settings) -> str | None:
    """The address of another store than AWS, with its scheme."""
    from_environment = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    address = settings.endpoint or from_environment
    if not address:
        return None
    return address if "://" in address else f"https://{address}"


def _endpoint(settings: S3Settings) -> list[str]:
    address = endpoint_of(settings)
    if address is None:
        return []
    parts = urlsplit(address)
    return [
        f"endpoint {literal(parts.netloc + parts.path.rstrip('/'))}",
        f"use_ssl {str(parts.scheme == 'https').lower()}",
        "url_style 'path'",
    ]
