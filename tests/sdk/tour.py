"""A tour of every operation, written once: the asynchronous client walks it, and the synchronous one in its guise."""
# ruff: noqa: ANN401 - the guise takes and returns whatever both clients do

import inspect
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from proxeny import AsyncProxeny
from proxeny.indicators.lineage import recompute
from tests.make import budget, cost, engagement, method, outcome, proxy


class Recorder:
    """An HTTP client that notes what goes through it, whichever way it is called."""

    def __init__(self, http: Any) -> None:
        self.http = http
        self.asked: list[tuple[str, str]] = []

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Note the request and hand it on."""
        self.asked.append((method, re.sub(r"^https?://[^/]+|\?.*$", "", url)))
        return self.http.request(method, url, **options)

    def stream(self, method: str, url: str, **options: Any) -> Any:
        """Note the request and hand it on."""
        self.asked.append((method, re.sub(r"^https?://[^/]+|\?.*$", "", url)))
        return self.http.stream(method, url, **options)

    def aclose(self) -> Any:
        """Close what is open."""
        return self.http.aclose()

    def close(self) -> None:
        """Close what is open."""
        self.http.close()


class Awaited:
    """A synchronous client whose calls can be awaited and whose lists can be walked with ``async for``."""

    def __init__(self, target: Any) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._target, name)
        if not inspect.isroutine(found):
            return Awaited(found)
        returns = inspect.signature(found).return_annotation
        if re.match(r"Pages|Upsert|Feed", str(returns)):
            return lambda *given, **named: Awaited(found(*given, **named))

        async def call(*given: Any, **named: Any) -> Any:
            return found(*given, **named)

        return call

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._target:
            yield item


async def every(walk: AsyncIterator[Any]) -> list[Any]:
    """Return what a walk comes by."""
    return [item async for item in walk]


async def by_operator(client: AsyncProxeny, city: str, network: str) -> tuple[str, str]:
    """Do all that is the operator's; return a key of the city and one of the network."""
    made = await client.cities.create(code=city, name="Tour", country="GR", currency="EUR")
    assert await client.cities.get(made) == made
    assert (await client.cities.update(made, population=5)).population == 5
    assert city in [one.code async for one in client.cities.list(country="GR")]
    joined = await client.networks.create(code=network, name="Tour", scope="international", kind="city_network")
    assert (await client.networks.get(network)).id == joined.id
    assert (await client.networks.update(joined, website="https://example.org")).version == 2
    assert network in [one.code async for one in client.networks.list(scope="international", kind="city_network")]
    first = await client.keys.create(city=city, name="first", scopes=["read", "write"], days=1)
    second = await client.keys.rotate(first, overlap_hours=1)
    assert {first.id, second.id} <= {key.id async for key in client.keys.list()}
    await client.keys.revoke(first)
    await _references(client)
    for_network = await client.keys.create(network=network, name="network", scopes=["read"], days=1)
    assert second.secret
    assert for_network.secret
    return second.secret, for_network.secret


async def _references(client: AsyncProxeny) -> None:
    """Load what all figures may be made with."""
    rates = [{"currency": "MXV", "day": "2024-04-05", "per_eur": "2.2"}]
    first_load = await client.rates.load(source="A bank (made up)", rates=rates)
    again = await client.rates.load({"source": "A bank (made up)", "rates": rates})
    assert (first_load.loaded + first_load.unchanged, again.loaded, again.unchanged) == (1, 0, 1)
    index = [{"currency": "MXV", "year": 2024, "value": "131.25"}]
    assert (await client.price_indices.load(source="An office (made up)", indices=index)).unchanged in {0, 1}


async def by_city(client: AsyncProxeny, city: str, network: str) -> None:
    """Do all that is a city's."""
    assert (await client.me()).owner == city
    membership = await client.memberships.create(city, network=network, sharing="records")
    assert await client.memberships.get(city, membership) == membership
    assert [one.network async for one in client.memberships.list(city, network=network)] == [network]
    membership = await client.memberships.update(city, membership, role="chair")
    visit = await _visits(client, city, network)
    await _costs_and_outcomes(client, city, visit)
    await _worths_and_ways(client, city)
    assert (await client.cities.impact(city, group_by="network", currency="EUR")).figure("cost.total").n >= 1
    await _down_to_records(client, city, network)
    page = await client.cities.changes(city, limit=1)
    later = [change.seq async for change in client.cities.follow(city, after=page.next_cursor, limit=3)]
    assert later == list(range(2, 2 + len(later)))
    assert len(later) > 3
    assert (await client.cities.checkpoint(city)).seq == later[-1]
    taken = BytesIO()
    await client.cities.export(city, taken)
    assert taken.getvalue().splitlines()[-1].startswith(b'{"end":')
    await client.memberships.delete(city, membership)
    assert (await client.cities.erase(city, "membership", membership)).entries == 3


async def _down_to_records(client: AsyncProxeny, city: str, network: str) -> None:
    """Do all that leads from a figure to what it is made of."""
    impact = await client.cities.impact(city, group_by="network", indicators=["cost.total"], level="0.8")
    document = await client.impact.lineage(city, "cost.total", group_by="network", group=network)
    assert recompute(document) == []
    assert recompute(await client.impact.lineage_of(impact.groups[0].figure("cost.total"))) == []
    assert (await client.impact.lineage_csv(city, "cost.total")).startswith("kind,record,")
    assert (await client.impact.tornado(city, seed=8, draws=100)).seed == 8


