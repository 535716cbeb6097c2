"""What one outcome or one engagement took: of money, and of the leaders' time."""

from decimal import Decimal

from proxeny.indicators.costs import cost_total
from proxeny.indicators.figure import Undefined
from proxeny.indicators.outcomes import GAINED, outcomes_count
from proxeny.indicators.registry import indicator, indicators
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import Sums

# With 95 % confidence no more than this many outcomes were to be expected where none came about: -ln(0.05),
# the exact Poisson limit, at the three decimals that the method states.
MOST_EXPECTED_OF_NONE = Decimal("2.996")
POISSON = "Garwood, Fiducial limits for the Poisson distribution, Biometrika 28 (1936); epitools::pois.exact"
NO_OUTCOMES = "N = 0 → `no_outcomes`, with the bound C/2.996 (one-sided 95 %, Poisson); no bound when C = 0"


@indicator(
    "cost.per_engagement",
    title="Cost of an engagement",
    unit="money",
    formula="ΣC / Σ s over engagements that are ongoing or completed",
    undefined="no engagements → `no_engagements`",
    source="Definition; ratio of sums",
    records=["cost_n", "engagement_n"],
)
def cost_per_engagement(sums: Sums) -> Decimal | Undefined:
    """Return the cost of one engagement.

    Formula: ``cost.total / engagements.count``; sums first, never a mean of ratios.
    Unit: money. Undefined (``no_engagements``) without engagements, (``no_rate``) when an amount found no rate.
    Source: definition.

    >>> cost_per_engagement(Sums({"cost_travel": 900, "engagements": 4}))
    Decimal('225')
    """
    if sums["engagements"] <= 0:
        return Undefined("no_engagements")
    return quotient(cost_total(sums), sums["engagements"])


@indicator(
    "cost.per_outcome",
    title="Cost of an outcome",
    unit="money",
    formula="ΣC / ΣN, N as outcomes.count",
    undefined=NO_OUTCOMES,
    source=POISSON,
    records=["cost_n", "outcome_n"],
)
def cost_per_outcome(sums: Sums) -> Decimal | Undefined:
    """Return the cost of one outcome, or what it is at least while there is none.

    Formula: ``cost.total / outcomes.count``; sums first, never a mean of ratios.
    Unit: money. Undefined (``no_outcomes``) without outcomes, with the bound ``cost.total / 2.996``: had more than
    2.996 (that is -ln(0.05)) outcomes been to be expected for the money, seeing none would have had less than 5 %
    probability. Undefined (``no_rate``), without a bound, when an amount found no rate.
    Source: Garwood, Biometrika 28 (1936); the 2.996 as in R's epitools::pois.exact (x = 0, one-sided).

    >>> cost_per_outcome(Sums({"cost_travel": 900, "outcomes_pilot": 3}))
    Decimal('300')
    >>> cost_per_outcome(Sums({"cost_travel": Decimal("374.50")}))
    Undefined(reason='no_outcomes', bound=Decimal('125'))
    """
    return cost_for_each(cost_total(sums), outcomes_count(sums))


@indicators(
    "cost.per_{}",
    over=[kind for kind in GAINED if kind != "other"],
    title="Cost of an outcome: {}",
    unit="money",
    formula="ΣC / ΣN, N as outcomes.count.{}",
    undefined=NO_OUTCOMES,
    source=POISSON,
    records=["cost_n", "outcome_n"],
)
def cost_per_kind(sums: Sums, kind: str) -> Decimal | Undefined:
    """Return the whole cost for each outcome of one kind, as if it had been spent for that kind alone.

    Formula: ``cost.total / outcomes.count.<kind>``; sums first, never a mean of ratios.
    Unit: money. Undefined as ``cost.per_outcome`` is, with the same bound.
    Source: as ``cost.per_outcome``.

    >>> cost_per_kind(Sums({"cost_travel": 900, "outcomes_pilot": 3, "outcomes_funding": 1}), "pilot")
    Decimal('300')
    """
    return cost_for_each(cost_total(sums), sums[f"outcomes_{kind}"])


def cost_for_each(cost: Decimal, outcomes: Decimal) -> Decimal | Undefined:
    """Return the cost of each outcome, or the least that one costs while there is none.

    >>> cost_for_each(Decimal(0), Decimal(0))
    Undefined(reason='no_outcomes', bound=None)
    """
    if outcomes > 0:
        return quotient(cost, outcomes)
    return Undefined("no_outcomes", quotient(cost, MOST_EXPECTED_OF_NONE) if cost > 0 else None)


@indicator(
    "outcomes.per_leader_hour",
    title="Outcomes for each hour of a leader",
    unit="1/h",
    formula="ΣN / ΣH, N as outcomes.count, H as hours.leader",
    undefined="H = 0 → `no_hours`",
    source="Definition; ratio of sums",
    records=["engagement_n", "outcome_n"],
)
def outcomes_per_leader_hour(sums: Sums) -> Decimal | Undefined:
    """Return what an hour of a leader, the scarcest resource, brought about.

    Formula: ``outcomes.count / hours.leader``; sums first, never a mean of ratios.
    Unit: 1/h. Undefined (``no_hours``) when no leader gave an hour.
    Source: definition.

    >>> outcomes_per_leader_hour(Sums({"outcomes_pilot": 3, "leader_hours": 12}))
    Decimal('0.25')
    """
    if sums["leader_hours"] <= 0:
        return Undefined("no_hours")
    return quotient(outcomes_count(sums), sums["leader_hours"])
