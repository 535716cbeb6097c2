"""Equal parts of what is about several things at once: exactly as the rollup's SQL divides."""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

ONE, NOUGHT = Decimal(1), Decimal(0)
DIGITS = Decimal(1).scaleb(-20)
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
Parts = tuple[tuple[str, Decimal], ...]


@lru_cache(maxsize=4096)
def equal_parts(codes: tuple[str, ...]) -> Parts:
    """Return an equal part of 20 decimals for each code, the first taking what thirds leave.

    >>> equal_parts(("energy", "culture"))
    (('energy', Decimal('0.50000000000000000000')), ('culture', Decimal('0.50000000000000000000')))
    """
    part = WIDE.divide(ONE, Decimal(len(codes))).quantize(DIGITS)
    return ((codes[0], ONE - (len(codes) - 1) * part), *((code, part) for code in codes[1:]))


@lru_cache(maxsize=4096)
def goals(sdgs: tuple[str, ...]) -> Parts:
    """Return the parts of goals, those of their targets together."""
    found: dict[str, Decimal] = {}
    for sdg, part in equal_parts(sdgs):
        goal = sdg.partition(".")[0]
        found[goal] = found.get(goal, NOUGHT) + part
    return tuple(found.items())
