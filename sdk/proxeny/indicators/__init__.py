"""The formulae behind the figures: pure functions of sums, with their units, sources and edges.

::

    from decimal import Decimal
    from proxeny.indicators import Sums, figures

    for figure in figures(Sums({"cost_travel": Decimal("900.00"), "outcomes_pilot": 3, "cost_n": 2, "outcome_n": 3})):
        print(figure.indicator, figure.value, figure.unit, figure.status, figure.reason)
"""

# A module registers its indicators when it is imported: a new one is named here, a new function in one is not.
from proxeny.indicators import activity, costs, efficiency, funding, outcomes, returns
from proxeny.indicators.figure import Figure, Reason, Status, Undefined, Unit
from proxeny.indicators.registry import Definition, catalogue, definition_of, figures, indicator, indicators
from proxeny.indicators.rounding import half_up, quotient, reconcile, shown
from proxeny.indicators.showing import Displayed, display, quantum_of
from proxeny.indicators.sums import Sums

__all__ = [
    "Definition",
    "Displayed",
    "Figure",
    "Reason",
    "Status",
    "Sums",
    "Undefined",
    "Unit",
    "activity",
    "catalogue",
    "costs",
    "definition_of",
    "display",
    "efficiency",
    "figures",
    "funding",
    "half_up",
    "indicator",
    "indicators",
    "outcomes",
    "quantum_of",
    "quotient",
    "reconcile",
    "returns",
    "shown",
]
