"""The sums of groups by draws: the records of greatest variance drawn in full, all others as one remainder."""

import numpy as np

from proxeny.indicators.uncertainty.chance import Chance
from proxeny.indicators.uncertainty.columns import DROP_OFF, Flags, Floats, added
from proxeny.indicators.uncertainty.drawing import Shared, Spreads, Stage, drawn, stages_of
from proxeny.indicators.uncertainty.reading import Parts, Population
from proxeny.indicators.uncertainty.remainder import Remainder, normals

# How many draws of records there are at most: a thousand records, twenty thousand times. Where that is too few for all,
# a quarter of it does for a group, so many others being left that their sum is close to normal.
BUDGET = 20_000_000
SHARE = 4


class Sampling:
    """The sums of each group, as deep as they are asked for; a record is drawn once for all groups.

    What is certain of a record is never drawn. A group's draws are its weighted sum of those of its records, so that
    a second group costs two additions a record rather than draws of its own. `centrals` is what the first sum of each
    group is as it was recorded; `drawn` and `summed` are how many of the group's records are drawn, and how many
    uncertain ones are not.
    """

    def __init__(
        self, population: Population, groups: int, depth: int, draws: int, shared: Shared, spreads: Spreads
    ) -> None:
        self._columns, parts = population
        self._parts, self._groups, self._depth = parts, groups, depth
        self._shared, self._spreads = shared, spreads
        self._moments, uncertain = self._columns.moments(), self._columns.are_uncertain
        self._chosen = chosen(population, groups, self._moments[1], draws)
        recorded = parts.weight * (self._columns.sizes.gross * self._columns.sizes.central)[parts.place]
        is_drawn = self._chosen[parts.place]
        self.centrals = added(parts.group, recorded, groups)
        self.drawn = np.bincount(parts.group[is_drawn], minlength=groups)
        self.summed = np.bincount(parts.group[~is_drawn & uncertain[parts.place]], minlength=groups)

    def sums(self, span: range, chance: Chance) -> Floats:
        """Return the sums (gross, net, present) of some groups by draws; `chance` stands after those of all then.

        The draws are the same whichever groups are asked for together. `span` begins at a multiple of five.
        """
        sums = np.zeros((len(span), self._depth, chance.draws))
        parts = self._parts.those((self._parts.group >= span.start) & (self._parts.group < span.stop))
        parts = parts._replace(group=parts.group - span.start)
        self._add_drawn(sums, parts, chance)
        rest = Remainder(self._columns, parts.those(~self._chosen[parts.place]), self._shared, self._spreads)
        chance.skip(span.start)
        rest.add(sums, self._moments, normals(len(span), chance))
        chance.skip(self._groups - span.stop)
        return sums

    def _add_drawn(self, sums: Floats, parts: Parts, chance: Chance) -> None:
        places = np.flatnonzero(self._chosen)
        begins, ends = np.searchsorted(parts.place, places), np.searchsorted(parts.place, places, side="right")
        values, weighted = np.empty(sums.shape[1:]), np.empty(sums.shape[1:])
        for place, begin, end in zip(places, begins, ends, strict=True):
            units = (float(self._columns.sizes.gross[place]), float(self._columns.sizes.net[place]))
            stages = stages_of(self._columns, int(place), self._spreads)[: self._depth]
            if begin == end:
                chance.skip(sum(not factor.shared for stage in stages for factor in stage.factors))
                continue
            _value(values, units, stages, chance, self._shared)
            for part in range(begin, end):
                np.multiply(values, parts.weight[part], out=weighted)
                sums[parts.group[part]] += weighted


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


def _value(
    values: Floats, units: tuple[float, float], stages: tuple[Stage, ...], chance: Chance, shared: Shared
) -> None:
    """Fill in one record's draws: gross, and as far as there is room for them net and present value."""
    draws = iter(drawn([factor for stage in stages for factor in stage.factors], chance, shared))
    gross, net = units
    values[0] = gross * stages[0].certain
    for which, stage in enumerate(stages):
        if which:
            scale = stage.certain * (net / gross if which == 1 and gross else 1.0)
            np.multiply(values[which - 1], scale, out=values[which])
        for _ in stage.factors:
            values[which] *= next(draws)
