"""Comparing few and small networks: what they have in common, each drawn towards it, and who is likely the best."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from proxeny.indicators.posterior import gamma_poisson_interval, poisson_interval
from proxeny.indicators.proportions import two_sided_z

Floats = NDArray[np.float64]
Estimator = Literal["EE", "DL", "HE", "PM", "ML", "REML"]
NINETY_FIVE = Decimal("0.95")
FEWEST = 3
NOT_SHRUNK = "fewer than three networks: each stands for itself, none is drawn towards the others"


class Pooled(NamedTuple):
    """What several estimates have in common: the variance between them, their mean, and how far they disagree."""

    method: Estimator
    tau2: float
    mu: float
    se: float
    ci: tuple[float, float]
    q: float


class Estimate(NamedTuple):
    """One network's estimate; `own` is the part its own records have in it, the rest is that of all."""

    value: float
    low: float
    high: float
    own: float


class Shrunk(NamedTuple):
    """The estimates in the order given, what they were drawn towards, or a note why they were not."""

    estimates: list[Estimate]
    towards: float | None
    between: float | None
    note: str | None


class Rank(NamedTuple):
    """Where one network stands over all draws: 1 is the best rank, regret what choosing it would cost on average."""

    p_best: float
    p_top: float
    expected_rank: float
    expected_regret: float


def pooled(
    yi: Sequence[float], vi: Sequence[float], method: Estimator = "REML", level: Decimal = NINETY_FIVE
) -> Pooled:
    """Return the mean of estimates that differ by chance (vi) and in truth (tau²).

    Formula: ``mu = sum(w·y) / sum(w)``, ``w = 1 / (v + tau²)``, ``se = sum(w)^-1/2``, ``Q = sum((y - mu_0)² / v)`` with
    ``mu_0`` at tau² = 0. tau² is nought (EE), by moments (DL, HE, PM) or the likelihood's maximum (ML, REML).
    Unit: that of yi; ratios are pooled by their logarithms. Convention: a negative tau² is nought; normal limits.
    Without estimates, or with a variance not above nought, `ValueError`.
    Source: DerSimonian and Laird (1986); Hedges (1983); Paule and Mandel (1982); Raudenbush (2009); Viechtbauer,
    Journal of Educational and Behavioral Statistics 30 (2005), pp. 261-293.

    >>> both = pooled([0.1, 0.5], [0.01, 0.01], "DL")
    >>> round(both.mu, 3), round(both.tau2, 3), round(both.q, 3)
    (0.3, 0.07, 8.0)
    """
    y, v = checked(yi, vi)
    if method not in get_args(Estimator):
        message = f"method: {method} is none of {', '.join(get_args(Estimator))}."
        raise ValueError(message)
    tau2 = between_variance(y, v, method)
    w = 1 / (v + tau2)
    mu, se = float(w @ y / w.sum()), float(w.sum() ** -0.5)
    reach = float(two_sided_z(level)) * se
    return Pooled(method, tau2, mu, se, (mu - reach, mu + reach), weighted_squares(y, 1 / v))


def shrunk(
    yi: Sequence[float], vi: Sequence[float], method: Estimator = "REML", level: Decimal = NINETY_FIVE
) -> Shrunk:
    """Return each estimate drawn towards the mean of all, the more the less it rests on.

    Formula: ``own·y + (1 - own)·mu``, ``own = tau² / (tau² + v)``, variance ``own·v + (1 - own)²·se(mu)²``.
    Unit: that of yi; ratios are shrunk by their logarithms. Convention: normal limits; fewer than three estimates say
    nothing of the variance between them, are left as they are, and the note says so.
    Source: Morris, Journal of the American Statistical Association 78 (1983); Raudenbush and Bryk, Journal of
    Educational Statistics 10 (1985).

    >>> [round(estimate.value, 2) for estimate in shrunk([0.1, 0.5, 1.2], [0.01, 0.01, 0.5]).estimates]
    [0.13, 0.48, 0.47]
    >>> shrunk([0.1, 0.5], [0.01, 0.01]).estimates[0].value
    0.1
    """
    y, v = checked(yi, vi)
    z = float(two_sided_z(level))
    if len(y) < FEWEST:
        return Shrunk(normal(y, np.sqrt(v), np.ones_like(y), z), None, None, NOT_SHRUNK)
    common = pooled(yi, vi, method, level)
    own = common.tau2 / (common.tau2 + v)
    errors = np.sqrt(own * v + (1 - own) ** 2 * common.se**2)
    return Shrunk(normal(own * y + (1 - own) * common.mu, errors, own, z), common.mu, common.tau2, None)


