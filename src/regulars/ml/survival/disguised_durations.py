"""Refuses inputs that are the duration in disguise, such as a total that grows with tenure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from regulars.core.errors import LeakageError, NotEnoughData
from regulars.features.frames import Frame
from regulars.ml.encoding import numbers
from regulars.ml.spans import Floats
from regulars.ml.survival.concordance import concordance
from regulars.ml.survival.durations import Durations

SUSPECT_CONCORDANCE = 0.88
NEAR_PERFECT = 0.98  # explained variance of a logarithm
MIN_SHARE_OF_DURATION = 0.05  # of that variance, explained by the duration and nothing else
MIN_ROWS = 50
MAX_ROWS = 20_000


@dataclass(frozen=True)
class Disguise:
    """An input that restates the duration, and by what it was detected."""

    input_name: str
    reason: str


def find_disguises(frame: Frame, durations: Durations) -> list[Disguise]:
    """Numeric inputs that order customers like the duration, or are a product with it.

    A single input with a concordance above 0.88 either way, or one whose logarithm is nearly a sum
    of the logarithms of the duration and at most one other input (`TotalCharges` = tenure x price).
    """
    columns = {
        name: numbers(frame.inputs[name])
        for name in frame.inputs.column_names
        if frame.kinds[name] == "number"
    }
    disguises = [_by_order(name, values, durations) for name, values in columns.items()]
    disguises += [_by_product(name, columns, durations.age) for name in columns]
    named: dict[str, Disguise] = {}
    for disguise in disguises:
        if disguise is not None:
            named.setdefault(disguise.input_name, disguise)
    return list(named.values())


def refuse_disguises(frame: Frame, durations: Durations, *, accepted: Collection[str] = ()) -> None:
    """Raise LeakageError, with names and reasons, unless every disguise was accepted by name."""
    refused = [d for d in find_disguises(frame, durations) if d.input_name not in accepted]
    if refused:
        raise LeakageError(
            "; ".join(f"{d.input_name}: {d.reason}" for d in refused),
            hint="Drop it, or add a waiver for it (column, by, why) to the project file.",
        )


def _by_order(name: str, values: Floats, durations: Durations) -> Disguise | None:
    known = np.isfinite(values)
    try:
        agreement = concordance(durations.take(known), values[known]) if known.any() else 0.5
    except NotEnoughData:
        return None
    strength = max(agreement, 1 - agreement)
    if strength <= SUSPECT_CONCORDANCE:
        return None
    return Disguise(
        name, f"alone it orders customers like the duration (concordance {strength:.3f})"
    )


def _by_product(name: str, columns: dict[str, Floats], age: Floats) -> Disguise | None:
    rows = slice(None, None, max(1, age.size // MAX_ROWS))
    target, duration = _log(columns[name][rows]), _log(age[rows])
    if _explained(target, duration) <= MIN_SHARE_OF_DURATION:
        return None
    if _explained(target, duration) >= NEAR_PERFECT:
        return Disguise(name, "it grows in step with the duration")
    for other, values in columns.items():
        if other == name:
            continue
        factor = _log(values[rows])
        both = _explained(target, duration, factor)
        if both >= NEAR_PERFECT and both - _explained(target, factor) >= MIN_SHARE_OF_DURATION:
            return Disguise(name, f"it is a product of the duration and {other}")
    return None


def _log(values: Floats) -> Floats:
    """Logarithms, NaN where there is none."""
    logs: Floats = np.log(np.where(values > 0, values, np.nan))
    return logs


def _explained(target: Floats, *factors: Floats) -> float:
    """Share of the target's variance that a linear sum of the factors explains."""
    known = np.isfinite(target) & np.all(np.isfinite(factors), axis=0)
    if np.count_nonzero(known) < max(MIN_ROWS, known.size // 2):
        return 0.0
    centred = [values[known] - values[known].mean() for values in (target, *factors)]
    spread = float(centred[0] @ centred[0])
    if spread <= 0:
        return 0.0
    design = np.column_stack(centred[1:])
    weights, *_ = np.linalg.lstsq(design, centred[0], rcond=None)
    left = centred[0] - design @ weights
    return 1 - float(left @ left) / spread
