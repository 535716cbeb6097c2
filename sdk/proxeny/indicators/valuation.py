"""From records to what figures are made of: the sums of one subject, with value and cost by year."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext

from proxeny.indicators.courses import Amounts, Course
from proxeny.indicators.fiscal import held
from proxeny.indicators.items import Cost, Engagement, Items, Outcome
from proxeny.indicators.levers import Lever, Levers, Settled
from proxeny.indicators.methods import SHIPPED, Method
from proxeny.indicators.rounding import EXACT
from proxeny.indicators.streams import Streams, Wait
from proxeny.indicators.sums import Sums, exact
from proxeny.indicators.tally import ACTIVE, COUNTED, tallied
from proxeny.indicators.worth import Frame, Valued, first_index, own_additional, own_value, settled, valued

__all__ = ["Frame", "Valued", "assess", "of_flows", "valued"]

NOUGHT = Decimal(0)
ONE = Decimal(1)
POLICIES = frozenset({"policy_change", "joint_policy"})


# What levers leave of a value: all of them, and all but deadweight, attribution and displacement in turn; how it goes
# on; what nobody recorded. A plain tuple, and the key of a course too, for a hundred thousand are made in a second.
Terms = tuple[Decimal, Decimal, Decimal, Decimal, Decimal, int, tuple[Lever, ...]]


@dataclass
class Gathered:
    """Value by course in the making; the terms of levers are kept, for most come up again."""

    frame: Frame
    gross: Decimal = NOUGHT
    values: dict[tuple[int, int, Decimal, int, bool], list[Decimal]] = field(default_factory=dict)
    assumed: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    valued: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    unvalued: int = 0
    terms: dict[Levers, Terms] = field(default_factory=dict)
    scenario_terms: dict[Levers, Terms] = field(default_factory=dict)


def assess(items: Items, frame: Frame) -> Sums:
    """Return all sums of one subject with their streams: all that any figure by the frame's method is made of.

    The named sums are those that are kept for every subject, to the digit; they do not depend on the method.

    >>> from proxeny.indicators.methods import SHIPPED
    >>> spent = Cost("c", 1, ONE, "travel", "city", False, date(2025, 3, 1), Decimal(300), "EUR", ONE)
    >>> sums = assess(Items(costs=[spent]), Frame(SHIPPED["cash@1"], 2025, date(2026, 1, 1)))
    >>> sums["cost_travel"], sums.assessed.present_costs
    (Decimal('300'), Decimal('300'))
    """
    with localcontext(EXACT):
        tally = tallied(items)
        gathered = Gathered(frame)
        for outcome in items.outcomes:
            _enter(gathered, outcome)
        counted = [outcome for outcome in items.outcomes if outcome.status in COUNTED]
        budgeted = held(items)
        streams = Streams(
            method=frame.method,
            base_year=frame.base_year,
            gross=gathered.gross,
            values={Course(*course): Amounts(*amounts) for course, amounts in gathered.values.items()},
            costs=_by_year(items.costs, frame.base_year),
            assumed={level: frozenset(names) for level, names in gathered.assumed.items()},
            valued=dict(gathered.valued),
            unvalued=gathered.unvalued,
            waits=_waits(items.engagements, frame),
            pilots=_pilots(counted),
            budgets=budgeted.budgets,
            own_costs=budgeted.own_costs,
            budgeted=budgeted.costs,
            unknown_budgets=budgeted.unknown,
            network_costs=_by_network(items.costs),
            networks={network.record: network for network in items.networks},
            claimed=sum((one.weight if one.claimed is None else one.claimed for one in counted), NOUGHT),
            unique=sum((one.weight for one in counted), NOUGHT),
        )
        return Sums(tally.values, tally.missing, streams)


def of_flows(
    method: str | Method, *, benefits: Sequence[Decimal | int] = (), costs: Sequence[Decimal | int] = ()
) -> Sums:
    """Return the sums of plain flows, those of the base year first: benefits with no levers left to apply.

    The year of a benefit is taken as given, whatever the method says of a first benefit.

    >>> of_flows("cash@1", benefits=[0, 150], costs=[100]).assessed.flows
    (0, [Decimal('-100'), Decimal('150')])
    """
    values = {Course(year): Amounts(*[exact(each)] * 4) for year, each in enumerate(benefits) if each}
    with localcontext(EXACT):
        return Sums(
            {"cost_other": sum(map(exact, costs), NOUGHT), "cost_n": sum(map(bool, costs))},
            streams=Streams(
                SHIPPED[method] if isinstance(method, str) else method,
                base_year=0,
                gross=sum(map(exact, benefits), NOUGHT),
                values=values,
                costs={year: exact(cost) for year, cost in enumerate(costs)},
                valued={0: len(values)},
            ),
        )


def _enter(gathered: Gathered, outcome: Outcome) -> None:
    """Add an outcome's value to those that go on in the same way."""
    method = gathered.frame.method
    own = own_value(outcome, method)
    if own is None:
        return
    level = outcome.evidence_level or 0
    gathered.valued[level] += 1
    if outcome.factor is None:
        gathered.unvalued += 1
        return
    part = outcome.weight * outcome.factor
    gross = own * part
    gathered.gross += gross
    added = own_additional(outcome) if method.models else None
    known = gathered.terms if added is None else gathered.scenario_terms
    terms = known.get(outcome.levers)
    if terms is None:
        terms = known[outcome.levers] = _terms(settled(outcome, method))
    kept, without_deadweight, without_attribution, without_displacement, drop_off, years, assumed = terms
    if assumed:
        gathered.assumed[level].update(assumed)
    base = gross if added is None else added * part
    course = (first_index(outcome, gathered.frame), years, drop_off, level, added is not None)
    amounts = gathered.values.get(course)
    if amounts is None:
        amounts = gathered.values[course] = [NOUGHT] * 4
    amounts[0] += base * kept
    amounts[1] += base * without_deadweight
    amounts[2] += base * without_attribution
    amounts[3] += base * without_displacement


