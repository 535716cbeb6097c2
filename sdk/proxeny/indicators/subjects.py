"""Whose figures are simulated, which of them, and how often by default: known without the arrays that it takes."""

from decimal import Decimal
from typing import NamedTuple

from proxeny.indicators.items import Items
from proxeny.indicators.sums import Sums

SIMULATED = ("value.gross", "value.net", "value.present", "sroi", "sroi.net", "bcr", "npv")
SEED, DRAWS, LEVEL = 7, 20_000, Decimal("0.90")


class Subject(NamedTuple):
    """Whose figures are simulated: the items, and their sums where they are known already."""

    items: Items
    sums: Sums | None = None
