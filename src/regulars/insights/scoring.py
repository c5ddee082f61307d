"""Scores of customers who are handed in: the SQL and the estimator of the run, on their rows.

The release holds the compiled models, the estimator and the values that customers are compared
with (`flows.releasing_scoring`), so a customer's own rows give the score of the run to the last
digit. Where rows cannot say what an input needs, the answer names the input and why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from regulars.core.calendar import Grain, period_start
from regulars.core.errors import DataError, NotEnoughData
from regulars.features.cutoffs import Cutoff
from regulars.features.frames import Frame, InputKind
from regulars.features.reading import plain_inputs
from regulars.insights.customers import Reason, written_reasons
from regulars.insights.posted import EVENTS, Posted, Shapes, numbered, table_of
from regulars.insights.reading import Reading
from regulars.ml.churn.scoring import score
from regulars.ml.registry import load_estimator
from regulars.warehouse.dbt import CompiledModel
from regulars.warehouse.engines.duckdb_models import ModelsInMemory

ENTITIES = ("customers", *EVENTS)
_FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Score:
    """One customer's score; all of it is None where churn is not asked about the customer.

    `risk_percentile` is the share of the release's customers at or below, in percent.
    """

    customer_id: str
    in_population: bool
    churn_probability: float | None = None
    risk_score: float | None = None
    risk_category: str | None = None
    risk_percentile: float | None = None
    worth_contacting: bool | None = None
    customer_value: float | None = None
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
    """The scores of one request, in the order of its customers, and what they rest on."""

    release_id: str
    estimator_id: str
    as_of: date
    scores: tuple[Score, ...]
    notes: tuple[InputNote, ...]


class Scorer:
    """Scores posted customers as one release would; one thread at a time.

    Raises NotEnoughData where the release has nothing to score with.
    """

    def __init__(self, reading: Reading) -> None:
        place = reading.folder / "scoring"
        if not (place / "scoring.json").exists():
            raise NotEnoughData(
                "this release cannot score: it holds no churn estimator",
                hint="`regulars churn` says why; a release of an older version: `regulars run`.",
            )
        self._reading = reading
        self._told: dict[str, Any] = json.loads((place / "scoring.json").read_text("utf-8"))
        self._trained = load_estimator(place / "estimator.joblib")
        self._shapes = Shapes(
            columns=self._told["posted"],
            attributes=self._told["attributes"],
            mapped=self._told["mapped"],
            timezone=self._told["timezone"],
        )
        self._cutoff = _cutoff(self._told["cutoff"])
        self._population = self._probabilities()
        self._looks_back_from: date | None = None
        self._models = self._opened(place)

    @property
    def release_id(self) -> str:
        """The release whose estimator and standings these are."""
        return str(self._reading.manifest.get("release_id", ""))

    def score(
        self, batch: Sequence[Posted], *, as_of: date | None = None, explained: bool = False
    ) -> list[Scores]:
        """One answer per request, all computed in one pass, as of the release's date or another.

        Raises DataError for a value out of range.
        """
        day = as_of or self._cutoff.as_of
        self._load(batch, day)
        found = self._models.answer()
        scored = self._scored(found, explained=explained)
        return [self._answer(at, posted, scored, day=day) for at, posted in enumerate(batch)]

    def checked(self, posted: Posted, *, as_of: date | None) -> None:
        """Raises DataError or UnknownName for what cannot be scored, before it joins a batch."""
        if as_of is not None:
            self._look_back_from(as_of)
        table_of("customers", [posted], shapes=self._shapes)

    def _look_back_from(self, day: date) -> None:
        if abs(day - self._cutoff.as_of) > _FURTHEST:
            raise DataError(
                f"{day} is too far from the release's {self._cutoff.as_of}",
                where="as_of",
                hint=f"Scores look back from within {_FURTHEST.days} days of the release's date.",
            )
        _on_border(day, grain=self._told["grain"])

    def _scored(self, found: pa.Table, *, explained: bool) -> dict[str, Score]:
        """Scores by numbered customer id; of those in the population only."""
        inside = found.filter(found["in_population"])
        if not inside.num_rows:
            return {}
        kinds: dict[str, InputKind] = self._told["inputs"]
        frame = Frame(
            keys=inside.select(["customer_id", "as_of"]).combine_chunks(),
            inputs=plain_inputs(inside.select(list(kinds)), kinds).combine_chunks(),
            kinds=kinds,
        )
        value = None
        if self._told["value"]["column"] is not None and self._values_are_posted:
            value = inside["worth"].cast(pa.float64()).to_numpy(zero_copy_only=False)
        table = score(self._trained, frame, value=value, explained=explained)
        rows = table.drop_columns(["as_of", "risk_percentile"]).to_pylist()
        share = self._percentiles(table["churn_probability"].to_numpy(zero_copy_only=False))
        return {
            row["customer_id"]: self._one(row, percentile=float(percentile))
            for row, percentile in zip(rows, share, strict=True)
        }

    def _one(self, row: dict[str, Any], *, percentile: float) -> Score:
        reasons = row.pop("reasons")
        if not self._values_are_posted:
            row |= {"customer_value": None, "priority": None, "worth_contacting": None}
        known = None if reasons is None else written_reasons(self._reading, reasons)
        return Score(in_population=True, risk_percentile=percentile, reasons=known, **row)

    def _answer(self, at: int, posted: Posted, scored: Mapping[str, Score], *, day: date) -> Scores:
        nobody = Score(customer_id="", in_population=False)
        found = {one: scored.get(numbered(at, one), nobody) for one in posted.customer_ids}
        return Scores(
            release_id=self.release_id,
            estimator_id=str(self._told["estimator_id"]),
            as_of=day,
            scores=tuple(replace(one, customer_id=name) for name, one in found.items()),
            notes=tuple(self._notes(posted, day)),
        )

    def _notes(self, posted: Posted, day: date) -> list[InputNote]:
        """What the posted rows leave open, per input."""
        told, trained = self._told, set(self._trained.inputs)
        notes = []
        for entity in EVENTS:
            inputs = [one for one, of in told["made_from"].items() if of == entity]
            if entity in told["mapped"] and not getattr(posted, entity):
                notes.append((inputs, f"no {entity} were posted: as if there had been none"))
        given = {name for row in posted.customers for name in (row.get("attributes") or {})}
        missing = [one for one in told["attributes"] if one in trained and one not in given]
        notes.append((missing, "not posted: taken as unknown"))
        among = f"compared with the customers of the release of {self._cutoff.as_of}"
        notes.append((told["standings"], among))
        if not self._values_are_posted:
            notes.append((["customer_value"], "a predicted value rests on everybody's purchases"))
        used = trained | {"customer_value"}
        found = [(tuple(one for one in inputs if one in used), why) for inputs, why in notes]
        moved = f"scored as of {day}, not of the release's {self._cutoff.as_of}"
        later = [InputNote((), moved)] if day != self._cutoff.as_of else []
        return [InputNote(inputs, why) for inputs, why in found if inputs] + later

    @property
    def _values_are_posted(self) -> bool:
        return bool(self._told["value"]["source"] != "predicted")

    def _load(self, batch: Sequence[Posted], day: date) -> None:
        if day != self._looks_back_from:
            self._set_dates(day)
            self._looks_back_from = day
        silver = self._told["schemas"]["silver"]
        for entity in ENTITIES:
            self._models.replace(
                silver,
                f"base_{entity}",
                table_of(entity, batch, shapes=self._shapes),
                expressions=self._capped(entity),
            )

    def _set_dates(self, day: date) -> None:
        moved = day - self._cutoff.as_of
        cutoff = {
            "as_of": _midnight(day),
            "outcome_from": _midnight(self._cutoff.outcome_from + moved),
            "outcome_to": _midnight(self._cutoff.outcome_to + moved),
            "role": "score",
            "is_closed": False,
        }
        ops = self._told["schemas"]["ops"]
        self._models.replace(ops, "cutoffs", pa.Table.from_pylist([cutoff]))
        context = {"run_id": "posted", "run_started_at": _midnight(day), "as_of": _midnight(day)}
        self._models.replace(ops, "run_context", pa.Table.from_pylist([context]))

    def _capped(self, entity: str) -> dict[str, str]:
        """Numbers within the bounds of the project file, what was posted beside them."""
        found = {}
        for name, cap in (self._told["caps"].get(entity) or {}).items():
            value = f'cast("{name}" as decimal(18, 4))'
            found[f"{name}_uncapped"] = value
            low, high = cap.get("least"), cap.get("most")
            bounded = f"greatest({value}, {low})" if low is not None else value
            bounded = f"least({bounded}, {high})" if high is not None else bounded
            found[name] = f'case when "{name}" is not null then {bounded} end'
        return found

    def _opened(self, place: Path) -> ModelsInMemory:
        told, schemas = self._told, self._told["schemas"]
        tables = {(schemas["ops"], name): columns for name, columns in told["ops"].items()}
        for name, columns in (told["posted"] | told["empty"]).items():
            tables[schemas["silver"], f"base_{name}"] = columns
        places = {
            name: pq.read_table(place / f"{name}.parquet")["place"].to_numpy()
            for name in told["standings"]
        }
        return ModelsInMemory(
            [CompiledModel(**one) for one in told["models"]],
            tables={key: columns for key, columns in tables.items() if columns},
            places=places,
            question=_question(told),
        )

    def _probabilities(self) -> np.ndarray:
        found = self._reading.arrow(
            "select churn_probability from customer_scored "
            "where churn_probability is not null order by 1"
        )
        return np.asarray(found["churn_probability"].to_numpy(zero_copy_only=False))

    def _percentiles(self, probability: np.ndarray) -> np.ndarray:
        below = np.searchsorted(self._population, probability, side="right")
        return np.asarray(100 * below / max(len(self._population), 1))


def _question(told: Mapping[str, Any]) -> str:
    """Inputs and value of everybody who is there, and whether churn is asked about them."""
    gold, value = told["schemas"]["gold"], told["value"]
    worth = "cast(null as double)"
    if value["column"] is not None and value["source"] == "spend":
        worth = f'cast(features."{value["column"]}" as double)'
    elif value["column"] is not None and value["source"] == "attribute":
        worth = f'cast(customers."{value["column"]}" as double)'
    asked = "true" if told["churn_kind"] == "labelled" else "labels.customer_id is not null"
    return (
        f"select features.*, {worth} as worth, {asked} as in_population "
        f'from "{gold}"."customer_features" as features '
        f'left join "{gold}"."churn_labels" as labels on '
        "features.customer_id = labels.customer_id and features.as_of = labels.as_of "
        f'left join (select * from "{gold}"."dim_customer" where is_current) as customers '
        "on features.customer_id = customers.customer_id order by features.customer_id"
    )


def _cutoff(told: Mapping[str, Any]) -> Cutoff:
    days = {
        name: date.fromisoformat(told[name]) for name in ("as_of", "outcome_from", "outcome_to")
    }
    return Cutoff(**days, role=told["role"], is_closed=told["is_closed"])


def _on_border(day: date, *, grain: Grain) -> None:
    """A week begins on a Monday, a month on its first."""
    if period_start(day, grain=grain) != day:
        raise DataError(
            f"{day} is not the first day of a {grain}",
            where="as_of",
            hint=f"This project's history is by the {grain}.",
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
