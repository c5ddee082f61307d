"""`regulars features`: every feature of a project, or those that tell most about churn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.cli import state
from regulars.cli.console import add_row, answer_console, answer_table, print_table
from regulars.cli.project_reading import read_project
from regulars.core.counts import several
from regulars.core.errors import ReleaseError, SettingsError

if TYPE_CHECKING:
    from regulars.core.settings import Project
    from regulars.features.catalogue import Feature
    from regulars.ml.selection import Ranking


def features_command(
    select: Annotated[
        str | None,
        typer.Option(
            help="Rank features by variance, correlation, univariate, mutual_information, "
            "recursive, shap, or the vote of all six; training rows only."
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, help="With --select: number of features to keep.")
    ] = 20,
    out: Annotated[
        Path | None, typer.Option(help="With --select: also write all features to this CSV file.")
    ] = None,
) -> None:
    """List every feature: name, family, window, source, meaning, null rule, share of nulls."""
    project = read_project(state.options.project)
    if select is not None:
        _answer_ranking(project, method=select, top=top, out=out)
        return
    from regulars.features.catalogue import resolve_catalogue

    inputs = [
        feature for feature in resolve_catalogue(project).features if feature.kind is not None
    ]
    nulls = _null_shares(project, [feature.name for feature in inputs])
    if state.options.as_json:
        rows = [_feature_row(feature, nulls=nulls.get(feature.name)) for feature in inputs]
        typer.echo(json.dumps(rows, indent=2))
        return
    table = answer_table(
        ["name", "family", "source", "meaning", "null", "nulls"],
        ["nulls"],
        drop=["null", "family", "source"],
    )
    for feature in inputs:
        share = f"{nulls[feature.name]:.0%}" if feature.name in nulls else "-"
        source = feature.entity or "customers"
        meaning, null_rule = feature.description, feature.null_rule
        add_row(table, feature.name, feature.family, source, meaning, null_rule, share)
    print_table(answer_console(), table)
    typer.echo(
        several(len(inputs), "feature") + ("" if nulls else "; `regulars run` counts the nulls")
    )


def _feature_row(feature: Feature, *, nulls: float | None) -> dict[str, object]:
    return {
        "name": feature.name,
        "family": feature.family,
        "window": feature.window,
        "source": feature.entity or "customers",
        "meaning": feature.description,
        "null": feature.null_rule,
        "nulls": nulls,
    }


def _null_shares(project: Project, names: list[str]) -> dict[str, float]:
    """Of the current release; nothing before the first one."""
    from regulars.insights.release_contents import null_shares
    from regulars.insights.release_reading import read_current

    try:
        return null_shares(read_current(project), names)
    except ReleaseError:
        return {}


def _answer_ranking(project: Project, *, method: str, top: int, out: Path | None) -> None:
    from regulars.cli.clock import now
    from regulars.flows.churn_commands import rank_project
    from regulars.ml.selection import METHODS

    if method not in (*METHODS, "vote"):
        raise SettingsError(
            f"there is no method '{method}'", hint=f"Methods: {', '.join(METHODS)}, vote."
        )
    ranking = rank_project(project, method=method, top=top, clock=now)
    rows = _ranking_rows(ranking)
    if out is not None:
        import pyarrow as pa

        from regulars.core.spreadsheets import write_csv

        write_csv(pa.Table.from_pylist(rows), out)
    if state.options.as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    _print_ranking(ranking, rows, out=out)


def _ranking_rows(ranking: Ranking) -> list[dict[str, Any]]:
    chosen = set(ranking.chosen)
    return [
        {
            "input": name,
            "kept": name in chosen,
            "votes": int(ranking.votes[at]),
            **{view: round(float(scores[at]), 6) for view, scores in ranking.scores.items()},
        }
        for at, name in enumerate(ranking.inputs)
    ]


def _print_ranking(ranking: Ranking, rows: list[dict[str, Any]], *, out: Path | None) -> None:
    views = list(ranking.scores)
    numbers = [*(["votes"] if len(views) > 1 else []), *views]
    table = answer_table(["feature", *numbers], numbers, drop=views[:0:-1])
    shown = [row for row in rows if row["kept"]]
    for row in shown:
        votes = [f"{row['votes']} of {len(views)}"] if len(views) > 1 else []
        add_row(table, row["input"], *votes, *(f"{row[view]:.3g}" for view in views))
    print_table(answer_console(), table)
    typer.echo(
        f"{len(shown)} of {len(rows)} features kept by {ranking.method}, on {ranking.rows:,} "
        "training rows" + (f"; all in {out}" if out else "")
    )
