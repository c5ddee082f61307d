"""MBG/NBD: the first purchase too may be the last."""

from __future__ import annotations

from regulars.ml.clv.beta_geometric import BetaGeometric
from regulars.ml.clv.summary import Floats


class MbgNbd(BetaGeometric):
    """Modified BG/NBD (Batislam, Denizel and Filiztekin, IJRM 24, 2007).

    As BG/NBD, but a customer may stop right after the first purchase, so one-time buyers are no
    longer alive for certain.
    """

    name = "MBG/NBD"
    _stays = 1

    def _stayed(self, b: float, x: Floats) -> Floats:
        return b + x
