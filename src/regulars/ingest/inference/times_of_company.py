"""The time zone of a company, by the zones that its times name or a column beside them does."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.ingest.inference.company import Event, Whole
from regulars.ingest.inference.draft import Draft
from regulars.ingest.inference.vocabulary import concepts
from regulars.ingest.inference.zones import zone_named


def set_timezone(draft: Draft, whole: Whole) -> None:
    """Write the zone in which times without an offset are read."""
    if draft.get("timezone") is not None:
        return
    events = [*([whole.purchases] if whole.purchases else []), *whole.contacts]
    zones = dict(stated for event in events for stated in _zones(event))
    if len(zones) == 1:
        draft.put("timezone", *next(iter(zones.items())))
        return
    draft.put("timezone", "UTC", "times without a zone are read in it")
    if zones:
        draft.leave_open(f"in which zone times are: {'; '.join(zones.values())}; taken: UTC")


def _zones(event: Event) -> Iterator[tuple[str, str]]:
    """The zones of a table's times, the likeliest first, each with what says so."""
    if event.when.zone is not None:
        yield event.when.zone, f"the times in '{event.when.names[-1]}' name it"
        return
    for column in event.table.columns.values():
        zones = [zone_named(value) for value, _ in column.values]
        is_named = "timezone" in concepts(column.name) or "/" in "".join(
            value for value, _ in column.values[:1]
        )
        if column.kind == "text" and is_named and zones and None not in zones:
            for zone, (value, rows) in zip(zones, column.values, strict=True):
                yield str(zone), f"'{column.name}' of {event.table.name} is {value} ({rows:,} rows)"
            return
