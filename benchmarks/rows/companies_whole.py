"""The rows of whole companies on their real files: airline, telco, retail; and how a run starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from companies import files_of, project_of
from measuring import Cost, Line, absolute, plain, profiled, ratio, regulars

ROUNDS = 5
_LEARNING = ("features", "train", "value", "score")


def airline(scale: float, place: Path) -> Iterator[Line]:
    """Features, training, values and scores at many dates, beside one fit on the whole history."""
    folder = project_of("airline", place, scale=scale)
    _, steps = profiled(folder=folder)
    ours = _sum(steps, _LEARNING)
    theirs, _ = plain("churn_script.py", "airline", files_of("airline", place, scale=scale))
    yield ratio(
        "Airline, features to scores", ours, theirs, beside="pandas, one leaky fit", goal=3.0
    )


def telco(scale: float, place: Path) -> Iterator[Line]:
    """The whole run beside one fit on the columns as they are."""
    folder = project_of("telco", place, scale=scale)
    ours, _ = profiled(folder=folder)
    theirs, _ = plain("churn_script.py", "telco", files_of("telco", place, scale=scale))
    yield ratio("Telco, everything", ours, theirs, beside="pandas, one XGBoost fit", goal=1.5)


def retail(scale: float, place: Path) -> Iterator[Line]:
    """From files to the report: `init` and `run`, and `init` and `run --quick`."""
    files = files_of("retail", place, scale=scale)
    for words, goal in ((("--quick",), 8.0), ((), 20.0)):
        folder = place / f"retail{'-'.join(words)}"
        folder.mkdir()
        began = regulars("init", str(files), "--no-input", folder=folder)
        ran = regulars("run", *words, folder=folder)
        name = " ".join(("Retail, init and run", *words))
        yield absolute(name, began + ran, goal=goal, note=f"init {began.cpu:.1f} s CPU")


def start(scale: float, place: Path) -> Iterator[Line]:
    """What a run costs in any case: a small company anew, nothing new, and the help."""
    from regulars.ingest.recipes import recipe_text
    from regulars.synthetic import generate

    folder = place / "small"
    folder.mkdir()
    (folder / "regulars.yaml").write_text(recipe_text("telco"), "utf-8")
    generate("telco", folder / "data", seed=42, customers=max(int(500 * scale), 100))
    regulars("run", folder=folder)
    (folder / "data" / "changed.txt").write_text("no source reads this", "utf-8")
    again = [regulars("run", folder=folder) for _ in range(ROUNDS)]
    helped = [regulars("--help", folder=folder) for _ in range(ROUNDS)]
    forced = regulars("run", "--quick", "--force", folder=folder)
    yield absolute("Fixed part: a small company without training", forced, goal=6.0)
    yield absolute("A run with nothing changed", _quickest(again), goal=0.5, by="wall")
    yield absolute("regulars --help", _quickest(helped), goal=0.3, by="wall")


def _quickest(costs: list[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.wall)


def _sum(steps: dict[str, Cost], names: tuple[str, ...]) -> Cost:
    total = Cost(0.0, 0.0, 0.0)
    for name in names:
        total += steps[name]
    return total
