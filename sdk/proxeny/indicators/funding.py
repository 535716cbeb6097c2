"""The money of others that was mobilised, by stage, and how much of it for each unit of the city's own."""

from decimal import Decimal

from proxeny.indicators.costs import cost_own
from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, indicators
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import Sums

STAGES = "IATI 2.03, TransactionType: 11 incoming commitment, 13 incoming pledge, 3 disbursement"


@indicator(
    "funding.mobilised",
    title="Funding mobilised",
    unit="money",
    formula="funding.committed + funding.disbursed",
    source=STAGES,
    records=["outcome_n"],
    additive=True,
)
def funding_mobilised(sums: Sums) -> Decimal:
    """Return the external funding that is really there: contracted or paid, a pledge is neither.

    Formula: ``sum(w * amount)`` of stages committed and disbursed; each outcome stands at one stage, so no amount is
    in both.
    Unit: money, at the prices of the days of the outcomes. Undefined (``no_rate``) when an amount found no rate.
    Source: IATI 2.03, TransactionType.

    >>> funding_mobilised(Sums({"funding_pledged": 900, "funding_committed": 500, "funding_disbursed": 250}))
    Decimal('750')
    """
    return sums["funding_committed"] + sums["funding_disbursed"]


@indicators(
    "funding.{}",
    over=["pledged", "committed", "disbursed"],
    title="Funding {}",
    unit="money",
    formula="Σ w·amount of external funding at stage {}",
    source=STAGES,
    records=["outcome_n"],
    additive=True,
)
def funding_at_stage(sums: Sums, stage: str) -> Decimal:
    """Return the external funding that stands at one stage.

    Formula: ``sum(w * amount)`` over outcomes at the stage, reported or verified.
    Unit: money. Undefined (``no_rate``) when an amount found no rate.
    Source: IATI 2.03, TransactionType.

    >>> funding_at_stage(Sums({"funding_pledged": Decimal("900.00")}), "pledged")
    Decimal('900.00')
    """
    return sums[f"funding_{stage}"]


@indicator(
    "funding.leverage",
    title="Leverage",
    unit="ratio",
    formula="Σ w·(committed + disbursed) / cost.own",
    undefined="own cost ≤ 0 → `zero_cost`",
    source=STAGES,
    records=["cost_n", "outcome_n"],
    converted=True,
)
def funding_leverage(sums: Sums) -> Decimal | Undefined:
    """Return how much external money came for each unit of the city's own.

    Formula: ``funding.mobilised / cost.own``.
    Unit: ratio. Undefined (``zero_cost``) when the city bore nothing, (``no_rate``) when an amount found no rate.
    Source: IATI 2.03, TransactionType, for the stages.

    >>> funding_leverage(Sums({"funding_committed": 850, "cost_event": 1000, "cost_external": 800}))
    Decimal('4.25')
    """
    own = cost_own(sums)
    return quotient(funding_mobilised(sums), own) if own > 0 else Undefined("zero_cost")
