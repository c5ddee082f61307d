"""Text inside of dbt's templates: what a project file or a header says is never executed there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import indent


def plain(text: str) -> str:
    """Text that dbt's templates leave as it is: `{{`, `{%` and `{#` do not open anything."""
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", text)


def string(text: str) -> str:
    """A constant text inside of a template."""
    quote = '"' if "'" in text and '"' not in text else "'"
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
    return f"{quote}{escaped}{quote}"


@dataclass(frozen=True)
class Sql:
    """An SQL expression."""

    text: str

    def __str__(self) -> str:
        return plain(self.text)

    @property
    def argument(self) -> str:
        """The expression as the argument of a macro."""
        return string(self.text)


@dataclass(frozen=True)
class Macro:
    """A call of one of our macros; its arguments are templates already."""

    name: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return f"{{{{ {self.argument} }}}}"

    @property
    def argument(self) -> str:
        """The call as the argument of another macro."""
        return f"regulars.{self.name}({', '.join(self.arguments)})"


Expression = Sql | Macro


def macro(name: str, *expressions: Expression, options: Iterable[str] = ()) -> Macro:
    """A call of a macro with SQL expressions, and with options written as templates write them."""
    return Macro(name, (*(expression.argument for expression in expressions), *options))


def strings(texts: Iterable[str]) -> str:
    """A list of constant texts inside of a template."""
    return f"[{', '.join(string(text) for text in texts)}]"


def listed(lines: Iterable[str]) -> str:
    """The columns of a `select`, one below the other."""
    return ",\n".join(indent(line, "        ") for line in lines)


def cte(name: str, *, select: Iterable[str], rest: str) -> str:
    """A common table expression that selects these columns."""
    return f"{name} as (\n\n    select\n{listed(select)}\n{indent(rest.strip(), '    ')}\n\n)"


def case(branches: Iterable[tuple[str, str]], *, otherwise: str | None = None) -> str:
    """A `case` of conditions and values."""
    lines = []
    for condition, value in branches:
        line = f"    when {condition} then {value}"
        lines.append(line if len(line) <= 84 else f"    when {condition}\n        then {value}")
    if otherwise is not None:
        lines.append(f"    else {otherwise}")
    return "\n".join(["case", *lines, "end"])
