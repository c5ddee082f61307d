"""Answers as JSON; what rests on a release alone is remembered for as long as it is current."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from pydantic import TypeAdapter

from regulars.core.cache import Cache
from regulars.insights.reading import Reading
from regulars.serve.api.access import Caller, Read, Release
from regulars.serve.api.observing import Measures

JSON = "application/json"


@dataclass(frozen=True)
class Question:
    """One request by somebody who may read, and the release that answers it."""

    request: Request
    caller: Caller
    reading: Reading

    @property
    def shows_personal(self) -> bool:
        """Whether personal data are shown instead of masked."""
        return self.caller.sees_personal

    def answer(self, kind: Any, make: Callable[[], Any]) -> Response:
        """What `make` gives, as JSON of this kind; remembered where nothing in it is personal."""
        if self.shows_personal:
            return Response(_adapter(kind).dump_json(make()), media_type=JSON)
        state = self.request.app.state
        known: Cache = state.cache
        measures: Measures = state.measures
        key = _key(self.request)
        found = known.get(key)
        measures.cached.labels("miss" if found is None else "hit").inc()
        if found is None:
            found = _adapter(kind).dump_json(make())
            known.put(key, found)
        return Response(found, media_type=JSON)


def question(request: Request, caller: Read, reading: Release) -> Question:
    """A dependency: the question of a caller who may read."""
    return Question(request, caller, reading)


Ask = Annotated[Question, Depends(question)]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _key(request: Request) -> str:
    """The release and the question; parameters in order, for their order means nothing."""
    parameters = urlencode(sorted(request.query_params.multi_items()))
    return f"{request.state.release_id}|{request.url.path}?{parameters}"
