"""Why customers have their scores: the strongest groups of inputs, in numbers and in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, partial
from itertools import pairwise
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.features.frames import Frame
from regulars.ml.churn.grouping import Grouped, grouped
from regulars.ml.churn.problem import ChurnProblem
from regulars.ml.estimators.ablation import Ordinary
from regulars.ml.estimators.protocol import Contributions
from regulars.ml.log_odds import log_odds, probability

# Below this effect in log-odds a score of 50 moves by about one point: too little to show.
SMALL = 0.05
REASON = pa.struct(
    [
        ("group", pa.string()),
        ("effect", pa.float64()),
        ("points", pa.float64()),
        ("input", pa.string()),
        ("value", pa.string()),
        ("ordinary", pa.string()),
        ("actionable", pa.bool_()),
    ]
)


class Explains(Protocol):
    """An estimator that can say what its inputs add."""

    def predict(self, frame: Frame) -> np.ndarray:
        """Probabilities, shape (n,)."""
        ...

    def contributions(self, frame: Frame) -> Contributions:
        """What each input adds to the log-odds."""
        ...


@dataclass(frozen=True)
class Reasons:
    """The strongest groups of each row, strongest first; every array has shape (n, reasons).

    `effect` is in log-odds (above 0 raises the risk), `points` how far the score of 100 would move
    back if the group said nothing. `input` is the group's strongest input with its `value` and
    what is `ordinary`, as text. Effects too small to mention are not `kept`.
    """

    group: np.ndarray
    effect: np.ndarray
    points: np.ndarray
    input: np.ndarray
    value: np.ndarray
    ordinary: np.ndarray
    actionable: np.ndarray

    @property
    def kept(self) -> np.ndarray:
        """Which reasons are large enough to show."""
        return np.asarray(np.abs(self.effect) >= SMALL)

    def to_arrow(self) -> pa.ListArray:
        """The kept reasons of each row, a list of `REASON` structs, strongest first."""
        kept = self.kept
        columns = {
            "group": self.group,
            "effect": self.effect,
            "points": self.points,
            "input": self.input,
            "value": self.value,
            "ordinary": self.ordinary,
            "actionable": self.actionable,
        }
        structs = pa.StructArray.from_arrays(
            [pa.array(columns[field.name][kept], field.type) for field in REASON],
            fields=list(REASON),
        )
        ends = np.cumsum(kept.sum(axis=1))
        return pa.ListArray.from_arrays(pa.array(np.r_[0, ends], pa.int32()), structs)

    def sentences(self, score: np.ndarray, *, words_for: Mapping[str, str]) -> pa.Array:
        """One sentence per row; `score` is 0 to 100, shape (n,)."""
        # Inputs are called what the catalogue calls them, so that reasons and reference agree.
        spoken = _mapped(self.input, lambda name: words_for.get(name, name.replace("_", " ")))
        # A value as usual needs no comparison; the direction alone says why it is named.
        usual = np.where(self.value == self.ordinary, "", ", usually " + self.ordinary)
        parts = spoken + " (" + self.value + usual + ")"
        up = _joined(parts, self.kept & (self.effect > 0), " and ")
        down = _joined(parts, self.kept & (self.effect < 0), " and ")
        raised = np.where(up == "", "", ", raised by " + up)
        lowered = np.where(down == "", "", ", lowered by " + down)
        silent = (raised == "") & (lowered == "")
        nothing = np.where(silent, ": nothing stands out", "")
        text = "Risk " + _number(score, "%.0f") + " of 100" + raised + lowered + nothing + "."
        return pa.array(text, pa.string())


def reasons(
    problem: ChurnProblem,
    estimator: Explains,
    frame: Frame,
    *,
    ordinary: Ordinary,
    max_reasons: int = 3,
) -> Reasons:
    """The strongest `max_reasons` reasons of each row of the frame."""
    contributions = grouped(problem, estimator.contributions(frame))
    top = strongest_effects(contributions.values, max_reasons)
    effect = np.take_along_axis(contributions.values, top, axis=1)
    leading = np.take_along_axis(contributions.leading_inputs(), top, axis=1)
    # An empty name at the end, so that an estimator without inputs has something to point at.
    names = np.array([*contributions.inner.inputs, ""], dtype=object)
    usual = [shown(ordinary.values.get(name)) for name in contributions.inner.inputs]
    # Points of the score and not log-odds: the same effect means less near 0 and 100.
    odds = contributions.odds[:, None]
    groups = np.array([*contributions.groups, ""], dtype=object)
    doable = np.array([group in problem.actionable for group in contributions.groups] + [False])
    return Reasons(
        group=groups[top],
        effect=effect,
        points=100 * (probability(odds) - probability(odds - effect)),
        input=names[leading],
        value=_values(frame, names, leading),
        ordinary=np.array([*usual, ""], dtype=object)[leading],
        actionable=doable[top],
    )


def strongest_effects(values: np.ndarray, max_reasons: int) -> np.ndarray:
    """Places of the strongest effects of each row, strongest first, shape (n, max_reasons).

    By size whatever the sign, for what lowers a risk explains a score as well; but where all of
    them lower it, the strongest that raises it takes the last place: it is why to contact.
    """
    top = np.argsort(-np.abs(values), axis=1, kind="stable")[:, :max_reasons]
    if not top.shape[1]:
        return top
    chosen = np.take_along_axis(values, top, axis=1)
    raising = np.argmax(values, axis=1)
    highest = np.take_along_axis(values, raising[:, None], axis=1)[:, 0]
    is_missing = (chosen <= 0).all(axis=1) & (highest >= SMALL)
    top[is_missing, -1] = raising[is_missing]
    return top


def reasons_json(reasons: pa.ListArray) -> pa.Array:
    """A list of `REASON` structs as JSON text per row; effects with 4 decimals, points with 1.

    The decimals are part of a published table: a plain JSON encoder would drop their zeros.
    """
    quoted = cache(partial(json.dumps, ensure_ascii=False))
    objects = [
        f'{{"group": {quoted(reason["group"])}, "effect": {reason["effect"]:.4f}, '
        f'"points": {reason["points"]:.1f}, "input": {quoted(reason["input"])}, '
        f'"value": {quoted(reason["value"])}, "ordinary": {quoted(reason["ordinary"])}, '
        f'"actionable": {"true" if reason["actionable"] else "false"}}}'
        for reason in reasons.flatten().to_pylist()
    ]
    ends = reasons.offsets.to_pylist()
    rows = (objects[start:end] for start, end in pairwise(ends))
    return pa.array([f"[{', '.join(row)}]" for row in rows], pa.string())


def moves_as_stated(
    problem: ChurnProblem,
    estimator: Explains,
    frame: Frame,
    *,
    background: Frame,
    draws: int = 10,
    seed: int = 0,
) -> np.ndarray:
    """Check by re-scoring: without the top group, does the score move as stated?

    Boolean, shape (n,): true where the score falls (rises) once the inputs of a group said to
    raise (lower) it are taken from other customers of `background`, on average over `draws`.
    """
    contributions = grouped(problem, estimator.contributions(frame))
    top = np.argmax(np.abs(contributions.values), axis=1)
    before = log_odds(estimator.predict(frame))
    random = np.random.default_rng(seed)
    agrees = np.ones(len(frame), dtype=bool)
    for group in np.unique(top):
        rows = top == group
        part, names = frame.take(rows), contributions.inputs_of(int(group))
        # Values of other customers and not a mean: a mean customer exists nowhere.
        donors = [random.integers(0, len(background), size=len(part)) for _ in range(draws)]
        after = [
            log_odds(estimator.predict(_borrowed(part, background.take(each), names)))
            for each in donors
        ]
        moved = before[rows] - np.mean(after, axis=0)
        # Equal signs agree; a group that does nothing cannot be wrong.
        agrees[rows] = moved * contributions.values[rows, group] >= 0
    return agrees


def _borrowed(frame: Frame, donors: Frame, names: tuple[str, ...]) -> Frame:
    inputs = frame.inputs
    for name in names:
        inputs = inputs.set_column(inputs.column_names.index(name), name, donors.inputs[name])
    return replace(frame, inputs=inputs)


def top_groups(found: Grouped) -> np.ndarray:
    """Name of each row's strongest group, shape (n,)."""
    names = np.array(found.groups, dtype=object)
    return np.asarray(names[np.argmax(np.abs(found.values), axis=1)])


