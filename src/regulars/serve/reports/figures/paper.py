"""Sheets to draw on: one size of type, few lines, the colours of the report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STAYED, CHURNED, THIRD, PALE = "#2459c9", "#c2570c", "#12897f", "#98a2b0"
INK, SOFT = "#15191f", "#4d5663"
DPI = 120
_LONGEST = 34


def sheet(
    title: str, *, panels: int, columns: int, panel: tuple[float, float]
) -> tuple[Figure, list[Axes]]:
    """A titled figure with so many panels of (width, height) inches each; unused ones are blank."""
    from matplotlib.figure import Figure

    columns = min(columns, panels)
    rows = -(-panels // columns)
    size = (panel[0] * columns + 0.3, panel[1] * rows + 0.6)
    figure = Figure(figsize=size, facecolor="white")
    figure.suptitle(title, x=0.02, y=1 - 0.16 / size[1], ha="left", va="top", color=INK, size=14)
    found = [figure.add_subplot(rows, columns, at + 1) for at in range(panels)]
    for axes in found:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8, colors=SOFT)
    return figure, found


def say(axes: Axes, title: str, *, most: int = 80) -> None:
    """Name a panel, in at most so many signs."""
    axes.set_title(shorter(title, most), loc="left", size=9.5, color=INK)


def rows_of_bars(
    axes: Axes, names: Sequence[str], values: Sequence[float], *, texts: Sequence[str], colour: str
) -> None:
    """Horizontal bars from the top down, each with its value written at its end."""
    places = list(range(len(names)))
    axes.barh(places, values, color=colour, height=0.62)
    axes.set_yticks(places, [shorter(name, _LONGEST) for name in names])
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    most = max([*values, 0.0]) or 1.0
    axes.set_xlim(min([*values, 0.0]), most * 1.25)
    for place, value, text in zip(places, values, texts, strict=True):
        at = max(value, 0.0) + most * 0.015
        said = axes.text(at, place, text, va="center", size=8, color=SOFT)
        said.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8})


def shorter(text: str, most: int) -> str:
    """A text of at most so many signs; markup of the drawing library is plain text here."""
    plain = text.replace("$", r"\$")
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def save(figure: Figure, path: Path, *, left: float = 0.08) -> None:
    """Write a figure as PNG; the same figure gives the same bytes."""
    height = figure.get_size_inches()[1]
    figure.subplots_adjust(
        left=left,
        right=0.97,
        top=1 - 0.85 / height,
        bottom=0.55 / height,
        hspace=0.5,
        wspace=0.22 if left < 0.12 else 0.5,
    )
    write(figure, path)


def write(figure: Figure, path: Path) -> None:
    """The same for a figure whose margins are set."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(DPI)
    FigureCanvasAgg(figure)
    figure.savefig(
        path, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3}
    )
