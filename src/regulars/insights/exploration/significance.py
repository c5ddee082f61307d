"""Which differences between those who churned and those who stayed are more than chance?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from regulars.insights.exploration.categories import CategorySummary
from regulars.insights.exploration.numbers import Group, NumberSummary

LEVEL = 0.05
_SMALL_CELL = 5.0
_MOST_SMALL = 0.2
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """One test of one input against the outcome.

    `test` is "chi-square" (of a category) or "Welch t" (of a number); `effect` its size, Cramér's V
    (0 to 1) or Cohen's d (in pooled standard deviations; positive: higher among those who churned).
    `q` is p corrected for the number of tests (Benjamini-Hochberg). `caution` says where the test
    stands on weak feet. `difference` is the difference of the means, of numbers only.
    """

    name: str
    words: str
    test: str
    statistic: float
    degrees: float
    p: float
    q: float
    effect: float
    strength: str
    difference: float | None = None
    caution: str = ""

    @property
    def is_significant(self) -> bool:
        """Whether it would be found by chance in fewer than 5 of 100 such discoveries."""
        return self.q < LEVEL


@dataclass(frozen=True)
class Significance:
    """All tests, the smallest p first; `left_out` says by name why an input was not tested."""

    tests: tuple[Comparison, ...]
    left_out: dict[str, str]

    @property
    def significant(self) -> tuple[Comparison, ...]:
        """Tests that hold after the correction."""
        return tuple(test for test in self.tests if test.is_significant)

    def strongest(self, limit: int) -> tuple[Comparison, ...]:
        """Those that hold, by the size of their effect in words, then by p."""
        order = {word: at for at, (_, word) in enumerate(reversed(_D))}
        ordered = sorted(
            self.significant, key=lambda test: (order[test.strength], test.p, test.name)
        )
        return tuple(ordered[:limit])


def significance(
    numbers: Sequence[NumberSummary], categories: Sequence[CategorySummary]
) -> Significance:
    """Test every input; the groups are known from the summaries, so no row is read again."""
    left_out: dict[str, str] = {}
    comparisons: list[Comparison] = []
    tested = [(summary.name, welch(summary)) for summary in numbers]
    for name, result in [*tested, *((summary.name, chi_square(summary)) for summary in categories)]:
        if isinstance(result, str):
            left_out[name] = result
        else:
            comparisons.append(result)
    q = benjamini_hochberg(np.array([comparison.p for comparison in comparisons]))
    corrected = [
        replace(comparison, q=float(value))
        for comparison, value in zip(comparisons, q, strict=True)
    ]
    corrected.sort(key=lambda comparison: (comparison.p, -abs(comparison.effect), comparison.name))
    return Significance(tuple(corrected), left_out)


def welch(summary: NumberSummary) -> Comparison | str:
    """Welch's t-test of two means, two-sided; or why there is none.

    `t = (m1 - m2) / sqrt(s1²/n1 + s2²/n2)`, degrees of freedom by Welch and Satterthwaite; Cohen's
    d over the pooled standard deviation.
    """
    from scipy.special import stdtr

    gone, there = summary.churned, summary.stayed
    why = _why_no_welch(gone, there)
    if why:
        return why
    assert gone.mean is not None
    assert gone.deviation is not None
    assert there.mean is not None
    assert there.deviation is not None
    difference = gone.mean - there.mean
    parts = gone.deviation**2 / gone.n, there.deviation**2 / there.n
    error = math.sqrt(sum(parts))
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / (gone.n - 1) + parts[1] ** 2 / (there.n - 1))
    pooled = math.sqrt(
        ((gone.n - 1) * gone.deviation**2 + (there.n - 1) * there.deviation**2)
        / (gone.n + there.n - 2)
    )
    t = difference / error
    return Comparison(
        name=summary.name,
        words=summary.words,
        test="Welch t",
        statistic=t,
        degrees=degrees,
        p=float(2 * stdtr(degrees, -abs(t))),
        q=1.0,
        effect=difference / pooled,
        strength=_strength(abs(difference / pooled), _D),
        difference=difference,
        caution="fewer than 30 in a group" if min(gone.n, there.n) < 30 else "",
    )


def _why_no_welch(gone: Group, there: Group) -> str:
    if min(gone.n, there.n) < 2:
        return "fewer than two customers in a group have it"
    if not (gone.deviation or 0.0) and not (there.deviation or 0.0):
        return "it does not vary within the groups"
    return ""


def chi_square(summary: CategorySummary) -> Comparison | str:
    """Pearson's chi-square of independence, a missing value counting as a value; or why not.

    No continuity correction. Cramér's V is `sqrt(chi² / (n (min(rows, columns) - 1)))`.
    """
    from scipy.special import chdtrc

    if not summary.is_whole:
        return f"it has {summary.distinct:,} different values"
    observed = np.array(
        [(level.churned, level.customers - level.churned) for level in summary.levels], float
    )
    if observed.shape[0] < 2:
        return "it has one value only"
    if (observed.sum(axis=0) == 0).any():
        return "one of the two groups is empty"
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    statistic = float(((observed - expected) ** 2 / expected).sum())
    degrees = observed.shape[0] - 1
    effect = math.sqrt(statistic / observed.sum())
    few = float((expected < _SMALL_CELL).mean()) > _MOST_SMALL
    return Comparison(
        name=summary.name,
        words=summary.words,
        test="chi-square",
        statistic=statistic,
        degrees=float(degrees),
        p=float(chdtrc(degrees, statistic)),
        q=1.0,
        effect=effect,
        strength=_strength(effect, _V),
        caution="many expected counts are below 5" if few else "",
    )


def benjamini_hochberg(p: Floats) -> Floats:
    """The share of false discoveries among all with a p this small or smaller: shape (n,).

    Benjamini and Hochberg (1995): `min over j >= i of n p_(j) / j`, at most 1.
    """
    if p.size == 0:
        return p
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(smallest, 1.0)
    return adjusted


# From which size on an effect is called so: Cohen (1988), for d and for V of two columns.
_D = ((0.0, "tiny"), (0.2, "small"), (0.5, "medium"), (0.8, "large"))
_V = ((0.0, "tiny"), (0.1, "small"), (0.3, "medium"), (0.5, "large"))


def _strength(effect: float, words: tuple[tuple[float, str], ...]) -> str:
    return [word for least, word in words if effect >= least][-1]
