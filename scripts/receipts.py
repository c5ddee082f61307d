"""Run the demos and the real files, and write receipts of what they come to.

    python scripts/receipts.py FOLDER [NAME ...]       one project per name, receipts in NAME.json
    python scripts/receipts.py FOLDER --against OTHER  which tables and files differ

Every run has the same clock, so the same code gives the same bytes. A receipt names each gold, ml
and serving table with its rows and hash, and each JSON file of the release with its digest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from regulars.core.progress import Silent
from regulars.core.settings import Project, read_project
from regulars.flows.run import RunRequest, run
from regulars.ingest.recipes import recipe_text
from regulars.synthetic import generate
from regulars.warehouse.opening import open_warehouse
from regulars.warehouse.parity import receipt

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
NOW = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
LAYERS = ("gold", "ml", "serving")
DEMOS = ("retail", "airline", "cards", "crm", "telco")
REAL = ("adventureworks", "airline", "bank", "cdnow", "crm", "retail", "saas", "telco")


def make_demo(recipe: str) -> Callable[[Path], None]:
    """A demo company in a folder."""

    def make(folder: Path) -> None:
        (folder / "regulars.yaml").write_text(recipe_text(recipe), "utf-8")
        generate(recipe, folder / "data", seed=42)

    return make


def make_real(name: str) -> Callable[[Path], None]:
    """A project on real files: the example of that name, or the recipe."""

    def make(folder: Path) -> None:
        example = ROOT / "examples" / name / "regulars.yaml"
        text = example.read_text("utf-8") if example.exists() else recipe_text(name)
        (folder / "regulars.yaml").write_text(text, "utf-8")
        (folder / "data").symlink_to(DATA / name)

    return make


def projects() -> dict[str, Callable[[Path], None]]:
    """What can be run here, by name."""
    found = {f"demo-{recipe}": make_demo(recipe) for recipe in DEMOS}
    return found | {f"real-{name}": make_real(name) for name in REAL if (DATA / name).is_dir()}


def receipts_of(project: Project) -> dict[str, object]:
    """Receipts of all tables and of the JSON files of the newest release."""
    warehouse = open_warehouse(project)
    try:
        tables = [f"{layer}.{name}" for layer in LAYERS for name in warehouse.tables(layer)]
        found = {one.table: asdict(one) for one in receipt(warehouse, sorted(tables))}
    finally:
        warehouse.close()
    files = sorted((project.state / "releases").glob("*/*.json"))
    digests = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return {"tables": found, "files": digests}


def run_one(name: str, folder: Path) -> None:
    """Run one project anew; its receipts lie beside its folder."""
    place = folder / name
    place.mkdir(parents=True)
    projects()[name](place)
    started = time.perf_counter()
    run(read_project(place), RunRequest(plots=False), progress=Silent(), clock=lambda: NOW)
    seconds = time.perf_counter() - started
    text = json.dumps(receipts_of(read_project(place)), indent=1, sort_keys=True)
    (folder / f"{name}.json").write_text(text, "utf-8")
    print(f"{name}: {seconds:.1f} s", flush=True)


def compare(folder: Path, other: Path) -> int:
    """Print what differs between two folders of receipts; how many things do."""
    differences = 0
    for path in sorted(folder.glob("*.json")):
        here, there = (json.loads((at / path.name).read_text("utf-8")) for at in (folder, other))
        for kind in ("tables", "files"):
            for name in sorted(here[kind].keys() | there[kind].keys()):
                if here[kind].get(name) != there[kind].get(name):
                    differences += 1
                    print(f"{path.stem}: {name}: {here[kind].get(name)} | {there[kind].get(name)}")
    print(f"{differences} differences")
    return differences


def main() -> int:
    """Run, or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--against", type=Path)
    asked = parser.parse_args()
    if asked.against:
        return 1 if compare(asked.folder, asked.against) else 0
    for name in asked.names or projects():
        run_one(name, asked.folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
