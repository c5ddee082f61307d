"""Which churn definition fits a business, as advised when the release was made."""

from __future__ import annotations

from typing import ClassVar

from regulars.core.calendar import Grain
from regulars.release.contract import ReleaseFile, ReleaseModel


class KindFit(ReleaseModel):
    """One kind of churn: whether it fits the data, and why."""

    kind: str
    fits: bool
    because: str


class HorizonFacts(ReleaseModel):
    """One horizon, in periods, looked at from one cutoff.

    `churn_share` of `customers` were silent for the horizon; `came_back_share` of those bought
    later (in as much time again); `noticed_after_days` is the median time from the last purchase
    until the window closes. `is_closed` is false where the history is too short to tell.
    """

    horizon: int
    cutoff: str | None = None
    customers: int = 0
    churn_share: float | None = None
    came_back_share: float | None = None
    noticed_after_days: float | None = None
    is_closed: bool = True


class PurchaseGaps(ReleaseModel):
    """Days between purchases of a customer: how many gaps, and quantiles over all of them."""

    gaps: int = 0
    median: float | None = None
    percentile_80: float | None = None
    percentile_90: float | None = None


class AutomatedPurchases(ReleaseModel):
    """Customers whose gaps and amounts hardly vary: standing orders, renewals, fees.

    `share` is of those with enough purchases to tell.
    """

    customers: int
    of_customers: int
    amount_share: float
    share: float


class ChurnAdvice(ReleaseFile):
    """Kinds and horizons, what is recommended, and what the recommendation costs, in words.

    `horizon` is in periods of `grain`, None where a horizon plays no part or cannot be judged.
    """

    file_name: ClassVar[str] = "advice.json"

    as_of: str
    grain: Grain = "day"
    kinds: tuple[KindFit, ...] = ()
    horizons: tuple[HorizonFacts, ...] = ()
    purchase_gaps: PurchaseGaps | None = None
    automated: AutomatedPurchases | None = None
    kind: str | None = None
    horizon: int | None = None
    recommendation: str = ""
    cost: str = ""
    in_use: str = ""
