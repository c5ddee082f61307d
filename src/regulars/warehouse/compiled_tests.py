"""Tests of tables, asked with one query for each table.

dbt would run them one by one, at a cost that has nothing to do with the rows. The SQL is the same,
and so is what counts as failing: each test answers for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from regulars.core.errors import RegularsError
from regulars.warehouse.model_files import DeclaredTest
from regulars.warehouse.node_results import NodeResult, Report

Rows = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class CompiledTest:
    """The SQL of one test, which gives the failing rows, and when their number is too many.

    `measure` is what is computed of the failing rows; `warn_if` and `error_if` are conditions on
    it, such as `!= 0`; an error of the severity `warn` is none.
    """

    name: str
    table: str
    sql: str
    measure: str
    warn_if: str
    error_if: str
    severity: str

    @classmethod
    def of(cls, test: DeclaredTest, *, table: str, sql: str) -> CompiledTest:
        """A test as a property file states it; what it leaves out is as dbt assumes it."""
        config = test.config
        limit = f"\nlimit {int(config['limit'])}" if "limit" in config else ""
        return cls(
            test.name,
            table,
            sql=f"{sql}{limit}",
            measure=config.get("fail_calc", "count(*)"),
            warn_if=config.get("warn_if", "!= 0"),
            error_if=config.get("error_if", "!= 0"),
            severity=config.get("severity", "error").lower(),
        )

    def query(self, number: int) -> str:
        """One row: the number, what is measured, whether to warn, whether to fail."""
        return (
            f"select {number} as test, failures, failures {self.warn_if} as warns, "
            f"failures {self.error_if} as fails\nfrom (\nselect {self.measure} as failures from (\n"
            f"{self.sql}\n) as failing_rows\n) as measured"
        )

    def result(self, *, failures: int, warns: bool, fails: bool, seconds: float) -> NodeResult:
        """How the test went."""
        status, condition = "pass", ""
        if fails and self.severity == "error":
            status, condition = "fail", self.error_if
        elif warns:
            status, condition = "warn", self.warn_if
        results = f"Got {failures} result{'' if failures == 1 else 's'}"
        message = f"{results}, configured to {status} if {condition}" if condition else ""
        return NodeResult(
            self.name, "test", status, seconds=seconds, failures=failures, message=message
        )


def run_tests(
    tests: Iterable[CompiledTest], rows: Rows, *, report: Report | None = None
) -> list[NodeResult]:
    """Ask all tests; one that cannot be asked is an error with its own name."""
    by_table = sorted(tests, key=lambda test: (test.table, test.name))
    tables = [list(group) for _, group in groupby(by_table, key=lambda test: test.table)]
    results: list[NodeResult] = []
    for index, of_table in enumerate(tables, start=1):
        if report is not None:
            report(of_table[0].table, index, len(tables))
        results += _results(of_table, rows)
    return results


def _results(tests: Sequence[CompiledTest], rows: Rows) -> list[NodeResult]:
    began = time.perf_counter()
    queries = [test.query(number) for number, test in enumerate(tests)]
    try:
        answers = sorted(rows("\nunion all\n".join(queries)))
    except RegularsError as error:
        if len(tests) > 1:
            return [result for test in tests for result in _results([test], rows)]
        seconds = time.perf_counter() - began
        return [NodeResult(tests[0].name, "test", "error", seconds, None, str(error))]
    seconds = (time.perf_counter() - began) / len(tests)
    return [
        tests[number].result(
            failures=int(failures), warns=bool(warns), fails=bool(fails), seconds=seconds
        )
        for number, failures, warns, fails in answers
    ]
