"""Counts with their nouns."""

from __future__ import annotations


def several(number: float, noun: str, nouns: str | None = None) -> str:
    """`1 customer`, `4,338 customers`."""
    return f"{number:,.0f} {noun if round(number) == 1 else nouns or noun + 's'}"
