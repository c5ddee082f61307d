"""Files on a web server: fetched once, kept in `.regulars/downloads`, and revalidated afterwards.

The server is sent what it answered the last time (ETag, Last-Modified), so an unchanged file is
not transferred again. Addresses are shown without user, password and query.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import httpx
from httpx_retries import Retry

from regulars.core.errors import SourceError, SourceUnavailable
from regulars.core.settings import Project, Source
from regulars.ingest.sources.files import FoundFile, sha256

Emit = Callable[[str, float | None], None]
_CHUNK = 1 << 20
_BUSY = Retry.RETRYABLE_STATUS_CODES | {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
}
_LOGIN = "Give the source its `headers`, such as Authorization: Bearer ${TOKEN}."
_ADVICE: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: _LOGIN,
    HTTPStatus.FORBIDDEN: _LOGIN,
    HTTPStatus.NOT_FOUND: "Correct the source's `path`.",
    HTTPStatus.GONE: "Correct the source's `path`.",
}


@dataclass(frozen=True)
class _Memory:
    """What is remembered of a download; `address` is a digest, for it may hold a secret."""

    address: str
    etag: str | None
    last_modified: str | None
    fetched_at: str


@dataclass(frozen=True)
class Download:
    """Where the copy of one source's file is, and how it is renewed."""

    project: Project
    name: str

    @property
    def source(self) -> Source:
        return self.project.sources[self.name]

    @property
    def place(self) -> str:
        """The address as it may be shown."""
        parts = self._split
        return urlunsplit((parts.scheme, parts.netloc.rsplit("@", 1)[-1], parts.path, "", ""))

    @property
    def copy(self) -> Path:
        """The copy; its name ends as the address does, for the format is taken from that."""
        name = PurePosixPath(unquote(self._split.path)).name
        return self._folder / (name if name not in ("", "..") else "index")

    @property
    def fetched_at(self) -> str | None:
        """When the copy was last fetched; None where there is none."""
        memory = self._memory()
        return memory.fetched_at if memory and self.copy.exists() else None

    def as_file(self) -> FoundFile:
        """The copy as a file of the source."""
        stat = self.copy.stat()
        return FoundFile(self.copy, self.place, stat.st_size, stat.st_mtime_ns)

    def refresh(self, *, now: datetime, emit: Emit) -> FoundFile:
        """Ask the server, and fetch the file if it is another one than the copy.

        Raises SourceUnavailable where there is no answer, SourceError where it is a refusal.
        """
        memory = self._memory() if self.copy.exists() else None
        try:
            with (
                self._client() as client,
                client.stream("GET", self._url, headers=_validators(memory)) as response,
            ):
                self._receive(response, memory, emit=emit)
                if response.is_success:
                    self._remember(response.headers, now=now)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._unanswered(error) from None
        return self.as_file()

    @property
    def _split(self) -> SplitResult:
        return urlsplit(self.source.path or "")

    @property
    def _folder(self) -> Path:
        return self.project.state / "downloads" / self.name

    @property
    def _note(self) -> Path:
        return self._folder.with_suffix(".json")

    @property
    def _address(self) -> str:
        return hashlib.sha256((self.source.path or "").encode()).hexdigest()

    def _memory(self) -> _Memory | None:
        try:
            memory = _Memory(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return memory if memory.address == self._address else None

    def _remember(self, headers: Any, *, now: datetime) -> None:
        memory = _Memory(
            self._address,
            headers.get("ETag"),
            headers.get("Last-Modified"),
            now.isoformat(sep=" ", timespec="seconds"),
        )
        self._note.write_text(json.dumps(asdict(memory)), "utf-8")

    @property
    def _url(self) -> httpx.URL:
        """The address without user and password, so that no error of the library can show them."""
        return httpx.URL(self.source.path or "").copy_with(userinfo=b"")

    def _client(self) -> httpx.Client:
        """A client for one download, with the headers and the login of the source."""
        secrets = {name: value.get_secret_value() for name, value in self.source.headers.items()}
        parts = self._split
        login = None
        if parts.username is not None:
            login = (unquote(parts.username), unquote(parts.password or ""))
        # The file is stored as it is: a server must not compress it on the way.
        plain = {"User-Agent": "regulars", "Accept-Encoding": "identity"}
        return httpx.Client(
            auth=login,
            headers=plain | secrets,
            timeout=self.source.timeout,
            follow_redirects=True,
            # The certificates of the system, as a company installs its own there.
            verify=ssl.create_default_context(),
            event_hooks={"request": [_SecretsStayHome(self._url, names=frozenset(secrets))]},
        )

    def _receive(self, response: httpx.Response, memory: _Memory | None, *, emit: Emit) -> None:
        if response.status_code == HTTPStatus.NOT_MODIFIED and memory is not None:
            return
        if not response.is_success:
            raise self._refused(response)
        if not _is_known(response, memory):
            self._take(response, emit=emit)

    def _take(self, response: httpx.Response, *, emit: Emit) -> None:
        """Write the body; the copy changes only when the body is another one, and at once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / ".unfinished"
        self._stream(response, draft, emit=emit)
        if self.copy.exists() and sha256(self.copy) == sha256(draft):
            draft.unlink()
        else:
            draft.replace(self.copy)
        for other in self._folder.iterdir():
            if other != self.copy:
                other.unlink()

    def _stream(self, response: httpx.Response, draft: Path, *, emit: Emit) -> None:
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else 0
        try:
            with draft.open("wb") as out:
                for chunk in response.iter_raw(_CHUNK):
                    out.write(chunk)
                    done = out.tell()
                    emit(
                        f"{self.name}: {done / 1e6:.1f} MB fetched", done / total if total else None
                    )
        except httpx.RemoteProtocolError:
            raise SourceUnavailable(
                f"the server broke off after {response.num_bytes_downloaded:,} of {total:,} bytes",
                where=self.place,
            ) from None

    def _refused(self, response: httpx.Response) -> SourceError:
        what = f"the server answers {response.status_code} {response.reason_phrase}".strip()
        if response.status_code in _BUSY:
            return SourceUnavailable(what, where=self.place, retry_after=_retry_after(response))
        return SourceError(what, where=self.place, hint=_ADVICE.get(response.status_code))

    def _unanswered(self, error: Exception) -> SourceError:
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
            return SourceError(f"is not an address: {error}", where=self.place)
        untrusted = _certificate_error(error)
        if untrusted is not None:
            return SourceError(
                f"the server's certificate cannot be trusted: {untrusted.verify_message}",
                where=self.place,
            )
        return SourceUnavailable(
            f"the server gives no answer: {error}",
            where=self.place,
            hint="Check the address and the network. With `on_failure: last` the copy would do.",
        )


@dataclass(frozen=True)
class _SecretsStayHome:
    """Secrets do not travel to another server, nor over an open line, when a server redirects.

    The library drops Authorization by itself; headers of the project are dropped here.
    """

    home: httpx.URL
    names: frozenset[str]

    def __call__(self, request: httpx.Request) -> None:
        url = request.url
        if (url.scheme, url.netloc) == (self.home.scheme, self.home.netloc):
            return
        for name in self.names | {"Authorization"}:
            request.headers.pop(name, None)


def _validators(memory: _Memory | None) -> dict[str, str]:
    """The headers by which a server knows the copy."""
    if memory and memory.etag:
        return {"If-None-Match": memory.etag}
    if memory and memory.last_modified:
        return {"If-Modified-Since": memory.last_modified}
    return {}


def _is_known(response: httpx.Response, memory: _Memory | None) -> bool:
    """Some servers send a file whatever they are asked; its tag still tells."""
    tag = response.headers.get("ETag")
    return memory is not None and tag is not None and tag == memory.etag


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the server asks to wait; 0 where it names no time that can be read."""
    try:
        return Retry().parse_retry_after(response.headers.get("Retry-After", ""))
    except ValueError:
        return 0.0


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error