def gamma_poisson_shrunk(counts: Sequence[int], exposures: Sequence[float], level: Decimal = NINETY_FIVE) -> Shrunk:
    """Return each network's rate of events drawn towards the rate of all, the more the less it was exposed.

    Formula: ``(shape + x) / (rate + E)`` with the prior ``Gamma(shape = m²/A, rate = m/A)``, ``m = sum(x) / sum(E)``,
    ``A = sum(E (x/E - m)²) / sum(E) - m / mean(E)``.
    Unit: events by unit of exposure. Convention: where A is not above nought the rates differ by no more than chance,
    and each is that of all. Fewer than three are left as they are, and the note says so.
    Negative counts, or an exposure not above nought, raise `ValueError`.
    Source: Marshall, Mapping Disease and Mortality Rates Using Empirical Bayes Estimators, Applied Statistics 40
    (1991), pp. 283-294.

    >>> few = gamma_poisson_shrunk([1, 9, 40], [10.0, 20.0, 40.0])
    >>> [round(estimate.value, 3) for estimate in few.estimates]
    [0.372, 0.525, 0.953]
    """
    x, exposed = checked(counts, exposures)
    if x.min() < 0:
        message = f"counts: {x.min():g} is no count."
        raise ValueError(message)
    if len(x) < FEWEST:
        return Shrunk(as_counted(x, exposed, level), None, None, NOT_SHRUNK)
    mean = float(x.sum() / exposed.sum())
    between = float(exposed @ (x / exposed - mean) ** 2 / exposed.sum() - mean / exposed.mean())
    if between <= 0:
        [all_of_them] = as_counted(x.sum(keepdims=True), exposed.sum(keepdims=True), level)
        return Shrunk([all_of_them._replace(own=0.0)] * len(x), mean, 0.0, None)
    shape, rate = mean**2 / between, mean / between
    estimates = [
        Estimate(
            (shape + count) / (rate + exposure),
            *gamma_poisson_interval(count, exposure, shape, rate, level),
            exposure / (rate + exposure),
        )
        for count, exposure in zip(x.tolist(), exposed.tolist(), strict=True)
    ]
    return Shrunk(estimates, mean, between, None)


def ranked(draws: ArrayLike, top: int = 3) -> list[Rank]:
    """Return how likely each network is the best, over draws of what each is worth.

    Formula: of all draws, the part in which it is first, among the first `top`, its mean rank, and the mean of what
    the first was worth beyond it.
    Unit: share, share, rank, that of the draws. Convention: one row a draw, one column a network; more is better;
    equals share their ranks, so that the chances to be the best sum to 1. Draws that are empty or not finite, or a
    `top` below 1, raise `ValueError`.
    Source: Shen and Louis, Triple-Goal Estimates in Two-Stage Hierarchical Models, Journal of the Royal Statistical
    Society B 60 (1998), for ranks; Savage (1951) for regret.

    >>> [rank.p_best for rank in ranked([[3.0, 1.0], [2.0, 4.0], [5.0, 5.0], [6.0, 0.0]], top=1)]
    [0.625, 0.375]
    """
    worth = np.asarray(draws, dtype=np.float64)
    if worth.ndim != 2 or not worth.size or not np.isfinite(worth).all() or top < 1:
        message = f"draws: a table of finite numbers and a top of at least 1 are ranked, not {worth.shape} and {top}."
        raise ValueError(message)
    ahead, equals = standing(worth)
    columns = np.stack(
        [
            np.where(ahead == 0, 1 / equals, 0).mean(axis=0),
            np.clip((top - ahead) / equals, 0, 1).mean(axis=0),
            (ahead + (equals + 1) / 2).mean(axis=0),
            (worth.max(axis=1, keepdims=True) - worth).mean(axis=0),
        ]
    )
    return [Rank(*column) for column in columns.T.tolist()]


def checked(values: Sequence[float], weights: Sequence[float]) -> tuple[Floats, Floats]:
    """Return both as arrays of one length, finite, the second above nought; anything else raises `ValueError`.

    >>> checked([0.1, 0.5], [0.01, 0.0])
    Traceback (most recent call last):
    ValueError: Each finite estimate needs a variance or an exposure above nought: 2 estimates, [0.01, 0.0].
    """
    first, second = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if first.shape != second.shape or not first.size or not np.isfinite([first, second]).all() or second.min() <= 0:
        message = (
            "Each finite estimate needs a variance or an exposure above nought:"
            f" {len(first)} estimates, {second.tolist()}."
        )
        raise ValueError(message)
    return first, second


