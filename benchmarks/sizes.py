"""Three databases side by side, of 20 thousand, 200 thousand and one million engagements, each with a server."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from benchmarks.filling import engagements, multiply
from benchmarks.stage import City, Stage, bodies, cast, client, post_batches, stage

CITIES, POSTED = 4, 20_000
TIMES = (1, 10, 50)
NETWORK = "net-7"


class Filled(NamedTuple):
    """A server whose database holds so many engagements, its cities, and the key of a network they share with."""

    size: int
    running: Stage
    cities: list[City]
    network_key: str


@contextmanager
def filled(posted: int = POSTED, times: tuple[int, ...] = TIMES) -> Iterator[list[Filled]]:
    """Lend a server for each size, all at once, so that what is asked of them can be asked in turn."""
    with ExitStack() as stack:
        yield [fill(stack.enter_context(stage()), posted, each) for each in times]


def fill(running: Stage, posted: int, times: int, number: int = CITIES) -> Filled:
    """Have a server hold so many times what is posted to it, for cities that share their indicators."""
    cities = cast(running, number)
    share = posted // number
    for place, city in enumerate(cities):
        with client(running.address, city.key) as http:
            body = {"network": NETWORK, "sharing": "indicators"}
            http.post(f"/v1/cities/{city.code}/memberships", json=body).raise_for_status()
            post_batches(http, city.code, bodies(place * share, share))
    with client(running.address, running.operator) as operator:
        made = operator.post("/v1/keys", json={"network": NETWORK, "name": "bench"})
        key = str(made.raise_for_status().json()["secret"])
    if times > 1:
        multiply(running.admin_url, times)
    return Filled(asyncio.run(engagements(running.admin_url)), running, cities, key)
