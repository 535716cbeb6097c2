"""Load the memberships of many networks in one command.

    PROXENY_BASE_URL=… PROXENY_API_KEY=… python examples/import_memberships.py networks.csv memberships.csv

The key is the operator's: it makes the networks and the cities, and lends itself a key of each city that ends within a
day. Members share their indicators with their networks. Rows that cannot be taken are told on standard error and the
rest is stored; a second run finds everything there. The first day of a membership is January 1st of the year in which
the city joined; where the year is not told, or several are, there is none.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from membership_files import MEMBER_COLUMNS, Bad, Member, member, networks, rows_of
from posting import AT_ONCE, city_client, ensure, short_key
from proxeny import ApiError, AsyncProxeny, ProxenyError

TOLD_EVERY = 1_000


class Loading:
    """How the rows fare, told as they do."""

    def __init__(self) -> None:
        self.fared: Counter[str] = Counter()
        self.cities_made = 0
        self._began = time.monotonic()

    def note(self, status: str, row: int, reason: object = "") -> None:
        """Count a row, and tell why it is refused where it is."""
        self.fared[status] += 1
        if reason:
            print(f"row {row}: refused: {reason}", file=sys.stderr)
        if self.fared.total() % TOLD_EVERY == 0:
            print(self, file=sys.stderr)

    def __str__(self) -> str:
        seconds = time.monotonic() - self._began
        told = ", ".join(f"{self.fared[status]:,} {status}" for status in ("created", "unchanged", "refused"))
        return (
            f"{self.fared.total():,} rows: {told}; {seconds:.0f} s, {self.fared.total() / seconds:,.0f} rows a second"
        )


def members(path: Path, codes: Mapping[str, str], loading: Loading) -> dict[str, list[Member]]:
    """Return the memberships by city; rows that cannot be taken, or are there twice, are refused."""
    of_city: dict[str, list[Member]] = {}
    first: dict[tuple[str, str], int] = {}
    for number, row in rows_of(path, MEMBER_COLUMNS):
        try:
            one = member(number, row, codes)
        except Bad as reason:
            loading.note("refused", number, reason)
            continue
        before = first.setdefault((one.city, one.network), number)
        if before == number:
            of_city.setdefault(one.city, []).append(one)
        else:
            loading.note("refused", number, f"it repeats row {before}: {one.name} in {one.network}")
    return of_city


async def known_members(operator: AsyncProxeny, network: str) -> set[tuple[str, str]]:
    """Return the cities that share their indicators with a network already, each with the network."""
    client = operator.with_options(api_key=await short_key(operator, network=network))
    return {(one.city, network) async for one in client.networks.members_impact(network, limit=1_000)}


async def load_city(operator: AsyncProxeny, mine: Sequence[Member], loading: Loading) -> None:
    """Create a city and those of its memberships that are not there; what the API refuses is told row by row."""
    city = mine[0].city
    try:
        created = await ensure(operator.cities.create(mine[0].as_city()))
    except ApiError as refusal:
        for one in mine:
            loading.note("refused", one.row, refusal)
        return
    loading.cities_made += created
    client = await city_client(operator, city)
    there = set() if created else {known.network async for known in client.memberships.list(city)}
    for one in mine:
        if one.network in there:
            loading.note("unchanged", one.row)
        else:
            await join(client, one, loading)


async def join(client: AsyncProxeny, one: Member, loading: Loading) -> None:
    """Create one membership."""
    try:
        await client.memberships.create(one.city, one.as_membership())
    except ApiError as refusal:
        loading.note("refused", one.row, refusal)
    else:
        loading.note("created", one.row)


async def load_networks(operator: AsyncProxeny, path: Path) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """Create the networks; return their codes by their numbers, and the members of those that were there before."""
    codes: dict[str, str] = {}
    known: set[tuple[str, str]] = set()
    for number, network in networks(path):
        codes[number] = str(network["code"])
        if not await ensure(operator.networks.create(network)):
            known |= await known_members(operator, codes[number])
    return codes, known


async def run(networks_file: Path, members_file: Path) -> None:
    """Load both files."""
    loading, gate = Loading(), asyncio.Semaphore(AT_ONCE)
    async with AsyncProxeny() as operator:
        codes, known = await load_networks(operator, networks_file)
        of_city = members(members_file, codes, loading)

        async def load(mine: Sequence[Member]) -> None:
            new = [one for one in mine if (one.city, one.network) not in known]
            for one in mine:
                if one not in new:
                    loading.note("unchanged", one.row)
            if new:
                async with gate:
                    await load_city(operator, new, loading)

        await asyncio.gather(*map(load, of_city.values()))
    print(f"{len(codes):,} networks, {len(of_city):,} cities, {loading.cities_made:,} of them new; {loading}.")


def main() -> None:
    """Load the files that are named."""
    if len(sys.argv) != 3:
        sys.exit("usage: import_memberships.py NETWORKS.csv MEMBERSHIPS.csv")
    try:
        asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2])))
    except (Bad, ProxenyError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
