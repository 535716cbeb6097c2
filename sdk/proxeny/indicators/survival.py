"""How long until something comes about, where what is still open counts for as long as it was watched."""

from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from typing import NamedTuple

from proxeny.indicators.figure import Undefined
from proxeny.indicators.proportions import two_sided_z
from proxeny.indicators.rounding import RATIO

HALF = Decimal("0.5")
# Wide enough that a product of a million factors is right in all 28 digits that are kept of it.
CHAINED = Context(prec=50)


class Point(NamedTuple):
    """One step of the curve: at this time, so many of those at risk had their event, and this share is left."""

    time: int
    at_risk: int
    events: int
    survival: Decimal


def kaplan_meier(times: Sequence[int], events: Sequence[bool]) -> list[Point]:
    """Return the share that is still without its event after each time at which there was one.

    Formula: ``S(t) = product over times u <= t of (n_u - d_u) / n_u``; of ``n_u`` at risk ``d_u`` had their event.
    Unit: share, at 28 digits. Convention: `events` is false where the watching ended first (censored); at equal times
    events come before censorings. Without any event the curve has no point. A negative time raises `ValueError`.
    Source: Kaplan and Meier, Journal of the American Statistical Association 53 (1958), pp. 457-481.

    >>> for point in kaplan_meier([30, 60, 60, 90], [True, True, False, False]):
    ...     print(point.time, point.at_risk, point.events, point.survival)
    30 4 1 0.75
    60 3 1 0.5000000000000000000000000000
    """
    if min(times, default=0) < 0:
        message = f"times: {min(times)} is before the start."
        raise ValueError(message)
    happened = Counter(time for time, event in zip(times, events, strict=True) if event)
    left = Counter(times)
    points, at_risk, survival = [], len(times), Decimal(1)
    with localcontext(CHAINED):
        for time in sorted(left):
            if happened[time]:
                survival *= Decimal(at_risk - happened[time]) / at_risk
                points.append(Point(time, at_risk, happened[time], RATIO.plus(survival)))
            at_risk -= left[time]
    return points


def median_time(times: Sequence[int], events: Sequence[bool]) -> int | Undefined:
    """Return the time by which half have had their event.

    Formula: the first ``t`` with ``S(t) <= 1/2``.
    Unit: that of the times. Undefined (``not_reached``) while more than half are without, or nothing was watched.
    Source: Kaplan and Meier (1958).

    >>> median_time([30, 60, 60, 90], [True, True, False, False])
    60
    >>> median_time([30, 60, 60, 90], [True, False, False, False]).reason
    'not_reached'
    """
    reached = (point.time for point in kaplan_meier(times, events) if point.survival <= HALF)
    return next(reached, Undefined("not_reached"))


def greenwood(points: Sequence[Point]) -> list[Decimal | None]:
    """Return the variance of the curve at each of its points.

    Formula: ``S(t)² · sum over u <= t of d_u / (n_u (n_u - d_u))``.
    Unit: share squared, at 28 digits. `None` where nobody is left, for there the formula says nothing.
    Source: Greenwood, The Natural Duration of Cancer (1926); Klein and Moeschberger, Survival Analysis, 4.2.

    >>> greenwood(kaplan_meier([30, 60, 60, 90], [True, True, False, False]))[0] == Decimal("0.046875")
    True
    """
    hazards = relative_variances(points)
    with localcontext(RATIO):
        return [
            None if hazard is None else +(point.survival**2 * hazard)
            for point, hazard in zip(points, hazards, strict=True)
        ]


def median_interval(times: Sequence[int], events: Sequence[bool], level: Decimal) -> tuple[int | None, int | None]:
    """Return between which times the median lies: those at which the curve's own interval holds one half.

    Formula: the first ``t`` at which the lower limit of ``S(t)``, and the first at which the upper one, is ``<= 1/2``;
    the limits are ``S(t)^exp(±z·sqrt(Var(S(t))) / (S(t)·|ln S(t)|))``.
    Unit: that of the times. `None` for a limit that is not reached.
    Source: Brookmeyer and Crowley, Biometrics 38 (1982), pp. 29-41, with the log-log limits of Kalbfleisch and
    Prentice, The Statistical Analysis of Failure Time Data (1980).

    >>> median_interval([30, 60, 60, 90], [True, True, False, False], Decimal("0.90"))
    (30, None)
    """
    points, z = kaplan_meier(times, events), two_sided_z(level)
    limits = [
        log_log_limits(point, hazard, z) for point, hazard in zip(points, relative_variances(points), strict=True)
    ]
    lows = (point.time for point, (low, _) in zip(points, limits, strict=True) if low <= HALF)
    highs = (point.time for point, (_, high) in zip(points, limits, strict=True) if high <= HALF)
    return next(lows, None), next(highs, None)


def relative_variances(points: Sequence[Point]) -> list[Decimal | None]:
    """Return Greenwood's sum at each point, the variance over S(t)²; `None` from where nobody is left.

    >>> relative_variances([Point(30, 5, 1, Decimal("0.8")), Point(60, 1, 1, Decimal(0))])
    [Decimal('0.05'), None]
    """
    sums: list[Decimal | None] = []
    total = Decimal(0)
    with localcontext(CHAINED):
        for _, at_risk, happened, survival in points:
            if survival:
                total += Decimal(happened) / (at_risk * (at_risk - happened))
            sums.append(total if survival else None)
    return sums


def log_log_limits(point: Point, hazard: Decimal | None, z: Decimal) -> tuple[Decimal, Decimal]:
    """Return the limits of the share that is left; where nobody is, they bound nothing from above.

    >>> log_log_limits(Point(60, 1, 1, Decimal(0)), None, Decimal(2))
    (Decimal('0'), Decimal('1'))
    """
    if hazard is None:
        return Decimal(0), Decimal(1)
    with localcontext(RATIO):
        stretch = (z * hazard.sqrt() / abs(point.survival.ln())).exp()
        return point.survival**stretch, point.survival ** (1 / stretch)
