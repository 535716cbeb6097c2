"""Choosing networks, and the role in each, that bring the most within what a city can give."""

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

Floats = NDArray[np.float64]
Status = Literal["optimal", "stopped", "infeasible"]
# What HiGHS itself takes for nought.
TOLERANCE = 1e-6
UNBOUNDED = float("inf")


class Option(NamedTuple):
    """One network in one role: what it is worth, and what it uses of each thing that is limited or asked for."""

    network: str
    role: str
    value: float
    uses: Mapping[str, float]


class Choice(NamedTuple):
    """What was chosen.

    `status`: `optimal`; `stopped` when the time ran out, with the best found so far if any; `infeasible`.
    `gap`: by what part of its value a better choice could at most be better; `None` where no bound was found.
    `binding`: the demands that each alone cost value; of an infeasible request those that cannot all be met; of a
    stopped one none, because what is best was not found.
    """

    status: Status
    chosen: tuple[Option, ...]
    value: float | None
    gap: float | None
    used: dict[str, float]
    binding: tuple[str, ...]


class Demand(NamedTuple):
    """One line of the problem: what the chosen options use together lies from low to high."""

    name: str
    uses: Floats
    low: float
    high: float


class Solution(NamedTuple):
    """What the solver found: which options are taken, if any, with its own words for how it ended."""

    status: Status
    taken: NDArray[np.bool_] | None
    value: float
    gap: float | None


IMPOSSIBLE = Solution("infeasible", None, -UNBOUNDED, None)


def choose(
    options: Sequence[Option],
    limits: Mapping[str, float],
    *,
    floors: Mapping[str, float] | None = None,
    keep: Collection[str] = (),
    seconds: float = 10.0,
) -> Choice:
    """Return the options of the highest total value that together keep within the limits, one role a network at most.

    Formula: ``max sum(value·x)``, ``sum(uses·x) <= limit``, ``sum(uses·x) >= floor``, ``sum(x of one network) <= 1``
    (``= 1`` where it must be kept), ``x`` 0 or 1.
    Unit: that of the values. Convention: whatever can be counted is a thing that is used: money, hours, networks (1
    each), a theme (1 each, with a floor), an exclusion (1 each, with a limit of 1). A floor on `hours` is named
    `at least hours` and a network to keep `keep <network>` among those binding. `seconds` bounds each solving, and
    there is one more for each demand. Values or uses that are not finite, an option that stands twice, or a network
    to keep without an option raise `ValueError`; so does a limit that is not finite, which is left out instead.
    Source: Petersen, Management Science 13 (1967), pp. 736-750; Huangfu and Hall, Mathematical Programming
    Computation 10 (2018), for the solver.

    >>> three = [Option("C40", "member", 9, {"hours": 60}), Option("ICLEI", "member", 6, {"hours": 40}),
    ...          Option("ICLEI", "executive", 8, {"hours": 80})]
    >>> best = choose(three, {"hours": 100})
    >>> best.status, best.value, [option.network for option in best.chosen], best.binding
    ('optimal', 15.0, ['C40', 'ICLEI'], ('hours',))
    """
    demands = demanded(options, limits, floors or {}, keep)
    check(options, [*limits.values(), *(floors or {}).values()], keep)
    fixed = one_role_each(options)
    best = solved(options, [*fixed, *demands], seconds)
    chosen = () if best.taken is None else tuple(o for o, taken in zip(options, best.taken, strict=True) if taken)
    return Choice(
        status=best.status,
        chosen=chosen,
        value=None if best.taken is None else float(sum(option.value for option in chosen)),
        gap=best.gap,
        used={
            name: sum(option.uses.get(name, 0.0) for option in chosen)
            for name in dict.fromkeys(name for option in options for name in option.uses)
        },
        binding=binding(options, fixed, demands, best, seconds),
    )


def check(options: Sequence[Option], bounds: Sequence[float], keep: Collection[str]) -> None:
    """Refuse what cannot be chosen from.

    >>> check([], [], ["C40"])
    Traceback (most recent call last):
    ValueError: keep: C40 has no option.
    """
    numbers = [number for option in options for number in (option.value, *option.uses.values())]
    if not all(isfinite(number) for number in (*numbers, *bounds)):
        message = "options: every value, use, limit and floor is a finite number."
        raise ValueError(message)
    if len({option[:2] for option in options}) < len(options):
        message = "options: each network stands once in each role."
        raise ValueError(message)
    for network in sorted(set(keep) - {option.network for option in options}):
        message = f"keep: {network} has no option."
        raise ValueError(message)