async def _visits(client: AsyncProxeny, city: str, network: str) -> str:
    """Do all that there is to do with engagements; return the id of one that stays."""
    row = engagement(networks=[{"network": network, "share": "1"}], costs=[cost()])
    made = await client.engagements.create(city, row)
    assert await client.engagements.get(city, made) == made
    assert (await client.engagements.update(city, made, title="Another")).title == "Another"
    put = await client.engagements.put_by_external_id(city, "tour 1/2", row)
    assert await client.engagements.get_by_external_id(city, "tour 1/2") == put
    filters: dict[str, Any] = {"network": network, "kind": "mission", "from_": date(2024, 1, 1), "visibility": "public"}
    assert [one.id async for one in client.engagements.list(city, limit=1, **filters)] == [made.id, put.id]
    assert (await client.engagements.batch(city, [row], mode="validate")).created == 1
    assert [one.status async for one in client.engagements.upsert_many(city, [row])] == ["created"]
    await client.engagements.delete(city, put)
    return str(made.id)


async def _costs_and_outcomes(client: AsyncProxeny, city: str, visit: str) -> None:
    """Do all that there is to do with costs and outcomes on their own."""
    spent = await client.costs.create(city, cost(engagement=visit))
    assert await client.costs.get(city, spent) == spent
    spent = await client.costs.update(city, spent, amount="7.50")
    assert spent.id in [one.id async for one in client.costs.list(city, engagement=visit, category="travel")]
    await client.costs.delete(city, spent)
    gained = await client.outcomes.create(city, outcome(credits=[{"engagement": visit, "credit": "0.5"}]))
    assert await client.outcomes.get(city, gained) == gained
    gained = await client.outcomes.update(city, gained, status="verified")
    assert [one.id async for one in client.outcomes.list(city, engagement=visit, status="verified")] == [gained.id]
    again = await client.outcomes.create(city, outcome())
    [found] = [one async for one in client.outcomes.duplicates(city, limit=1)]
    assert [one.id for one in found.outcomes] == [gained.id, again.id]
    for one in found.outcomes:
        await client.outcomes.update(city, one, claim_key=found.suggestion)
    assert [one async for one in client.outcomes.duplicates(city)] == []
    await client.outcomes.delete(city, again, if_match="*")
    await client.outcomes.delete(city, gained, if_match="*")


async def _worths_and_ways(client: AsyncProxeny, city: str) -> None:
    """Do all that there is to do with proxies, budgets and methods."""
    worth = await client.proxies.create(city, proxy("42.50"))
    assert await client.proxies.get(city, worth) == worth
    worth = await client.proxies.update(city, worth, value="43.00", low="40.00", high="45.00")
    assert [one.value async for one in client.proxies.list(city, code="officer-hour")] == [worth.value]
    await client.proxies.delete(city, worth)
    yearly = await client.budgets.create(city, budget())
    assert await client.budgets.get(city, yearly) == yearly
    yearly = await client.budgets.update(city, yearly, amount="2.00")
    assert [one.id async for one in client.budgets.list(city, year=2024)] == [yearly.id]
    await client.budgets.delete(city, yearly)
    own = await client.methods.create(city, method())
    assert await client.methods.get(own.id, city=city) == own
    assert [one.id async for one in client.methods.list(city=city, name="ours", limit=1)] == ["ours@1"]


async def by_network(client: AsyncProxeny, city: str, network: str) -> None:
    """Do all that is a network's."""
    assert (await client.networks.impact(network, currency="EUR", method="cash@1")).subject.code == network
    members = [member async for member in client.networks.members_impact(network, from_=date(2024, 1, 1), limit=1)]
    assert [member.city for member in members] == [city]
    assert members[0].figure("cost.total").value is not None
    assert [claim async for claim in client.networks.claims(network, over=False, limit=1)] == []
    assert [group async for group in client.networks.claim_candidates(network, limit=1)] == []
    page = await client.networks.changes(network, limit=1)
    followed = client.networks.follow(network, limit=2)
    assert [change async for change in followed][: len(page.items)] == page.items
    assert followed.cursor


async def by_anybody(client: AsyncProxeny) -> None:
    """Do all that is open to everybody."""
    assert (await client.health()).status == "ok"
    assert (await client.ready()).status == "ok"
    assert "# TYPE" in await client.metrics()
    assert [key.current for key in (await client.signing_keys()).keys][:1] == [True]
    assert "travel" in [one.code for one in (await client.vocabularies.get("cost_category")).codes]
    assert "theme" in [one.name async for one in client.vocabularies.list()]
    assert (await client.indicators.get("roi")).id in [one.id async for one in client.indicators.list()]
    assert (await client.methods.get("cash@1")).id in [one.id async for one in client.methods.list()]
    sunday = await client.rates.get("USD", date(2024, 4, 7))
    week = [one async for one in client.rates.list("USD", from_=date(2024, 4, 1), to=date(2024, 4, 7), limit=2)]
    assert sunday.rate == week[0].rate
    assert len(week) == 4
    assert [one.value async for one in client.price_indices.list("MXV", limit=1)] == [Decimal("131.25")]
