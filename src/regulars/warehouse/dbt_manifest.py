"""What dbt understands of a project (its manifest), kept between runs and shared by projects.

To parse the whole project takes seconds, and a project differs from every other in few files.
So a parse sees no variables of the project: what they shape stands in the files already, and
models say what they read without them (`regulars.may_read`). Then everything that a parse can see
is in the digest that a kept manifest is found by. A project that is new is parsed on top of one
with nothing mapped, which all projects of a user share: dbt parses only the files that differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from regulars.core.kept_files import drop_older, read_kept, user_cache, write_kept
from regulars.warehouse.dbt_folder import (
    NAME,
    DbtFolder,
    default_variables,
    project_file,
    write_profile,
)

# Lets dbt parse a folder with these variables; the profile and what dbt writes are in the last one.
Parse = Callable[[Path, Mapping[str, Any], Path], Any]

_NOTHING = "select 1 as nothing\n"
_WRITTEN = "partial_parse.msgpack"
_SHARED_AT_MOST = 4  # of each engine: one for each version of the software that is in use
# A parse is the same whatever the database is: its names are filled in afterwards.
_NOWHERE: Mapping[str, dict[str, object]] = {
    "duckdb": {"type": "duckdb", "path": ":memory:", "schema": "main"},
    "postgres": {
        "type": "postgres", "host": "nowhere", "port": 5432, "user": "nobody", "password": "",
        "dbname": "nowhere", "schema": "gold", "threads": 1,
    },
}  # fmt: skip


def load_manifest(project: DbtFolder, parse: Parse) -> Any:
    """The manifest of a project as its files are now; parsed where none is kept."""
    target = project.folder / "target" / "parsed"
    kept, made_from = target / "manifest.msgpack", parse_digest(project)
    content = read_kept(kept, made_from=made_from)
    if content is not None:
        return _placed(_manifest(content), project)
    target.mkdir(parents=True, exist_ok=True)
    manifest, written = _parsed(project, parse, target), target / _WRITTEN
    # The text of files and the unit tests are never asked for again.
    slim = _unpacked(written.read_bytes()) | {"files": {}, "unit_tests": {}}
    written.unlink()
    write_kept(kept, _packed(slim), made_from=made_from)
    manifest.unit_tests = {}
    return _placed(manifest, project)


def forget_compiled(manifest: Any) -> None:
    """Let nodes be compiled again.

    Compiling marks them: a model compiled twice would lack the ephemeral models that it reads.
    """
    for node in manifest.nodes.values():
        if getattr(node, "compiled", False):
            node.compiled = node.extra_ctes_injected = False
            node.compiled_code = node._pre_injected_sql = node.compiled_path = None
            node.extra_ctes = []


def parse_digest(project: DbtFolder) -> str:
    """A digest of everything that a parse of the project can see."""
    return _digest_of(project.written_files(), project)


def _digest_of(files: Mapping[str, str], project: DbtFolder) -> str:
    engine = str(project.output["type"])
    software = [version(f"dbt-{name}") for name in ("core", "common", "adapters", engine)]
    variables = _seen(project.variables)
    parts = [software, _NOWHERE[engine], variables, project_file({}), sorted(files.items())]
    return _sha256(json.dumps(parts))


def _seen(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that a parse sees: what the package assumes, whatever the project says.

    A variable that the package does not know is seen as it is, and dbt parses everything anew.
    """
    defaults = default_variables()
    unknown = {name: value for name, value in variables.items() if name not in defaults}
    visible: dict[str, Any] = json.loads(json.dumps(defaults | unknown))
    return visible | {"schema_prefix": ""}


def _parsed(project: DbtFolder, parse: Parse, target: Path) -> Any:
    """A fresh manifest: only files that differ from the shared parse are parsed."""
    shared = _unpacked(_shared(project, parse))
    for file in shared["files"].values():
        file["path"]["modification_time"] = 0.0  # files are compared by content, never by time
    # dbt compares the project file too, in which only the variables are others.
    text = (project.folder / "dbt_project.yml").read_text("utf-8")
    shared["state_check"]["project_hashes"][NAME]["checksum"] = _sha256(text)
    (target / _WRITTEN).write_bytes(_packed(shared))
    write_profile(target, _NOWHERE[str(project.output["type"])])
    return parse(project.folder, _seen(project.variables), target)


def _shared(project: DbtFolder, parse: Parse) -> bytes:
    """The parse of the package beside generated models that are empty, from the user's cache."""
    models = {name: _NOTHING for name in project.models if name.endswith(".sql")}
    engine, cache = str(project.output["type"]), user_cache()
    with TemporaryDirectory() as name:
        empty = DbtFolder(Path(name), _NOWHERE[engine], variables={}, models=models)
        made_from = _digest_of(empty.parsed_files(), empty)
        kept = cache and cache / "dbt" / f"{engine}-{made_from}.msgpack"
        content = read_kept(kept, made_from=made_from) if kept else None
        if content is None:
            empty.write()
            parse(empty.folder, _seen({}), empty.folder)
            content = (empty.folder / _WRITTEN).read_bytes()
            if kept:
                write_kept(kept, content, made_from=made_from)
                drop_older(kept.parent, f"{engine}-*", keep=_SHARED_AT_MOST)
    return content


def _placed(manifest: Any, project: DbtFolder) -> Any:
    """A manifest with the names of the project's database and schemas."""
    database = _database(project)
    prefix = project.variables.get("schema_prefix", "")
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        before = f'"{node.database}"."{node.schema}".'
        node.database, node.schema = database, f"{prefix}{node.schema}"
        if node.relation_name:
            after = f'"{node.database}"."{node.schema}".'
            node.relation_name = node.relation_name.replace(before, after, 1)
    return manifest


def _database(project: DbtFolder) -> str:
    """The database that relations are in, as the adapter names it."""
    if project.output["type"] != "duckdb":
        return str(project.output["dbname"])
    from dbt.adapters.duckdb.credentials import DuckDBCredentials

    return str(DuckDBCredentials.path_derived_database_name(project.output["path"]))


def _manifest(content: bytes) -> Any:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    return Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)


def _unpacked(content: bytes) -> dict[str, Any]:
    parser: Any = import_module("dbt.parser.manifest")
    unpacked: dict[str, Any] = parser.extended_mashumuro_decoder(content)
    return unpacked


def _packed(content: Mapping[str, Any]) -> bytes:
    parser: Any = import_module("dbt.parser.manifest")
    return bytes(parser.extended_mashumaro_encoder(content))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
