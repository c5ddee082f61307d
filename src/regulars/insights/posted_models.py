"""The models of a release in memory, ready for rows that are handed in.

The release holds the compiled SQL of its run; here it stands over empty tables, which are filled
with the rows of a request, and answers with the inputs of everybody who is in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.insights.exact import quoted
from regulars.insights.posted_rows import EVENTS, Posted, Shapes, table_of
from regulars.release.scoring_bundle import NumberBounds, ScoringBundle
from regulars.warehouse.engines.duckdb_models import ModelsInMemory

ENTITIES = ("customers", *EVENTS)


class PostedModels:
    """Inputs, value and population of posted customers, by the SQL of one release.

    `folder` holds the sorted values of features that compare customers. One thread at a time.
    """

    def __init__(self, bundle: ScoringBundle, *, folder: Path, shapes: Shapes) -> None:
        self._bundle = bundle
        self._shapes = shapes
        self._looks_back_from: date | None = None
        self._models = _opened(bundle, folder)

    def answer(self, batch: Sequence[Posted], *, as_of: date) -> pa.Table:
        """One row per posted customer: features, `posted_value` and `in_population`."""
        if as_of != self._looks_back_from:
            self._set_dates(as_of)
            self._looks_back_from = as_of
        for entity in ENTITIES:
            self._models.replace(
                self._bundle.schemas.silver,
                f"{self._bundle.staged_as}{entity}",
                table_of(entity, batch, shapes=self._shapes),
                expressions=_capped(self._bundle.caps.get(entity) or {}),
            )
        return self._models.answer()

    def _set_dates(self, day: date) -> None:
        """The cutoff and its outcome window, as far away from `day` as in the release."""
        released, ops = self._bundle.cutoff, self._bundle.schemas.ops
        shift = day - released.as_of
        cutoff = {
            "as_of": _midnight(day),
            "outcome_from": _midnight(released.outcome_from + shift),
            "outcome_to": _midnight(released.outcome_to + shift),
            "role": "score",
            "is_closed": False,
        }
        self._models.replace(ops, "cutoffs", pa.Table.from_pylist([cutoff]))
        context = {"run_id": "posted", "run_started_at": _midnight(day), "as_of": _midnight(day)}
        self._models.replace(ops, "run_context", pa.Table.from_pylist([context]))


def _opened(bundle: ScoringBundle, folder: Path) -> ModelsInMemory:
    schemas = bundle.schemas
    tables = {(schemas.ops, name): columns for name, columns in bundle.ops_tables.items()}
    for entity, columns in (bundle.posted_columns | bundle.empty_tables).items():
        tables[schemas.silver, f"{bundle.staged_as}{entity}"] = columns
    places = {
        name: pq.read_table(folder / f"{name}.parquet")["place"].to_numpy()
        for name in bundle.standings
    }
    return ModelsInMemory(
        bundle.models,
        tables={key: columns for key, columns in tables.items() if columns},
        places=places,
        question=_question(bundle),
    )


def _capped(caps: dict[str, NumberBounds]) -> dict[str, str]:
    """Numbers within the bounds of the project file, what was posted beside them."""
    expressions = {}
    for name, bounds in caps.items():
        value = f"cast({quoted(name)} as decimal(18, 4))"
        expressions[f"{name}_uncapped"] = value
        bounded = value if bounds.min is None else f"greatest({value}, {bounds.min})"
        bounded = bounded if bounds.max is None else f"least({bounded}, {bounds.max})"
        # greatest and least skip a missing value, which must stay missing
        expressions[name] = f"case when {quoted(name)} is not null then {bounded} end"
    return expressions


def _question(bundle: ScoringBundle) -> str:
    """Inputs and value of everybody who is there, and whether they are eligible for a score."""
    gold, value = bundle.schemas.gold, bundle.value
    value_if_stays = "cast(null as double)"
    if value.column is not None:
        owner = "features" if value.source == "spend" else "customers"
        column = f"cast({owner}.{quoted(value.column)} as double)"
        value_if_stays = f"case when {column} < 0 then 0 else {value.times} * {column} end"
    # nobody posts a label, so for that kind everybody who has not left may be scored
    eligible = "(customers.left_at is null or customers.left_at >= features.as_of)"
    if bundle.churn_kind != "labelled":
        eligible += " and labels.customer_id is not null"
    return (
        f"select features.*, {value_if_stays} as posted_value, {eligible} as in_population "
        f'from "{gold}"."customer_features" as features '
        f'left join "{gold}"."churn_labels" as labels on '
        "features.customer_id = labels.customer_id and features.as_of = labels.as_of "
        f'left join (select * from "{gold}"."dim_customer" where is_current) as customers '
        "on features.customer_id = customers.customer_id order by features.customer_id"
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
