"""Files on a web server: fetched once, kept in `.regulars/downloads`, and asked about ever after.

The server is asked with what it said the last time (ETag, Last-Modified), so an unchanged file is
not sent again. Addresses are shown without user, password and query.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from regulars.core.errors import SourceError, SourceUnavailable
from regulars.core.settings import Project, Source
from regulars.ingest.sources.files import FoundFile, sha256

Tell = Callable[[str, float | None], None]
_CHUNK = 1 << 20
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_NOT_MODIFIED = 304
_ADVICE = {
    401: "Give the source its `headers`, such as Authorization: Bearer ${TOKEN}.",
    403: "Give the source its `headers`, such as Authorization: Bearer ${TOKEN}.",
    404: "Mend the source's `path`.",
    410: "Mend the source's `path`.",
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
        found = self._split
        return urlunsplit((found.scheme, found.netloc.rsplit("@", 1)[-1], found.path, "", ""))

    @property
    def copy(self) -> Path:
        """The copy; its name ends as the address does, for the format is told by that."""
        name = PurePosixPath(unquote(self._split.path)).name
        return self._folder / (name if name not in ("", "..") else "index")

    @property
    def fetched_at(self) -> str | None:
        """When the copy was last fetched; None where there is none."""
        memory = self._memory()
        return memory.fetched_at if memory and self.copy.exists() else None

    def found(self) -> FoundFile:
        """The copy as a file of the source."""
        stat = self.copy.stat()
        return FoundFile(self.copy, self.place, stat.st_size, stat.st_mtime_ns)

    def renew(self, *, now: datetime, tell: Tell) -> FoundFile:
        """Ask the server, and fetch the file if it is another one than the copy.

        Raises SourceUnavailable where there is no answer, SourceError where it is a refusal.
        """
        memory = self._memory() if self.copy.exists() else None
        try:
            with _opener().open(self._request(memory), timeout=self.source.timeout) as answer:
                if not _is_known(answer, memory):
                    self._take(answer, tell=tell)
                self._remember(answer.headers, now=now)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != _NOT_MODIFIED:
                raise self._refused(error) from None
        except ssl.SSLCertVerificationError as error:
            raise self._untrusted(error) from None
        except (OSError, http.client.HTTPException) as error:
            raise self._unanswered(error) from None
        return self.found()

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

    def _request(self, memory: _Memory | None) -> urllib.request.Request:
        found = self._split
        host = found.netloc.rsplit("@", 1)[-1]
        path = quote(found.path, safe="/%:@!$&'()*+,;=~")
        address = urlunsplit((found.scheme, host, path, found.query, ""))
        headers = {name: one.get_secret_value() for name, one in self.source.headers.items()}
        if found.username is not None:
            user = f"{unquote(found.username)}:{unquote(found.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
        if memory and memory.etag:
            headers["If-None-Match"] = memory.etag
        elif memory and memory.last_modified:
            headers["If-Modified-Since"] = memory.last_modified
        return urllib.request.Request(address, headers={"User-Agent": "regulars"} | headers)

    def _take(self, answer: Any, *, tell: Tell) -> None:
        """Write the body; the copy changes only when the body is another one, and at once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / ".unfinished"
        self._stream(answer, draft, tell=tell)
        if self.copy.exists() and sha256(self.copy) == sha256(draft):
            draft.unlink()
        else:
            draft.replace(self.copy)
        for other in self._folder.iterdir():
            if other != self.copy:
                other.unlink()

    def _stream(self, answer: Any, draft: Path, *, tell: Tell) -> None:
        said = answer.headers.get("Content-Length")
        total, done = int(said) if said and said.isdigit() else 0, 0
        with draft.open("wb") as out:
            while chunk := answer.read(_CHUNK):
                out.write(chunk)
                done += len(chunk)
                tell(f"{self.name}: {done / 1e6:.1f} MB fetched", done / total if total else None)
        if total and done < total:
            raise SourceUnavailable(
                f"the server broke off after {done:,} of {total:,} bytes", where=self.place
            )

    def _refused(self, error: urllib.error.HTTPError) -> SourceError:
        kind = SourceUnavailable if error.code in _PASSING else SourceError
        reason = http.client.responses.get(error.code, "")
        return kind(
            f"the server answers {error.code} {reason}".strip(),
            where=self.place,
            hint=_ADVICE.get(error.code),
        )

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> SourceError:
        return SourceError(
            f"the server's certificate cannot be trusted: {error.verify_message}", where=self.place
        )

    def _unanswered(self, error: Exception) -> SourceError:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            return self._untrusted(reason)
        return SourceUnavailable(
            f"the server gives no answer: {reason}",
            where=self.place,
            hint="Check the address and the network. With `on_failure: last` the copy would do.",
        )


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Secrets do not travel to another server, nor over an open line."""

    def redirect_request(  # noqa: PLR0917 - the library calls it so
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if made is not None and (before.scheme, before.netloc) != (after.scheme, after.netloc):
            kept = {"User-agent", "If-none-match", "If-modified-since"}
            made.headers = {name: one for name, one in made.headers.items() if name in kept}
        return made


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SameHost)


def _is_known(answer: Any, memory: _Memory | None) -> bool:
    """Some servers send a file whatever they are asked; its tag still tells."""
    tag = answer.headers.get("ETag")
    return memory is not None and tag is not None and tag == memory.etag
