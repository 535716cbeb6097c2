"""What is known of a rate after few cases: Beta and Gamma posteriors, and the exact interval of a count."""

from decimal import Decimal
from math import ceil, isfinite, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Interval = tuple[float, float]
# A distribution with less than a tenth of a case lies where floating numbers are no longer told from 0 and 1.
LEAST_PARAMETER = 0.1
# The logistic function is smooth on the scale of 1, also where the distribution is much wider.
FINE = 0.25
# The logarithm of what no longer adds to a sum of 16 digits.
NEGLIGIBLE = -45.0


class BetaSummary(NamedTuple):
    """A Beta distribution in five numbers; from `p10` to `p90` is its central 80 %."""

    mean: float
    variance: float
    p10: float
    median: float
    p90: float


def tails(level: Decimal) -> Interval:
    """Return the probabilities that lie below the two ends of a central interval.

    >>> tails(Decimal("0.90"))
    (0.05, 0.95)
    """
    if not 0 < level < 1:
        message = f"level: {level} does not lie between 0 and 1."
        raise ValueError(message)
    return float((1 - level) / 2), float((1 + level) / 2)


def above_nought(**parameters: float) -> None:
    """Refuse a parameter of a distribution that is not a finite number above nought.

    >>> above_nought(alpha=0.0)
    Traceback (most recent call last):
    ValueError: alpha: 0.0 is not above nought.
    """
    for name, value in parameters.items():
        if not (isfinite(value) and value > 0):
            message = f"{name}: {value} is not above nought."
            raise ValueError(message)


def beta_interval(alpha: float, beta: float, level: Decimal) -> Interval:
    """Return the central interval of a share of which `alpha` cases (prior and seen) spoke for and `beta` against.

    Formula: the ``(1 ± level)/2`` quantiles of ``Beta(alpha, beta)``.
    Unit: share. Convention: equal tails. After s of n with the prior of Jeffreys: ``alpha = s + 1/2``,
    ``beta = n - s + 1/2``. Parameters not above nought raise `ValueError`.
    Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), 2.4.

    >>> [round(limit, 4) for limit in beta_interval(4, 6, Decimal("0.80"))]
    [0.2104, 0.5994]
    """
    above_nought(alpha=alpha, beta=beta)
    low, high = tails(level)
    return float(special.betaincinv(alpha, beta, low)), float(special.betaincinv(alpha, beta, high))


def beta_summary(alpha: float, beta: float) -> BetaSummary:
    """Return mean, variance and the deciles that are usually shown of a Beta distribution.

    Formula: mean ``alpha / (alpha + beta)``, variance ``mean (1 - mean) / (alpha + beta + 1)``; quantiles.
    Unit: share, and share squared. Parameters not above nought raise `ValueError`.
    Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), appendix A.

    >>> beta_summary(4, 6).mean, round(beta_summary(4, 6).median, 4)
    (0.4, 0.3931)
    """
    low, high = beta_interval(alpha, beta, Decimal("0.8"))
    mean = alpha / (alpha + beta)
    variance = mean * (1 - mean) / (alpha + beta + 1)
    return BetaSummary(mean, variance, low, float(special.betaincinv(alpha, beta, 0.5)), high)


def poisson_interval(x: int, level: Decimal) -> Interval:
    """Return the exact interval of the number to be expected where x were seen.

    Formula: from ``chi2((1 - level)/2; 2x) / 2`` to ``chi2((1 + level)/2; 2x + 2) / 2``; from 0 where x is 0.
    Unit: count; divided by what it was seen in (hours, money) that of a rate. A negative count raises `ValueError`.
    Source: Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936), pp. 437-442.

    >>> [round(limit, 2) for limit in poisson_interval(10, Decimal("0.95"))]
    [4.8, 18.39]
    """
    if x < 0:
        message = f"x: {x} is no count."
        raise ValueError(message)
    low, high = tails(level)
    return float(special.gammaincinv(x, low)) if x else 0.0, float(special.gammaincinv(x + 1, high))


