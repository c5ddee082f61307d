"""What must be read beside every figure of the churn score: waivers, and a suspected leak."""

from __future__ import annotations

from regulars.insights.release_reading import Reading
from regulars.release.score_cautions import ScoreCaution, cautions_of


def score_cautions(reading: Reading) -> tuple[ScoreCaution, ...]:
    """The cautions of the score in use, each with its sentence; every surface prints them all."""
    return cautions_of(reading.churn) if reading.churn else ()


def caution_sentences(reading: Reading) -> tuple[str, ...]:
    """The same as sentences."""
    return tuple(caution.sentence for caution in score_cautions(reading))


def caution_mark(cautions: tuple[ScoreCaution, ...]) -> str:
    """A few words for a figure with no room for a sentence; empty without a caution."""
    kinds = {caution.kind for caution in cautions}
    words = {"suspicion": "a leak is suspected", "waiver": "rests on a waiver"}
    return "; ".join(text for kind, text in words.items() if kind in kinds)
