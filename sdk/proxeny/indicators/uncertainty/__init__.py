"""How far off figures may be: intervals by Monte Carlo, and what they hang on most. Needs NumPy (`proxeny[analysis]`).

::

    from proxeny.indicators.uncertainty import simulate, tornado

    simulated = simulate(items, frame, seed=7)
    print(simulated.intervals["sroi"].low, simulated.intervals["sroi"].high)
    for swing in tornado(items, frame):
        print(swing.family, swing.low, swing.high, swing.rank_correlation)
"""

from proxeny.indicators.subjects import SIMULATED, Subject
from proxeny.indicators.uncertainty.distributions import Moments, pert_moments, triangular, triangular_moments
from proxeny.indicators.uncertainty.simulation import Interval, Simulated, simulate, simulate_groups
from proxeny.indicators.uncertainty.swings import Swing, tornado

__all__ = [
    "SIMULATED",
    "Interval",
    "Moments",
    "Simulated",
    "Subject",
    "Swing",
    "pert_moments",
    "simulate",
    "simulate_groups",
    "tornado",
    "triangular",
    "triangular_moments",
]
