"""What 'churned' means in a project: one typed definition, its key, and its sentence for people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from regulars.core.calendar import Grain, periods_text, window_days
from regulars.core.settings import Project

ChurnKind = Literal["silence", "contractual", "decline", "labelled"]


@dataclass(frozen=True)
class ChurnDefinition:
    """Who counts as churned, by when; all lengths are in periods of `grain`.

    A customer churns or not in the window of `horizon` periods that begins `gap` periods after the
    cutoff. `activity_window` is how recently a customer of kind silence or decline must have bought
    (None: ever), `decline_below` the share of the own earlier rate below which spending declined.
    What plays no part in a kind is None, so that two definitions are equal exactly where the same
    customers churn.
    """

    kind: ChurnKind
    grain: Grain = "day"
    horizon: int | None = None
    gap: int = 0
    activity_window: int | None = None
    decline_below: float | None = None

    @classmethod
    def of(cls, project: Project) -> ChurnDefinition | None:
        """The definition that a project file states; None where it defines no churn."""
        churn = project.churn
        if churn is None:
            return None
        return cls.from_settings(churn.model_dump(), grain=project.grain)

    @classmethod
    def from_settings(cls, churn: Mapping[str, Any], *, grain: Grain) -> ChurnDefinition:
        """The definition that settings of churn state; settings of other things are left out."""
        kind: ChurnKind = churn["kind"]
        if kind == "labelled":
            # A delivered label has no window: whichever horizon the file names, it is the same.
            return cls(kind)
        bought = kind in ("silence", "decline")
        return cls(
            kind=kind,
            grain=grain,
            horizon=churn["horizon"],
            gap=churn["gap"],
            activity_window=churn["activity_window"] if bought else None,
            decline_below=churn["decline_below"] if kind == "decline" else None,
        )

    @property
    def key(self) -> str:
        """The identity of the definition: a short digest of its fields, whatever their wording."""
        # Stored beside scores and compared by later versions: these bytes may never change.
        text = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def horizon_days(self) -> int | None:
        """Length of the outcome window in days; None for labels without a window."""
        return None if self.horizon is None else window_days(self.horizon, grain=self.grain)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def definition_sentence(definition: ChurnDefinition | None) -> str:
    """What 'churned' means, in one sentence that a manager can repeat; for people only."""
    if definition is None:
        return "No churn is defined in the project file."
    if definition.kind == "labelled" or definition.horizon is None:
        return "A customer has churned when the delivered label says so; the label has no date."
    gap = periods_text(definition.gap, grain=definition.grain)
    start = f"that begin {gap} after the cutoff" if definition.gap else "from the cutoff"
    window = f"the {periods_text(definition.horizon, grain=definition.grain)} {start}"
    if definition.kind == "contractual":
        return f"A member has churned when they leave within {window}."
    customer = f"A customer {_population(definition)} has churned when they"
    if definition.kind == "decline":
        share = f"{100 * (definition.decline_below or 0):.0f} % of their own earlier rate"
        return f"{customer} spend less than {share}, or nothing, in {window}."
    return f"{customer} buy nothing in {window}."


def _population(definition: ChurnDefinition) -> str:
    if definition.activity_window is None:
        return "who ever bought"
    window = periods_text(definition.activity_window, grain=definition.grain)
    return f"who bought in the {window} before the cutoff"
