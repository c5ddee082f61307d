"""What a release is and what its project says of itself: the manifest, and the project's facts."""

from __future__ import annotations

from typing import ClassVar, Literal

from regulars.core.calendar import Grain
from regulars.release.contact_costs import ContactCosts
from regulars.release.contract import ReleaseFile, ReleaseModel
from regulars.release.value_report import Horizon

# What a quick run leaves to the next run.
ReleasePart = Literal["churn_score", "customer_values"]
ChurnKind = Literal["silence", "contractual", "decline", "labelled"]


class ReleaseManifest(ReleaseFile):
    """One release: its id, when and from what it was made, and the rows of every table.

    `fallback_sources` names the sources whose rows are synthetic because they failed,
    `not_yet_computed` what a quick run left to the next run.
    """

    file_name: ClassVar[str] = "manifest.json"

    release_id: str
    run_id: str
    project: str
    created_at: str
    as_of: str
    tables: dict[str, int] = {}
    version: str = ""
    fallback_sources: tuple[str, ...] = ()
    not_yet_computed: tuple[ReleasePart, ...] = ()


class ChurnTerms(ReleaseModel):
    """What the project file says of churn, as far as readers need it; lengths are in periods."""

    kind: ChurnKind
    horizon: int = 90
    activity_window: int | None = None
    tenure_attribute: str | None = None


class Waiver(ReleaseModel):
    """Somebody takes responsibility for an input that the leakage guard refuses."""

    column: str
    by: str
    why: str


class ProjectFacts(ReleaseFile):
    """What the project says of itself.

    `label` is the churn definition in a sentence. `value_column` is the column that stands
    in where no value can be predicted, `value_window` how long past spend is counted for it.
    `value_without_period` is an attribute named as value that is not counted, for nobody says
    whether it is of a month or of a life.
    `attributes` are the customer attributes in order; None in an older release, where the profile
    itself tells. `attribute_labels` has what people read instead of an attribute's name, where the
    project file says so. `not_used` are files with money that a project of customers only leaves
    out. `features` maps features to their descriptions.
    """

    file_name: ClassVar[str] = "project.json"

    project: str
    recipe: str | None = None
    currency: str = "EUR"
    amount_unit: str = ""
    timezone: str = "UTC"
    grain: Grain = "day"
    label: str = ""
    churn: ChurnTerms | None = None
    contacts: ContactCosts = ContactCosts()
    segment_order: tuple[str, ...] = ()
    value_column: str | None = None
    value_window: Horizon | None = None
    value_without_period: str | None = None
    attributes: tuple[str, ...] | None = None
    attribute_labels: dict[str, str] = {}
    personal_data: tuple[str, ...] = ()
    fallback_sources: tuple[str, ...] = ()
    not_used: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    features: dict[str, str] = {}

    @property
    def churn_kind(self) -> ChurnKind | None:
        """The kind of churn; None where the project defines none."""
        return self.churn.kind if self.churn else None

    @property
    def unit(self) -> str:
        """What amounts are counted in."""
        return self.amount_unit or self.currency
