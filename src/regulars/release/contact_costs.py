"""What a contact costs and keeps: the one set of costs that every surface calculates with."""

from __future__ import annotations

from typing import Literal

from regulars.core.settings import ContactSettings
from regulars.release.contract import ReleaseModel

CostName = Literal["contact_cost", "offer_cost", "save_rate"]
NAMES: tuple[CostName, ...] = ("contact_cost", "offer_cost", "save_rate")


class ContactCosts(ReleaseModel):
    """Costs in the unit of customer values, and the share of churning customers who are kept.

    `assumed` names the figures that nobody stated: the defaults stand in for them.
    """

    contact_cost: float = 2.0
    offer_cost: float = 0.0
    save_rate: float = 0.2
    assumed: tuple[CostName, ...] = NAMES

    @classmethod
    def of(cls, settings: ContactSettings) -> ContactCosts:
        """The costs of a project file, with assumptions where it states none."""
        return cls().stating(
            contact_cost=settings.contact_cost,
            offer_cost=settings.offer_cost,
            save_rate=settings.save_rate,
        )

    def stating(
        self,
        *,
        contact_cost: float | None = None,
        offer_cost: float | None = None,
        save_rate: float | None = None,
    ) -> ContactCosts:
        """The same with these figures stated; None leaves a figure as it is."""
        figures = {"contact_cost": contact_cost, "offer_cost": offer_cost, "save_rate": save_rate}
        stated = {name: value for name, value in figures.items() if value is not None}
        assumed = tuple(name for name in self.assumed if name not in stated)
        return self.model_copy(update={**stated, "assumed": assumed})
