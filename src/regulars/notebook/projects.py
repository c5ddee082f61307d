"""Projects: open one, make one of files or of a recipe, run it, look at its releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.core.errors import SettingsError
from regulars.flows.clock import now
from regulars.notebook.days import as_day
from regulars.notebook.releases import Release, Releases, releases_of
from regulars.notebook.runs import Run, run_project
from regulars.notebook.showing import Grid, Part, Shown, Title, facts_grid
from regulars.notebook.status import Status

if TYPE_CHECKING:
    from regulars.core.settings import Project as Settings
    from regulars.core.settings import Question
    from regulars.flows.preview_contents import Preview
    from regulars.notebook.evaluations import Evaluation

Place = str | PathLike[str]
Answers = Mapping[str, int | str]


def load(folder: Place = ".", *, show_personal: bool = False) -> Project:
    """The project of a folder that holds `regulars.yaml`.

    Personal data stay masked unless `show_personal`. Raises SettingsError where there is no
    project file, or one that cannot be read.
    """
    from regulars.core.settings import PROJECT_FILE, read_project

    place = Path(folder)
    settings = read_project(place)
    file = place if place.is_file() else place / PROJECT_FILE
    return Project(file, settings=settings, show_personal=show_personal)


def init(
    *paths: Place,
    folder: Place = ".",
    answers: Answers | None = None,
    name: str | None = None,
    replace: bool = False,
    show_personal: bool = False,
) -> Project:
    """The project of these files, folders or database URL: its `regulars.yaml` is written.

    `folder` is where it is written. `answers` answer open questions by their key, with the number
    of the answer or its words. A file that this call wrote before is kept, or written anew where
    answers changed; one that somebody edited is kept too, and an error says so, unless `replace`.
    """
    from regulars.core.settings import PROJECT_FILE
    from regulars.flows.proposing import propose_file, proposed_before, save_file

    target = Path(folder) / PROJECT_FILE
    named = [str(path) for path in paths]
    proposed = propose_file(named, target=target, today=now().date(), name=name)
    text = _answered(proposed.text, answers or {})
    current = target.read_text("utf-8") if target.exists() else None
    is_free = current is None or replace
    is_own = current == proposed_before(target) and _same_sources(current, text)
    if current != text and not (is_free or is_own):
        raise SettingsError(
            "there is another project file already",
            where=str(target),
            hint=f"regulars.load({str(folder)!r}) opens it. Name another `folder`, or "
            "replace=True to write it anew without its edits.",
        )
    if current != text:
        save_file(target, text, proposed=text)
    return load(folder, show_personal=show_personal)


def demo(
    recipe: str = "retail",
    folder: Place | None = None,
    *,
    customers: int | None = None,
    seed: int = 42,
    run: bool = True,
    show_personal: bool = False,
) -> Project:
    """The project of a generated company: retail, airline, telco, cards or crm.

    It is written to `folder`, by default `regulars-demo-RECIPE`, and run, unless `run` is false.
    """
    from regulars.flows.demo_company import write_demo

    place = Path(folder or f"regulars-demo-{recipe}")
    write_demo(recipe, place, customers=customers, seed=seed)
    project = load(place, show_personal=show_personal)
    if run:
        project.run()
    return project


class Project(Shown):
    """A project: a folder with `regulars.yaml`, its runs and its releases."""

    def __init__(self, file: Path, *, settings: Settings, show_personal: bool = False) -> None:
        self._file = file
        self._settings = settings
        self._show_personal = show_personal

    @property
    def name(self) -> str:
        """The name in the project file."""
        return self.settings.project

    @property
    def folder(self) -> Path:
        """Where the project is."""
        return self._file.parent

    @property
    def settings(self) -> Settings:
        """The project file as typed settings, as it is now."""
        from regulars.core.settings import read_project

        self._settings = read_project(self.folder)
        return self._settings

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the files leave open, each with its answers; `run` needs all of them answered."""
        return tuple(self.settings.questions)

    def answer(self, **answers: int | str) -> Project:
        """Answer open questions in the project file, by number or words: `answer(currency=2)`."""
        from regulars.flows.proposing import save_file

        save_file(self._file, _answered(self._file.read_text("utf-8"), answers))
        return self

    def preview(self) -> Preview:
        """What a run would make of the files, without running: a few rows and the totals."""
        from regulars.flows.previewing import preview_project

        return preview_project(self.settings, now=now())

    def run(
        self,
        *,
        quick: bool = False,
        as_of: date | str | None = None,
        force: bool = False,
        plots: bool = True,
        quiet: bool = False,
    ) -> Run:
        """Run all steps that are out of date and publish a release; a line says how each ended.

        `quick` publishes segments first and leaves learning to the next run, `as_of` looks back
        from that day, `force` runs what did not change, `quiet` writes no lines. Raises the error
        of the first step that fails.
        """
        from regulars.flows.run import RunRequest

        settings = self.settings
        refuse_questions(settings)
        request = RunRequest(
            quick=quick,
            as_of=as_day(as_of, what="as_of"),
            force=force,
            plots=plots and not quick,
            command="project.run()",
        )
        return run_project(settings, request, quiet=quiet)

    @property
    def status(self) -> Status:
        """Which steps ran, when, and which are out of date; also while a run goes on."""
        from regulars.flows.status import project_status

        return Status(project_status(self.settings, clock=now, runs=5))

    @property
    def release(self) -> Release:
        """The current release. Raises ReleaseError where nothing was published yet."""
        from regulars.insights.release_reading import read_current

        return Release(read_current(self.settings), show_personal=self._show_personal)

    @property
    def releases(self) -> Releases:
        """Every release that can be read, the newest first."""
        return releases_of(self.settings, show_personal=self._show_personal)

    def evaluate(self, estimator: Any, *, name: str | None = None) -> Evaluation:
        """Test an estimator of your own on this project's features and outcomes.

        The same cutoffs, customers and intervals as the score of a run (`regulars.churn.evaluate`).
        Raises SettingsError before the first run, and where the project defines no churn.
        """
        from regulars.notebook.churn import evaluate_project

        return evaluate_project(self.settings, estimator, name=name)

    def _parts(self) -> Iterator[Part]:
        from regulars.insights.understood_settings import understood

        settings = self.settings
        yield Title(f"{settings.project} in {self.folder.resolve()}")
        yield facts_grid(dict(understood(settings, {})))
        for question in settings.questions:
            yield f"Open: {question.key}: {question.ask}"
            yield _answers_grid(question)
        if settings.questions:
            yield "project.answer(KEY=NUMBER) answers; project.run() needs all answers."
        else:
            yield _standing(settings)


