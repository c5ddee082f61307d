"""Write the figures of `all.py` into docs/performance.md, between two marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from measuring import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- figures: written by `make bench-all` -->"
END = "<!-- end of the figures -->"
HEAD = (
    "| what | yardstick | ours: CPU s | wall s | peak MB | yardstick: CPU s | wall s | peak MB "
    "| measured | goal | |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
)


def line_text(line: dict[str, Any]) -> str:
    """A line for the terminal."""
    theirs = f" beside {line['yardstick']}" if line["yardstick"] else ""
    note = f"; {line['note']}" if line["note"] else ""
    return f"{line['what']}{theirs}: {_value(line)}, goal {_goal(line)}, {_verdict(line)}{note}"


def write_page(results: Sequence[dict[str, Any]]) -> None:
    """Replace what stands between the marks of the page."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{figures(results)}\n\n{END}{after}", "utf-8")


def figures(results: Sequence[dict[str, Any]]) -> str:
    """The table of all lines, then what was missed, skipped or failed."""
    lines = [line for result in results for line in result["lines"]]
    parts = [_measured_where(results), HEAD + "".join(f"\n{_row(line)}" for line in lines)]
    missed = [line for line in lines if line["value"] > line["goal"]]
    if missed:
        parts.append("Missed:")
        parts.append("\n".join(f"- {line['what']}: {_missed(line)}" for line in missed))
    lacks = [result for result in results if result["lack"]]
    if lacks:
        parts.append("Not measured:")
        parts.append(
            "\n".join(f"- `{each['row']}` ({each['kind']}): {each['lack'][:300]}" for each in lacks)
        )
    return "\n\n".join(parts)


def _measured_where(results: Sequence[dict[str, Any]]) -> str:
    days = sorted({result["at"] for result in results})
    machines = " and ".join(sorted({result["machine"] for result in results}))
    loads = [result["load"] for result in results]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return (
        f"`make bench-all` on {machines}, {when}; load average at the end of a row "
        f"{min(loads):g} to {max(loads):g}. `python benchmarks/all.py --only ROW` measures one row "
        f"again ({', '.join(result['row'] for result in results)})."
    )


def _row(line: dict[str, Any]) -> str:
    cells = [
        line["what"], line["yardstick"] or "–", *_cost(line["ours"]), *_cost(line["theirs"]),
        _value(line), _goal(line), _verdict(line),
    ]  # fmt: skip
    note = f"<br><small>{line['note']}</small>" if line["note"] else ""
    return "| " + " | ".join([cells[0] + note, *cells[1:]]) + " |"


def _cost(cost: dict[str, float] | None) -> tuple[str, str, str]:
    if cost is None:
        return ("–", "–", "–")
    memory = f"{cost['peak_mb']:,.0f}" if cost["peak_mb"] else "–"
    return (_seconds(cost["cpu"]), _seconds(cost["wall"]), memory)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f}" if seconds >= 1 else f"{seconds:.4f}"


def _value(line: dict[str, Any]) -> str:
    return f"{line['value']:.2f} {line['unit']}".rstrip()


def _goal(line: dict[str, Any]) -> str:
    return f"{line['goal']:g} {line['unit']}".rstrip()


def _verdict(line: dict[str, Any]) -> str:
    return "reached" if line["value"] <= line["goal"] else "missed"


def _missed(line: dict[str, Any]) -> str:
    times = line["value"] / line["goal"]
    return f"{_value(line)} instead of {_goal(line)}, {times:.1f} times the goal"
