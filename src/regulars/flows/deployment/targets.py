"""Every target: its files, and how they were checked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from regulars import __version__
from regulars.core.settings import Project
from regulars.flows.deployment.jobs import Job, program, scheduled_jobs, shell_command

PREFECT_VERSION = "3.8.8"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True)
class Target:
    """One target: files by their template, and the words that say how they were checked.

    A file whose name holds `{job}` is written for each job.
    """

    files: Mapping[str, str]
    checked: str


TARGETS: Mapping[str, Target] = {
    "cron": Target(
        {"regulars.crontab": "crontab"},
        "the times by the parser of regulars, and each command by a shell. Not with a cron "
        "daemon; CRON_TZ is known to cronie, not to every cron.",
    ),
    "systemd": Target(
        {"{slug}-{job}.service": "service", "{slug}-{job}.timer": "timer"},
        "systemd-analyze verify and systemd-analyze calendar. Not with a running systemd.",
    ),
    "github-actions": Target(
        {"regulars.yml": "github-actions"},
        "the JSON schema of GitHub workflows. Not on GitHub.",
    ),
    "compose": Target(
        {
            "compose.yaml": "compose",
            "Containerfile": "Containerfile",
            "requirements.txt": "requirements",
        },
        "the schema of the compose specification; entry point and health check in an installed "
        "environment. No image was built.",
    ),
    "kubernetes": Target(
        {"regulars.yaml": "kubernetes"},
        "kubernetes-validate, strictly. Not in a cluster.",
    ),
    "prefect": Target(
        {"prefect.yaml": "prefect", "flows.py": "prefect_flows"},
        "`prefect deploy --all` at a Prefect server, whose scheduled runs ran.",
    ),
    "airflow": Target(
        {"{slug}.py": "airflow"},
        "an Airflow that ran the DAG twice (`airflow dags test`). Not with its scheduler.",
    ),
    "terraform": Target(
        {"main.tf": "terraform"},
        "terraform fmt and a parser of its language. Not planned or applied.",
    ),
}


def deployed_files(project: Project, target: str) -> dict[str, str]:
    """The files of a target, text by name. Raises SettingsError without a schedule."""
    jobs = [] if target == "terraform" else scheduled_jobs(project)
    templates = _templates(project, target, jobs=jobs)
    texts: dict[str, str] = {}
    no_job: list[Job | None] = [None]
    for pattern, template in TARGETS[target].files.items():
        for job in jobs if "{job}" in pattern else no_job:
            name = pattern.format(slug=slug(project), job=job and job.name)
            texts[name] = templates.get_template(f"{template}.j2").render(job=job)
    return texts


def _templates(project: Project, target: str, *, jobs: list[Job]) -> Environment:
    environment = Environment(
        loader=PackageLoader("regulars.flows.deployment"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # nothing here is a page
    )
    header = (
        f"Written by `regulars deploy {target}`, version {__version__}. Checked by its tests: "
        f"{TARGETS[target].checked}"
    )
    command = shell_command(project)
    environment.globals |= {
        "header": lambda sign: f"{sign} {header}",
        "project": project.project,
        "slug": slug(project),
        "root": str(project.root),
        "folder": f"deploy/{target}",
        "timezone": project.timezone,
        "version": __version__,
        "prefect_version": PREFECT_VERSION,
        "wait": str(project.schedule.wait),
        "jobs": jobs,
        "main_job": jobs[0].name if jobs else None,
        "extras": _extras(project),
        "command": command,
        "cron_command": lambda job: _cron_command(project, job),
        "unit_command": lambda job: _unit_command(project, job),
        "unit_path": _unit_text,
        "quoted": json.dumps,
        "literal": _literal,
        "github_environment": _github_environment(project),
        "pod": _pod(environment),
    }
    return environment


def slug(project: Project) -> str:
    """The project's name as clusters and units take it: small letters, digits and dashes."""
    words = re.sub(r"[^a-z0-9]+", "-", project.project.lower()).strip("-")
    return f"regulars-{words}"[:40].rstrip("-")


def secret_names(project: Project) -> list[str]:
    """The environment variables that the project needs, by name."""
    alerts = project.alerts
    password = alerts.email.password if alerts.email else None
    named = [alerts.webhook, alerts.apprise, alerts.heartbeat, password]
    in_file = _VARIABLE.findall(project.file.read_text("utf-8"))
    return sorted({name for name in [*named, *in_file] if name})


def _extras(project: Project) -> str:
    extras = ["alerts"] if project.alerts.apprise else []
    extras += ["postgres"] if project.engine.type == "postgres" else []
    extras += ["redis"] if project.cache else []
    return ",".join(extras or ["api"])


def _cron_command(project: Project, job: Job) -> str:
    """One line of shell; cron mails what goes wrong, and ends a command at a bare percent sign."""
    root = str(project.root)
    environment = f"set -a; [ ! -f {_shell(root)}/regulars.env ] || . {_shell(root)}/regulars.env"
    line = f"{environment}; {shell_command(project)} {' '.join(job.words)} > /dev/null"
    return line.replace("%", r"\%")


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _unit_command(project: Project, job: Job) -> str:
    words = [program(), "--project", str(project.root), *job.words]
    return " ".join(_unit_word(word) for word in words)


def _unit_word(word: str) -> str:
    """A word of ExecStart: quoted where it must be, with `%` and `$` as themselves."""
    text = _unit_text(word).replace("$", "$$")
    if not re.search(r"[\s\"'\\;]", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unit_text(text: str) -> str:
    return text.replace("%", "%%")


def _literal(value: Any) -> str:
    """A text as Python writes it, without braces that a template would fill."""
    return json.dumps(str(value))


def _github_environment(project: Project) -> str:
    names = secret_names(project)
    if not names:
        return ""
    lines = [f"          {name}: ${{{{ secrets.{name} }}}}" for name in names]
    return "\n        env:\n" + "\n".join(lines)


def _pod(environment: Environment) -> Callable[..., str]:
    def pod(words: list[str] | tuple[str, ...], port: int | None = None) -> str:
        template = environment.get_template("pod.j2")
        return template.render(words=list(words), port=port).rstrip()

    return pod


def write_files(texts: Mapping[str, str], folder: Path, *, replace: bool) -> list[Path]:
    """Write the files. Raises FileExistsError for one that stands there with another text."""
    paths = {folder / name: text for name, text in texts.items()}
    for path, text in paths.items():
        if not replace and path.exists() and path.read_text("utf-8") != text:
            raise FileExistsError(path)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in paths.items():
        path.write_text(text, "utf-8")
    return list(paths)
