"""At what rate, and after how long, what was put in came back: figures of the flows of the years."""

from decimal import Decimal

from proxeny.indicators import appraisal
from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, levers_assumed
from proxeny.indicators.sums import Sums

FINANCE = "Gitman, Principles of Managerial Finance, Brief, 3rd ed. (2003)"
FLOWS = "flow of a year = value − cost.total of that year, up to the horizon"
NO_PAYBACK = "nothing put in → `zero_cost`; never made up for → `not_reached`"


@indicator(
    "irr",
    title="Internal rate of return",
    unit="1/y",
    formula=f"the rate at which the flows are worth nothing; {FLOWS}",
    undefined="flows of one sign → `no_sign_change`; several rates → `multiple_roots`; none above −1 →"
    " `rate_out_of_range`",
    source=FINANCE,
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def irr(sums: Sums) -> Decimal | Undefined:
    """Return the yearly rate at which what came is worth just what went, where there is exactly one.

    Formula: the ``r > -1`` at which ``sum((B - C) / (1 + r)**t) = 0``. `irr_roots` of the flows has all of them.
    Unit: 1/y. Undefined (``no_sign_change``), (``multiple_roots``) or (``rate_out_of_range``), and (``no_rate``) when
    an amount found no rate of exchange.
    Source: Gitman (2003), p. 348.

    >>> from proxeny.indicators.valuation import of_flows
    >>> irr(of_flows("green-book@1", benefits=[0, 60, 55], costs=[100]))
    Decimal('0.1')
    """
    return appraisal.irr(sums.assessed.flows[1])


@indicator(
    "mirr",
    title="Modified internal rate of return",
    unit="1/y",
    formula=f"(FV/PV)^(1/n) − 1, borrowing and reinvesting at the method's first rate; {FLOWS}",
    undefined="flows of one sign → `no_sign_change`",
    source="Lin, The modified internal rate of return, Engineering Economist 21 (1976)",
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def mirr(sums: Sums) -> Decimal | Undefined:
    """Return the yearly rate at which what was put in grew, where what came is reinvested at the method's rate.

    Formula: ``(FV / PV)**(1 / n) - 1``, with the first rate of the method's schedule for both directions.
    Unit: 1/y. Undefined (``no_sign_change``) without flows of both signs, (``no_rate``) without a rate of exchange.
    Source: Lin, Engineering Economist 21 (1976).

    >>> from proxeny.indicators.valuation import of_flows
    >>> mirr(of_flows("cash@1", benefits=[0, 71, 73], costs=[100]))
    Decimal('0.2')
    """
    rate = sums.assessed.method.schedule[0].rate
    return appraisal.mirr(sums.assessed.flows[1], rate, rate)


@indicator(
    "payback",
    title="Years until it is paid back",
    unit="years",
    formula=f"years from the first flow until their running sum is nought, linear within a year; {FLOWS}",
    undefined=NO_PAYBACK,
    source=FINANCE,
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def payback(sums: Sums) -> Decimal | Undefined:
    """Return after how many years what came has first made up for what went.

    Formula: ``t - 1 + shortfall(t - 1) / flow(t)``, ``t`` counted from the year of the first flow.
    Unit: years. Undefined (``zero_cost``), (``not_reached``), (``no_rate``).
    Source: Gitman (2003), p. 342.

    >>> from proxeny.indicators.valuation import of_flows
    >>> payback(of_flows("green-book@1", benefits=[0, 400, 400, 400], costs=[1000]))
    Decimal('2.5')
    """
    return appraisal.payback(sums.assessed.flows[1])


@indicator(
    "payback.discounted",
    title="Years until it is paid back, discounted",
    unit="years",
    formula=f"payback of the flows times DF; {FLOWS}",
    undefined=NO_PAYBACK,
    source="Bhandari, Discounted payback, Journal of Business and Economic Perspectives 7 (1989)",
    records=["cost_n", "valued_n"],
    converted=True,
    valued=True,
    assumed=levers_assumed,
)
def payback_discounted(sums: Sums) -> Decimal | Undefined:
    """Return after how many years the present value of what came has first made up for that of what went.

    Formula: ``payback`` of the flows, each times the factor of its year.
    Unit: years. Undefined as ``payback`` is.
    Source: Bhandari (1989).

    >>> from proxeny.indicators.valuation import of_flows
    >>> payback_discounted(of_flows("cash@1", benefits=[0, 400, 400, 400], costs=[1000]))
    Decimal('2.5')
    """
    return appraisal.payback(sums.assessed.discounted_flows)
