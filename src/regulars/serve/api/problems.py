"""Every error in one shape: problem+json (RFC 9457) with what happened and what to do next."""

from __future__ import annotations

import http
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from regulars.core.errors import (
    DataError,
    MissingExtra,
    NotEnoughData,
    PersonalDataError,
    QueryTimeout,
    RegularsError,
    ReleaseError,
    UnknownName,
)

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)
# The first class that fits decides.
_STATUS: tuple[tuple[type[RegularsError], int], ...] = (
    (UnknownName, 404),
    (PersonalDataError, 403),
    (DataError, 409),
    (NotEnoughData, 409),
    (ReleaseError, 503),
    (QueryTimeout, 504),
    (MissingExtra, 501),
    (RegularsError, 500),
)


class FieldProblem(BaseModel):
    """One part of a request that cannot be, and why."""

    where: str = Field(examples=["query.limit"])
    what: str = Field(examples=["Input should be less than or equal to 1000"])


class Problem(BaseModel):
    """An error (RFC 9457). `request_id` is also in the header X-Request-ID and in the log."""

    type: str = Field(examples=["urn:regulars:not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no customer 'x' in this release"])
    instance: str = Field(examples=["/api/customers/x"])
    request_id: str = Field(examples=["8c0a5f0b7d0e4d6f"])
    hint: str | None = Field(default=None, examples=["The nearest ids are 12, 13, 14."])
    errors: list[FieldProblem] | None = None


class Refusal(Exception):
    """A request that is not answered: status, reason, and what to do next."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.hint = hint
        self.headers = dict(headers or {})


def install(app: FastAPI) -> None:
    """Let every error of an app be answered in this shape."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RegularsError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _by_status)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Errors of a route for the OpenAPI document: these, and those that any route may have.

    422 is a request that could never be answered, 404 and 409 one that this release cannot answer:
    it holds nothing of that name, or says too little.
    """
    return {
        status: {
            "description": http.HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(
            {400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503, 504, *statuses}
        )
    }


def problem_response(
    request: Request,
    status: int,
    detail: str,
    *,
    hint: str | None = None,
    errors: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An error as an answer."""
    phrase = http.HTTPStatus(status).phrase
    problem = Problem(
        type=f"urn:regulars:{phrase.lower().replace(' ', '-')}",
        title=phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        request_id=getattr(request.state, "request_id", ""),
        hint=hint,
        errors=errors,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def refused(request: Request, error: Exception) -> JSONResponse:
    """A refusal as an answer."""
    assert isinstance(error, Refusal)
    return problem_response(
        request, error.status, error.detail, hint=error.hint, headers=error.headers
    )


def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RegularsError)
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    if status == 500:  # its words may name files of the server
        _log.error("request %s: %s", request.state.request_id, error)
        return problem_response(request, 500, "The answer could not be made.", hint=_TELL)
    headers = {"Retry-After": "10"} if status == 503 else {}
    return problem_response(request, status, error.what, hint=error.hint, headers=headers)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    field_problems = [
        FieldProblem(where=".".join(map(str, problem["loc"])), what=str(problem["msg"]))
        for problem in error.errors()
    ]
    detail = (
        f"{field_problems[0].where}: {field_problems[0].what}"
        if field_problems
        else "The request cannot be read."
    )
    return problem_response(request, 422, detail, errors=field_problems, hint="See /docs.")


def _by_status(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    hint = "See /docs for what there is." if error.status_code in (404, 405) else None
    return problem_response(
        request, error.status_code, str(error.detail), hint=hint, headers=error.headers
    )


_TELL = "Report the request id; the server's log has the reason."


def unexpected(request: Request) -> JSONResponse:
    """The answer to an error that nobody foresaw: it says nothing of the inside."""
    return problem_response(request, 500, "Something unexpected went wrong.", hint=_TELL)
