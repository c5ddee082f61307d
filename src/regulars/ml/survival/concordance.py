"""Concordance: how often, of two customers, the one with the higher risk ended first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from regulars.core.errors import NotEnoughData
from regulars.ml.spans import Floats
from regulars.ml.survival.durations import Durations

_Ints = NDArray[np.int64]


def concordance(durations: Durations, risk: Floats) -> float:
    """Harrell's C of a risk score (n,): 1 is a perfect order of ends, 0.5 chance, ties half.

    A pair counts when one customer's end was observed and the other was still there at that age.
    Entry ages play no part. Raises NotEnoughData without such a pair.
    """
    age, ended = durations.age, durations.ended
    # longest first; at the same age those who ended come first, so that the others precede ...
    order = np.lexsort((ended, -age))
    age, ended = age[order], ended[order]
    _, rank = np.unique(risk[order], return_inverse=True)
    rank = rank.astype(np.int64)
    # ... each end with exactly the customers who outlived it
    longer = np.searchsorted(-age, -age, side="left")
    censored_at = np.concatenate(([0], np.cumsum(~ended)))
    same_age_end = np.searchsorted(-age, -age, side="right")
    longer = longer + censored_at[same_age_end] - censored_at[longer]
    at = np.flatnonzero(ended & (longer > 0))
    pairs = int(longer[at].sum())
    if pairs == 0:
        raise NotEnoughData("no pair of customers of whom one is known to have ended first")
    below = _smaller_in_prefix(rank, longer[at], rank[at])
    up_to = _smaller_in_prefix(rank, longer[at], rank[at] + 1)
    return float((below.sum() + 0.5 * (up_to - below).sum()) / pairs)


def _smaller_in_prefix(values: _Ints, length: _Ints, limit: _Ints) -> _Ints:
    """For each query, how many of `values[:length]` are below `limit`: n log n, bit by bit.

    A wavelet matrix: each pass splits by one bit, zeros first, and follows every query's range.
    """
    start, stop, smaller = np.zeros_like(length), length.copy(), np.zeros_like(length)
    top = int(max(values.max(initial=0), limit.max(initial=0))).bit_length()
    for bit in range(top - 1, -1, -1):
        is_set = (values >> bit) & 1 == 1
        zeros = np.concatenate(([0], np.cumsum(~is_set)))
        first_set = zeros[-1]
        zeros_start, zeros_stop = zeros[start], zeros[stop]
        goes_right = (limit >> bit) & 1 == 1
        smaller += np.where(goes_right, zeros_stop - zeros_start, 0)
        start = np.where(goes_right, first_set + start - zeros_start, zeros_start)
        stop = np.where(goes_right, first_set + stop - zeros_stop, zeros_stop)
        values = np.concatenate((values[~is_set], values[is_set]))
    return smaller
