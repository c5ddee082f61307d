"""What the heads of the files say of how they were checked, done."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.orchestration.conftest import Tools, deployed
from tests.small_projects import SmallProject


def test_systemd_takes_the_units(scheduled_shop: SmallProject) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    scheduled_shop.change('run: "* * * * *"', 'run: "*/20 6-22 1 * 1-5"')
    program = scheduled_shop.folder / "regulars"
    files = deployed(scheduled_shop, "systemd")
    assert len(files) == 6
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), program
    for file in files:
        for line in file.read_text().splitlines():
            if line.startswith("OnCalendar="):
                time = line.removeprefix("OnCalendar=")
                subprocess.run(
                    ["systemd-analyze", "calendar", time], check=True, capture_output=True
                )


@pytest.mark.parametrize(
    ("target", "file", "schema"),
    [
        ("github-actions", "regulars.yml", "vendor.github-workflows"),
        ("compose", "compose.yaml", "vendor.compose-spec"),
    ],
)
def test_a_schema_takes_the_file_and_refuses_it_with_a_slip(
    scheduled_shop: SmallProject, checkers: Tools, target: str, file: str, schema: str
) -> None:
    deployed(scheduled_shop, target)
    path = scheduled_shop.folder / "deploy" / target / file
    checkers.call("check-jsonschema", "--builtin-schema", schema, path)
    slips = {"github-actions": ("runs-on", "runs-at"), "compose": ("read_only", "reed_only")}
    path.write_text(path.read_text().replace(*slips[target]))
    with pytest.raises(AssertionError):
        checkers.call("check-jsonschema", "--builtin-schema", schema, path)


def test_kubernetes_takes_the_manifests_strictly(
    scheduled_shop: SmallProject, checkers: Tools
) -> None:
    (path,) = deployed(scheduled_shop, "kubernetes")
    checkers.call("kubernetes-validate", "--strict", path)
    path.write_text(path.read_text().replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"))
    with pytest.raises(AssertionError):
        checkers.call("kubernetes-validate", "--strict", path)


def test_terraform_takes_the_form_and_its_parser_the_text(
    scheduled_shop: SmallProject, checkers: Tools
) -> None:
    (path,) = deployed(scheduled_shop, "terraform")
    script = (
        "import hcl2, sys, json; found = hcl2.load(open(sys.argv[1]));"
        "print(json.dumps([[name for each in found[part] for name in each]"
        " for part in ('resource', 'variable')]))"
    )
    resources = checkers.call("python", "-c", script, path)
    for resource in ("versioning", "server_side_encryption", "lifecycle", "public_access_block"):
        assert resource in resources
    if shutil.which("terraform") is not None:
        subprocess.run(["terraform", "fmt", "-check", path.parent], check=True, capture_output=True)


def test_the_steps_of_the_container_file_install_a_program_that_starts(
    scheduled_shop: SmallProject, checkers: Tools, tmp_path: Path
) -> None:
    """The lines of the file, with this version of the project in place of a published one."""
    folder = deployed(scheduled_shop, "compose")[0].parent
    text = (folder / "Containerfile").read_text()
    installs = [line.removeprefix("RUN ") for line in text.splitlines() if "/opt/regulars" in line]
    assert installs[:2] == [
        "python -m venv /opt/regulars",
        "/opt/regulars/bin/pip install --no-cache-dir --requirement /build/requirements.txt",
    ]
    requirement = (folder / "requirements.txt").read_text().strip()
    name, _, extras = requirement.partition("==")[0].partition("[")
    assert name == "regulars"
    metadata = checkers.call(
        "python", "-c", "from importlib.metadata import metadata;"
        "print(*metadata('regulars').get_all('Provides-Extra'))",
    )  # fmt: skip
    assert set(extras.rstrip("]").split(",")) <= set(metadata.split())
    user, entry, command = (
        next(line for line in text.splitlines() if line.startswith(word))
        for word in ("USER", "ENTRYPOINT", "CMD")
    )
    assert user == "USER 10001"
    assert entry == 'ENTRYPOINT ["regulars"]'
    words = command.removeprefix("CMD ").strip('[]"').split('", "')
    checkers.call("regulars", *words, "--dry-run", folder=scheduled_shop.folder)
    checkers.call("regulars", "doctor", "--quick", folder=scheduled_shop.folder)
