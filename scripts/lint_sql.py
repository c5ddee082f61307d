"""Check the dbt project: the rules of its sources, then its compiled SQL.

The sources are checked as text, because templated SQL is no SQL yet; the cleaning models that a
project generates are among them, as they are while nothing is mapped. The compiled models of a
project that has run (`--compiled FOLDER`, for example `demo`) go through SQLFluff and a parser;
`--dialect` names the engine that they were compiled for.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import sql_rules
from generated_sql import complete_project
from sql_rules import Finding

ROOT = Path(__file__).resolve().parents[1]


def lint_sources(transform: Path) -> Iterator[Finding]:
    """Everything that the text of a dbt project's models, macros and properties can show."""
    macros = sql_rules.read_macros(transform)
    models = sql_rules.read_models(transform)
    for model in models:
        for rule in sql_rules.MODEL_RULES:
            yield from rule(model)
        yield from sql_rules.last_line(model, macros)
        yield from sql_rules.reads_only_below(model, models)
        yield from sql_rules.has_key_test(model, models)
    for macro in macros.values():
        for rule in sql_rules.TEXT_RULES:
            yield from rule(macro)
    yield from sql_rules.properties_without_model(transform)


def compiled_models(project: Path) -> list[Path]:
    """Compiled SQL of a project's models, without the tests that dbt compiles beside them."""
    folder = project / ".regulars" / "dbt" / "target" / "compiled"
    models = [path for package in folder.glob("*/models") for path in package.rglob("*.sql")]
    return sorted(path for path in models if path.parent.suffix != ".yml")


def judge_compiled(paths: list[Path], *, dialect: str) -> Iterator[Finding]:
    """Compiled models that are no SQL of their engine, or that define what they never use."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    for path in paths:
        try:
            (tree,) = sqlglot.parse(path.read_text(encoding="utf-8"), read=dialect)
        except SqlglotError as error:
            yield Finding(path, 1, f"is no {dialect} SQL: {str(error).splitlines()[0]}")
            continue
        except ValueError:
            yield Finding(path, 1, "is not one statement")
            continue
        assert tree is not None
        read = {table.name for table in tree.find_all(exp.Table)}
        for cte in tree.find_all(exp.CTE):
            # dbt puts the ephemeral models in front, also those that a template only mentions
            if cte.alias not in read and not cte.alias.startswith("__dbt__cte__"):
                yield Finding(path, 1, f"never uses its CTE {cte.alias}")


def fluff(paths: list[Path], *, dialect: str) -> int:
    """SQLFluff's exit code on compiled models, by the rules of `.sqlfluff`."""
    if not paths:
        return 0
    program = Path(sys.executable).with_name("sqlfluff")
    options = ["--dialect", dialect, "--config", str(ROOT / ".sqlfluff")]
    command = [str(program), "lint", "--disable-progress-bar", *options, *map(str, paths)]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Print findings; 1 where there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transform", type=Path, default=ROOT / "src" / "regulars" / "transform")
    parser.add_argument("--compiled", type=Path, help="a project folder that has run")
    parser.add_argument("--dialect", default="duckdb", help="of the compiled SQL")
    options = parser.parse_args()
    findings = []
    with TemporaryDirectory() as folder:
        complete = complete_project(options.transform, Path(folder))
        for finding in lint_sources(complete):
            path = options.transform / finding.path.relative_to(complete)
            findings.append(replace(finding, path=path))
    compiled = compiled_models(options.compiled) if options.compiled else []
    findings += judge_compiled(compiled, dialect=options.dialect)
    for finding in findings:
        print(finding.text(ROOT))
    code = fluff(compiled, dialect=options.dialect)
    print(
        f"SQL: {len(findings)} findings in the sources; {len(compiled)} compiled models looked at"
    )
    return int(bool(findings) or code != 0)


if __name__ == "__main__":
    sys.exit(main())
