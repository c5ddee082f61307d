"""Compare what `regulars init` and a run make of a folder with what is true of it.

A folder is *right* where everything is as in its truth; *usable* where small things differ that
change neither who the customers are, nor what counts, nor what churn is; *asked* where a question
is open, or the run stops with a reason; *wrong* where a company would be published that is not so.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from regulars.core.errors import RegularsError
from regulars.core.names import snake_case
from regulars.core.settings import Project, read_project
from regulars.core.settings.entities import EntityName
from tests.understanding.folders import folders
from tests.understanding.quick_cleaning import cleaned
from tests.understanding.truths import Truth, read_truth
from tests.understanding.writing import Place

Verdict = Literal["right", "usable", "asked", "wrong"]
NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@dataclass
class Score:
    """What became of one folder; `reasons` says why it is not right."""

    name: str
    verdict: Verdict
    reasons: list[str] = field(default_factory=list)
    expected: bool = False

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


@dataclass
class Differences:
    """What is not as in the truth: `wrong` changes the company, `small` does not."""

    wrong: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)

    def equal(self, what: str, seen: Any, expected: Any, *, small: bool = False) -> None:
        """Note a difference; `expected` may be a list of values that will do, or a range."""
        if isinstance(expected, dict):
            fits = expected["min"] <= seen <= expected["max"]
            shown = f"{expected['min']} to {expected['max']}"
        else:
            values = expected if isinstance(expected, list) else [expected]
            fits, shown = seen in values, " or ".join(map(str, values))
        if not fits:
            (self.small if small else self.wrong).append(f"{what} is {seen}, not {shown}")


def write_folder(name: str, root: Path) -> Path:
    """Write the files of a folder below `root`."""
    folder = root / "data"
    folders()[name](Place(folder))
    return folder


def score(name: str, keep: Path) -> Score:
    """Write a folder, propose its mapping, land and clean it, and compare."""
    root = keep / name
    shutil.rmtree(root, ignore_errors=True)
    data = write_folder(name, root)
    return score_files(name, data, root, read_truth(name))


def score_files(name: str, data: Path, root: Path, truth: Truth, *, land: bool = True) -> Score:
    """Compare what is proposed for these files with their truth; without `land` the mapping only."""
    code, said = command("-p", str(root), "init", str(data), "--no-input")
    if code == 2 and "--no-input" in said:
        code, said = command("-p", str(root), "init", str(data))
    if code != 0:
        verdict: Verdict = "wrong" if code in (70, -1) else "asked"
        return Score(name, verdict, [f"init stops: {_last_line(said)}"])
    project = read_project(root)
    if project.questions:
        reasons = [f"asks {question.key}: {question.ask}" for question in project.questions]
        expected = all(_may_ask(question.key, truth) for question in project.questions)
        return Score(name, "asked", reasons, expected)
    try:
        differences = compare(project, truth, land=land)
    except RegularsError as error:
        return Score(name, "asked", [f"the run stops: {error}".replace("\n", " ")])
    except Exception:
        last = traceback.format_exc().strip().splitlines()[-1]
        return Score(name, "wrong", [f"traceback: {last}"])
    if differences.wrong:
        return Score(name, "wrong", [*differences.wrong, *differences.small])
    return Score(name, "usable" if differences.small else "right", differences.small)


def _may_ask(key: str, truth: Truth) -> bool:
    return any(theme in key.casefold() for theme in truth.may_ask)


def command(*words: str) -> tuple[int, str]:
    """Run a command of the product in this process: its exit code, and all that it prints."""
    from regulars.cli import state
    from regulars.cli.app import main

    said = io.StringIO()
    kept, state.options = state.options, state.Options()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(list(words))
    except SystemExit as end:
        return (end.code if isinstance(end.code, int) else 1 if end.code else 0), said.getvalue()
    except Exception:
        return -1, traceback.format_exc()
    finally:
        state.options = kept
    return 0, said.getvalue()


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " ".join(lines[-2:])[:300]


def compare(project: Project, truth: Truth, *, land: bool = True) -> Differences:
    """Compare the mapping with the truth, then land and clean the project and compare totals."""
    differences = Differences()
    _compare_mapping(project, truth, differences)
    if not land:
        compare_columns(project, truth, differences)
    if differences.wrong or not land:
        return differences  # where the mapping is wrong no total could make it right
    with cleaned(project, now=NOW) as tables:
        _compare_totals(tables, truth, differences)
    return differences


def _compare_mapping(project: Project, truth: Truth, differences: Differences) -> None:
    for entity in truth.entities:
        if entity not in project.entities:
            small = entity not in ("transactions", "labels")
            (differences.small if small else differences.wrong).append(f"no {entity}")
    for entity in {*map(str, project.entities)} - {*truth.entities} - {"customers"}:
        small = entity not in ("transactions", "labels")
        (differences.small if small else differences.wrong).append(f"{entity} that are none")
    kind = project.churn.kind if project.churn else "none"
    differences.equal("churn.kind", kind, truth.churn)
    if truth.currency:
        differences.equal("currency", project.currency, truth.currency)
    differences.equal("grain", project.grain, truth.grain, small=True)
    _compare_attributes(project, truth, differences)


def _compare_attributes(project: Project, truth: Truth, differences: Differences) -> None:
    masked = {snake_case(name) for name in project.personal_data}
    mapped: dict[str, tuple[str, bool]] = {}
    for entity in project.entities.values():
        called = _renamed_by_sql(project.sources[entity.source].sql or "")
        for name, attribute in entity.attributes.items():
            column = attribute.column or name
            for known_as in (name, column, called.get(column, column)):
                mapped[plain(known_as)] = (name, attribute.feature)
    for column in truth.personal:
        name, _ = mapped.get(plain(column), ("", False))
        if name and snake_case(name) not in masked:
            differences.small.append(f"{column} is not marked as personal")
    for column in truth.attributes:
        if plain(column) not in mapped:
            differences.small.append(f"{column} is not an attribute")
    leaks = truth.churn in ("labelled", "contractual")
    for column in truth.never_inputs:
        name, is_feature = mapped.get(plain(column), ("", False))
        if name and is_feature:
            (differences.wrong if leaks else differences.small).append(f"{column} is an input")


def _renamed_by_sql(sql: str) -> dict[str, str]:
    """The columns of a query that take over one of another name, with that name."""
    pairs = re.findall(r"\(?\"?(\w+)\"?\)? as \"?(\w+)", sql)
    return {new: old for old, new in pairs}


def plain(name: str) -> str:
    """A name without case, accents, signs and spaces, in whatever letters."""
    return snake_case(name).replace("_", "")


def columns_read(project: Project, entity: EntityName, column: str) -> set[str]:
    """The raw columns that a canonical column is read from, as `plain` writes them."""
    mapped = project.entities[entity].columns.get(column)
    if mapped is None:
        return set()
    if mapped.parts:
        parts = (mapped.parts.year, mapped.parts.month, mapped.parts.day)
        return {plain(part) for part in parts if part}
    if mapped.column:
        return {plain(mapped.column)}
    return {plain(word) for word in re.findall(r"\w+", re.sub(r"'[^']*'", "", mapped.sql or ""))}


def compare_columns(project: Project, truth: Truth, differences: Differences) -> None:
    """Compare the columns of the purchases with the truth, without landing anything."""
    if "transactions" not in project.entities:
        return
    expected = truth.entities["transactions"]
    for column, role in (("customer_id", "key"), ("occurred_at", "time"), ("amount", "amount")):
        known = {plain(name) for name in expected[role]}
        if not columns_read(project, "transactions", column) & known:
            differences.wrong.append(f"{column} is not read from {expected[role][0]}")


SALES = """
select
    count(distinct case when kind = 'sale' then customer_id end),
    count(distinct case when kind = 'sale' then order_id end),
    sum(case when kind in ('sale', 'refund') then amount end)
