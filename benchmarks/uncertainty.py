"""The time of intervals for 1,000 outcomes by 20,000 draws, beside as many bare lognormals; and of 100,000."""

import random
import time
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from benchmarks.figures import answer, middle
from proxeny.indicators.items import Cost, Items, Outcome
from proxeny.indicators.levers import Levers
from proxeny.indicators.methods import SHIPPED
from proxeny.indicators.uncertainty import simulate
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import Frame

OUTCOMES, DRAWS, LARGE, ROUNDS = 1_000, 20_000, 100_000, 5
FRAME = Frame(SHIPPED["green-book@1"], 2019, date(2026, 1, 1))
ONE = Decimal(1)


def run(outcomes: int = OUTCOMES, draws: int = DRAWS, large: int = LARGE, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return the seconds of both, interleaved, the median of their ratios, and the seconds of a large network."""
    few, many, samples = made_up(outcomes), made_up(large), []
    known = assess(many, FRAME)
    for _ in range(rounds):
        before = _lognormals(outcomes, draws)
        start = time.perf_counter()
        simulate(few, FRAME, draws=draws)
        ours = time.perf_counter() - start
        after = _lognormals(outcomes, draws)
        start = time.perf_counter()
        simulate(many, FRAME, draws=draws, sums=known)
        samples.append({"simulated": ours, "bare": (before + after) / 2, "large": time.perf_counter() - start})
    what = f"intervals of {outcomes:,} outcomes by {draws:,} draws, over as many bare lognormals"
    figures = {
        "ratio": middle(what, [sample["simulated"] / sample["bare"] for sample in samples], "≤ 2"),
        "seconds": middle(f"seconds for {outcomes:,} outcomes", [sample["simulated"] for sample in samples]),
        "large": middle(f"seconds for {large:,} outcomes", [sample["large"] for sample in samples]),
    }
    return answer("ratio", figures, outcomes=outcomes, draws=draws, large_outcomes=large, samples=samples)


def _lognormals(outcomes: int, draws: int) -> float:
    """Return the seconds in which NumPy draws as many lognormals, a vector at a time, and adds them up."""
    generator, total = np.random.Generator(np.random.PCG64(7)), np.zeros(draws)
    start = time.perf_counter()
    for _ in range(outcomes):
        total += generator.lognormal(0, 0.3, draws)
    return time.perf_counter() - start


def made_up(outcomes: int) -> Items:
    """Return made-up outcomes, each with four levers, a fifth of them assumed, a third counted; a cost for each."""
    chance = random.Random(7)
    costs = [
        Cost(f"c-{number}", 1, ONE, "staff_time", "city", number % 4 == 0, _day(number), Decimal(900), "EUR", ONE)
        for number in range(outcomes)
    ]
    return Items(costs=costs, outcomes=[_outcome(number, chance) for number in range(outcomes)])


def _outcome(number: int, chance: random.Random) -> Outcome:
    shares = [None if chance.random() < 0.2 else Decimal(chance.randrange(1, 60)) / 100 for _ in range(4)]
    size: dict[str, Any] = {"amount": Decimal(chance.randrange(1_000, 90_000))}
    if number % 3 == 0:
        size = {"quantity": Decimal(chance.randrange(1, 400)), "unit_value": Decimal(chance.randrange(10, 500))}
    levers = Levers(shares[0], shares[1], shares[2], shares[3], chance.randrange(1, 8))
    made = Outcome(f"o-{number}", 1, ONE, "pilot", None, "verified", _day(number), currency="EUR", factor=ONE)
    return made._replace(levers=levers, evidence_level=number % 6, **size)


def _day(number: int) -> date:
    return date(2019 + number % 6, 3, 1)