def demanded(
    options: Sequence[Option], limits: Mapping[str, float], floors: Mapping[str, float], keep: Collection[str]
) -> list[Demand]:
    """Return what is asked of the choice, each demand under the name by which it is told.

    >>> [demand.name for demand in demanded([], {"hours": 9}, {"climate": 1}, ["C40"])]
    ['hours', 'at least climate', 'keep C40']
    """
    return [
        *(Demand(name, use_of(name, options), -UNBOUNDED, limit) for name, limit in limits.items()),
        *(Demand(f"at least {name}", use_of(name, options), floor, UNBOUNDED) for name, floor in floors.items()),
        *(Demand(f"keep {name}", being_in(name, options), 1, UNBOUNDED) for name in sorted(set(keep))),
    ]


def one_role_each(options: Sequence[Option]) -> list[Demand]:
    """Return that no network is chosen in two roles.

    >>> [demand.high for demand in one_role_each([Option("C40", "member", 1, {}), Option("C40", "observer", 1, {})])]
    [1]
    """
    networks = dict.fromkeys(option.network for option in options)
    return [Demand(network, being_in(network, options), -UNBOUNDED, 1) for network in networks]


def use_of(name: str, options: Sequence[Option]) -> Floats:
    """Return how much each option uses of one thing.

    >>> use_of("hours", [Option("C40", "member", 9, {"hours": 60})]).tolist()
    [60.0]
    """
    return np.array([option.uses.get(name, 0.0) for option in options], dtype=np.float64)


def being_in(network: str, options: Sequence[Option]) -> Floats:
    """Return 1 for each option that is of one network.

    >>> being_in("ICLEI", [Option("C40", "member", 9, {"hours": 60})]).tolist()
    [0.0]
    """
    return np.array([option.network == network for option in options], dtype=np.float64)


def solved(options: Sequence[Option], demands: Sequence[Demand], seconds: float) -> Solution:
    """Return the best choice under these demands, as HiGHS finds it.

    >>> solved([Option("C40", "member", 9, {})], [], 1.0).value
    9.0
    """
    if not options:
        possible = all(demand.low <= 0 <= demand.high for demand in demands)
        return Solution("optimal", np.zeros(0, dtype=bool), 0.0, 0.0) if possible else IMPOSSIBLE
    values = np.array([option.value for option in options], dtype=np.float64)
    lines = [LinearConstraint(demand.uses, demand.low, demand.high) for demand in demands]
    found = milp(
        -values,
        integrality=np.ones(len(values), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=lines,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    ended = int(found.status)
    if ended == 2:
        return IMPOSSIBLE
    if found.x is None:
        return Solution("stopped", None, -UNBOUNDED, None)
    taken = found.x > 0.5
    gap = float(found.mip_gap)
    status: Status = "optimal" if ended == 0 else "stopped"
    return Solution(status, taken, float(values @ taken), gap if isfinite(gap) else None)


def binding(
    options: Sequence[Option], fixed: Sequence[Demand], demands: Sequence[Demand], best: Solution, seconds: float
) -> tuple[str, ...]:
    """Return the demands without which, each alone, more could be had; or which contradict each other.

    >>> one = [Option("C40", "member", 9, {"hours": 60})]
    >>> asked = demanded(one, {"hours": 50, "fees": 1}, {}, ["C40"])
    >>> binding(one, [], asked, solved(one, asked, 1.0), 1.0)
    ('hours', 'keep C40')
    """
    if best.status == "infeasible":
        return contradicting(options, fixed, demands, seconds)
    if best.status == "stopped":
        return ()
    enough = best.value + TOLERANCE * max(1.0, abs(best.value))
    return tuple(
        demand.name
        for demand in demands
        if solved(options, [*fixed, *(other for other in demands if other is not demand)], seconds).value > enough
    )


def contradicting(
    options: Sequence[Option], fixed: Sequence[Demand], demands: Sequence[Demand], seconds: float
) -> tuple[str, ...]:
    """Return demands that cannot all be met, though any of them could be without the others: the deletion filter.

    Source: Chinneck and Dravnieks, ORSA Journal on Computing 3 (1991), pp. 157-168.

    >>> one = [Option("C40", "member", 9, {"hours": 60})]
    >>> contradicting(one, [], demanded(one, {"fees": 1, "hours": 50}, {"hours": 55}, ["C40"]), 1.0)
    ('hours', 'keep C40')
    """
    needed = list(demands)
    for demand in demands:
        without = [other for other in needed if other is not demand]
        if solved(options, [*fixed, *without], seconds).status == "infeasible":
            needed = without
    return tuple(demand.name for demand in needed)
