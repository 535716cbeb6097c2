"""Intervals by Monte Carlo: what the figures would be if the records were as far off as their method allows."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from proxeny.indicators.items import Items
from proxeny.indicators.registry import figures
from proxeny.indicators.subjects import DRAWS, LEVEL, SEED, SIMULATED, Subject
from proxeny.indicators.sums import Sums
from proxeny.indicators.uncertainty.chance import FIELDS, Chance
from proxeny.indicators.uncertainty.columns import Floats
from proxeny.indicators.uncertainty.drawing import Shared, Spreads
from proxeny.indicators.uncertainty.reading import costs_of, outcomes_of
from proxeny.indicators.uncertainty.sampling import Sampling
from proxeny.indicators.valuation import assess
from proxeny.indicators.worth import Frame

DIGITS = 12
# How many draws of groups are held at once: 20 MB for each of the vectors that a group has while it is drawn.
HELD = 2_500_000


class Interval(NamedTuple):
    """Between which values a figure lies in so many of a hundred draws, at 12 significant digits.

    The interval is of the quantiles, as much left out below as above, and always holds the figure: where lopsided
    ranges would leave it outside, the nearer end is the figure itself. `standard_error` is that of the mean of the
    draws, which more draws would lessen; the interval itself they would not narrow.
    """

    level: Decimal
    low: Decimal
    high: Decimal
    standard_error: Decimal
    draws: int
    seed: int
    kind: Literal["monte_carlo"] = "monte_carlo"


class Simulated(NamedTuple):
    """The intervals of one subject's figures, by indicator, of those alone that have a value.

    `drawn` records were drawn one by one, `summed` uncertain ones entered as one normal remainder; both count
    outcomes and costs. `samples` are the draws of the figures that were to be kept.
    """

    intervals: Mapping[str, Interval]
    drawn: int
    summed: int
    samples: Mapping[str, Floats]


def simulate(
    items: Items,
    frame: Frame,
    *,
    sums: Sums | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
    level: Decimal = LEVEL,
    keep: Sequence[str] = (),
) -> Simulated:
    """Return the intervals of one subject's figures; `sums` saves assessing the items where that was done already.

    What is drawn: a recorded range as PERT; without one an amount or a unit value as lognormal, a whole quantity as
    gamma-mixed Poisson, any other as Gamma, each with the deviation of its level of evidence; a recorded lever as Beta;
    an estimated cost as lognormal. All have the recorded value as their mean, save that it is the mode of a PERT.
    Records are independent of each other. A lever that nobody recorded is drawn once for all records and spreads
    three times as far: it is one assumption, and does not become more certain by being made often. A counterfactual's
    scenarios, shares, credits, dates, rates and indices are taken as certain.
    Convention: PCG64; the same items, frame, seed and draws give the same digits, in whatever order the items come.
    Up to a thousand outcomes at 20,000 draws are drawn one by one; of more, those with the greatest part in the
    variance, and the rest enters as one normal with the exact mean and variance of their sum (Lyapunov).
    Raises `ValueError` for a level not between 0 and 1, fewer than two draws, and a range out of order.
    Source: Metropolis and Ulam, The Monte Carlo Method (1949); HM Treasury, The Green Book (2022), A5.
    """
    groups = {"": Subject(items, sums)}
    return simulate_groups(groups, frame, seed=seed, draws=draws, level=level, keep=keep)[""]


def simulate_groups(
    groups: Mapping[str, Subject],
    frame: Frame,
    *,
    seed: int = SEED,
    draws: int = DRAWS,
    level: Decimal = LEVEL,
    keep: Sequence[str] = (),
) -> dict[str, Simulated]:
    """Return the intervals of several groups' figures, as `simulate` does.

    A record that lies in several groups, by whatever weights, has the same draws in each: so the groups' draws, where
    they are kept, can be compared with each other. Groups are drawn some at a time, which changes no digit: beside what
    is kept they take a quarter of a gigabyte and no more, however many there are.
    """
    refuse(draws, level)
    names = sorted(groups)
    sums = [subject.sums or assess(subject.items, frame) for subject in (groups[name] for name in names)]
    chance, spreads = Chance(seed, draws), Spreads.of(frame.method)
    shared, given = Shared(chance), [groups[name].items for name in names]
    values = Sampling(outcomes_of(given, frame), len(names), 3, draws, shared, spreads)
    costs = Sampling(costs_of(given, frame), len(names), 1, draws, shared, spreads)
    found = {}
    for number, drawn, spent in _in_turn(values, costs, len(names), chance):
        name = names[number]
        certain = float(sums[number].assessed.present_costs) - costs.centrals[number]
        samples = _samples(drawn, spent[0] + certain)
        known = {figure.indicator: figure.value for figure in figures(sums[number], SIMULATED)}
        intervals = {
            id: interval(sample, value, level, seed)
            for id, sample in samples.items()
            if (value := known[id]) is not None
        }
        found[name] = Simulated(
            MappingProxyType(intervals),
            int(values.drawn[number] + costs.drawn[number]),
            int(values.summed[number] + costs.summed[number]),
            MappingProxyType({id: samples[id] for id in keep if id in intervals}),
        )
    return {name: found[name] for name in groups}


def _in_turn(values: Sampling, costs: Sampling, groups: int, chance: Chance) -> Iterator[tuple[int, Floats, Floats]]:
    """Yield each group's number, values and costs by draws, no more of them held than there is room for."""
    many = max(HELD // chance.draws // FIELDS, 1) * FIELDS
    for first in range(0, groups, many):
        span, own = range(first, min(first + many, groups)), chance.again()
        drawn, spent = values.sums(span, own), costs.sums(span, own)
        yield from zip(span, drawn, spent, strict=True)


def interval(sample: Floats, value: Decimal, level: Decimal, seed: int) -> Interval:
    """Return the interval of one figure: the value itself where no draw differs from another.

    >>> interval(np.array([1.0, 1.0]), Decimal("1.00"), Decimal("0.90"), 7).low
    Decimal('1.00')
    >>> interval(np.arange(101.0), Decimal(48), Decimal("0.90"), 7)[:4]
    (Decimal('0.90'), Decimal('5'), Decimal('95'), Decimal('2.91547594742'))
    """
    if sample.min() == sample.max():
        return Interval(level, value, value, Decimal(0), sample.size, seed)
    below = (1 - float(level)) / 2
    low, high = (rounded(float(quantile)) for quantile in np.quantile(sample, [below, 1 - below]))
    error = rounded(float(sample.std(ddof=1)) / sample.size**0.5)
    return Interval(level, min(low, value), max(high, value), error, sample.size, seed)


def rounded(number: float) -> Decimal:
    """Return a number at 12 significant digits.

    >>> rounded(2 / 3), rounded(-0.0)
    (Decimal('0.666666666667'), Decimal('0'))
    """
    return Decimal(f"{number:.{DIGITS}g}") + 0


def _samples(values: Floats, costs: Floats) -> dict[str, Floats]:
    gross, net, present = values
    found = {"value.gross": gross, "value.net": net, "value.present": present, "npv": present - costs}
    if costs.min() > 0:
        ratio = present / costs
        found |= {"sroi": ratio, "sroi.net": ratio - 1, "bcr": ratio}
    return found


def refuse(draws: int, level: Decimal) -> None:
    """Raise `ValueError` for a level that is no share, and for draws that have no spread."""
    if not 0 < level < 1:
        message = f"level: it must lie between 0 and 1; {level} does not."
        raise ValueError(message)
    if draws < 2:
        message = f"draws: there must be two at least; {draws} are not."
        raise ValueError(message)
