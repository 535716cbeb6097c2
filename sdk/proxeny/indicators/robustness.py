"""How much the return hangs on: on weak evidence, and on each lever."""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext

from proxeny.indicators.courses import Amounts, factor
from proxeny.indicators.discounting import PRECISE
from proxeny.indicators.figure import Undefined
from proxeny.indicators.levers import LEVERS
from proxeny.indicators.registry import indicators
from proxeny.indicators.returns import without_ratio
from proxeny.indicators.rounding import RATIO, quotient
from proxeny.indicators.streams import EVIDENCE_LEVELS, Streams
from proxeny.indicators.sums import Sums

NOUGHT = Decimal(0)
ONE = Decimal(1)
# The search halves the range of a drop-off so often that nothing of 28 digits is left open.
HALVINGS = 100
# Discount factors have 50 digits: two sums of the same values agree in the first forty.
ROUNDING = Decimal("1E-40")
WITHOUT: dict[str, Callable[[Amounts], Decimal]] = {
    "deadweight": lambda amounts: amounts.without_deadweight,
    "attribution_to_others": lambda amounts: amounts.without_attribution,
    "displacement": lambda amounts: amounts.without_displacement,
}


@indicators(
    "evidence.floor.{}",
    over=[str(level) for level in EVIDENCE_LEVELS],
    title="Social return on evidence of level {} or better",
    unit="ratio",
    formula="sroi with PV(outcomes) over outcomes of evidence level ≥ {} only",
    undefined="PV(inputs) ≤ 0 → `zero_cost`; no such outcome has a value → `no_outcomes`",
    source="Puttick and Ludlow, Standards of Evidence for Impact Investing, Nesta (2012)",
    records=["cost_n", "evidence_{}_n"],
    converted=True,
    valued=True,
    assumed=lambda sums, level: sums.assessed.names_assumed(int(level)),
)
def evidence_floor(sums: Sums, level: str) -> Decimal | Undefined:
    """Return the social return of which the evidence is at least of a level, all costs counted.

    Formula: ``PV(outcomes of evidence level >= k) / PV(inputs)``; an outcome of unknown evidence is of level 0, so that
    the figure of level 0 is ``sroi``.
    Unit: ratio. Undefined (``zero_cost``) as ``sroi`` is, (``no_outcomes``) when no such outcome has a value.
    Source: Puttick and Ludlow, Standards of Evidence for Impact Investing, Nesta (2012), for the levels.

    >>> from proxeny.indicators.valuation import of_flows
    >>> flows = of_flows("cash@1", benefits=[0, 1500], costs=[1000])
    >>> evidence_floor(flows, "0"), evidence_floor(flows, "3").reason
    (Decimal('1.5'), 'no_outcomes')
    """
    streams, floor = sums.assessed, int(level)
    if missing := without_ratio(streams):
        return missing
    if not streams.count(f"evidence_{floor}_n"):
        return Undefined("no_outcomes")
    return quotient(streams.present_value(floor), streams.present_costs)


@indicators(
    "break_even.{}",
    over=LEVERS,
    title="Break-even: {}",
    unit="share",
    formula="the {} that, put in for every valued outcome, makes bcr 1, all else as it is",
    undefined="PV(inputs) ≤ 0 → `zero_cost`; no counted outcome has a value → `no_outcomes`; none from 0 to 1 →"
    " `not_reached`",
    source="HM Treasury, The Green Book (2022), switching values",
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=lambda sums, lever: sums.assessed.names_assumed(besides=lever),
)
def break_even(sums: Sums, lever: str) -> Decimal | Undefined:
    """Return how large a lever would have to be, the same for all outcomes, for benefits just to cover costs.

    Formula: the ``v`` from 0 to 1 at which ``bcr = 1`` with ``v`` in the place of every outcome's own lever. Of
    deadweight, attribution and displacement ``v = 1 - (PVC - fixed) / PVB(lever = 0)``, ``fixed`` being the value of
    outcomes with a scenario, to which deadweight and displacement do not apply; of the drop-off by halving.
    Unit: share. Undefined (``zero_cost``) and (``no_outcomes``) as ``sroi`` is, (``not_reached``) when no share from
    0 to 1 makes it so; of the drop-off also when it does not lie between no drop-off and a total one.
    Source: HM Treasury, The Green Book (2022), switching values.

    >>> from proxeny.indicators.valuation import of_flows
    >>> break_even(of_flows("cash@1", benefits=[0, 2000], costs=[1000]), "deadweight")
    Decimal('0.5')
    """
    streams = sums.assessed
    if missing := without_ratio(streams):
        return missing
    found = _drop_off(streams) if lever == "drop_off" else _share(streams, lever)
    return found if found is not None and 0 <= found <= 1 else Undefined("not_reached")


def _share(streams: Streams, lever: str) -> Decimal | None:
    """Return the share of a lever that lessens values in proportion; None when nothing is lessened."""
    lessens_all = lever == "attribution_to_others"
    lessened = streams.present(WITHOUT[lever], lambda course: lessens_all or not course.has_scenario)
    if not lessened:
        return None
    fixed = streams.present(lambda amounts: amounts.net, lambda course: course.has_scenario and not lessens_all)
    return ONE - quotient(streams.present_costs - fixed, lessened)


def _drop_off(streams: Streams) -> Decimal | None:
    """Return the drop-off, found where the surplus changes its sign; None when it does not."""
    with localcontext(PRECISE):
        by_lag = _present_by_lag(streams)
        cost = streams.present_costs
        surplus_at_none, surplus_at_total = _surplus(sum(by_lag, NOUGHT), cost), _surplus(by_lag[0], cost)
        if not surplus_at_none or surplus_at_none == surplus_at_total:
            return None if surplus_at_none else NOUGHT
        if surplus_at_none * surplus_at_total > 0:
            return None
        low, high = NOUGHT, ONE
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            is_beyond = (_worth(by_lag, 1 - middle) - cost) * surplus_at_none <= 0
            low, high = (low, middle) if is_beyond else (middle, high)
        return RATIO.plus(high)


def _surplus(worth: Decimal, cost: Decimal) -> Decimal:
    """Return what is left of a worth, nought where only the rounding of discount factors tells it from its cost."""
    surplus = worth - cost
    return NOUGHT if abs(surplus) <= cost * ROUNDING else surplus


def _present_by_lag(streams: Streams) -> list[Decimal]:
    """Return the present value of what comes so many years after the first, if nothing dropped off."""
    by_lag = [NOUGHT]
    horizon = streams.method.horizon_years
    for course, amounts in streams.values.items():
        by_lag += [NOUGHT] * (course.years - len(by_lag))
        for lag in range(course.years):
            if horizon is None or course.first + lag <= horizon:
                by_lag[lag] += amounts.net * factor(streams.method.schedule, course.first + lag)
    return by_lag


def _worth(by_lag: Sequence[Decimal], left: Decimal) -> Decimal:
    """Return the value of all years, so much of each being left in the next."""
    worth = NOUGHT
    for value in reversed(by_lag):
        worth = worth * left + value
    return worth
