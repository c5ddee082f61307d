"""A campaign: whom it contacts, what it costs and brings, and the list as rows or as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from regulars.notebook.showing import Part, Shown, Title, facts_grid
from regulars.notebook.tables import Table, arrow_table

if TYPE_CHECKING:
    from regulars.insights.audiences import AudienceTotals
    from regulars.insights.campaign_results import Campaign as Answer
    from regulars.insights.release_reading import Reading
    from regulars.insights.simulation import Simulation

Consent = Literal["not_refused", "given", "any"]


class Campaign(Shown):
    """An audience, the simulation of contacting it, and its list."""

    def __init__(self, reading: Reading, answer: Answer, *, show_personal: bool) -> None:
        self._reading = reading
        self._answer = answer
        self._show_personal = show_personal

    @property
    def totals(self) -> AudienceTotals:
        """Size and sums of the audience."""
        return self._answer.totals

    @property
    def simulation(self) -> Simulation:
        """Cost and return, naively (`plain`) and by probability (`honest`)."""
        return self._answer.simulation

    @property
    def recommendations(self) -> tuple[str, ...]:
        """What to do, the decision first."""
        return self._answer.recommendations

    @property
    def customers(self) -> Table:
        """The contact list, the highest priority first; personal columns are masked."""
        import pyarrow as pa

        from regulars.insights.audiences import export_batches

        schema, batches = export_batches(
            self._reading, self._answer.audience, show_personal=self._show_personal
        )
        return arrow_table(pa.Table.from_batches(batches, schema))

    def export(self, path: str | PathLike[str]) -> int:
        """Write the list as .csv, safe to open in a spreadsheet, or .parquet; how many customers.

        Raises DataError for another kind of file, and where its folder does not exist.
        """
        from regulars.insights.exports import write_target_list

        return write_target_list(
            self._reading,
            self._answer.audience,
            path=Path(path),
            show_personal=self._show_personal,
        )

    def _parts(self) -> Iterator[Part]:
        from regulars.insights.amounts import costs_words, customer_value_unit

        totals, unit = self.totals, customer_value_unit(self._reading)
        honest = self.simulation.honest
        yield Title(f"{totals.customers:,} of {totals.everybody:,} customers")
        yield facts_grid(
            {
                "expected to churn": totals.expected_leavers,
                "value at risk": _short(totals.value_at_risk, unit),
                "cost": _short(honest.outcome.cost if honest else self.simulation.cost, unit),
                "net": _short(honest.outcome.net, unit) if honest else None,
                "range of the net": f"{unit.short(honest.low)} to {unit.short(honest.high)}"
                if honest
                else None,
            }
        )
        yield f"Costs and save rate: {costs_words(self.simulation.assumptions.costs, unit)}."
        yield from self.recommendations


def build_campaign(
    reading: Reading,
    *,
    filters: Mapping[str, Any],
    budget: float | None,
    costs: Mapping[str, float | None],
    show_personal: bool,
) -> Campaign:
    """Simulate a campaign. Raises UnknownName for a segment, risk or value that is not there."""
    from dataclasses import replace

    from regulars.insights.audiences import Audience
    from regulars.insights.campaign_results import campaign, project_assumptions

    usual = project_assumptions(reading)
    answer = campaign(
        reading,
        Audience(**filters),
        assumptions=replace(usual, costs=usual.costs.stating(**costs)),
        budget=budget,
        show_personal=show_personal,
    )
    return Campaign(reading, answer, show_personal=show_personal)


def _short(amount: float | None, unit: Any) -> str | None:
    return None if amount is None else unit.short(amount)
