"""How it stands: health, the run behind the release, figures, files, measures of the server."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import FileResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from regulars import __version__
from regulars.core.errors import ReleaseError
from regulars.insights.release_contents import (
    Artifact,
    ReleaseDetails,
    artifact_file,
    artifacts,
    latest_metrics,
    release_details,
)
from regulars.insights.score_monitoring import model_runs
from regulars.release.churn_report import TrainingSummary
from regulars.serve.api.access import Dependencies, Read
from regulars.serve.api.answers import Ask
from regulars.serve.api.problems import documented
from regulars.serve.api.schemas import Health

router = APIRouter(tags=["System"])
Metrics = dict[str, int | float | list[str] | None]


@router.get("/api/health", response_model=Health)
def get_health(request: Request) -> Health:
    """Whether the server answers, and from which release; needs no key."""
    dependencies: Dependencies = request.app.state.dependencies
    try:
        release_id, _ = dependencies.current.reading()
    except ReleaseError:
        return Health(status="no release", version=__version__, release_id=None)
    return Health(status="ok", version=__version__, release_id=release_id)


@router.get("/api/details", response_model=ReleaseDetails, responses=documented())
def get_release(ask: Ask) -> Response:
    """The run behind the current release: when, on what data, steps, rows, columns, files."""
    return ask.answer(ReleaseDetails, lambda: release_details(ask.reading))


@router.get("/api/metrics", response_model=Metrics, responses=documented())
def get_churn_metrics(ask: Ask) -> Response:
    """The figures of the churn score in use, as its test gave them; empty where there is none."""
    return ask.answer(Metrics, lambda: latest_metrics(ask.reading))


@router.get("/api/model-runs", response_model=list[TrainingSummary], responses=documented())
def list_trainings(ask: Ask) -> Response:
    """Every estimator that was fitted, the newest first."""
    return ask.answer(list[TrainingSummary], lambda: list(model_runs(ask.reading)))


@router.get("/api/artifacts", response_model=list[Artifact], responses=documented())
def list_artifacts(ask: Ask) -> Response:
    """The files of the release: tables, facts, reports and figures."""
    return ask.answer(list[Artifact], lambda: list(artifacts(ask.reading)))


@router.get(
    "/api/artifacts/{name:path}",
    response_class=FileResponse,
    responses={
        200: {"description": "The file", "content": {"application/octet-stream": {}}},
        **documented(),
    },
)
def get_artifact(ask: Ask, name: Annotated[str, Path(max_length=500)]) -> FileResponse:
    """A file of the release. Files with rows need the scope `personal`."""
    path = ask.whole(lambda: artifact_file(ask.reading, name, show_personal=ask.shows_personal))
    return FileResponse(path, filename=path.name)


@router.get(
    "/metrics",
    responses={200: {"content": {"text/plain": {}}}, **documented()},
    response_class=Response,
)
def get_server_metrics(request: Request, caller: Read) -> Response:
    """Requests, times and cache of this server, for Prometheus."""
    registry = request.app.state.measures.registry
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
