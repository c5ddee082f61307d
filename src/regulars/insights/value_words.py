"""What value at risk rests on, in a sentence; and why there is no money where there is none."""

from __future__ import annotations

from regulars.insights.amounts import Unit, count, several
from regulars.insights.business_overview import Overview, overview
from regulars.insights.not_yet_computed import why_not_yet
from regulars.insights.release_reading import Reading

VALUE_AT_RISK = "churn probability × what is expected of a customer who stays"


def at_risk_words(value: float | None, leavers: float | None, unit: Unit) -> str:
    """`£8.91M at risk`; in people where no value is known: `310 expected to churn`."""
    if value is None:
        return f"{count(leavers)} expected to churn"
    return f"{unit.short(value)} at risk"


def value_note(reading: Reading) -> str:
    """What value at risk rests on where that is no prediction, or why there is none; else empty."""
    figures = overview(reading)
    if not figures.scored:
        return ""
    if figures.value_at_risk is None:
        return why_no_value(reading)
    value = reading.value
    if value is not None and value.priority_from == "attribute":
        return "Values are those of a life, as delivered."
    return _stand_ins(reading, figures)


def why_no_value(reading: Reading) -> str:
    """Why nothing is said in money, and which setting changes that."""
    not_yet = why_not_yet(reading, "customer_values")
    if not_yet:
        return f"No money is shown. {not_yet}"
    name = reading.project.value_without_period
    if name is not None:
        return (
            f"No money is shown: it is not known whether '{name}' is a charge per month or the "
            "value of a life. Set value.attribute_per to month or life."
        )
    return (
        "No money is shown: no customer value is known. Map transactions, or name a monthly charge "
        "as value.attribute with value.attribute_per: month."
    )


def _stand_ins(reading: Reading, figures: Overview) -> str:
    if not figures.stand_ins:
        return ""
    window = reading.project.value_window
    spend = f"net spend of the last {window.words}" if window else "past net spend"
    whose = (
        "all scored customers"
        if figures.stand_ins == figures.scored
        else several(figures.stand_ins, "scored customer")
    )
    yet = "yet " if "customer_values" in reading.manifest.not_yet_computed else ""
    return f"No value is {yet}predicted for {whose}: {spend} stands in for it."
