"""What was gained in money: before the levers, after them, and over the years as it is worth today."""

from decimal import Decimal

from proxeny.indicators.figure import Undefined
from proxeny.indicators.registry import indicator, levers_assumed
from proxeny.indicators.sums import Sums

GUIDE = "Nicholls et al., A Guide to Social Return on Investment, 2nd ed. (2012)"
NONE_VALUED = "no counted outcome has a value → `no_outcomes`"


@indicator(
    "value.gross",
    title="Value before the levers",
    unit="money",
    formula="Σ w·v over reported and verified outcomes; v = amount, else quantity × unit value; harm counts against it",
    undefined=NONE_VALUED,
    source=GUIDE,
    records=["valued_n"],
    additive=True,
    valued=True,
)
def value_gross(sums: Sums) -> Decimal | Undefined:
    """Return the value of the first year of all that was gained, as if all of it were due to the subject.

    Formula: ``sum(w * amount)``, of funding only committed or disbursed, or else ``sum(w * quantity * unit_value)``;
    negative effects are taken off. By a method that models nothing only money that moved.
    Unit: money. Undefined (``no_outcomes``) when no counted outcome has a value, (``no_rate``) when one found no rate.
    Source: Nicholls et al. (2012), stage 3.

    >>> from proxeny.indicators.valuation import of_flows
    >>> value_gross(of_flows("cash@1", benefits=[0, 300, 200], costs=[400]))
    Decimal('500')
    """
    streams = sums.assessed
    return streams.gross if streams.count("valued_n") else Undefined("no_outcomes")


@indicator(
    "value.net",
    title="Value after the levers",
    unit="money",
    formula="Σ w·v(1−d)(1−a)(1−x), or w times what a scenario adds, in the first year",
    undefined=NONE_VALUED,
    source=GUIDE,
    records=["valued_n"],
    additive=True,
    valued=True,
    assumed=lambda sums: sums.assessed.names_assumed(besides="drop_off"),
)
def value_net(sums: Sums) -> Decimal | Undefined:
    """Return the value of the first year of what is due to the subject and would not have come anyway.

    Formula: ``sum(w * v * (1 - d) * (1 - a) * (1 - x))``: deadweight, attribution to others and displacement, or
    ``sum(w * additional)`` where a scenario stands for deadweight and displacement.
    Unit: money. Undefined as ``value.gross`` is.
    Source: Nicholls et al. (2012), stage 4; English Partnerships, Additionality Guide (2008).

    >>> from proxeny.indicators.valuation import of_flows
    >>> value_net(of_flows("green-book@1", benefits=[0, 300, 200], costs=[400]))
    Decimal('500')
    """
    streams = sums.assessed
    return streams.net if streams.count("valued_n") else Undefined("no_outcomes")


@indicator(
    "value.present",
    title="Present value",
    unit="money",
    formula="Σ_y net·(1−δ)^(y−1)·DF, y = 1…D, up to the horizon",
    undefined=NONE_VALUED,
    source=f"{GUIDE}; HM Treasury, The Green Book",
    records=["valued_n"],
    additive=True,
    valued=True,
    assumed=levers_assumed,
)
def value_present(sums: Sums) -> Decimal | Undefined:
    """Return what all years of what was gained are worth in the base year.

    Formula: ``sum over y = 1..D of net * (1 - drop_off)**(y - 1) * DF``, each year at the factor of its index.
    Unit: money of the base year. Convention: that of the method. Undefined as ``value.gross`` is.
    Source: Nicholls et al. (2012), stage 5; HM Treasury, The Green Book.

    >>> from proxeny.indicators.valuation import of_flows
    >>> value_present(of_flows("green-book@1", benefits=[0, Decimal("103.5")], costs=[400])).normalize()
    Decimal('1E+2')
    """
    streams = sums.assessed
    return streams.present_value() if streams.count("valued_n") else Undefined("no_outcomes")
