"""The rules of the dbt project that its text can show; one function per rule.

A rule takes a file and yields what it finds: `Finding(path, line, what)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jinja2.nativetypes import NativeEnvironment

LAYERS = ("silver", "gold", "serving")
COLUMNS = 100
_COMMENT = re.compile(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\n]|'')*'")
_CLOCK = r"\b(?:current_date|current_time(?:stamp)?|localtimestamp|getdate|sysdate|now|today)\b"


@dataclass(frozen=True)
class Finding:
    """Something to mend, and where."""

    path: Path
    line: int
    what: str

    def text(self, root: Path) -> str:
        """The finding as one line, its path below `root` where it lies there."""
        inside = self.path.is_relative_to(root)
        return f"{self.path.relative_to(root) if inside else self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class SqlFile:
    """A model or macro file."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def code(self) -> str:
        """The text with comments blanked out; lines stay where they are."""
        return _COMMENT.sub(_blank, self.text)

    @cached_property
    def bare(self) -> str:
        """The code with the content of strings blanked out as well."""
        return _STRING.sub(lambda found: "'" + " " * (len(found[0]) - 2) + "'", self.code)

    def find(self, pattern: str, *, where: str = "bare") -> Iterator[tuple[int, re.Match[str]]]:
        """(line, match) of a pattern in one of the readings above."""
        text: str = getattr(self, where)
        for found in re.finditer(pattern, text):
            yield text.count("\n", 0, found.start()) + 1, found

    def complain(self, pattern: str, what: str, *, where: str = "bare") -> Iterator[Finding]:
        """A finding for each match; `{}` in the complaint stands for what was found."""
        for line, found in self.find(pattern, where=where):
            yield Finding(self.path, line, what.format(" ".join(found[0].split())))


