"""Charts: pure functions from facts to Vega-Lite specifications, each chart once.

A specification is a plain dict whose colours are roles (`var(--s1)`). `theme.dressed` gives it a
size and the colours of a theme; `rendering` makes SVG, PNG and the program of a page of it.
"""