def shown(value: object) -> str:
    """A value as a person reads it: `1,234`, `0.125`, `yes`, `none`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int | Decimal):
        number = float(value)
        return f"{number:,.0f}" if abs(number) >= 100 or number % 1 == 0 else f"{number:.3g}"
    return str(value)


def _values(frame: Frame, names: np.ndarray, leading: np.ndarray) -> np.ndarray:
    """The text of each leading input's value, shape of `leading`."""
    texts = np.full(leading.shape, "", dtype=object)
    for at in np.unique(leading):
        column = frame.inputs[names[at]]
        rows, reason = np.nonzero(leading == at)
        texts[rows, reason] = _column_texts(column.take(pa.array(rows)))
    return texts


def _column_texts(column: pa.ChunkedArray) -> np.ndarray:
    # Each distinct value is worded once: millions of rows have few of them.
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column, null_encoding="encode")
    whole = column.combine_chunks()
    texts = np.array([shown(value) for value in whole.dictionary.to_pylist()] + ["none"], object)
    return np.asarray(texts[pc.fill_null(whole.indices, len(texts) - 1).to_numpy()])


def _joined(parts: np.ndarray, kept: np.ndarray, between: str) -> np.ndarray:
    """The kept parts of each row, joined; shape (n,), object."""
    text = np.full(len(parts), "", dtype=object)
    for column in range(parts.shape[1]):
        glue = np.where(text == "", "", between).astype(object)
        text = np.where(kept[:, column], text + glue + parts[:, column], text)
    return text


def _number(values: np.ndarray, pattern: str) -> np.ndarray:
    return np.char.mod(pattern, values).astype(object)


def _mapped(texts: np.ndarray, change: Callable[[str], str]) -> np.ndarray:
    # The same for names: words are looked up per input, not per customer.
    distinct, at = np.unique(texts.astype(str), return_inverse=True)
    changed = np.array([change(text) for text in distinct.tolist()], dtype=object)
    return np.asarray(changed[at].reshape(texts.shape) if len(distinct) else texts)
