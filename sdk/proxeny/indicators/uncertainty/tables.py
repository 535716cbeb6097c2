"""Distributions as tables of 4,096 equally likely values, so that a draw is a look-up in one of them.

Each value is the mean of the distribution between two neighbouring quantiles: so the mean of a table is that of the
distribution, and what is lost of the variance is the variance within 1/4096 of the probability. Looking up takes half
a nanosecond, where drawing a Beta takes forty.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from proxeny.indicators.uncertainty.chance import SIZE
from proxeny.indicators.uncertainty.distributions import PERT_WEIGHT, concentrations, lever_deviations

Floats = NDArray[np.float64]
FINENESS = SIZE + 1
FAR = 40.0
PERCENT = 100
# Above this many the counts stand so close that the continuous Gamma of the same mean and variance is their limit.
COUNTED_ONE_BY_ONE = 200


class Lorenz(NamedTuple):
    """A distribution as the share of the probability up to each point, and the share of the mean up to it."""

    probability: Floats
    mean: Floats

    def table(self, mean: float) -> Floats:
        """Return the table, scaled to a mean."""
        edges = np.arange(SIZE + 1) / SIZE
        values = np.diff(np.interp(edges, self.probability, self.mean)) * (SIZE * mean)
        values.flags.writeable = False
        return values


def continuous(log_density: Floats, values: Floats) -> Lorenz:
    """Return a density over evenly spaced points, which stand for these values, as a Lorenz curve."""
    density = np.exp(log_density - log_density.max())
    return Lorenz(_running_share(density), _running_share(density * values))


def _running_share(density: Floats) -> Floats:
    running = np.concatenate(([0.0], np.cumsum((density[1:] + density[:-1]) / 2)))
    return np.asarray(running / running[-1])


def discrete(log_mass: Floats) -> Lorenz:
    """Return the masses of 0, 1, 2 and so on as a Lorenz curve."""
    mass = np.exp(log_mass - log_mass.max())
    running = np.concatenate(([0.0], np.cumsum(mass)))
    means = np.concatenate(([0.0], np.cumsum(mass * np.arange(mass.size))))
    return Lorenz(running / running[-1], means / means[-1])


@lru_cache(maxsize=1)
def normal() -> Floats:
    """Return the table of the standard normal, mean nought."""
    points = np.linspace(-9, 9, FINENESS)
    curve = continuous(-points * points / 2, points + FAR)
    table = curve.table(FAR) - FAR
    table /= table.std()
    return table


@lru_cache(maxsize=64)
def lognormal(spread: float) -> Floats:
    """Return the table of the lognormal with mean 1 and a relative standard deviation."""
    sigma = np.sqrt(np.log1p(spread * spread))
    points = np.linspace(-9, 9 + sigma, FINENESS)
    return continuous(-points * points / 2, np.exp(sigma * points - sigma * sigma / 2)).table(1.0)


@lru_cache(maxsize=256)
def gamma(deviation: float) -> Floats:
    """Return the table of the Gamma with mean 1 and a relative standard deviation."""
    shape = deviation**-2
    centre, left = np.log(shape), 10 * deviation + FAR / shape
    points = np.linspace(centre - left, np.log(shape + 12 * np.sqrt(shape) + FAR), FINENESS)
    growth = np.exp(points)
    return continuous(shape * points - growth, growth).table(1.0)


@lru_cache(maxsize=256)
def counted(mean: float, spread: float) -> Floats:
    """Return the table of a gamma-mixed Poisson, relative to its mean.

    The Gamma of the same two moments stands for it above 200.
    """
    if mean > COUNTED_ONE_BY_ONE:
        return gamma(round(float(np.sqrt(spread * spread + 1 / mean)), 6))
    last = int(mean + 12 * np.sqrt(mean) + FAR * (1 + mean * spread * spread)) + 1
    numbers = np.arange(1, last + 1)
    # The ratio of neighbouring masses of the negative binomial, in a form that holds for a spread of nought, too.
    each = mean * (1 + (numbers - 1) * spread * spread) / (numbers * (1 + mean * spread * spread))
    return discrete(np.concatenate(([0.0], np.cumsum(np.log(each))))).table(1.0)


@lru_cache(maxsize=512)
def kept_at(percent: int, spread: float) -> Floats:
    """Return the table of what a lever of whole percents keeps: 1 less the lever."""
    mean = percent / PERCENT
    deviation = lever_deviations(np.array([mean]), np.array([spread]))
    if deviation[0] == 0:
        return np.full(SIZE, 1 - mean)
    total = float(concentrations(np.array([mean]), deviation)[0])
    return beta((1 - mean) * total, mean * total).table(1 - mean)


@lru_cache(maxsize=PERCENT + 1)
def pert_at(percent: int) -> Floats:
    """Return the table of the PERT from 0 to 1 whose mode is a whole percent."""
    mode = percent / PERCENT
    return beta(1 + PERT_WEIGHT * mode, 1 + PERT_WEIGHT * (1 - mode)).table(
        (1 + PERT_WEIGHT * mode) / (PERT_WEIGHT + 2)
    )


def kept(lever: float, spread: float) -> Floats:
    """Return the table of what any lever keeps, between those of the whole percents beside it.

    The mean is exactly 1 less the lever, since that of the mixture is linear.

    >>> round(float(kept(0.125, 0.25).mean()), 12)
    0.875
    """
    return _between(lever, lambda percent: kept_at(percent, spread))


def pert(mode: float) -> Floats:
    """Return the table of the PERT from 0 to 1 with any mode."""
    return _between(mode, pert_at)


def _between(share: float, table_at: Callable[[int], Floats]) -> Floats:
    below = min(int(share * PERCENT + 1e-9), PERCENT - 1)
    part = share * PERCENT - below
    if abs(part) < 1e-9:
        return table_at(below)
    return table_at(below) * (1 - part) + table_at(below + 1) * part


def beta(alpha: float, beta: float) -> Lorenz:
    """Return the Beta as a Lorenz curve; on the scale of the log odds its density has one peak and no pole."""
    centre, wide = np.log(alpha / beta), 10 * np.sqrt(1 / alpha + 1 / beta)
    points = np.linspace(centre - wide - FAR / alpha, centre + wide + FAR / beta, FINENESS)
    odds = np.exp(points)
    return continuous(alpha * points - (alpha + beta) * np.log1p(odds), odds / (1 + odds))
