"""Colours that can be told apart in light and dark, also by those who see fewer of them.

Each stands out at 3 to 1 or more from a white and from a black page, and nothing is said by colour
alone: bars carry their values, lines have different dashes, and risks are written out.
"""

from __future__ import annotations

BLUE, ORANGE, TEAL, GREY = "#4a7de0", "#d2691e", "#16998b", "#818b99"
PINK, OLIVE, VIOLET = "#c2559d", "#8a8a1c", "#8a6fd8"
SERIES = (BLUE, ORANGE, TEAL, VIOLET, PINK, OLIVE, GREY)
RISKS = {"High": "#d6453d", "Medium": "#c07f12", "Low": TEAL, "Not Scored": GREY}
FROM_LOW_TO_HIGH = ("#9db8ee", "#8a7fc0", "#c2410c")
FROM_FEW_TO_MANY = ("#dbe6fb", "#1d4fb8")
EVENTS = {
    "Purchase": BLUE, "Refund": ORANGE, "Not counted": GREY, "Service contact": TEAL,
    "Campaign": VIOLET,
}  # fmt: skip
