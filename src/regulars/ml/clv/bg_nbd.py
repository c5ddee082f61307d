"""BG/NBD: the first purchase makes a customer, every later one may be the last."""

from __future__ import annotations

from regulars.ml.clv.beta_geometric import BetaGeometric
from regulars.ml.clv.summary import Floats


class BgNbd(BetaGeometric):
    """Beta-geometric / negative binomial (Fader, Hardie and Lee, Marketing Science 24, 2005).

    Parameters: r and alpha of the gamma over purchase rates (alpha in time units), a and b of the
    beta over the probability to stop after a repeat purchase.
    """

    name = "BG/NBD"
    _stays = 0

    def _stayed(self, b: float, x: Floats) -> Floats:
        return b + x - 1
