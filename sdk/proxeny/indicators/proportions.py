"""Proportions: the interval of a share that was counted, and the shares of a survey in whole percents."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from statistics import NormalDist

from proxeny.indicators.rounding import EXACT, RATIO, half_up

ONE = Decimal(1)
# The quantile of the normal distribution is good to about 15 digits, and so are the limits made of it.
LIMITS = Decimal("1E-12")


def two_sided_z(level: Decimal) -> Decimal:
    """Return how many standard errors to either side hold the level of a normal distribution.

    Formula: ``Phi^-1((1 + level) / 2)``, at 15 digits.
    Unit: standard errors. A level that is not between 0 and 1 raises `ValueError`.
    Source: Wichura, Algorithm AS 241, Applied Statistics 37 (1988), as in Python's `statistics`.

    >>> two_sided_z(Decimal("0.95"))
    Decimal('1.95996398454005')
    """
    if not 0 < level < 1:
        message = f"level: {level} does not lie between 0 and 1."
        raise ValueError(message)
    return Decimal(f"{NormalDist().inv_cdf(float(EXACT.add(level, 1) / 2)):.15g}")


def wilson(successes: Decimal | int, trials: Decimal | int, level: Decimal) -> tuple[Decimal, Decimal]:
    """Return the score interval of a proportion, which stays between 0 and 1 also where none or all succeeded.

    Formula: ``(p + z²/2n ± z·sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n)``, ``p = successes / trials``, ``n = trials``.
    Unit: share, at 12 decimals. Convention: no continuity correction.
    Without trials there is no proportion: that, and successes outside 0 to trials, raises `ValueError`.
    Source: Wilson, Journal of the American Statistical Association 22 (1927), pp. 209-212.

    >>> [limit.quantize(Decimal("0.0001")) for limit in wilson(13, 16, Decimal("0.95"))]
    [Decimal('0.5699'), Decimal('0.9341')]
    """
    if trials <= 0 or not 0 <= successes <= trials:
        message = f"successes: {successes} of {trials} are no proportion."
        raise ValueError(message)
    z = two_sided_z(level)
    with localcontext(RATIO):
        share, spread = Decimal(successes) / trials, z * z / trials
        centre = share + spread / 2
        reach = (spread * (share * (ONE - share) + spread / 4)).sqrt()
        low, high = (centre - reach) / (ONE + spread), (centre + reach) / (ONE + spread)
    return half_up(max(low, Decimal(0)), LIMITS), half_up(min(high, ONE), LIMITS)


def percentages(counts: Sequence[int]) -> list[int]:
    """Return each count's share of all answers given, in whole percents.

    Formula: ``floor(100 · count / sum(counts) + 1/2)``.
    Unit: percent, half up. Convention: who gave no answer is in no count; each share is rounded for itself, so they
    may add up to 99 or 101. Without any answer, or with a negative count, there are no shares: `ValueError`.
    Source: seed study, Exhibit 2 (26 answers of 27 cities).

    >>> percentages([18, 5, 2, 1])
    [69, 19, 8, 4]
    """
    answers = sum(counts)
    if answers == 0 or min(counts) < 0:
        message = f"counts: {list(counts)} are no answers."
        raise ValueError(message)
    return [(200 * count + answers) // (2 * answers) for count in counts]
