"""The application: every route, behind the same dependencies, with the same shape of errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from regulars import __version__
from regulars.core.cache import Cache, open_cache
from regulars.core.fingerprints import fingerprint
from regulars.core.settings import Project
from regulars.serve.api.access import Dependencies
from regulars.serve.api.access_trail import AccessTrail
from regulars.serve.api.admission import Admission
from regulars.serve.api.answers import RELEASE_HEADERS
from regulars.serve.api.batching import ScoringBatcher
from regulars.serve.api.current import CurrentRelease
from regulars.serve.api.descriptions import describe
from regulars.serve.api.documentation import add_documentation
from regulars.serve.api.field_selection import add_selected_schemas
from regulars.serve.api.keys import Keys
from regulars.serve.api.observing import Measures, Observing
from regulars.serve.api.problems import Problem, install
from regulars.serve.api.rate_limit import RateLimit
from regulars.serve.api.routes import (
    asking,
    campaigns,
    customers,
    jobs,
    keys,
    lists,
    scoring,
    system,
)
from regulars.serve.api.scoring_jobs import ScoringJobs


@dataclass(frozen=True)
class Options:
    """How a server behaves; `origins` are the pages of other sites that may call it (CORS).

    `rate` is the requests a second that one caller may make, with `burst` at once; 0 is no limit.
    `seconds` is the longest that one question may take.
    """

    rate: float = 50.0
    burst: int = 100
    seconds: float | None = 30.0
    origins: tuple[str, ...] = ()


def create_app(
    project: Project,
    *,
    now: Callable[[], str],
    options: Options = Options(),
    cache: Cache | None = None,
) -> FastAPI:
    """The API of a project; `now` gives the time of day, for records."""
    app = FastAPI(
        title="Regulars",
        version=__version__,
        summary=f"Customers, segments, churn and value of {project.project}.",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    state = app.state
    state.dependencies = Dependencies(
        keys=Keys(project.state),
        limit=RateLimit(options.rate, burst=options.burst),
        current=CurrentRelease(project.state, seconds=options.seconds),
        now=now,
    )
    state.cache = cache or open_cache(project.cache, prefix=_prefix(project))
    state.measures = Measures()
    state.now = now
    state.seconds = options.seconds
    state.batcher = ScoringBatcher(count=state.measures.scored.inc)
    state.jobs = ScoringJobs(
        state.batcher, current=lambda: state.dependencies.current.reading()[1], now=now
    )
    install(app)
    for group in (system, customers, lists, asking, campaigns, scoring, jobs, keys):
        app.include_router(group.router)
    add_documentation(app)
    app.add_middleware(Admission, dependencies=state.dependencies)
    if options.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(options.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "X-API-Key", "Content-Type", "X-Request-ID"],
            expose_headers=["X-Request-ID", "X-Regulars-Release", *RELEASE_HEADERS],
        )
    app.add_middleware(
        Observing, measures=state.measures, trail=AccessTrail(project.state), now=now
    )
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _prefix(project: Project) -> str:
    """Two projects of one name in two folders do not share a cache."""
    return fingerprint(project.project, str(project.root.resolve()))[:16]


def _operation_id(route: APIRoute) -> str:
    """The name of the function: what a generated client calls."""
    return route.name


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the shape of errors that every route refers to."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        shapes = document.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= problem.pop("$defs", {})
        shapes["Problem"] = problem
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        describe(document)
        add_selected_schemas(document)
        app.openapi_schema = document
    return app.openapi_schema


_ABOUT = """
All answers come from one published release; its id is in the header `X-Regulars-Release`.
Errors are `application/problem+json`. Personal data are masked without a key of the scope
`personal`.

Send a key as `Authorization: Bearer rg_...` or as `X-API-Key`. Without any key in the project,
callers on the same machine are answered without one.
"""
