"""Keys, for who administers: list them, and take one back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request

from regulars.core.errors import DataError
from regulars.serve.api.access import Admin, Dependencies
from regulars.serve.api.keys import Key
from regulars.serve.api.problems import Refusal, documented
from regulars.serve.api.schemas import KeyAnswer

router = APIRouter(prefix="/api/keys", tags=["Keys"])


@router.get("", response_model=list[KeyAnswer], responses=documented())
def list_keys(request: Request, caller: Admin) -> list[KeyAnswer]:
    """Every key that was ever created, without its secret."""
    dependencies: Dependencies = request.app.state.dependencies
    return [_shown(key) for key in dependencies.keys.all()]


@router.delete("/{key_id}", response_model=KeyAnswer, responses=documented())
def revoke_key(
    request: Request, caller: Admin, key_id: Annotated[str, Path(max_length=64)]
) -> KeyAnswer:
    """Let a key work no more, at once."""
    dependencies: Dependencies = request.app.state.dependencies
    now: Callable[[], str] = request.app.state.now
    try:
        return _shown(dependencies.keys.revoke(key_id, at=now()))
    except DataError as error:
        raise Refusal(404, error.what, hint="GET /api/keys lists them.") from None


def _shown(key: Key) -> KeyAnswer:
    return KeyAnswer(
        key_id=key.key_id,
        name=key.name,
        scopes=list(key.scopes),
        created_at=key.created_at,
        revoked_at=key.revoked_at,
        expires_at=key.expires_at,
    )
