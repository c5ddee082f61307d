"""Keys of the API: who may read, see personal data, score, administer. Only digests are stored.

A key is `rg_<id>_<secret>`; the secret has 256 random bits, so a plain digest cannot be guessed
back. The file is read again when it changes: a revoked key stops working at once. A second file
marks that keys were ever created, so that a lost key file locks everybody out, not in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from regulars.core.errors import DataError
from regulars.core.private_folder import make_private

Scope = Literal["read", "personal", "score", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_PREFIX = "rg"


@dataclass(frozen=True)
class Key:
    """One key without its secret; times are ISO with their offset, None where there is none."""

    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: str
    digest: str
    revoked_at: str | None = None
    expires_at: str | None = None

    def works(self, *, at: str) -> bool:
        """Whether it is neither revoked nor expired at a time; it stops at `expires_at` itself."""
        if self.revoked_at is not None:
            return False
        if self.expires_at is None:
            return True
        return datetime.fromisoformat(at) < datetime.fromisoformat(self.expires_at)


class Keys:
    """The keys of one project, in `<state>/api_keys.json`, readable by its owner only."""

    def __init__(self, state: Path) -> None:
        self.file = state / "api_keys.json"
        self.mark = state / "api_keys.required"
        self._was_needed = False
        self._fingerprint: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """Every key ever created, oldest first. Raises DataError where the file is damaged."""
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return ()
        fingerprint = (status.st_mtime_ns, status.st_size, status.st_ino)
        if fingerprint != self._fingerprint:
            self._keys = self._read()
            self._fingerprint = fingerprint
        return self._keys

    @property
    def are_needed(self) -> bool:
        """Whether callers must show a key: as soon as one was ever created, and from then on.

        Also when the key file is gone or damaged: then no key works until it is restored.
        """
        if not self._was_needed:
            self._was_needed = self.mark.exists() or bool(self.all())
        return self._was_needed

    @property
    def are_lost(self) -> bool:
        """Whether keys are needed and the file that holds them is gone."""
        return not self.file.exists() and self.are_needed

    def create(
        self, name: str, *, scopes: Iterable[str], at: str, expires_at: str | None = None
    ) -> tuple[Key, str]:
        """A new key and its text, which is shown once. Raises DataError for an unknown scope."""
        requested = tuple(scopes)
        unknown = [scope for scope in requested if scope not in SCOPES]
        if unknown or not requested:
            raise DataError(
                f"there is no scope '{unknown[0]}'" if unknown else "a key needs a scope",
                hint=f"The scopes are {', '.join(SCOPES)}.",
            )
        key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        key = Key(
            key_id=key_id,
            name=name,
            scopes=tuple(scope for scope in SCOPES if scope in requested),
            created_at=at,
            digest=_digest(secret),
            expires_at=expires_at,
        )
        self._write((*self.all(), key))
        return key, f"{_PREFIX}_{key_id}_{secret}"

    def revoke(self, key_id: str, *, at: str) -> Key:
        """Let a key work no more. Raises DataError where there is none of this id."""
        keys = self.all()
        old = next((key for key in keys if key.key_id == key_id), None)
        if old is None:
            raise DataError(f"there is no key '{key_id}'", hint="`regulars keys list` lists them.")
        new = replace(old, revoked_at=old.revoked_at or at)
        self._write(new if key is old else key for key in keys)
        return new

    def find(self, text: str, *, at: str) -> Key | None:
        """The key that this text is, where it works at this time; None for any other text."""
        prefix, _, rest = text.partition("_")
        key_id, _, secret = rest.partition("_")
        if prefix != _PREFIX or not secret:
            return None
        digest = _digest(secret)
        for key in self.all():
            same = hmac.compare_digest(key.digest.encode(), digest.encode())
            if same and key.key_id == key_id:
                return key if key.works(at=at) else None
        return None

    def _read(self) -> tuple[Key, ...]:
        try:
            stored = json.loads(self.file.read_text("utf-8"))
            return tuple(
                Key(**{**stored_key, "scopes": tuple(stored_key["scopes"])})
                for stored_key in stored["keys"]
            )
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(
                f"the file of keys is damaged: {error}",
                where=str(self.file),
                hint="Restore it from a backup, or move it away and create the keys again: "
                "`regulars keys create`.",
            ) from None

    def _write(self, keys: Iterable[Key]) -> None:
        make_private(self.file.parent)
        self.mark.touch()  # before the key works, so that no moment is without it
        draft = self.file.with_suffix(".new")
        text = json.dumps({"keys": [asdict(key) for key in keys]}, indent=2)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.file)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
