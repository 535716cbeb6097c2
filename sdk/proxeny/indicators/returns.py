"""What came back for what was spent, in money that moved: the method `cash@1`, which models nothing."""

from decimal import Decimal

from proxeny.indicators.costs import cost_own
from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator
from proxeny.indicators.rounding import quotient
from proxeny.indicators.sums import Sums


@indicator(
    "roi",
    title="Return on investment, as recorded",
    unit="share",
    formula="(B − C)/C; C = cost.own; B = funding.mobilised + Σ w·amount of investment_or_trade − the same of"
    " negative_effect",
    undefined="own cost ≤ 0 → `zero_cost`; no counted outcome with money that moved → `no_outcomes`",
    source="Phillips and Phillips, Return on Investment (ROI) Basics (2005)",
    records=["cost_n", "outcome_n"],
    converted=True,
)
def roi(sums: Sums) -> Decimal | Undefined:
    """Return what came back in money beyond what the city spent, for each unit it spent.

    Formula: ``(benefit - cost.own) / cost.own``, the benefit being funding committed or disbursed plus investment and
    trade, less negative effects, each by its credit. Nothing is discounted and nothing that has no recorded amount is
    valued: without any amount that moved there is no return to tell, rather than a loss of everything.
    Unit: share; 2 is 200 %. Undefined (``zero_cost``) when the city bore nothing, (``no_outcomes``) when no counted
    outcome has money that moved, (``no_rate``) when an amount found no rate.
    Source: Phillips and Phillips, Return on Investment (ROI) Basics (2005).

    >>> roi(Sums({"benefit": 60000, "cost_event": 20000, "benefit_n": 1}))
    Decimal('2')
    """
    own = cost_own(sums)
    if own <= 0:
        return Undefined("zero_cost")
    if sums["benefit_n"] == 0:
        return Undefined("no_outcomes")
    return quotient(sums["benefit"] - own, own)