def weighted_squares(y: Floats, w: Floats) -> float:
    """Return how far the estimates lie from their weighted mean: squares, weighted.

    >>> weighted_squares(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    2.0
    """
    return float(w @ (y - w @ y / w.sum()) ** 2)


def between_variance(y: Floats, v: Floats, estimator: Estimator) -> float:
    """Return tau², nought where the estimates differ by no more than their own variances.

    >>> between_variance(np.array([0.1, 0.5]), np.array([0.01, 0.01]), "EE")
    0.0
    """
    if estimator == "EE" or len(y) == 1:
        return 0.0
    w = 1 / v
    if estimator == "DL":
        return max(0.0, float((weighted_squares(y, w) - (len(y) - 1)) / (w.sum() - w @ w / w.sum())))
    if estimator == "HE":
        return max(0.0, float(y.var(ddof=1) - v.mean()))
    restricted = estimator == "REML"

    def excess(tau2: float) -> float:
        w = 1 / (v + tau2)
        if estimator == "PM":
            return weighted_squares(y, w) - (len(y) - 1)
        own = w @ w / w.sum() if restricted else 0.0
        return float((w * w) @ (y - w @ y / w.sum()) ** 2 - w.sum() + own)

    def likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float(np.log(w).sum() - (np.log(w.sum()) if restricted else 0.0)) - weighted_squares(y, w)

    return max(crossings(excess, upper=float(v.max() + np.ptp(y) ** 2)), key=likelihood)


def crossings(excess: Callable[[float], float], upper: float) -> list[float]:
    """Return where a function falls through nought below the upper end; nought itself where it begins below.

    A likelihood may have several maxima: each is one of these.

    >>> [round(place, 9) for place in crossings(lambda place: 2 - place, 10)]
    [2.0]
    """
    grid = [0.0, *np.geomspace(upper * 1e-12, upper, 200).tolist()]
    positive = [excess(place) > 0 for place in grid]
    falls = [step for step in range(len(grid) - 1) if positive[step] and not positive[step + 1]]
    places = [float(brentq(excess, grid[step], grid[step + 1], xtol=1e-15)) for step in falls]
    return places if positive[0] else [0.0, *places]


def normal(values: Floats, errors: Floats, own: Floats, z: float) -> list[Estimate]:
    """Return estimates with their normal limits.

    >>> normal(np.array([1.0]), np.array([0.5]), np.array([1.0]), 2.0)
    [Estimate(value=1.0, low=0.0, high=2.0, own=1.0)]
    """
    rows = np.stack([values, values - z * errors, values + z * errors, own], axis=1)
    return [Estimate(*row) for row in rows.tolist()]


def as_counted(x: Floats, exposed: Floats, level: Decimal) -> list[Estimate]:
    """Return rates as they were counted, with their exact limits.

    >>> round(as_counted(np.array([10.0]), np.array([2.0]), Decimal("0.95"))[0].high, 3)
    9.195
    """
    limits = [poisson_interval(int(count), level) for count in x.tolist()]
    pairs = zip(x.tolist(), exposed.tolist(), limits, strict=True)
    return [Estimate(count / exposure, low / exposure, high / exposure, 1.0) for count, exposure, (low, high) in pairs]


def standing(worth: Floats) -> tuple[Floats, Floats]:
    """Return for each draw and network how many are ahead of it, and how many are its equals, itself among them.

    >>> [part.tolist() for part in standing(np.array([[3.0, 1.0, 3.0]]))]
    [[[0.0, 2.0, 0.0]], [[2.0, 1.0, 2.0]]]
    """
    order = np.argsort(-worth, axis=1, kind="stable")
    falling = np.take_along_axis(worth, order, axis=1)
    places = np.broadcast_to(np.arange(worth.shape[1]), worth.shape)
    falls = np.diff(falling, axis=1) != 0
    edge = np.ones((len(worth), 1), dtype=bool)
    first = np.maximum.accumulate(np.where(np.hstack([edge, falls]), places, 0), axis=1)
    ends = np.where(np.hstack([falls, edge]), places, worth.shape[1])
    last = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    ahead, equals = np.empty_like(worth), np.empty_like(worth)
    np.put_along_axis(ahead, order, first.astype(np.float64), axis=1)
    np.put_along_axis(equals, order, (last - first + 1).astype(np.float64), axis=1)
    return ahead, equals
