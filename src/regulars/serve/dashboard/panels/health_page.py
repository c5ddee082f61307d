"""Pipeline health: what ran, what there is, how fresh it is; works before the first release too."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import streamlit as st

from regulars.charts.customer_charts import shares_chart, steps_chart
from regulars.core.settings import Project, read_project
from regulars.insights.amounts import count, percent, plain
from regulars.insights.headings import heading
from regulars.insights.release_contents import (
    Artifact,
    artifact_file,
    artifacts,
    clusters,
    freshness,
    layer_counts,
    preview,
    released_tables,
)
from regulars.insights.run_history import RunHealth, log_lines, run_health, steps_of_run
from regulars.insights.step_words import step_words
from regulars.serve.dashboard.frame import saying_errors
from regulars.serve.dashboard.parts import cards
from regulars.serve.dashboard.showing import show_chart
from regulars.serve.dashboard.tables import card_table, listing, table_of
from regulars.serve.dashboard.view import View, open_view
from regulars.serve.dashboard.words import plainly, size_words

_PREVIEW = 100
_LOOKED_INTO = ("figure", "report", "facts")
_TEXT_SHOWN = 100_000  # bytes


def draw_without_release(title: str, folder: Path) -> None:
    """The whole page; what needs a release says so where there is none."""
    st.title(title, anchor=False)
    with saying_errors(title):
        project = read_project(folder)
        health = run_health(project)
        _state(health)
        names = ["Steps", "Tables", "Freshness", "Clusters", "Files", "Log"]
        steps, tables, fresh, groups, files, log = st.tabs(names)
        with steps:
            _steps(project, health)
        with log:
            _log(project)
        if health.current is None:
            for tab in (tables, fresh, groups, files):
                tab.info("Nothing has been published yet. Run `regulars run` first.")
            return
        view = open_view(folder)
        for tab, draw in ((tables, _tables), (fresh, _fresh), (groups, _clusters), (files, _files)):
            with tab, saying_errors(title):
                draw(view)


def _state(health: RunHealth) -> None:
    newest = health.runs[0] if health.runs else None
    current = health.current
    cards(
        [
            ("Last run", "none yet" if newest is None else newest.status,
             "" if newest is None else f"Started {_when(newest.started_at)}."),
            ("Started", "–" if newest is None else _day(newest.started_at),
             "" if newest is None else _when(newest.started_at)),
            ("Released", "not yet" if current is None else _day(current.created_at),
             "" if current is None else f"Release {current.release_id}."),
            ("As of", "–" if current is None else current.as_of, "It looks back from there."),
            ("Rows released", "–" if current is None else count(sum(current.tables.values())), ""),
        ]
    )  # fmt: skip
    if health.running:
        st.info(f"A run is going on: {plainly(health.running)}", icon=":material/sync:")
    if newest is not None and newest.error:
        st.error(f"The last run failed: {plainly(newest.error)}", icon=":material/error:")


def _steps(project: Project, health: RunHealth) -> None:
    if not health.runs:
        st.info("Nothing has run yet. `regulars run` begins.")
        return
    ids = [run.run_id for run in health.runs]
    by_id = {run.run_id: run for run in health.runs}
    chosen = st.selectbox(
        "Run",
        ids,
        format_func=lambda run_id: f"{_when(by_id[run_id].started_at)} · {by_id[run_id].status}",
        key="run",
        bind="query-params",
    )
    steps = steps_of_run(project, chosen)
    card_table(
        [
            {
                "Step": step.step,
                "Result": step.status,
                "Seconds": "" if step.seconds is None else f"{step.seconds:,.1f}",
                "Note": step.error or step_words(step.step, step.result),
            }
            for step in steps
        ]
    )
    timed = [step for step in steps if step.status == "done" and step.seconds]
    if timed:
        show_chart(steps_chart({step.step: step.seconds or 0.0 for step in timed}))


def _tables(view: View) -> None:
    tables = view.ask(released_tables)
    if not tables:
        st.warning("This release holds no tables.", icon=":material/warning:")
        return
    names = [table.name for table in tables]
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader("Rows", anchor=False)
        rows = table_of(tables, ("name", "rows", "columns"))
        words = pa.array([heading(name) for name in names], pa.string())
        listing(rows.add_column(0, "table", words), units=view.units, key="tables")
        layers = view.ask(layer_counts)
        if layers:
            st.subheader("Rows by layer", anchor=False)
            fields = ("entity", "layer", "rows", "duplicate_keys", "null_keys")
            listing(table_of(layers, fields), units=view.units, key="layers")
    with right:
        st.subheader("Look into a table", anchor=False)
        first = names.index("customer_scored") if "customer_scored" in names else 0
        name = st.selectbox(
            "Table", names, index=first, format_func=heading, key="table", bind="query-params"
        )
        rows = view.ask(preview, name, limit=_PREVIEW, show_personal=view.show_personal)
        listing(rows, units=view.units, key=f"preview_{name}")
        st.caption(f"At most the first {_PREVIEW} rows.")


def _fresh(view: View) -> None:
    sources = view.ask(freshness)
    if not sources:
        st.info("This release does not say what was delivered.")
        return
    card_table(
        [
            {
                "Source": source.source,
                "Last delivered": "–"
                if source.landed_at is None
                else f"{source.landed_at:%Y-%m-%d %H:%M}",
                "Rows then": count(source.rows),
                "Deliveries": count(source.deliveries),
                "Synthetic": "yes, the source failed" if source.is_synthetic else "no",
            }
            for source in sources
        ]
    )


def _clusters(view: View) -> None:
    customer_clusters = view.ask(clusters)
    if not customer_clusters:
        st.info("This project asks for no clusters: `segments: {clusters: true}` makes them.")
        return
    parts = {
        cluster.name: (
            float(cluster.customers),
            f"{count(cluster.customers)} ({percent(cluster.share)})",
        )
        for cluster in customer_clusters
    }
    show_chart(shares_chart(parts, description="Customers per cluster"))
    card_table(
        [
            {
                "Cluster": cluster.name,
                "Customers": count(cluster.customers),
                "Mean recency": plain(cluster.recency),
                "Mean frequency": plain(cluster.frequency),
                "Mean amount": view.unit.whole(cluster.monetary),
            }
            for cluster in customer_clusters
        ]
    )


def _files(view: View) -> None:
    """What the release tells of itself: figures first, and a look into each."""
    shown_artifacts = [
        artifact for artifact in view.ask(artifacts) if artifact.kind in _LOOKED_INTO
    ]
    if not shown_artifacts:
        st.info("This release has no files beside its tables.")
        return
    order = list(_LOOKED_INTO)
    shown_artifacts.sort(key=lambda artifact: (order.index(artifact.kind), artifact.name))
    left, right = st.columns([2, 3], gap="large")
    with left:
        card_table(
            [
                {"File": artifact.name, "Kind": artifact.kind, "Size": size_words(artifact.bytes)}
                for artifact in shown_artifacts
            ]
        )
    with right:
        names = [artifact.name for artifact in shown_artifacts]
        name = st.selectbox("File", names, key="file", bind="query-params")
        _look_into(view, next(artifact for artifact in shown_artifacts if artifact.name == name))


def _look_into(view: View, artifact: Artifact) -> None:
    path = artifact_file(view.reading, artifact.name)
    if artifact.kind == "figure":
        st.image(str(path))
    elif path.suffix != ".html" and artifact.bytes <= _TEXT_SHOWN:
        st.code(path.read_text("utf-8", errors="replace"), language=None, height=420)
    st.download_button(
        f"Download {plainly(path.name)}",
        path.read_bytes,
        file_name=path.name,
        key="download_file",
        on_click="ignore",
        icon=":material/download:",
    )


def _log(project: Project) -> None:
    lines = log_lines(project)
    if not lines:
        st.info("There is no log yet.")
        return
    st.caption(f"The newest {count(len(lines))} lines of `.regulars/logs/regulars.log`.")
    st.code("\n".join(reversed(lines)), language=None, height=420)


def _when(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _day(moment: str) -> str:
    return moment[:10]
