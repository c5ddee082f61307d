"""What a campaign is assumed to cost and to do, and what a simulation needs of its audience."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from regulars.core.errors import DataError
from regulars.release.contact_costs import ContactCosts


@dataclass(frozen=True)
class Assumptions:
    """What a campaign is expected to cost and to do.

    `costs` are the project's, or what one simulation states instead. `kept_share` is the share of a
    customer's value that counts as kept in the plain formula; `horizon_days` the time for which a
    saved customer's value counts in the honest one (None: as long as the value itself is stated
    for). `stayer_take_up` is the share of those who would have stayed anyway who take the
    offer. Raises DataError where a figure cannot be.
    """

    costs: ContactCosts
    kept_share: float = 0.20
    horizon_days: int | None = None
    stayer_take_up: float = 1.0

    def __post_init__(self) -> None:
        for name in ("contact_cost", "offer_cost"):
            cost = getattr(self.costs, name)
            if not 0 <= cost < float("inf"):
                raise DataError(f"{name}: a cost cannot be {cost}", where="campaign")
        shares = {
            "save_rate": self.costs.save_rate,
            "kept_share": self.kept_share,
            "stayer_take_up": self.stayer_take_up,
        }
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise DataError(
                    f"{name}: a share lies between 0 and 1, not at {share}",
                    where="campaign",
                    hint="30 % is 0.3.",
                )
        if self.horizon_days is not None and self.horizon_days < 1:
            raise DataError("horizon_days: at least one day", where="campaign")

    @property
    def cost_per_contact(self) -> float:
        """What one contact costs whose offer is accepted."""
        return self.costs.contact_cost + self.costs.offer_cost

    def at_save_rate(self, rate: float) -> Assumptions:
        """The same with another save rate."""
        return replace(self, costs=self.costs.stating(save_rate=rate))


@dataclass(frozen=True)
class AudienceValues:
    """What a calculation needs of an audience: probability and value of each member, shape (n,).

    Without a score (or a value) it is nan. `value_days` is the time that a value is stated for.
    """

    probability: np.ndarray
    value: np.ndarray
    value_days: int | None

    def __len__(self) -> int:
        return len(self.value)
