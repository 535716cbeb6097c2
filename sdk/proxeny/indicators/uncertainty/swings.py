"""What matters most: how far the return swings with each lever and each kind of amount, taken by itself."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, NamedTuple

import numpy as np

from proxeny.indicators.items import Items
from proxeny.indicators.registry import figures
from proxeny.indicators.rounding import quotient
from proxeny.indicators.subjects import DRAWS, SEED
from proxeny.indicators.sums import Sums
from proxeny.indicators.uncertainty.chance import Chance
from proxeny.indicators.uncertainty.columns import FAMILIES, Family, Floats
from proxeny.indicators.uncertainty.drawing import Factor, Shared, Spreads, drawn, stages_of
from proxeny.indicators.uncertainty.reading import Population, costs_of, outcomes_of
from proxeny.indicators.uncertainty.remainder import PRESENT, Remainder, normals
from proxeny.indicators.uncertainty.sampling import Sampling, chosen
from proxeny.indicators.uncertainty.simulation import refuse, rounded
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import Frame

POINT = Decimal("0.01")
TENTHS = (0.1, 0.9)
ALL = "all"


Cause = Family | Literal["costs", "discount_rate"]


class Swing(NamedTuple):
    """How the social return moves when one thing alone is uncertain, all others being as recorded.

    `low` and `high` are the tenth and the ninetieth percentile of `sroi`; of the discount rate, what it is at a point
    more and a point less. `rank_correlation` (Spearman) is of the return that this alone would make with the return
    that everything together makes: 1 where nothing else matters; None for the discount rate, which is not drawn.
    """

    family: Cause
    low: Decimal
    high: Decimal
    rank_correlation: Decimal | None


def tornado(
    items: Items, frame: Frame, *, sums: Sums | None = None, seed: int = SEED, draws: int = DRAWS
) -> list[Swing]:
    """Return the swings of the social return, the widest first; none where the return is undefined.

    What is uncertain, and how, is as `simulate` says; what does not spread is left out. The discount rate is shifted
    where the method models.
    Source: Eschenbach, Spiderplots versus Tornado Diagrams for Sensitivity Analysis, Interfaces 22 (1992).
    """
    refuse(draws, Decimal("0.8"))
    sums = sums or assess(items, frame)
    [figure] = figures(sums, ["sroi"])
    if figure.value is None:
        return []
    chance, spreads = Chance(seed, draws), Spreads.of(frame.method)
    shared = Shared(chance)
    present = _presents(outcomes_of([items], frame), chance, shared, spreads)
    sampled = Sampling(costs_of([items], frame), 1, 1, draws, shared, spreads)
    spent = float(sums.assessed.present_costs)
    costs = sampled.sums(range(1), chance)[0, 0] + (spent - sampled.centrals[0])
    together = present[ALL] / costs
    returns: dict[Cause, Floats] = {family: present[family] / spent for family in FAMILIES}
    returns["costs"] = float(sums.assessed.present_value()) / costs
    swings = [_swing(family, alone, together) for family, alone in returns.items() if np.ptp(alone) > 0]
    return sorted([*swings, *_of_the_rate(sums)], key=lambda swing: swing.low - swing.high)


def _presents(population: Population, chance: Chance, shared: Shared, spreads: Spreads) -> dict[Family | str, Floats]:
    """Return the draws of the present value, with each family alone uncertain, and with all of them."""
    columns, parts = population
    moments = columns.moments()
    is_drawn = chosen(population, 1, moments[1], chance.draws)[parts.place]
    rest, chances = parts.those(~is_drawn), normals(len(FAMILIES), chance)
    found: dict[Family | str, Floats] = {}
    mixed = np.zeros(chance.draws)
    for family, normal in zip(FAMILIES, chances, strict=True):
        alone = columns.only(family)
        found[family], deviation = _rest(Population(alone, rest), normal, shared, spreads)
        mixed += deviation * normal
    # What all of the remainder does together is what its families do, so that their ranks can be compared.
    scale = mixed.std() or 1.0
    found[ALL], _ = _rest(Population(columns, rest), mixed / scale, shared, spreads)
    _add_drawn(found, Population(columns, parts.those(is_drawn)), chance, shared, spreads)
    return found


def _rest(population: Population, normal: Floats, shared: Shared, spreads: Spreads) -> tuple[Floats, float]:
    """Return the draws of the sum of those that are not drawn one by one, and its own deviation."""
    columns, parts = population
    moments, sums = columns.moments(), np.zeros((1, PRESENT + 1, normal.size))
    Remainder(columns, parts, shared, spreads).add(sums, moments, normal[None])
    return sums[0, PRESENT], float(np.sqrt((parts.weight**2 * moments[1][PRESENT, parts.place]).sum()))


def _add_drawn(
    found: dict[Family | str, Floats], population: Population, chance: Chance, shared: Shared, spreads: Spreads
) -> None:
    columns, parts = population
    for place, weight in zip(parts.place, parts.weight, strict=True):
        stages = stages_of(columns, place, spreads)
        factors = [factor for stage in stages for factor in stage.factors]
        vectors = drawn(factors, chance, shared)
        certain = float(weight * columns.sizes.net[place] * np.prod([stage.certain for stage in stages]))
        for family in found:
            found[family] += certain * _product(factors, vectors, family)


def _product(factors: Sequence[Factor], vectors: Sequence[Floats], family: Family | str) -> Floats | float:
    """Return the product of the factors, those of the family as drawn and the others as they are in the figure."""
    product: Floats | float = 1.0
    for factor, vector in zip(factors, vectors, strict=True):
        product = product * (vector if family in {ALL, factor.family} else factor.central)
    return product


def _of_the_rate(sums: Sums) -> list[Swing]:
    """Return the swing of the discount rate, a point up and a point down."""
    streams = sums.assessed
    if not streams.method.models:
        return []
    ends = []
    for shift in (-POINT, POINT):
        schedule = tuple(step._replace(rate=step.rate + shift) for step in streams.method.schedule)
        shifted = replace(streams, method=replace(streams.method, schedule=schedule))
        ends.append(rounded(float(quotient(shifted.present_value(), shifted.present_costs))))
    return [Swing("discount_rate", min(ends), max(ends), None)] if ends[0] != ends[1] else []


def _swing(family: Cause, alone: Floats, together: Floats) -> Swing:
    low, high = (rounded(float(end)) for end in np.quantile(alone, TENTHS))
    return Swing(family, low, high, rounded(rank_correlation(alone, together)))


def rank_correlation(one: Floats, other: Floats) -> float:
    """Return Spearman's rank correlation, equal values sharing the mean of their ranks.

    Formula: Pearson's correlation of the ranks.
    Unit: -1 to 1. Undefined (a division by nought) where all values of one are the same.
    Source: Spearman, The Proof and Measurement of Association between Two Things (1904).

    >>> round(rank_correlation(np.array([1.0, 2.0, 3.0, 4.0]), np.array([10.0, 20.0, 40.0, 30.0])), 3)
    0.8
    """
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Floats) -> Floats:
    _, number, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[number]