@dataclass(frozen=True)
class Model(SqlFile):
    """A model: its SQL, its layer, and what its properties file says."""

    layer: str
    variables: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def properties_path(self) -> Path:
        return self.path.with_suffix(".yml")

    @cached_property
    def properties(self) -> dict[str, Any] | None:
        """The entry of this model in the file beside it, or None."""
        if not self.properties_path.exists():
            return None
        content = yaml.safe_load(self.properties_path.read_text(encoding="utf-8")) or {}
        return next((m for m in content.get("models") or [] if m.get("name") == self.name), None)

    @cached_property
    def columns(self) -> list[dict[str, Any]]:
        """The listed columns; those that a project adds by variables count as none."""
        found = (self.properties or {}).get("columns") or []
        if isinstance(found, str):
            template = NativeEnvironment().from_string(found)
            found = template.render(var=self.variables.get)
        return list(found)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def read_models(transform: Path) -> list[Model]:
    """All models of a dbt project; the layer is the folder below `models`."""
    folder, settings = transform / "models", transform / "dbt_project.yml"
    found = yaml.safe_load(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    variables = found.get("vars") or {}
    return [
        Model(path, layer=path.relative_to(folder).parts[0], variables=variables)
        for path in sorted(folder.rglob("*.sql"))
    ]


def read_macros(transform: Path) -> dict[str, SqlFile]:
    """Macro files by their stem."""
    return {path.stem: SqlFile(path) for path in sorted((transform / "macros").rglob("*.sql"))}


# Rules for every SQL file ------------------------------------------------------------------


def no_clock(file: SqlFile) -> Iterator[Finding]:
    """The as-of date is data; a clock in a model makes yesterday's run unrepeatable."""
    yield from file.complain(_CLOCK + r"(?!\s*[.=])", "reads the clock ({}): use the as-of date")


def no_engine_switch(file: SqlFile) -> Iterator[Finding]:
    """Engines differ in dispatched macros only."""
    yield from file.complain(r"\btarget\s*\.\s*(?:type|name)\b", "{}: dispatch a macro instead")


_GENERATED = re.compile(
    r"stg_|int_(?:transactions|interactions|touches)_resolved|int_\w+_versioned"
)


def no_engine_type(file: SqlFile) -> Iterator[Finding]:
    """Engines name text and floating point in their own ways; generated models are of one."""
    if "cross_engine" not in file.path.parts and not _GENERATED.match(file.path.stem):
        pattern = r"(?i)\bas\s+(?:varchar|text|string|double(?:\s+precision)?|float)\s*\)"
        yield from file.complain(pattern, "names a type of some engines ({}): use type_name")


def no_distinct(file: SqlFile) -> Iterator[Finding]:
    """`select distinct` hides a join that multiplied rows."""
    yield from file.complain(r"(?i)\bselect\s+distinct\b", "{} hides a fan-out: aggregate before")


def no_location(file: SqlFile) -> Iterator[Finding]:
    """Buckets, folders and hosts belong to profiles and settings."""
    pattern = r"\b(?:s3a?|gs|abfss?|https?|file)://[^\s'\"]*"
    yield from file.complain(pattern, "names a location: {}", where="code")


def no_table_by_name(file: SqlFile) -> Iterator[Finding]:
    """Tables are reached by ref and source, never by database or schema name."""
    pattern = r"(?i)(?<!distinct )\b(?:from|join)\s+\"?[a-z_]\w*\"?\.\"?[a-z_]\w*"
    for line, found in file.find(pattern):
        before = file.bare[: found.start()]
        if not re.search(r"(?i)\b(?:extract|trim|substring)\s*\([^()]*$", before):
            yield Finding(file.path, line, f"'{found[0]}': use ref or source, not a schema's name")


def lower_case(file: SqlFile) -> Iterator[Finding]:
    """Keywords are lower case."""
    words = "SELECT|FROM|WHERE|JOIN|LEFT|INNER|GROUP|ORDER|BY|WITH|AS|CASE|WHEN|THEN|END|AND|OR|NOT"
    words += "|UNION|ALL|OVER|PARTITION|CAST|COALESCE|NULL|SUM|COUNT|MIN|MAX|TRUE|FALSE|IN|IS|ON"
    yield from file.complain(rf"\b(?:{words})\b", "{}: lower case")


def tidy_lines(file: SqlFile) -> Iterator[Finding]:
    """At most 100 columns, spaces in fours, commas at the end, no blanks after the end."""
    layout = _STATEMENT.sub(_blank, file.code).splitlines()
    for number, line in enumerate(file.code.splitlines(), start=1):
        indent = len(line) - len(line.lstrip(" ")) if layout[number - 1].strip() else 0
        if len(line.rstrip()) > COLUMNS:
            yield Finding(file.path, number, f"{len(line.rstrip())} columns, {COLUMNS} is the most")
        if "\t" in line:
            yield Finding(file.path, number, "a tab: four spaces")
        if line.strip() and indent % 4:
            yield Finding(file.path, number, f"{indent} spaces: indent by fours")
        if line.lstrip().startswith(","):
            yield Finding(file.path, number, "a leading comma: commas end a line")


def explicit_joins(file: SqlFile) -> Iterator[Finding]:
    """A join says its kind, and tables keep their names."""
    kinds = r"(?:inner|left|right|full|cross|outer|asof|lateral)"
    for line, found in file.find(r"(?i)(\w+|\|)?\s*\bjoin\b"):
        # a bar before it makes it the template's join of texts
        if found[1] != "|" and not re.fullmatch(kinds, found[1] or "", re.IGNORECASE):
            yield Finding(file.path, line, "join: say inner, left or cross")
    initials = (
        r"(?i)\b(?:from|join)\s+(?:\{\{[^}]*\}\}|\w+)\s+(?:as\s+)?(?!(?:as|on)\b)[a-z]{1,2}\b"
    )
    yield from file.complain(initials, "table initials: {}")


# Rules for models --------------------------------------------------------------------------


def staging_only_cleans(model: Model) -> Iterator[Finding]:
    """stg_ renames, casts and cleans; it never joins or aggregates."""
    if model.name.startswith("stg_"):
        yield from model.complain(r"(?i)\bjoin\b|\bgroup\s+by\b", "{} in a staging model")


def last_line(model: Model, macros: dict[str, SqlFile]) -> Iterator[Finding]:
    """A model ends in `select * from <last cte>`, unless it is one call of a macro of ours."""
    settings = r"\{\{\s*config\(.*?\)\s*\}\}|\{%-?\s*set .*?%\}"
    code = re.sub(settings, "", model.code, flags=re.DOTALL).strip()
    only_macro = re.fullmatch(r"\{\{-?\s*(?:\w+\.)?(\w+)\([^{}]*\)\s*-?\}\}", code)
    if only_macro and only_macro[1] in macros:
        return
    if not re.search(r"(?:^|\n)select \* from (?:\w+|\{\{ \w+ \}\})$", code):
        line = model.text.count("\n") or 1
        yield Finding(model.path, line, "the last line is not `select * from <last cte>`")


def reads_only_below(model: Model, models: list[Model]) -> Iterator[Finding]:
    """Silver and gold never read what ml wrote; a layer never reads a layer above it."""
    layers = {other.name: other.layer for other in models}
    if model.layer not in LAYERS:
        yield Finding(model.path, 1, f"'{model.layer}' is no layer: {', '.join(LAYERS)}")
        return
    for line, found in model.find(r"ref\(\s*'(\w+)'\s*\)", where="code"):
        layer = layers.get(found[1], model.layer)
        if layer in LAYERS and LAYERS.index(layer) > LAYERS.index(model.layer):
            yield Finding(model.path, line, f"{model.layer} reads {found[1]} of {layer}")
    if model.layer != "serving":
        pattern = r"source\(\s*'ml'\s*,\s*'\w+'\s*\)"
        yield from model.complain(pattern, "only serving may read {}", where="code")


def has_properties(model: Model) -> Iterator[Finding]:
    """A model is two files with one stem."""
    if model.properties is None:
        yield Finding(model.path, 1, f"has no entry in {model.properties_path.name} beside it")


def states_its_grain(model: Model) -> Iterator[Finding]:
    """The first sentence of the description says what a row is."""
    text = str((model.properties or {}).get("description") or "")
    if model.properties is not None and not text.strip().startswith("One row per"):
        yield Finding(model.properties_path, 1, "the description does not start 'One row per'")


def describes_columns(model: Model) -> Iterator[Finding]:
    """Columns are listed, and each is described."""
    if model.properties is None:
        return
    if not model.columns:
        yield Finding(model.properties_path, 1, "lists no columns")
    for column in model.columns:
        if not str(column.get("description") or "").strip():
            yield Finding(model.properties_path, 1, f"column {column.get('name')}: no description")


def has_key_test(model: Model, models: list[Model]) -> Iterator[Finding]:
    """A test says what makes a row unique, here or in the model that `key_tested_in` names.

    `meta: {key_tested_in: fct_orders}` is for a view whose rows become that table's rows: the same
    key twice would be there too, and reading every row once more only costs time.
    """
    if model.properties is None or _tests_key(model):
        return
    meta = model.properties.get("meta") or (model.properties.get("config") or {}).get("meta") or {}
    elsewhere = str(meta.get("key_tested_in", ""))
    if not elsewhere:
        what = "has no key test (unique, unique_combination...), nor `meta: key_tested_in`"
        yield Finding(model.properties_path, 1, what)
    elif not any(other.name == elsewhere and _tests_key(other) for other in models):
        yield Finding(model.properties_path, 1, f"{elsewhere} has no key test either")


def _tests_key(model: Model) -> bool:
    holders = [model.properties or {}, *model.columns]
    tests = [t for h in holders for t in (h.get("data_tests") or []) + (h.get("tests") or [])]
    return any("unique" in (t if isinstance(t, str) else _test_name(t)) for t in tests)


def _test_name(test: dict[str, Any]) -> str:
    """The generic test behind an entry: its own name, or the one under `test_name`."""
    return str(test.get("test_name") or next(iter(test)))


def properties_without_model(transform: Path) -> Iterator[Finding]:
    """A properties file in a layer belongs to the model with its stem."""
    for layer in LAYERS:
        for path in sorted((transform / "models" / layer).rglob("*.yml")):
            if not path.stem.startswith("_") and not path.with_suffix(".sql").exists():
                yield Finding(path, 1, f"there is no {path.stem}.sql beside it")


TEXT_RULES: tuple[Callable[[SqlFile], Iterator[Finding]], ...] = (
    no_clock, no_engine_switch, no_engine_type, no_distinct, no_location, no_table_by_name,
    lower_case, tidy_lines, explicit_joins,
)  # fmt: skip
MODEL_RULES: tuple[Callable[[Model], Iterator[Finding]], ...] = (
    *TEXT_RULES, staging_only_cleans, has_properties, states_its_grain, describes_columns,
)  # fmt: skip
