"""The formulae behind the figures: pure functions of sums, with their units, sources and edges.

::

    from decimal import Decimal
    from proxeny.indicators import Sums, figures

    for figure in figures(Sums({"cost_travel": Decimal("900.00"), "outcomes_pilot": 3, "cost_n": 2, "outcome_n": 3})):
        print(figure.indicator, figure.value, figure.unit, figure.status, figure.reason)

Sums are made of records by `assess(items, Frame(method, base_year, observed_on))`, which also makes the streams of
value and cost by year that the returns need. What draws chances stands apart, in modules that load NumPy or SciPy.
"""

# A module registers its indicators when it is imported: a new one is named here, a new function in one is not.
from proxeny.indicators import (
    activity,
    costs,
    efficiency,
    funding,
    outcomes,
    returns,
    robustness,
    spread,
    timing,
    values,
    yields,
)
from proxeny.indicators.figure import Figure, Reason, Status, Undefined, Unit
from proxeny.indicators.items import Budget, Cost, Engagement, Items, Network, Outcome
from proxeny.indicators.levers import LEVERS, Counterfactual, Levers, Scenario
from proxeny.indicators.methods import DEFAULT, SHIPPED, Method
from proxeny.indicators.registry import Definition, catalogue, definition_of, figures, indicator, indicators
from proxeny.indicators.rounding import half_up, quotient, reconcile, shown
from proxeny.indicators.showing import Displayed, display, quantum_of
from proxeny.indicators.streams import Streams
from proxeny.indicators.sums import Sums, together
from proxeny.indicators.valuation import Frame, Valued, assess, of_flows, valued

__all__ = [
    "DEFAULT",
    "LEVERS",
    "SHIPPED",
    "Budget",
    "Cost",
    "Counterfactual",
    "Definition",
    "Displayed",
    "Engagement",
    "Figure",
    "Frame",
    "Items",
    "Levers",
    "Method",
    "Network",
    "Outcome",
    "Reason",
    "Scenario",
    "Status",
    "Streams",
    "Sums",
    "Undefined",
    "Unit",
    "Valued",
    "activity",
    "assess",
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
    "of_flows",
    "outcomes",
    "quantum_of",
    "quotient",
    "reconcile",
    "returns",
    "robustness",
    "shown",
    "spread",
    "timing",
    "together",
    "valued",
    "values",
    "yields",
]
