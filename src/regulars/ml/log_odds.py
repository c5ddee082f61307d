"""Probabilities and log-odds, kept finite."""

from __future__ import annotations

import numpy as np

CERTAIN = 1e-6


def weighed(columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sum of each row, (n, k) and (k,) to (n,), row by row.

    A matrix product adds up a row in an order that depends on how many rows stand beside it, so a
    customer's score would differ in its last digit from one batch to the next.
    """
    plain = np.ascontiguousarray(columns, dtype=np.float64)
    total: np.ndarray = np.einsum("ij,j->i", plain, np.asarray(weights, dtype=np.float64))
    return total


def log_odds(probability: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), with p kept 1e-6 away from 0 and 1."""
    kept = np.clip(probability, CERTAIN, 1 - CERTAIN)
    odds: np.ndarray = np.log(kept) - np.log1p(-kept)
    return odds


def probability(odds: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-odds)), without overflow."""
    chance: np.ndarray = 0.5 * (1 + np.tanh(0.5 * odds))
    return chance
