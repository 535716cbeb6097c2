"""What came back for what was spent: in money that moved, and in all that was gained by the method's lights."""

from decimal import Decimal

from proxeny.indicators.costs import cost_own
from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, levers_assumed
from proxeny.indicators.rounding import quotient
from proxeny.indicators.streams import Streams
from proxeny.indicators.sums import Sums
from proxeny.indicators.values import GUIDE

GREEN_BOOK = "HM Treasury, The Green Book (2022)"
UNDEFINED = "PV(inputs) ≤ 0 → `zero_cost`; no counted outcome has a value → `no_outcomes`"


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


def without_ratio(streams: Streams) -> Undefined | None:
    """Return why nothing can be set against what was put in; None when something can."""
    if streams.present_costs <= 0:
        return Undefined("zero_cost")
    return None if streams.count("valued_n") else Undefined("no_outcomes")


@indicator(
    "sroi",
    title="Social return on investment",
    unit="ratio",
    formula="PV(outcomes)/PV(inputs); PV(outcomes) = value.present, PV(inputs) = Σ cost.total·DF",
    undefined=UNDEFINED,
    source=GUIDE,
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def sroi(sums: Sums) -> Decimal | Undefined:
    """Return what each unit put in, by whomever, brought in value; harm lowers it.

    Formula: ``PV(outcomes) / PV(inputs)``: ``value.present`` over the discounted ``cost.total``.
    Unit: ratio. Convention: that of the method. Undefined (``zero_cost``) when PV(inputs) is nought or less,
    (``no_outcomes``) when no counted outcome has a value, (``no_rate``) when an amount found no rate.
    Source: Nicholls et al., A Guide to Social Return on Investment (2012), stage 5.

    >>> from proxeny.indicators.valuation import of_flows
    >>> sroi(of_flows("green-book@1", benefits=[0, 2070], costs=[1000]))
    Decimal('2.000000000000000000000000000')
    """
    streams = sums.assessed
    return without_ratio(streams) or quotient(streams.present_value(), streams.present_costs)


@indicator(
    "sroi.net",
    title="Net social return on investment",
    unit="ratio",
    formula="sroi − 1",
    undefined=UNDEFINED,
    source=GUIDE,
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def sroi_net(sums: Sums) -> Decimal | Undefined:
    """Return what each unit put in brought beyond itself.

    Formula: ``sroi - 1``, which is ``(PV(outcomes) - PV(inputs)) / PV(inputs)``.
    Unit: ratio; below nought when more was put in than came of it. Undefined as ``sroi`` is.
    Source: Nicholls et al., A Guide to Social Return on Investment (2012), stage 5.

    >>> from proxeny.indicators.valuation import of_flows
    >>> sroi_net(of_flows("cash@1", benefits=[0, 1500], costs=[1000]))
    Decimal('0.5')
    """
    found = sroi(sums)
    return found if isinstance(found, Undefined) else found - 1


@indicator(
    "bcr",
    title="Benefit-cost ratio",
    unit="ratio",
    formula="PVB/PVC; PVB = value.present, PVC = Σ cost.total·DF",
    undefined=UNDEFINED,
    source=GREEN_BOOK,
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def bcr(sums: Sums) -> Decimal | Undefined:
    """Return the benefits of each unit of cost; harm is a negative benefit, not a cost.

    Formula: ``PVB / PVC``. Both rest on the same flows as ``sroi``, so that the two are one number by one method.
    Unit: ratio. Undefined as ``sroi`` is.
    Source: HM Treasury, The Green Book (2022), annex A6.

    >>> from proxeny.indicators.valuation import of_flows
    >>> bcr(of_flows("cash@1", benefits=[0, 1500], costs=[1000]))
    Decimal('1.5')
    """
    return sroi(sums)


@indicator(
    "npv",
    title="Net present value",
    unit="money",
    formula="Σ (B − C)·DF",
    undefined=UNDEFINED,
    source=GREEN_BOOK,
    records=["cost_n", "valued_n"],
    valued=True,
    assumed=levers_assumed,
)
def npv(sums: Sums) -> Decimal | Undefined:
    """Return what is left of the benefits after the costs, as it is worth in the base year.

    Formula: ``sum((B - C) * DF)`` over the years up to the horizon.
    Unit: money of the base year; below nought for a loss. Undefined as ``sroi`` is.
    Source: HM Treasury, The Green Book (2022), annex A6.

    >>> from proxeny.indicators.valuation import of_flows
    >>> npv(of_flows("cash@1", benefits=[0, 1500], costs=[1000]))
    Decimal('500')
    """
    streams = sums.assessed
    return without_ratio(streams) or streams.present_value() - streams.present_costs