def refuse_questions(settings: Settings) -> None:
    """Raise SettingsError with every open question and its answers."""
    if not settings.questions:
        return
    lines = [
        f"{question.key}: {question.ask}\n"
        + "\n".join(
            f"    {number} {answer.meaning}"
            for number, answer in enumerate(question.answers, start=1)
        )
        for question in settings.questions
    ]
    raise SettingsError(
        "the files leave this open:\n  " + "\n  ".join(lines),
        where=str(settings.file),
        hint="project.answer(KEY=NUMBER) answers, or init(..., answers={KEY: NUMBER}).",
    )


def _answered(text: str, answers: Answers) -> str:
    from regulars.ingest.inference.file_changes import open_questions, with_answer

    for key, chosen in answers.items():
        number = chosen
        if isinstance(chosen, str):
            question = next((each for each in open_questions(text) if each.key == key), None)
            number = _number(question, chosen) if question else 0
        text = with_answer(text, key, int(number))
    return text


def _number(question: Question, words: str) -> int:
    """The answer with these words, or 0, which is none and lists them all."""
    meanings = [
        (number, answer.meaning.casefold())
        for number, answer in enumerate(question.answers, start=1)
    ]
    wanted = words.casefold()
    fitting = [number for number, meaning in meanings if wanted in meaning]
    exact = [number for number, meaning in meanings if wanted == meaning]
    chosen = exact or fitting
    return chosen[0] if len(chosen) == 1 else 0


def _same_sources(current: str | None, text: str) -> bool:
    """Whether two project files read the same files."""
    import yaml

    before, after = (yaml.safe_load(each or "") or {} for each in (current, text))
    return bool(before.get("sources") == after.get("sources"))


def _answers_grid(question: Question) -> Grid:
    return Grid(
        ("answer", ""),
        [(number, answer.meaning) for number, answer in enumerate(question.answers, start=1)],
    )


def _standing(settings: Settings) -> str:
    from regulars.release.release_store import Releases as Stored

    releases = Stored(settings.state)
    if not releases.is_published:
        return "Nothing is published yet: project.run()"
    current = releases.current()
    return f"Release {current.release_id}, looking back from {current.as_of[:10]}"
