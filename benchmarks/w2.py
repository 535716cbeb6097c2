"""W2: impact of a network beside bare SQL on the rollup, in databases of 20 thousand to one million engagements.

Asked of what sums alone can tell, each time with another seed, so that no answer is one that was made before; and of
every figure, which is made anew after each write and remembered until the next. All sizes are asked in turn.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import Any

import asyncpg

from benchmarks.figures import Figure, answer
from benchmarks.load import Wire
from benchmarks.sizes import NETWORK, Filled
from proxeny.indicators import catalogue
from proxeny_api.rollups.measures import COUNTS, MONEY

ROUNDS, REQUESTS = 5, 12
IMPACT = f"/v1/networks/{NETWORK}/impact"
SUMS = ",".join(definition.id for definition in catalogue() if not definition.valued)
GROUPS = {"none": ("network", "''"), "kind": ("network_kind", "r.value"), "year": ("network", "r.year::text")}
SUMMED = ", ".join(f"sum(r.{name})" for name in (*COUNTS, *(f"{name}_eur" for name in MONEY)))

Times = dict[tuple[int, str], list[float]]


def run(stages: list[Filled], rounds: int = ROUNDS, requests: int = REQUESTS) -> dict[str, Any]:
    """Return the medians over rounds of the milliseconds of each question at each size, and what they come to."""
    medians: Times = {}
    with ExitStack() as stack:
        asked = {filled.size: stack.enter_context(_questions(filled)) for filled in stages}
        for turn in range(rounds):
            for key, values in _round(asked, turn * requests, requests).items():
                medians.setdefault(key, []).append(median(values))
        first = {filled.size: _first(filled) for filled in stages}
    sizes, questions = list(asked), list(asked[stages[0].size])
    return answer(
        "network",
        _figures(medians, sizes, questions),
        milliseconds={str(size): {name: median(medians[size, name]) for name in questions} for size in sizes},
        every_figure_anew_milliseconds={str(size): value for size, value in first.items()},
        postgres=stages[0].running.postgres,
    )


def _figures(medians: Times, sizes: list[int], questions: list[str]) -> dict[str, Figure]:
    figures = {}
    for group in GROUPS:
        shares = [
            _shares(medians[size, f"network by {group}"], medians[size, f"bare SQL by {group}"]) for size in sizes
        ]
        worst = max(shares, key=median)
        name = "network" if group == "none" else f"network by {group}"
        what = f"a network's sums over HTTP, {'all in one' if group == 'none' else f'by {group}'}, over bare SQL"
        figures[name] = Figure(what, median(worst), "≤ 3", (min(worst), max(worst)))
    over_http = [name for name in questions if not name.startswith("bare SQL")]
    for name in over_http:
        by_size = [median(medians[size, name]) for size in sizes]
        asked = name.startswith("network by") or name == "members"
        what = f"slowest over fastest size: {name}"
        figures[f"growth, {name}"] = Figure(what, max(by_size) / min(by_size), "≤ 1.3" if asked else "≤ 2")
    return figures


def _shares(ours: list[float], bare: list[float]) -> list[float]:
    return [each / limit for each, limit in zip(ours, bare, strict=True)]


def _round(asked: dict[int, dict[str, Callable[[int], None]]], first: int, requests: int) -> Times:
    """Return the milliseconds of each question of each size, asked in turn."""
    times: Times = {}
    for number in range(first, first + requests):
        for size, questions in asked.items():
            for name, ask in questions.items():
                start = time.perf_counter()
                ask(number)
                times.setdefault((size, name), []).append((time.perf_counter() - start) * 1000)
    return times


@contextmanager
def _questions(filled: Filled) -> Iterator[dict[str, Callable[[int], None]]]:
    """Lend the questions to a database, each to be asked with a number that makes it new."""
    address, city = filled.running.address, filled.cities[0]
    with Wire(address, city.key) as own, Wire(address, filled.network_key) as network, _bare(filled) as bare:
        asked = {f"bare SQL by {group}": bare.sums(group) for group in GROUPS}
        asked |= {f"network by {group}": _anew(network, f"{IMPACT}?group_by={group}&") for group in GROUPS}
        asked["members"] = _anew(network, f"/v1/networks/{NETWORK}/members/impact?")
        mine = f"/v1/cities/{city.code}/impact"
        for group in ("none", "network", "kind", "theme", "sdg", "year"):
            asked[f"city by {group}"] = _anew(own, f"{mine}?group_by={group}&")
        asked["network, every figure, as before"] = _again(network, IMPACT)
        asked["city, every figure, as before"] = _again(own, mine)
        yield asked


def _anew(http: Wire, path: str) -> Callable[[int], None]:
    return lambda number: http.get(f"{path}indicators={SUMS}&seed={number}")


def _again(http: Wire, path: str) -> Callable[[int], None]:
    http.get(path)
    return lambda _: http.get(path)


def _first(filled: Filled) -> float:
    """Return the milliseconds of every figure of the network, intervals too, made anew."""
    with Wire(filled.running.address, filled.network_key) as network:
        start = time.perf_counter()
        network.get(f"{IMPACT}?seed=7")
        return (time.perf_counter() - start) * 1000


class Bare:
    """One connection as the database's owner, without pool, role or policy."""

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        self._connection: asyncpg.Connection = runner.run(self._connect(url))
        self._network = self._value("SELECT id FROM network WHERE code = $1", NETWORK)

    async def _connect(self, url: str) -> asyncpg.Connection:
        return await asyncpg.connect(url)

    def _value(self, query: str, *arguments: object) -> object:
        async def fetch() -> object:
            return await self._connection.fetchval(query, *arguments)

        return self._runner.run(fetch())

    def sums(self, group: str) -> Callable[[int], None]:
        """Return the question that sums the network's cells, and no more than that."""
        dimension, key = GROUPS[group]
        query = f"""
SELECT {key}, {SUMMED} FROM rollup r
WHERE r.network_id = $1 AND r.dimension = $2 AND r.shared AND r.city_id IN (
    SELECT m.city_id FROM membership m WHERE m.network_id = $1 AND m.sharing <> 'none') GROUP BY 1
"""

        async def fetch() -> None:
            if not await self._connection.fetch(query, self._network, dimension):
                raise RuntimeError("The network has no sums.")

        return lambda _: self._runner.run(fetch())

    def close(self) -> None:
        """Give the connection back."""
        self._runner.run(self._connection.close())


@contextmanager
def _bare(filled: Filled) -> Iterator[Bare]:
    with asyncio.Runner() as runner:
        bare = Bare(runner, filled.running.admin_url)
        yield bare
        bare.close()
