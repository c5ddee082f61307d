"""Answers as JSON; what rests on a release alone is remembered for as long as it is current."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from pydantic import TypeAdapter

from regulars.core.cache import Cache
from regulars.insights.cautions import caution_sentences
from regulars.insights.masking import personal_columns
from regulars.insights.not_yet_computed import not_yet_computed
from regulars.insights.release_reading import Reading
from regulars.serve.api.access import Caller, Read, Release, release
from regulars.serve.api.observing import Measures

JSON = "application/json"
RELEASE_HEADERS = ("Regulars-Cautions", "Regulars-Not-Yet-Computed")
_ATTEMPTS = 10
T = TypeVar("T")


@dataclass
class Question:
    """One request by somebody who may read, and the release that answers it."""

    request: Request
    caller: Caller
    reading: Reading

    @property
    def shows_personal(self) -> bool:
        """Whether personal data are shown instead of masked."""
        return self.caller.sees_personal

    def answer(self, kind: Any, make: Callable[[], Any], *, without: Any = None) -> Response:
        """What `make` gives, as JSON of this kind; remembered where nothing in it is personal.

        `without` are parts that the JSON lacks, as pydantic's `exclude`.
        """

        def written() -> bytes:
            return bytes(_adapter(kind).dump_json(make(), exclude=without or None))

        body = self.whole(lambda: self._remembered(written))
        return Response(body, media_type=JSON, headers=release_headers(self.reading))

    def whole(self, make: Callable[[], T]) -> T:
        """What `make` gives from one release; from the next one where it was removed meanwhile.

        A release goes when several newer ones were published. What was read of it is thrown away
        and read again, so that no answer mixes two.
        """
        for left in reversed(range(_ATTEMPTS)):
            try:
                return make()
            except Exception:
                if left == 0 or self.reading.is_there:
                    raise
                self.reading = release(self.request)
        raise AssertionError

    def _remembered(self, make: Callable[[], bytes]) -> bytes:
        if self.shows_personal:
            return make()
        state = self.request.app.state
        answer_cache: Cache = state.cache
        measures: Measures = state.measures
        key = _key(self.request)
        body = answer_cache.get(key)
        measures.cached.labels("miss" if body is None else "hit").inc()
        if body is None:
            body = make()
            answer_cache.put(key, body)
        return body


def release_headers(reading: Reading) -> dict[str, str]:
    """What must be read beside every answer, each as a list in JSON; absent where it is empty.

    Cautions about the figures of the score, and what the next run adds to the release.
    """
    lists = (caution_sentences(reading), not_yet_computed(reading))
    return {
        name: json.dumps(texts) for name, texts in zip(RELEASE_HEADERS, lists, strict=True) if texts
    }


async def question(request: Request, caller: Read, reading: Release) -> Question:
    """A dependency: the question of a caller who may read."""
    request.state.has_personal_ids = "customer_id" in personal_columns(reading)
    return Question(request, caller, reading)


Ask = Annotated[Question, Depends(question)]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _key(request: Request) -> str:
    """The release and the question; parameters in order, for their order means nothing."""
    parameters = urlencode(sorted(request.query_params.multi_items()))
    return f"{request.state.release_id}|{request.url.path}?{parameters}"
