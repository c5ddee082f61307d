"""The current release copied to an object store, and its tables described in AWS Glue.

Everything goes below the ID of the release, where nobody looks yet. Then one object, `CURRENT`,
names it, and each table of Glue is pointed at it. So whoever reads sees whole releases, and a call
that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from regulars.core.errors import MissingExtra, ReleaseError, SettingsError
from regulars.core.settings import Project, S3Settings
from regulars.ingest.sources.object_storage import endpoint_of, store_credentials
from regulars.release.glue_tables import table_input
from regulars.release.release_store import Releases
from regulars.release.table_files import table_files

POINTER = "CURRENT"
_RIGHTS = "s3:ListBucket, s3:GetObject and s3:PutObject there, and for tables glue:GetDatabase, "
_ADVICE = {
    "NoSuchBucket": "Create the bucket, or correct the target.",
    "404": "Create the bucket, or correct the target.",
    "AccessDenied": f"The keys need {_RIGHTS}glue:CreateTable and glue:UpdateTable.",
    "AccessDeniedException": f"The keys need {_RIGHTS}glue:CreateTable and glue:UpdateTable.",
    "403": f"The keys are wrong, or lack {_RIGHTS}glue:CreateTable and glue:UpdateTable.",
    "InvalidAccessKeyId": "Set AWS_ACCESS_KEY_ID, or `s3:` in regulars.yaml.",
    "SignatureDoesNotMatch": "Set AWS_SECRET_ACCESS_KEY, or `s3:` in regulars.yaml.",
    "UnrecognizedClientException": "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    "EntityNotFoundException": "Create the database in Glue, or correct --glue.",
    "SlowDown": "The store asks to wait: call again later, what was sent stays.",
    "ThrottlingException": "AWS asks to wait: call again later, what was sent stays.",
}


@dataclass(frozen=True)
class SentFile:
    """One file of the release: where it is now, its bytes, and whether it had to be sent."""

    uri: str
    size: int
    sent: bool


@dataclass(frozen=True)
class _Place:
    """A bucket and what stands before the names of objects in it."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, target: str) -> _Place:
        parts = urlsplit(target)
        if parts.scheme != "s3" or not parts.netloc:
            raise SettingsError(
                f"'{target}' is no place in an object store", hint="Write s3://bucket/prefix."
            )
        return cls(parts.netloc, parts.path.strip("/"))

    def key(self, *names: str) -> str:
        return "/".join(part for part in (self.prefix, *names) if part)

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"


def send_release(
    project: Project, target: str, *, database: str | None = None
) -> Iterator[SentFile]:
    """Send the files of the current release to `s3://bucket/prefix/<release>/`, one by one.

    A file that is there with the same size is left alone. With `database`, a database of Glue, its
    tables are described there at the end. Raises ReleaseError where nothing is published or AWS
    refuses, MissingExtra without boto3.
    """
    releases, place = Releases(project.state), _Place.of(target)
    release_id = releases.current_id()
    folder = releases.path(release_id)
    store = _client("s3", project.s3)
    for file, key in _keys(folder, place, release_id):
        with _explained(place.uri(key)):
            yield SentFile(
                place.uri(key), file.stat().st_size, _sent(file, key, place=place, store=store)
            )
    pointer = place.key(POINTER)
    with _explained(place.uri(pointer)):
        store.put_object(Bucket=place.bucket, Key=pointer, Body=release_id.encode())
    if database is not None:
        with _explained(f"the database {database} of Glue"):
            _describe(folder, place, database=database, glue=_client("glue", project.s3))


def _keys(folder: Path, place: _Place, release_id: str) -> Iterator[tuple[Path, str]]:
    """Files of a release with their keys: each table has a folder of its own."""
    tables = {file: table for table, files in table_files(folder).items() for file in files}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        inside = file.relative_to(folder).parts
        yield file, place.key(release_id, *([tables[file]] if file in tables else []), *inside)


def _sent(file: Path, key: str, *, place: _Place, store: Any) -> bool:
    """Send a file unless it is there; whether it was sent."""
    there = store.list_objects_v2(Bucket=place.bucket, Prefix=key).get("Contents", [])
    if any(listed["Key"] == key and listed["Size"] == file.stat().st_size for listed in there):
        return False
    store.upload_file(str(file), place.bucket, key)
    return True


def _describe(folder: Path, place: _Place, *, database: str, glue: Any) -> None:
    """Create the tables of a release in Glue, or point them at it."""
    release_id = folder.name
    glue.get_database(Name=database)
    for table, files in table_files(folder).items():
        location = place.uri(place.key(release_id, table)) + "/"
        described = table_input(table, files[0], location=location, release_id=release_id)
        try:
            glue.update_table(DatabaseName=database, TableInput=described)
        except glue.exceptions.EntityNotFoundException:
            glue.create_table(DatabaseName=database, TableInput=described)


def _client(service: str, settings: S3Settings) -> Any:
    try:
        import boto3
    except ImportError:
        raise MissingExtra("boto3", extra="aws") from None
    credentials = store_credentials(settings)
    return boto3.client(
        service,
        region_name=credentials["region"],
        endpoint_url=endpoint_of(settings),
        aws_access_key_id=credentials.get("key_id"),
        aws_secret_access_key=credentials.get("secret"),
        aws_session_token=credentials.get("session_token"),
    )


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """What AWS says becomes one sentence with the next step."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        refusal = error if isinstance(error, ClientError) else error.__context__
        if not isinstance(refusal, ClientError):
            raise ReleaseError(
                f"AWS cannot be reached: {' '.join(str(error).split())}",
                where=where,
                hint="Check `s3:` in regulars.yaml, AWS_ACCESS_KEY_ID and the network.",
            ) from None
        response = refusal.response.get("Error", {})
        code = str(response.get("Code", ""))
        raise ReleaseError(
            f"AWS refuses: {response.get('Message') or code}", where=where, hint=_ADVICE.get(code)
        ) from None
