"""The named sums of records: each record by the part of it that is the subject's, money by its factor."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from proxeny.indicators.items import Cost, Engagement, Items, Outcome

ACTIVE = frozenset({"ongoing", "completed"})
COUNTED = frozenset({"reported", "verified"})
MOVED_STAGES = frozenset({"committed", "disbursed"})
MOVED_KINDS = frozenset({"investment_or_trade", "negative_effect"})
CAPACITY = {"people": "capacity_people", "hours": "capacity_hours"}


@dataclass
class Tally:
    """Sums in the making, and how many amounts found no rate of exchange."""

    values: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    missing: int = 0


def has_moved(outcome: Outcome) -> bool:
    """Tell whether an outcome's money really moved: funding contracted or paid, investment and trade, and harm.

    >>> from datetime import date
    >>> has_moved(Outcome("a", 1, Decimal(1), "funding", None, "reported", date(2025, 1, 1), funding_stage="pledged"))
    False
    """
    return outcome.funding_stage in MOVED_STAGES or outcome.kind in MOVED_KINDS


def tallied(items: Items) -> Tally:
    """Return the sums of all items; to be called in a context that rounds nothing."""
    tally = Tally()
    for engagement in items.engagements:
        _add_engagement(tally.values, engagement)
    for cost in items.costs:
        _add_cost(tally, cost)
    for outcome in items.outcomes:
        _add_outcome(tally, outcome)
    tally.values["engagement_n"] += len(items.engagements)
    tally.values["cost_n"] += sum(cost.many for cost in items.costs)
    tally.values["outcome_n"] += len(items.outcomes)
    return tally


def _add_engagement(values: defaultdict[str, Decimal], engagement: Engagement) -> None:
    if engagement.status in ACTIVE:
        values["engagements"] += engagement.weight
    if engagement.status != "planned":
        values["leader_hours"] += engagement.weight * engagement.leader_hours
        values["staff_hours"] += engagement.weight * engagement.staff_hours


def _add_cost(tally: Tally, cost: Cost) -> None:
    if cost.factor is None:
        tally.missing += cost.many
        return
    amount = cost.weight * cost.amount * cost.factor
    tally.values[f"cost_{cost.category}"] += amount
    if cost.funded_by != "city":
        tally.values["cost_external"] += amount


def _add_outcome(tally: Tally, outcome: Outcome) -> None:
    values, weight = tally.values, outcome.weight
    if outcome.status not in COUNTED:
        if outcome.status == "expected":
            values["outcomes_expected"] += weight
        return
    values[f"outcomes_{outcome.kind}"] += weight
    if outcome.status == "verified":
        values["outcomes_verified"] += weight
    if outcome.level is not None:
        values[f"level_{outcome.level}"] += weight
    if outcome.unit in CAPACITY and outcome.quantity is not None:
        values[CAPACITY[outcome.unit]] += weight * outcome.quantity
    if outcome.amount is not None:
        _add_money(tally, outcome, weight * outcome.amount)


def _add_money(tally: Tally, outcome: Outcome, part: Decimal) -> None:
    """Add what an outcome's money comes to; money that moved is a benefit, a negative effect's against it."""
    moved = has_moved(outcome)
    if moved:
        tally.values["benefit_n"] += 1
    if outcome.factor is None:
        tally.missing += 1
        return
    amount = part * outcome.factor
    if outcome.funding_stage is not None:
        tally.values[f"funding_{outcome.funding_stage}"] += amount
    if moved:
        tally.values["benefit"] += -amount if outcome.kind == "negative_effect" else amount
