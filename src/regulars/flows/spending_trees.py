"""The boosted two-part estimator as a way to value customers, where cutoffs lie far enough back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.core.calendar import date_of, day_number
from regulars.core.errors import NotEnoughData
from regulars.features.frames import Frame
from regulars.features.input_facts import input_facts
from regulars.features.reading import read_everyone
from regulars.features.tables import read_cutoffs
from regulars.flows.context import RunContext
from regulars.ml.clv.purchase_summary import Floats, Span
from regulars.ml.clv.spend_history import Codes, SpendHistory
from regulars.ml.support import without_unsupported

MOST_CUTOFFS = 3


class SpendingTrees:
    """Learns spend after every cutoff whose window had closed on a day, then values at that day."""

    def __init__(self, context: RunContext, ledger: SpendHistory, names: pa.Array) -> None:
        self._context, self._ledger, self._names = context, ledger, names
        dates = {one.as_of for one in read_cutoffs(context.warehouse)}
        self._days = sorted(day_number(day) for day in dates)

    def start_near(self, day: int, *, within: int) -> int:
        """The newest cutoff at most so many days before a day, or the day itself without one."""
        found = [one for one in self._days if day - within <= one <= day]
        return found[-1] if found else day

    def __call__(self, codes: Codes, start: int, end: int) -> Floats | None:
        """Values of these customers for [start, end), shape (n,); None where nothing is known."""
        past = [day for day in self._days if day + (end - start) <= start]
        if start not in self._days or not past:
            return None
        from regulars.ml.clv.hurdle import Hurdle

        frame = self._frame(past[-MOST_CUTOFFS:])
        rows = self._rows(frame.keys)
        day = frame.as_of.astype("datetime64[D]").astype(np.int64)
        spend = np.zeros(len(frame))
        known = self._ledger.before(start)
        for one in past:
            at = (day == one) & (rows >= 0)
            spend[at] = known.spent(rows[at], start=one, end=one + end - start)
        try:
            trees = Hurdle(Span(end - start, "day")).fit(frame, np.maximum(spend, 0.0))
        except NotEnoughData:
            return None
        now = self._frame([start])
        there = self._rows(now.keys)
        found = np.zeros(len(self._names))
        found[there[there >= 0]] = trees.predict(now)[there >= 0]
        return np.asarray(found[codes])

    def _frame(self, days: list[int]) -> Frame:
        """Inputs of everyone on these days, null where a window is longer than the history."""
        project = self._context.project
        frame = read_everyone(
            project, self._context.warehouse, as_of=[date_of(day) for day in days]
        )
        return without_unsupported(
            frame,
            reach=input_facts(project).reach_days,
            history_from=date_of(self._ledger.first_day),
        )

    def _rows(self, keys: pa.Table) -> Codes:
        """The code of every customer, -1 for who never bought; shape (n,)."""
        place = pc.index_in(keys["customer_id"].cast(pa.string()), value_set=self._names)
        return np.asarray(pc.fill_null(place, -1).to_numpy(), dtype=np.int64)
