"""The distributions that uncertain figures are drawn from: their moments in closed form, and their draws."""

from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from proxeny.indicators.uncertainty.chance import Chance

Floats = NDArray[np.float64]
Number = float | Decimal
PERT_WEIGHT = 4


class Moments(NamedTuple):
    """The mean of a distribution, in the unit of what is drawn, and its variance, in the square of it."""

    mean: float
    variance: float


def triangular_moments(low: Number, mode: Number, high: Number) -> Moments:
    """Return the moments of the triangular distribution.

    Formula: ``(a + b + c) / 3`` and ``(a² + b² + c² - ab - ac - bc) / 18``.
    Unit: that of the limits. Raises `ValueError` unless low <= mode <= high.
    Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, vol. 2, 2nd ed. (1995), section 26.9.

    >>> triangular_moments(0, 2, 7)
    Moments(mean=3.0, variance=2.1666666666666665)
    """
    a, b, c = ordered(low, mode, high)
    return Moments((a + b + c) / 3, (a * a + b * b + c * c - a * b - a * c - b * c) / 18)


def pert_moments(low: Number, mode: Number, high: Number) -> Moments:
    """Return the moments of the PERT distribution, the Beta on a range whose mode weighs four times its ends.

    Formula: ``m = (low + 4·mode + high) / 6`` and ``(m - low)·(high - m) / 7``.
    Unit: that of the limits. Convention: the central value recorded is the mode, so that a lopsided range has a mean
    beside it. Raises `ValueError` unless low <= mode <= high.
    Source: Vose, Risk Analysis, 3rd ed. (2008), p. 405 (lambda 4).

    >>> pert_moments(0, 2, 10)
    Moments(mean=3.0, variance=3.0)
    """
    a, b, c = ordered(low, mode, high)
    mean = (a + PERT_WEIGHT * b + c) / (PERT_WEIGHT + 2)
    return Moments(mean, (mean - a) * (c - mean) / (PERT_WEIGHT + 3))


def triangular(low: Number, mode: Number, high: Number, *, draws: int, seed: int) -> Floats:
    """Return draws from the triangular distribution, by the inverse of its distribution function.

    Formula: ``low + sqrt(u·(high - low)·(mode - low))`` up to the mode, mirrored above it, u uniform from PCG64.
    Unit: that of the limits. Raises `ValueError` unless low <= mode <= high.
    Source: as `triangular_moments`.

    >>> float(triangular(0, 2, 7, draws=20_000, seed=7).mean().round(1))
    3.0
    """
    a, b, c = ordered(low, mode, high)
    uniforms = Chance(seed, draws).uniforms()
    rising = a + np.sqrt(uniforms * (c - a) * (b - a))
    falling = c - np.sqrt((1 - uniforms) * (c - a) * (c - b))
    return np.where(uniforms * (c - a) < b - a, rising, falling)


def ordered(low: Number, mode: Number, high: Number) -> tuple[float, float, float]:
    """Return the limits as floats; raises `ValueError` when they are out of order.

    >>> ordered(0, 8, 7)
    Traceback (most recent call last):
    ValueError: A range goes from its low to its high with the central value between them: 0, 8, 7 does not.
    """
    limits = float(low), float(mode), float(high)
    if not limits[0] <= limits[1] <= limits[2]:
        message = f"A range goes from its low to its high with the central value between them: {low}, {mode}, {high}"
        message += " does not."
        raise ValueError(message)
    return limits


def lever_deviations(means: Floats, spreads: Floats) -> Floats:
    """Return the standard deviations of levers, each a Beta with its mean and a relative spread.

    Formula: ``min(spread·m, that of the widest Beta with the mean m that has a single peak)``; the latter has
    ``alpha + beta = 1 / min(m, 1 - m)``. A lever of 0 or 1, and one without a spread, is fixed.
    Unit: share. Convention: a Beta with two peaks, at nothing and at all, says something else than a spread does, so
    the spread is clipped where it would take one; every Beta with one peak exists.
    Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, vol. 2, 2nd ed. (1995), section 25.2.

    >>> lever_deviations(np.array([0.2, 0.9, 1.0]), np.array([0.25, 0.25, 0.25])).round(4).tolist()
    [0.05, 0.0905, 0.0]
    """
    nearer = np.minimum(means, 1 - means)
    widest = means * (1 - means) * nearer / (1 + nearer)
    return np.asarray(np.sqrt(np.minimum((spreads * means) ** 2, widest)))


def concentrations(means: Floats, deviations: Floats) -> Floats:
    """Return alpha + beta of the Betas with these means and deviations, infinite where nothing deviates.

    >>> concentrations(np.array([0.5]), np.array([0.25])).tolist()
    [3.0]
    """
    variances = deviations * deviations
    fixed = variances == 0
    return np.where(fixed, np.inf, means * (1 - means) / np.where(fixed, 1, variances) - 1)