def _terms(levers: Settled) -> Terms:
    caused, own, new = ONE - levers.deadweight, ONE - levers.attribution_to_others, ONE - levers.displacement
    return (
        caused * own * new,
        own * new,
        caused * new,
        caused * own,
        levers.drop_off,
        levers.duration_years,
        levers.assumed,
    )


def _by_year(costs: Iterable[Cost], base_year: int) -> dict[int, Decimal]:
    """Return costs by index of their year; those without a rate are in none."""
    found: defaultdict[int, Decimal] = defaultdict(Decimal)
    for cost in costs:
        if cost.factor is not None:
            found[cost.incurred_on.year - base_year] += cost.weight * cost.amount * cost.factor
    return dict(found)


def _by_network(costs: Iterable[Cost]) -> dict[str, Decimal]:
    """Return costs by the network they were spent through."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for cost in costs:
        if cost.factor is not None and cost.networks:
            amount = cost.weight * cost.amount * cost.factor
            for network, share in cost.networks:
                found[network] += amount * share
    return dict(found)


def _waits(engagements: Iterable[Engagement], frame: Frame) -> dict[str, Wait]:
    """Return how long engagements that took place have waited for an outcome, or did wait until it came."""
    found: dict[str, Wait] = {}
    until, mature_days = frame.observed_on, frame.method.mature_days
    for engagement in engagements:
        watched = (until - engagement.starts_on).days
        if engagement.status not in ACTIVE or engagement.weight <= 0 or watched < 0:
            continue
        came = engagement.first_outcome_on
        has_come = came is not None and came <= until
        days = max(0, (came - engagement.starts_on).days) if came is not None and has_come else watched
        found[engagement.record] = Wait(days, has_come, watched >= mature_days)
    return found


def _pilots(counted: Sequence[Outcome]) -> dict[str, bool]:
    """Return pilots, and whether a policy that was not earlier came of one of their engagements."""
    adopted: dict[str, date] = {}
    for outcome in counted:
        if outcome.kind in POLICIES and outcome.engagement is not None:
            adopted[outcome.engagement] = max(outcome.occurred_on, adopted.get(outcome.engagement, outcome.occurred_on))
    pilots: dict[str, bool] = {}
    for outcome in counted:
        if outcome.kind == "pilot":
            last = adopted.get(outcome.engagement) if outcome.engagement is not None else None
            is_adopted = last is not None and last >= outcome.occurred_on
            pilots[outcome.record] = pilots.get(outcome.record, False) or is_adopted
    return pilots