from gold.fct_transactions
"""
YEARS = """
select year(first_at), count(*) from (
    select order_id, min(occurred_at) as first_at
    from gold.fct_transactions where kind = 'sale' group by order_id
) as orders group by 1 order by 1
"""
CUSTOMERS = (
    "select count(*), count(joined_at), count(left_at) from gold.dim_customer where is_current"
)
LABELS = """
select count(distinct customer_id), count(distinct customer_id) filter (churned)
from silver.stg_labels where rejection_reason is null and churned is not null
"""
COUNTED = {"interactions": "gold.fct_interactions", "touches": "gold.fct_touches"}


def _compare_totals(tables: Any, truth: Truth, differences: Differences) -> None:
    sums = truth.totals
    if "buyers" in sums:
        _compare_sales(tables, sums, differences)
    if "customers" in sums:
        ((customers, joined, left),) = tables.rows(CUSTOMERS)
        contractual = truth.churn == "contractual"
        differences.equal("customers", customers, sums["customers"])
        if "joined" in sums:
            differences.equal(
                "customers with a date of joining", joined, sums["joined"], small=not contractual
            )
        if "left" in sums:
            differences.equal("customers who left", left, sums["left"])
    if "labelled" in sums and "stg_labels" in tables.tables("silver"):
        ((labelled, churned),) = tables.rows(LABELS)
        differences.equal("customers with a label", labelled, sums["labelled"])
        differences.equal("churned customers", churned, sums["churned"])
    for entity, table in COUNTED.items():
        if entity in sums and table.split(".")[1] in tables.tables("gold"):
            ((rows,),) = tables.rows(f"select count(*) from {table}")
            differences.equal(entity, rows, sums[entity], small=True)


def _compare_sales(tables: Any, sums: dict[str, Any], differences: Differences) -> None:
    if "fct_transactions" not in tables.tables("gold"):
        differences.wrong.append("no transactions in the tables")
        return
    ((buyers, orders, net),) = tables.rows(SALES)
    differences.equal("buyers", buyers, sums["buyers"])
    differences.equal("orders", orders, sums["orders"])
    seen = Decimal(net or 0)
    if not any(abs(seen - Decimal(str(value))) < Decimal("0.01") for value in sums["net"]):
        differences.wrong.append(
            f"net revenue is {seen:.2f}, not {' or '.join(map(str, sums['net']))}"
        )
    by_year = sums.get("orders_by_year") or {}
    if by_year:
        years = {int(year): count for year, count in tables.rows(YEARS)}
        for year in sorted({*years, *by_year}):
            differences.equal(f"orders of {year}", years.get(year, 0), by_year.get(year, [0]))
