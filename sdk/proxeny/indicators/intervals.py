"""Between which values figures lie: by draws, of a count, of a share or of a waiting time; needs NumPy and SciPy.

Those two are imported when the first interval is asked for: they are a third of a server's start and of its memory.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal, NamedTuple

from proxeny.indicators.costs import cost_total
from proxeny.indicators.figure import Figure
from proxeny.indicators.outcomes import outcomes_count
from proxeny.indicators.proportions import wilson
from proxeny.indicators.rounding import EXACT, quotient
from proxeny.indicators.subjects import SIMULATED, Subject
from proxeny.indicators.sums import OUTCOME_KINDS, POLICY_LEVELS, Sums
from proxeny.indicators.survival import median_interval
from proxeny.indicators.timing import adoptions, conversions, observed
from proxeny.indicators.valuation import Frame

if TYPE_CHECKING:
    from proxeny.indicators.uncertainty import Simulated

Kind = Literal["monte_carlo", "gamma_poisson", "wilson", "beta", "kaplan_meier"]
ShareInterval = Literal["wilson", "beta"]
# Jeffreys' prior of a count: half an event, in next to no exposure.
PRIOR_EVENTS, PRIOR_EXPOSURE = 0.5, 1e-9
COUNTS = {
    "outcomes.count": "",
    **{f"outcomes.count.{kind}": f"outcomes_{kind}" for kind in OUTCOME_KINDS},
    **{f"outcomes.level.{level}": f"level_{level}" for level in POLICY_LEVELS},
}
COSTS_OF = {
    "cost.per_outcome": "",
    **{f"cost.per_{kind}": f"outcomes_{kind}" for kind in OUTCOME_KINDS},
}
TRIALS = {"conversion.rate": conversions, "pilot.adoption_rate": adoptions}


class Interval(NamedTuple):
    """Between which values a figure lies; an end is None where it is open.

    `draws`, `seed` and `standard_error` are those of the draws, None for what was worked out without any.
    """

    level: Decimal
    low: Decimal | None
    high: Decimal | None
    kind: Kind
    draws: int | None = None
    seed: int | None = None
    standard_error: Decimal | None = None


def intervals(
    groups: Mapping[str, Subject],
    found: Mapping[str, Iterable[Figure]],
    frame: Frame,
    *,
    level: Decimal,
    seed: int,
    draws: int,
    shares: ShareInterval = "wilson",
) -> dict[str, dict[str, Interval]]:
    """Return the intervals of several groups' figures, by group and indicator; of those alone that have a value.

    Values, returns and net present values are drawn (`uncertainty.simulate_groups`). Numbers of outcomes are counts of
    rare events, after Jeffreys' prior Gamma-distributed, and costs of an outcome and outcomes of an hour follow them.
    Shares are Wilson's or, where asked for, the Beta posterior's after Jeffreys' prior; the median wait is Brookmeyer
    and Crowley's. What is only added up has none.
    Raises `ValueError` for a level not between 0 and 1, fewer than two draws, and a range out of order.
    """
    asked = {name: {one.indicator: one for one in figures if one.value is not None} for name, figures in found.items()}
    is_drawn = any(id in figures for figures in asked.values() for id in SIMULATED)
    simulated = _simulated(groups, frame, level=level, seed=seed, draws=draws) if is_drawn else {}
    told: dict[str, dict[str, Interval]] = {}
    for name, figures in asked.items():
        sums = groups[name].sums
        with localcontext(EXACT):
            known = {id: worked_out(id, sums, level, shares) for id in figures} if sums is not None else {}
        own = {id: interval for id, interval in known.items() if interval is not None}
        if name in simulated:
            for id, drawn in simulated[name].intervals.items():
                if id in figures:
                    own[id] = Interval(
                        drawn.level, drawn.low, drawn.high, drawn.kind, drawn.draws, drawn.seed, drawn.standard_error
                    )
        told[name] = own
    return told


def _simulated(
    groups: Mapping[str, Subject], frame: Frame, *, level: Decimal, seed: int, draws: int
) -> "dict[str, Simulated]":
    from proxeny.indicators.uncertainty import simulate_groups

    return simulate_groups(groups, frame, seed=seed, draws=draws, level=level)


def worked_out(indicator: str, sums: Sums, level: Decimal, shares: ShareInterval = "wilson") -> Interval | None:
    """Return the interval of a figure that needs no draws; None for one that has none of this sort.

    >>> ten = Sums({"outcomes_pilot": 10, "cost_travel": 900})
    >>> [round(end, 2) for end in worked_out("outcomes.count.pilot", ten, Decimal("0.90"))[1:3]]
    [Decimal('5.80'), Decimal('16.34')]
    >>> worked_out("cost.total", ten, Decimal("0.90"))
    """
    if indicator in COUNTS or indicator in COSTS_OF or indicator == "outcomes.per_leader_hour":
        return _of_count(indicator, sums, level)
    if indicator == "outcomes.verified_share":
        counted = sums.total(f"outcomes_{kind}" for kind in OUTCOME_KINDS)
        return _share(sums["outcomes_verified"], counted, level, shares)
    if indicator in TRIALS:
        trials = TRIALS[indicator](sums)
        return _share(Decimal(trials.successes), Decimal(trials.trials), level, shares)
    if indicator == "time_to_outcome":
        first, last = (None if end is None else Decimal(end) for end in median_interval(*observed(sums), level))
        return Interval(level, first, last, "kaplan_meier")
    return None


def _of_count(indicator: str, sums: Sums, level: Decimal) -> Interval:
    name = COUNTS.get(indicator, COSTS_OF.get(indicator, ""))
    low, high = count_interval(sums[name] if name else outcomes_count(sums), level)
    if indicator in COSTS_OF:
        cost = cost_total(sums)
        return Interval(level, quotient(cost, high), quotient(cost, low) if low > 0 else None, "gamma_poisson")
    hours = sums["leader_hours"] if indicator == "outcomes.per_leader_hour" else Decimal(1)
    return Interval(level, quotient(low, hours), quotient(high, hours), "gamma_poisson")


def count_interval(count: Decimal, level: Decimal) -> tuple[Decimal, Decimal]:
    """Return between which numbers the number to be expected lies where a number came about.

    Formula: the ``(1 ± level)/2`` quantiles of ``Gamma(count + 1/2, 1)``; from 0 where nothing came about.
    Unit: count, at 12 significant digits. Parts of outcomes count as parts of events.
    Source: Jeffreys' prior of a Poisson rate, as in Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), 2.8.

    >>> count_interval(Decimal(0), Decimal("0.90"))[1]
    Decimal('1.92072940843')
    """
    from proxeny.indicators.posterior import gamma_poisson_interval

    low, high = gamma_poisson_interval(float(count), 1, PRIOR_EVENTS, PRIOR_EXPOSURE, level)
    return Decimal(f"{low:.12g}") if count else Decimal(0), Decimal(f"{high:.12g}")


def _share(successes: Decimal, trials: Decimal, level: Decimal, shares: ShareInterval) -> Interval:
    if shares == "wilson":
        return Interval(level, *wilson(successes, trials, level), "wilson")
    from proxeny.indicators.posterior import beta_interval

    low, high = beta_interval(float(successes) + 0.5, float(trials - successes) + 0.5, level)
    return Interval(level, Decimal(f"{low:.12g}"), Decimal(f"{high:.12g}"), "beta")
