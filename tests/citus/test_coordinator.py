"""What only a coordinator of Citus can tell: tables lie where they should, and figures are those of one machine."""

import secrets
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from proxeny_api import migrate
from proxeny_api.boot import Place
from proxeny_api.changes.verify import verify_all
from proxeny_api.keys.secret import login_password
from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings
from proxeny_api.tables import metadata
from tests.citus import cluster
from tests.make import Holder, World, cost, engagement, outcome

pytestmark = pytest.mark.citus

PEPPER = "a pepper that tests of a cluster know"
OWNED = sorted(table.name for table in metadata.tables.values() if "city_id" in table.columns)
LIE = """
SELECT logicalrelid::text AS name, partmethod::text AS method, colocationid,
       column_to_column_name(logicalrelid, partkey) AS spread_by
FROM pg_dist_partition WHERE logicalrelid <> 'alembic_version'::regclass
"""
FENCED = """
SELECT result FROM run_command_on_shards('engagement', $$
    SELECT CASE WHEN relrowsecurity AND relforcerowsecurity THEN 'forced' ELSE 'open' END
           || ', policies: ' || (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)
    FROM pg_class c WHERE c.oid = '%s'::regclass
$$)
"""
CITIES, ENGAGEMENTS = 3, 20


@pytest.fixture(scope="module")
async def spread_url(server_url: str) -> AsyncIterator[str]:
    """A migrated database of its own, spread over the nodes there are."""
    async with cluster.database(server_url, f"proxeny_test_{secrets.token_hex(6)}") as url:
        await migrate.upgrade(url, login_password(PEPPER.encode()))
        await cluster.spread(url)
        yield url


@pytest.fixture(scope="module")
async def far(spread_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A world on the spread database."""
    settings = Settings(database_url=spread_url, pepper=PEPPER, environment="test", key_cache=0.0)
    login_url = await migrate.upgrade(spread_url, login_password(PEPPER.encode()))
    made = create_app(settings, login_url, PEPPER.encode())
    transport = httpx.ASGITransport(serving(made), raise_app_exceptions=False)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://proxeny.test", timeout=60) as client,
    ):
        yield await World.create(client, Place(spread_url, tmp_path_factory.mktemp("far"), PEPPER.encode()))


async def fetched(url: str, query: str) -> list[asyncpg.Record]:
    """Return what a query finds on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


async def test_what_a_city_owns_is_spread_by_the_city_and_lies_together(spread_url: str) -> None:
    rows = await fetched(spread_url, LIE)

    owned = [row for row in rows if row["method"] == "h"]
    assert sorted(row["name"] for row in owned) == OWNED
    assert {row["spread_by"] for row in owned} == {"city_id"}
    assert len({row["colocationid"] for row in owned}) == 1
    assert sorted(row["name"] for row in rows if row["method"] == "n") == sorted(set(metadata.tables) - set(OWNED))


async def test_row_level_security_holds_on_every_shard(spread_url: str) -> None:
    assert {row["result"] for row in await fetched(spread_url, FENCED)} == {"forced, policies: 2"}


async def test_figures_of_many_nodes_are_those_of_one(world: World, far: World) -> None:
    here, there = await told(world), await told(far)

    assert here["cities"]
    assert there == here


async def test_chains_and_rollups_hold_on_many_nodes(far: World, spread_url: str) -> None:
    await told(far)

    assert (await verify_all(spread_url)).sound


async def told(world: World) -> dict[str, Any]:
    """Return what a network and its members are told of the same records, all that is by chance left out."""
    network = await world.network()
    members = [await _member(world, network, number) for number in range(CITIES)]
    answers: dict[str, Any] = {"cities": []}
    for city in members:
        answers["cities"].append(_figures(await _asked(city, f"{city.path}/impact", group_by="kind")))
    own = f"/v1/networks/{network.code}"
    answers["impact"] = _figures(await _asked(network, f"{own}/impact", group_by="year"))
    for question in ("members/impact", "changes", "claims", "claims/candidates"):
        answers[question] = len((await _asked(network, f"{own}/{question}"))["items"])
    shared = await _asked(network, f"{members[0].path}/engagements")
    answers["shared"] = [(one["external_id"], one["version"], len(one["outcomes"])) for one in shared["items"]]
    return answers


async def _member(world: World, network: Holder, number: int) -> Holder:
    """Return a city that shares all it has: twenty engagements posted twice, and one of them changed."""
    city = await world.city()
    await world.joins(city, network)
    rows = [_said(number, place, network.code) for place in range(ENGAGEMENTS)]
    for status in ("created", "unchanged"):
        posted = await city.http.post(f"{city.path}/engagements/batch", json=rows)
        assert posted.json()[status] == len(rows), posted.text
    dearer = {**rows[1], "costs": [cost("999.00", external_id="c-1")]}
    changed = await city.http.put(f"{city.path}/engagements/by-external-id/e-1", json=dearer)
    assert changed.status_code == 200, changed.text
    return city


def _said(city: int, place: int, network: str) -> dict[str, Any]:
    return engagement(
        external_id=f"e-{place}",
        kind=("mission", "conference", "training")[place % 3],
        networks=[{"network": network, "share": "0.7"}],
        costs=[cost(f"{100 + city + place}.25", external_id=f"c-{place}")],
        outcomes=[outcome(external_id=f"o-{place}", credit="0.6", claim_key=f"claim-{place % 5}")],
    )


async def _asked(holder: Holder, path: str, **query: str) -> dict[str, Any]:
    answer = await holder.http.get(path, params=query)
    assert answer.status_code == 200, f"{path}: {answer.text}"
    body: dict[str, Any] = answer.json()
    return body


def _figures(body: dict[str, Any]) -> list[tuple[str, list[tuple[str, str | None, str | None]]]]:
    """Return the value of each figure, or why it has none: of each group, and of all together."""
    return [
        (str(group["key"]), [(one["indicator"], one["value"], one["reason"]) for one in group["figures"]])
        for group in (*body["groups"], body["total"])
    ]
