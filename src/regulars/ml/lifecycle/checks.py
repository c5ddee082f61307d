"""Named checks of what a churn score is about to learn from; a failed one stops the training."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.errors import DataError
from regulars.features.frames import Frame
from regulars.ml.churn.training_context import MIN_OF_EACH
from regulars.release.evaluation_facts import CheckedRule

MIN_ROWS = 50
CHURN_SHARE = (0.001, 0.98)
MOSTLY_MISSING = 0.95
NEVER_NEGATIVE = ("_days", "_share")


def check_training_data(frame: Frame) -> tuple[CheckedRule, ...]:
    """Rows, churn share, both classes, keys, dates, empty, constant and impossible inputs."""
    return tuple(_checks(frame))


def enforce_checks(checks: tuple[CheckedRule, ...]) -> None:
    """Raise DataError, naming every check that blocks."""
    failed = [check for check in checks if check.blocks and not check.passed]
    if failed:
        findings = "; ".join(f"{check.name}: {check.finding}" for check in failed)
        raise DataError(
            f"nothing is learned from this data: {findings}",
            where="churn training",
            hint="Correct the data or the mapping; other horizons: `regulars advise`.",
        )


def _checks(frame: Frame) -> Iterator[CheckedRule]:
    rows, churned = len(frame), int(frame.outcome.sum())
    stayed = rows - churned
    low, high = CHURN_SHARE
    share = churned / rows if rows else 0.0
    yield _rule("enough rows", rows >= MIN_ROWS, f"{rows:,} rows, {MIN_ROWS} needed")
    yield _rule(
        "churn share", low <= share <= high, f"{share:.2%}, between {low:.1%} and {high:.0%}"
    )
    yield _rule(
        "enough who churned", churned >= MIN_OF_EACH, f"{churned:,} of {MIN_OF_EACH} needed"
    )
    yield _rule("enough who stayed", stayed >= MIN_OF_EACH, f"{stayed:,} of {MIN_OF_EACH} needed")
    twice = rows - frame.keys.group_by(["customer_id", "as_of"]).aggregate([]).num_rows
    yield _rule("one row per customer and date", twice == 0, f"{twice:,} rows too many")
    nameless = sum(int(frame.keys[name].null_count) for name in ("customer_id", "as_of"))
    yield _rule("keys are known", nameless == 0, f"{nameless:,} missing")
    yield from _input_checks(frame)


def _rule(name: str, passed: bool, finding: str, *, blocks: bool = True) -> CheckedRule:
    return CheckedRule(name=name, passed=passed, finding=finding, blocks=blocks)


def _input_checks(frame: Frame) -> Iterator[CheckedRule]:
    rows = max(len(frame), 1)
    empty = [n for n in frame.kinds if frame.inputs[n].null_count / rows > MOSTLY_MISSING]
    usable = [name for name in frame.kinds if name not in empty and _varies(frame.inputs[name])]
    yield _rule("a feature that varies", bool(usable), f"{len(usable)} of {len(frame.kinds)}")
    yield _rule("features are mostly there", not empty, _named(empty) or "all", blocks=False)
    numeric = [name for name, kind in frame.kinds.items() if kind == "number"]
    endless = [name for name in numeric if _has_infinity(frame.inputs[name])]
    yield _rule("numbers are finite", not endless, _named(endless) or "all")
    below = [
        name for name in numeric if name.endswith(NEVER_NEGATIVE) and _least(frame.inputs[name]) < 0
    ]
    yield _rule("days and shares are not negative", not below, _named(below) or "none is")


def _varies(values: pa.ChunkedArray) -> bool:
    return len(pc.unique(pc.drop_null(values))) > 1


def _has_infinity(values: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.is_inf(values.cast(pa.float64()))).as_py())


def _least(values: pa.ChunkedArray) -> float:
    lowest = pc.min(values).as_py()
    return 0.0 if lowest is None else float(lowest)


def _named(names: list[str], *, max_names: int = 5) -> str:
    more = f" and {len(names) - max_names} more" if len(names) > max_names else ""
    return ", ".join(names[:max_names]) + more
