"""Probabilities and log-odds, kept finite."""

from __future__ import annotations

import numpy as np

CERTAIN = 1e-6


def log_odds(probability: np.ndarray) -> np.ndarray:
    """log(p / (1 - p)), with p kept 1e-6 away from 0 and 1."""
    kept = np.clip(probability, CERTAIN, 1 - CERTAIN)
    odds: np.ndarray = np.log(kept) - np.log1p(-kept)
    return odds


def probability(odds: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-odds)), without overflow."""
    chance: np.ndarray = 0.5 * (1 + np.tanh(0.5 * odds))
    return chance
