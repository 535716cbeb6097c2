"""The sums of groups by draws: the records of greatest variance drawn in full, all others as one remainder."""

from typing import NamedTuple

import numpy as np

from proxeny.indicators.uncertainty.chance import Chance
from proxeny.indicators.uncertainty.columns import DROP_OFF, Flags, Floats, Whole, added
from proxeny.indicators.uncertainty.drawing import Shared, Spreads, Stage, drawn, stages_of
from proxeny.indicators.uncertainty.reading import Population
from proxeny.indicators.uncertainty.remainder import Remainder, normals

# How many draws of records there are at most: a thousand records, twenty thousand times. Where that is too few for all,
# a quarter of it does for a group, so many others being left that their sum is close to normal.
BUDGET = 20_000_000
SHARE = 4


class Sampled(NamedTuple):
    """The sums of each group (gross, net, present) by draws, and what the first of them is as it was recorded.

    `drawn` and `summed` are how many of the group's records were drawn, and how many uncertain ones were not.
    """

    sums: Floats
    centrals: Floats
    drawn: Whole
    summed: Whole


def sample(
    population: Population, groups: int, depth: int, chance: Chance, shared: Shared, spreads: Spreads
) -> Sampled:
    """Return the sums of each group, as deep as they are asked for; a record is drawn once for all groups.

    What is certain of a record is never drawn. A group's draws are its weighted sum of those of its records, so that
    a second group costs two additions a record rather than draws of its own.
    """
    columns, parts = population
    moments, uncertain = columns.moments(), columns.are_uncertain
    is_chosen = chosen(population, groups, moments[1], chance.draws)
    sums, is_drawn = np.zeros((groups, depth, chance.draws)), is_chosen[parts.place]
    _add_drawn(sums, population, is_chosen, chance, shared, spreads)
    rest = Remainder(columns, parts.those(~is_drawn), shared, spreads)
    rest.add(sums, moments, normals(groups, chance))
    recorded = parts.weight * (columns.sizes.gross * columns.sizes.central)[parts.place]
    return Sampled(
        sums,
        added(parts.group, recorded, groups),
        np.bincount(parts.group[is_drawn], minlength=groups),
        np.bincount(parts.group[~is_drawn & uncertain[parts.place]], minlength=groups),
    )


def chosen(population: Population, groups: int, variances: Floats, draws: int) -> Flags:
    """Tell which records are drawn: those with the greatest share in the variance of a sum of some group."""
    columns, parts = population
    uncertain, most = columns.are_uncertain, BUDGET // draws
    if np.count_nonzero(uncertain) <= most:
        return uncertain
    kept, lasting = np.where(columns.shared, 1 - columns.levers, 1)[:DROP_OFF].prod(axis=0), columns.levers[DROP_OFF]
    worths = np.where(columns.shared[DROP_OFF], columns.courses.worth(lasting), 1)
    scores = np.zeros(uncertain.size)
    for variance in variances * np.stack([np.ones_like(kept), kept, kept * worths]) ** 2:
        own = parts.weight**2 * variance[parts.place]
        totals = added(parts.group, own, groups)[parts.group]
        np.maximum.at(scores, parts.place, np.divide(own, totals, out=np.zeros_like(own), where=totals > 0))
    found = np.zeros_like(uncertain)
    found[np.argsort(-scores, kind="stable")[: min(most, groups * most // SHARE)]] = True
    return found & uncertain


def _add_drawn(
    sums: Floats, population: Population, chosen: Flags, chance: Chance, shared: Shared, spreads: Spreads
) -> None:
    columns, parts = population
    places = np.flatnonzero(chosen)
    begins, ends = np.searchsorted(parts.place, places), np.searchsorted(parts.place, places, side="right")
    values, weighted = np.empty(sums.shape[1:]), np.empty(sums.shape[1:])
    for place, begin, end in zip(places, begins, ends, strict=True):
        units = (float(columns.sizes.gross[place]), float(columns.sizes.net[place]))
        _value(values, units, stages_of(columns, int(place), spreads), chance, shared)
        for part in range(begin, end):
            np.multiply(values, parts.weight[part], out=weighted)
            sums[parts.group[part]] += weighted


def _value(
    values: Floats, units: tuple[float, float], stages: tuple[Stage, ...], chance: Chance, shared: Shared
) -> None:
    """Fill in one record's draws: gross, and as far as there is room for them net and present value."""
    stages = stages[: len(values)]
    draws = iter(drawn([factor for stage in stages for factor in stage.factors], chance, shared))
    gross, net = units
    values[0] = gross * stages[0].certain
    for which, stage in enumerate(stages):
        if which:
            scale = stage.certain * (net / gross if which == 1 and gross else 1.0)
            np.multiply(values[which - 1], scale, out=values[which])
        for _ in stage.factors:
            values[which] *= next(draws)
