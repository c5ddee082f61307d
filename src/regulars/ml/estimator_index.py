"""What is known of the fitted estimators of a project: their records, and which one is champion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from regulars.core.errors import DataError
from regulars.core.names import nearest
from regulars.features.churn_definition import ChurnDefinition

Status = Literal["candidate", "champion", "retired", "rejected"]
# Why a champion was made one. Only a rollback walks back along the trail of champions.
Cause = Literal["passed_gates", "same_origin", "by_hand", "rolled_back"]
LONGEST_INDEX = 200


@dataclass(frozen=True)
class EstimatorRecord:
    """What is known of one fitted estimator.

    `definition` is the churn definition that it was trained for; None where the first version
    wrote the record and its sentence gives no definition: such an estimator scores nobody.
    `made_from` digests data, code and settings together: equal ones give the same estimator.
    `parameters` are those that a search found, by estimator; the next training takes them over.
    `metrics` are those of what ships, on its test: name -> value, low, high. `features` maps the
    inputs to their kinds. `checks` and `gates` say what was looked at, with a verdict and a reason
    each. `kept` is false once its files were pruned.
    """

    estimator_id: str
    run_id: str
    definition: ChurnDefinition | None
    trained_at: str
    as_of: str
    code_version: str
    made_from: str
    data_fingerprint: str
    code_fingerprint: str
    recipe: str
    shipped: str
    rows: int
    churned: int
    verdict: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    cutoffs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    checks: Sequence[Mapping[str, Any]] = ()
    gates: Sequence[Mapping[str, Any]] = ()
    status: Status = "candidate"
    because: str = ""
    kept: bool = True

    @property
    def kind(self) -> str | None:
        """The kind of churn."""
        return None if self.definition is None else self.definition.kind

    @property
    def definition_key(self) -> str:
        """The identity of its churn definition; empty where that is unknown."""
        return "" if self.definition is None else self.definition.key

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> EstimatorRecord:
        """A record from its JSON."""
        definition = stored["definition"]
        return cls(**{**stored, "definition": definition and ChurnDefinition(**definition)})

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    def metric(self, name: str) -> float | None:
        """A figure of the test; None where it is not defined."""
        return (self.metrics.get(name) or {}).get("value")


@dataclass(frozen=True)
class Promotion:
    """A change of the champion: which one came, which one went, when and why (`why` for people)."""

    estimator_id: str
    before: str | None
    at: str
    why: str
    cause: Cause = "passed_gates"

    @property
    def by_hand(self) -> bool:
        """True where a person chose it."""
        return self.cause in ("by_hand", "rolled_back")


@dataclass(frozen=True)
class Index:
    """The champion, every known estimator (oldest first) and how champions followed each other."""

    champion: str | None = None
    estimators: tuple[EstimatorRecord, ...] = ()
    promotions: tuple[Promotion, ...] = ()

    def record(self, estimator_id: str) -> EstimatorRecord:
        """The record of an estimator. Raises DataError for an unknown id."""
        for estimator in self.estimators:
            if estimator.estimator_id == estimator_id:
                return estimator
        near = nearest(estimator_id, [estimator.estimator_id for estimator in self.estimators])
        raise DataError(
            f"there is no estimator '{estimator_id}'"
            + (f"; did you mean '{near}'?" if near else ""),
            hint="`regulars churn history` lists them.",
        )

    @property
    def champion_record(self) -> EstimatorRecord | None:
        """The record of the champion; None without one."""
        return self.record(self.champion) if self.champion else None

    def with_record(self, record: EstimatorRecord) -> Index:
        """The same index with this record, new or changed."""
        estimators = [
            estimator
            for estimator in self.estimators
            if estimator.estimator_id != record.estimator_id
        ]
        at = next(
            (
                n
                for n, estimator in enumerate(self.estimators)
                if estimator.estimator_id == record.estimator_id
            ),
            len(estimators),
        )
        estimators.insert(at, record)
        return replace(self, estimators=tuple(estimators[-LONGEST_INDEX:]))

    def promoted(self, estimator_id: str, *, at: str, why: str, cause: Cause) -> Index:
        """The same index with another champion; the one before retires."""
        index = self
        before = self.champion
        if before is not None and before != estimator_id:
            old = self.record(before)
            index = index.with_record(
                replace(old, status="retired", because=f"replaced by {estimator_id}")
            )
        new = replace(self.record(estimator_id), status="champion", because=why)
        step = Promotion(estimator_id, before, at, why, cause)
        return replace(
            index.with_record(new),
            champion=estimator_id,
            promotions=(*index.promotions, step)[-LONGEST_INDEX:],
        )
