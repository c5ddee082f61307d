"""Scores of customers who are handed in: the SQL and the estimator of the run, on their rows.

The release holds the compiled models, the estimator and the values that customers are compared
with (`release.scoring_bundle`), so a customer's own rows give the score of the run to the last
digit. Where rows cannot say what an input needs, the answer names the input and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.core.calendar import Grain, period_start
from regulars.core.errors import DataError, NotEnoughData
from regulars.features.customer_values import CustomerValues, ValueBasis
from regulars.features.frames import Frame
from regulars.features.reading import plain_inputs
from regulars.insights.cautions import score_cautions
from regulars.insights.customer_profiles import Reason, written_reasons
from regulars.insights.not_yet_computed import why_not_yet
from regulars.insights.posted_models import PostedModels
from regulars.insights.posted_rows import EVENTS, Posted, Shapes, numbered, own_id, table_of
from regulars.insights.release_reading import Reading
from regulars.ml.churn.customer_scores import score
from regulars.ml.registry import load_estimator
from regulars.release.release_files import read_file
from regulars.release.score_cautions import ScoreCaution
from regulars.release.scoring_bundle import ScoringBundle
from regulars.release.value_report import ValueSource

_BASES: dict[ValueSource, ValueBasis] = {
    "spend": "past", "attribute": "delivered", "predicted": "predicted",
}  # fmt: skip
_FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Score:
    """One customer's score; all of it is None where the customer is not eligible.

    `risk_percentile` is the share of the release's customers at or below, in percent.
    """

    customer_id: str
    in_population: bool
    churn_probability: float | None = None
    risk_score: float | None = None
    risk_category: str | None = None
    risk_percentile: float | None = None
    worth_contacting: bool | None = None
    value_if_stays: float | None = None
    value_basis: str | None = None
    value_at_risk: float | None = None
    priority: float | None = None
    reasons: tuple[Reason, ...] | None = None
    why: str | None = None


@dataclass(frozen=True)
class InputNote:
    """Inputs that the posted rows say less about than a run would know, and why."""

    inputs: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Scores:
    """The scores of one request, in the order of its customers, and what they rest on.

    `cautions` must be read beside every score.
    """

    release_id: str
    estimator_id: str
    as_of: date
    scores: tuple[Score, ...]
    notes: tuple[InputNote, ...]
    cautions: tuple[ScoreCaution, ...]


class Scorer:
    """Scores posted customers as one release would; one thread at a time.

    Raises NotEnoughData where the release has nothing to score with.
    """

    def __init__(self, reading: Reading) -> None:
        folder = reading.folder / "scoring"
        bundle = read_file(ScoringBundle, folder)
        if bundle is None:
            raise NotEnoughData(
                "this release cannot score: it holds no churn estimator",
                hint=why_not_yet(reading, "churn_score")
                or "`regulars churn` says why; a release of an older version: `regulars run`.",
            )
        self._reading = reading
        self._bundle = bundle
        self._trained = load_estimator(folder / "estimator.joblib")
        self._shapes = Shapes(
            columns=bundle.posted_columns,
            attributes=bundle.attributes,
            mapped=bundle.mapped_columns,
            timezone=bundle.timezone,
        )
        self._models = PostedModels(bundle, folder=folder, shapes=self._shapes)
        self._population = self._probabilities()
        self._cautions = score_cautions(reading)

    @property
    def release_id(self) -> str:
        """The release whose estimator and standings these are."""
        return self._reading.manifest.release_id

    def score(
        self, batch: Sequence[Posted], *, as_of: date | None = None, explained: bool = False
    ) -> list[Scores]:
        """One answer per request, all computed in one pass, as of the release's date or another.

        Raises DataError for a value out of range.
        """
        day = as_of or self._bundle.cutoff.as_of
        rows = self._models.answer(batch, as_of=day)
        scores = self._scores(rows, explained=explained)
        return [
            self._answer(request, posted, scores, day=day) for request, posted in enumerate(batch)
        ]

    def checked(self, posted: Posted, *, as_of: date | None) -> None:
        """Raises DataError or UnknownName for what cannot be scored, before it joins a batch."""
        if as_of is not None:
            self._look_back_from(as_of)
        table_of("customers", [posted], shapes=self._shapes)

    def _look_back_from(self, day: date) -> None:
        released = self._bundle.cutoff.as_of
        if abs(day - released) > _FURTHEST:
            raise DataError(
                f"{day} is too far from the release's {released}",
                where="as_of",
                hint=f"Scores look back from within {_FURTHEST.days} days of the release's date.",
            )
        _on_border(day, grain=self._bundle.grain)

    def _scores(self, rows: pa.Table, *, explained: bool) -> dict[str, Score]:
        """Scores by numbered customer id; of those in the population only."""
        eligible = rows.filter(rows["in_population"])
        if not eligible.num_rows:
            return {}
        kinds = self._bundle.inputs
        frame = Frame(
            keys=eligible.select(["customer_id", "as_of"]).combine_chunks(),
            inputs=plain_inputs(eligible.select(list(kinds)), kinds).combine_chunks(),
            kinds=kinds,
        )
        values = self._values(eligible)
        costs = self._reading.project.contacts
        table = score(
            self._trained,
            frame,
            values=values,
            costs=costs,
            explained=explained,
            customers=[own_id(numbered_id) for numbered_id in frame.customers],
        )
        scored = table.drop_columns(["as_of", "risk_percentile"]).to_pylist()
        share = self._percentiles(table["churn_probability"].to_numpy(zero_copy_only=False))
        return {
            row["customer_id"]: self._score_of(row, percentile=float(percentile))
            for row, percentile in zip(scored, share, strict=True)
        }

    def _score_of(self, row: dict[str, Any], *, percentile: float) -> Score:
        reasons = row.pop("reasons")
        known = None if reasons is None else written_reasons(self._reading, reasons)
        return Score(in_population=True, risk_percentile=percentile, reasons=known, **row)

    def _answer(
        self, request: int, posted: Posted, scores: Mapping[str, Score], *, day: date
    ) -> Scores:
        nobody = Score(customer_id="", in_population=False)
        by_id = {name: scores.get(numbered(request, name), nobody) for name in posted.customer_ids}
        return Scores(
            release_id=self.release_id,
            estimator_id=self._bundle.estimator_id,
            as_of=day,
            scores=tuple(replace(score, customer_id=name) for name, score in by_id.items()),
            notes=self._notes(posted, day),
            cautions=self._cautions,
        )

    def _notes(self, posted: Posted, day: date) -> tuple[InputNote, ...]:
        """What the posted rows leave open, per input."""
        bundle, released = self._bundle, self._bundle.cutoff.as_of
        used = {*self._trained.inputs, "value_if_stays"}
        notes = [
            InputNote(
                tuple(name for name, source in bundle.feature_entities.items() if source == entity),
                f"no {entity} were posted: as if there had been none",
            )
            for entity in EVENTS
            if entity in bundle.mapped_columns and not getattr(posted, entity)
        ]
        given = {name for row in posted.customers for name in (row.get("attributes") or {})}
        missing = tuple(name for name in bundle.attributes if name not in given)
        notes.append(InputNote(missing, "not posted: taken as unknown"))
        among = f"compared with the customers of the release of {released}"
        notes.append(InputNote(bundle.standings, among))
        if bundle.value.source == "spend":
            why = "a prediction rests on everybody's purchases: past spend stands in for it"
            notes.append(InputNote(("value_if_stays",), why))
        kept = [
            replace(note, inputs=tuple(name for name in note.inputs if name in used))
            for note in notes
        ]
        if day != released:
            moved = f"scored as of {day}, not of the release's {released}"
            return (*(note for note in kept if note.inputs), InputNote((), moved))
        return tuple(note for note in kept if note.inputs)

    def _values(self, eligible: pa.Table) -> CustomerValues | None:
        """What the posted customers bring who stay; None where nothing posted says it."""
        source = self._bundle.value
        if source.column is None:
            return None
        value = eligible["posted_value"].cast(pa.float64()).to_numpy(zero_copy_only=False)
        basis = _BASES[source.source]
        return CustomerValues(
            np.asarray(value), tuple(basis if is_known else None for is_known in np.isfinite(value))
        )

    def _probabilities(self) -> np.ndarray:
        rows = self._reading.arrow(
            "select churn_probability from customer_scored "
            "where churn_probability is not null order by 1"
        )
        return np.asarray(rows["churn_probability"].to_numpy(zero_copy_only=False))

    def _percentiles(self, probability: np.ndarray) -> np.ndarray:
        below = np.searchsorted(self._population, probability, side="right")
        return np.asarray(100 * below / max(len(self._population), 1))


def _on_border(day: date, *, grain: Grain) -> None:
    """A week begins on a Monday, a month on its first."""
    if period_start(day, grain=grain) != day:
        raise DataError(
            f"{day} is not the first day of a {grain}",
            where="as_of",
            hint=f"This project's history is by the {grain}.",
        )
