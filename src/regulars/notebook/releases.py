"""A release: lazy tables, answers, campaigns and charts of what one run published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, overload

from regulars.core.errors import ReleaseError
from regulars.notebook.answers import Churn, CustomerExplanation, Overview, Value
from regulars.notebook.campaigns import Campaign, Consent, build_campaign
from regulars.notebook.charts import Chart, chart_named, charts_of
from regulars.notebook.days import as_day
from regulars.notebook.showing import Grid, Part, Shown, Title
from regulars.notebook.tables import Table, arrow_table

if TYPE_CHECKING:
    from regulars.core.settings import Project as Settings
    from regulars.insights.lazy_tables import LazyTables
    from regulars.insights.release_reading import Reading
    from regulars.serve.reports.facts import Facts

Words = str | Sequence[str] | None


class Release(Shown):
    """One published release, read-only: the same numbers however long it is held.

    Personal data are masked, unless the project was opened with `show_personal=True`.
    """

    def __init__(self, reading: Reading, *, show_personal: bool = False) -> None:
        self._reading = reading
        self._show_personal = show_personal

    @property
    def id(self) -> str:
        """The id of the release."""
        return self._reading.manifest.release_id

    @property
    def as_of(self) -> date:
        """The day that it looks back from."""
        return self._reading.as_of

    @property
    def tables(self) -> Table:
        """Every table by name, with its rows and columns."""
        import pyarrow as pa

        listed = [
            {"table": table.name, "rows": table.rows, "columns": table.columns}
            for table in self._tables.listed
        ]
        return arrow_table(pa.Table.from_pylist(listed))

    @property
    def customers(self) -> Table:
        """One row per customer: attributes, segment, risk, value, features."""
        return Table(self._tables.customers())

    @property
    def scores(self) -> Table:
        """The scored customers, the highest priority first."""
        return Table(self._tables.scores())

    @property
    def segments(self) -> Table:
        """The figures of each segment, in the project's order."""
        return arrow_table(self._tables.segments())

    def transactions(
        self,
        *,
        customer: str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
    ) -> Table:
        """Transactions of one customer or of all, from `since` up to, and without, `until`."""
        return Table(
            self._tables.transactions(
                customer=customer,
                since=as_day(since, what="since"),
                until=as_day(until, what="until"),
            )
        )

    def table(self, name: str) -> Table:
        """One table. Raises UnknownName, with the nearest name, where there is none."""
        return Table(self._tables.table(name))

    def sql(self, question: str) -> Table:
        """A `select` of your own over the tables; personal columns are masked in it too."""
        return Table(self._tables.question(question))

    @property
    def overview(self) -> Overview:
        """The figures of a first page."""
        return Overview(self._reading)

    @property
    def churn(self) -> Churn:
        """What churned means, and how the score was tested."""
        return Churn(self._reading)

    @property
    def value(self) -> Value:
        """How customer values were predicted and tested."""
        return Value(self._reading)

    def explain(self, customer: str) -> CustomerExplanation:
        """The score of one customer, and why. Raises UnknownName with the nearest ids."""
        return CustomerExplanation(self._reading, customer, show_personal=self._show_personal)

    def campaign(
        self,
        *,
        segment: Words = None,
        risk: Words = None,
        attributes: Mapping[str, str | Sequence[str]] | None = None,
        ranges: Mapping[str, tuple[float | None, float | None]] | None = None,
        consent: Consent = "not_refused",
        worth_contacting: bool | None = None,
        most: int | None = None,
        budget: float | None = None,
        contact_cost: float | None = None,
        offer_cost: float | None = None,
        save_rate: float | None = None,
    ) -> Campaign:
        """Whom a campaign would contact, what it would cost and bring, and the list.

        Filters must all hold: `segment`, `risk` (High, Medium, Low, Not Scored), `attributes` by
        value, `ranges` as `{"value_if_stays": (500, None)}`. `most` keeps those of highest
        priority, `budget` as many as it pays for. Costs are the project's where none is stated.
        """
        return build_campaign(
            self._reading,
            filters={
                "segments": words(segment),
                "risks": words(risk),
                "attributes": {name: words(each) for name, each in (attributes or {}).items()},
                "ranges": dict(ranges or {}),
                "consent": consent,
                "worth_contacting": worth_contacting,
                "most": most,
            },
            budget=budget,
            costs={"contact_cost": contact_cost, "offer_cost": offer_cost, "save_rate": save_rate},
            show_personal=self._show_personal,
        )

    @property
    def charts(self) -> tuple[str, ...]:
        """Names of the charts that this release has facts for."""
        return tuple(charts_of(self._facts))

    def chart(self, name: str) -> Chart:
        """One chart. Raises UnknownName for a name that `charts` does not list."""
        return chart_named(name, charts_of(self._facts))

    @cached_property
    def _tables(self) -> LazyTables:
        from regulars.insights.lazy_tables import LazyTables

        return LazyTables(self._reading, show_personal=self._show_personal)

    @cached_property
    def _facts(self) -> Facts:
        from regulars.serve.reports.facts import gather

        return gather(self._reading)

    def _parts(self) -> Iterator[Part]:
        manifest = self._reading.manifest
        yield Title(f"Release {self.id} of {manifest.project}, looking back from {self.as_of}")
        yield from self.overview.lines()
        names = ("customers", "scores", "segments", "transactions()", "tables", "charts")
        yield Grid(("look at", ""), [(f"release.{name}", _MEANINGS[name]) for name in names])


def words(value: Words) -> tuple[str, ...]:
    """One word or several as several."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


class Releases(Sequence[Release], Shown):
    """Releases in an order; shown as one line each."""

    def __init__(self, releases: Sequence[Release]) -> None:
        self._releases = tuple(releases)

    def __len__(self) -> int:
        return len(self._releases)

    @overload
    def __getitem__(self, at: int) -> Release: ...

    @overload
    def __getitem__(self, at: slice) -> Releases: ...

    def __getitem__(self, at: int | slice) -> Release | Releases:
        return Releases(self._releases[at]) if isinstance(at, slice) else self._releases[at]

    def _parts(self) -> Iterator[Part]:
        yield Grid(
            ("release", "as of", "customers"),
            [(each.id, each.as_of, len(each.customers)) for each in self._releases],
        )


def releases_of(settings: Settings, *, show_personal: bool) -> Releases:
    """Every release that can be read, the newest first."""
    from regulars.insights.release_reading import Reading
    from regulars.release.release_store import Releases as Stored

    releases, opened = Stored(settings.state), []
    for manifest in releases.sealed():
        with suppress(ReleaseError):  # one that is damaged hides none of the others
            reading = Reading(releases.path(manifest.release_id))
            opened.append(Release(reading, show_personal=show_personal))
    return Releases(opened)


_MEANINGS = {
    "customers": "one row per customer: attributes, segment, risk, value, features",
    "scores": "scored customers, the highest priority first",
    "segments": "figures of each segment",
    "transactions()": "of one customer or of all, of a period",
    "tables": "everything else",
    "charts": "the names for release.chart(NAME)",
}