def gamma_poisson_interval(x: float, exposure: float, shape: float, rate: float, level: Decimal) -> Interval:
    """Return the central interval of a rate after x events in an exposure, given what was believed of it before.

    Formula: the ``(1 ± level)/2`` quantiles of ``Gamma(shape + x, rate + exposure)``; the prior has the mean
    ``shape / rate`` and weighs as much as an exposure of ``rate``.
    Unit: events by unit of exposure. Convention: equal tails. A prior not above nought, or negative events or
    exposure, raise `ValueError`.
    Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), 2.6.

    >>> [round(limit, 3) for limit in gamma_poisson_interval(3, 200, 3, 5, Decimal("0.95"))]
    [0.011, 0.057]
    """
    above_nought(shape=shape, rate=rate)
    if min(x, exposure) < 0:
        message = f"x: {x} events in an exposure of {exposure} cannot have been."
        raise ValueError(message)
    low, high = (float(special.gammaincinv(shape + x, tail)) for tail in tails(level))
    return low / (rate + exposure), high / (rate + exposure)


def probability_better(a: Interval, b: Interval) -> float:
    """Return the probability that the share with the posterior b is above the one with the posterior a.

    Formula: ``P[B > A] = integral of f_B(t) F_A(t) dt`` for ``A ~ Beta(*a)``, ``B ~ Beta(*b)``, ``t`` the logit.
    Unit: share. Convention: the trapezoid rule over the narrower of the two (``P[B > A] = P[1 - A > 1 - B]``), which on
    this scale is good to 10 digits for parameters to ten million. One below 0.1 raises `ValueError`.
    Source: definition; Trefethen and Weideman, The Exponentially Convergent Trapezoidal Rule, SIAM Review 56 (2014).

    >>> round(probability_better((10, 50), (60, 250)), 8)
    0.70889192
    """
    above_nought(alpha_a=a[0], beta_a=a[1], alpha_b=b[0], beta_b=b[1])
    if min(*a, *b) < LEAST_PARAMETER:
        message = f"a, b: a parameter of {min(*a, *b)} is below {LEAST_PARAMETER}."
        raise ValueError(message)
    if logit_variance(a) < logit_variance(b):
        a, b = b[::-1], a[::-1]
    logits, weights = weighted_logits(b)
    below = np.where(
        logits < 0,
        special.betainc(*a, special.expit(logits)),
        special.betaincc(*a[::-1], special.expit(-logits)),
    )
    return float(weights @ below / weights.sum())


def logit_variance(shares: Interval) -> float:
    """Return the variance of ``ln(p / (1 - p))`` where p has a Beta distribution.

    >>> round(logit_variance((1.0, 1.0)), 3)
    3.29
    """
    return float(special.polygamma(1, shares[0]) + special.polygamma(1, shares[1]))


def weighted_logits(shares: Interval) -> tuple[Floats, Floats]:
    """Return places all over a Beta distribution on the logit scale, and its density there, but for a factor.

    >>> logits, weights = weighted_logits((4.0, 6.0))
    >>> round(float(weights @ special.expit(logits) / weights.sum()), 12)
    0.4
    """
    spread, mode = logit_variance(shares) ** 0.5, log(shares[0] / shares[1])

    def log_density(logits: Floats) -> Floats:
        return np.asarray(shares[0] * special.log_expit(logits) + shares[1] * special.log_expit(-logits))

    reaches = spread * 2.0 ** np.arange(40)
    heights = log_density(np.stack([mode - reaches, mode + reaches])) - log_density(np.array([mode]))
    down, up = (float(reaches[np.argmax(side < NEGLIGIBLE)]) for side in heights)
    step = min(spread / 4, FINE)
    logits = mode + step * np.arange(-ceil(down / step), ceil(up / step) + 1)
    return logits, np.exp(log_density(logits) - log_density(np.array([mode])))
