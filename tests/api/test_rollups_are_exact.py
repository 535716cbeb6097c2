"""After random writes of every kind, in several cities at once, every sum and every answer is what the records say."""

import asyncio
import json
import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args
from uuid import UUID

import asyncpg
import httpx
import pytest

from proxeny.indicators import assess
from proxeny.indicators.methods import SHIPPED
from proxeny_api.changes.verify import verify
from proxeny_api.impact import queries
from proxeny_api.impact.asked import Asked
from proxeny_api.impact.assessing import bundled, framed, gather
from proxeny_api.impact.queries import Period, Summed
from proxeny_api.rollups import check, service
from proxeny_api.vocabularies.codes import Theme
from tests.make import Holder, World, cost, engagement, outcome

STEPS = 60
CURRENCIES = ("EUR", "USD", "JPY", "ARS", "GBP")
KINDS = ("mission", "conference", "twinning_activity")
THEMES = get_args(Theme)[:4]
SDGS = ("11", "11.5", "13.1", "3.4")
BARE = dict.fromkeys(("amount", "currency", "quantity", "unit", "level", "funding_stage"))
VISIBILITIES = ("private", "network", "public")
ALWAYS = Period(None, None)
GROUPINGS: tuple[queries.GroupBy, ...] = ("none", "network", "kind", "theme", "sdg", "year")


class Writer:
    """One city's system, which writes whatever comes to its mind, and remembers what it may change."""

    def __init__(self, city: Holder, networks: list[str], memberships: list[str], seed: int) -> None:
        self.city, self.networks, self.memberships = city, networks, memberships
        self.random = random.Random(seed)
        self.ids: dict[str, list[str]] = {"engagements": [], "costs": [], "outcomes": []}
        self.statuses: list[tuple[str, int]] = []

    def day(self) -> str:
        return (date(2021, 12, 25) + timedelta(days=self.random.randrange(800))).isoformat()

    def money(self) -> dict[str, str]:
        currency = self.random.choice(CURRENCIES)
        return {"amount": f"{self.random.randrange(10**6)}{'' if currency == 'JPY' else '.07'}", "currency": currency}

    def some(self, codes: Iterable[str], most: int = 3) -> list[str]:
        listed = list(codes)
        return self.random.sample(listed, self.random.randint(0, min(most, len(listed))))

    def shares(self) -> list[dict[str, str]]:
        return [
            {"network": code, "share": self.random.choice(["0.1", "0.333333", "0.25"])}
            for code in self.some(self.networks)
        ]

    def cost(self) -> dict[str, Any]:
        funder, category = (
            self.random.choice(["city", "external_grant"]),
            self.random.choice(["travel", "staff_time", "event"]),
        )
        return cost(category=category, funded_by=funder, incurred_on=self.day(), external_id=None) | self.money()

    def outcome(self) -> dict[str, Any]:
        kind = self.random.choice(["policy_change", "funding", "capacity_built", "negative_effect"])
        more: dict[str, Any] = self.money() if kind != "policy_change" else {"level": "local"}
        if kind == "capacity_built":
            more |= {"quantity": "12.50", "unit": self.random.choice(["people", "hours"])}
        status = self.random.choice(["reported", "verified", "expected", "rejected"])
        return outcome(
            kind=kind, occurred_on=self.day(), status=status, visibility=self.random.choice(VISIBILITIES), **more
        )

    def shared(self) -> dict[str, Any]:
        """Return an outcome of a few external ids, which several engagements claim."""
        return self.outcome() | {"external_id": f"shared-{self.random.randrange(4)}", "credit": "0.07"}

    def engagement(self, external_id: str | None = None) -> dict[str, Any]:
        said: dict[str, Any] = {
            "kind": self.random.choice(KINDS),
            "starts_on": self.day(),
            "status": self.random.choice(["planned", "ongoing", "completed", "cancelled"]),
            "visibility": self.random.choice(VISIBILITIES),
            "networks": self.shares(),
            "themes": self.some(THEMES),
            "sdgs": self.some(SDGS),
            "leader_hours": "1.5",
            "staff_hours": str(self.random.randrange(50)),
            "external_id": external_id,
        }
        if self.random.random() < 0.7:
            said["costs"] = [self.cost() for _ in range(self.random.randrange(3))]
        if self.random.random() < 0.7:
            alone = [self.outcome() | {"credit": "0.4"} for _ in range(self.random.randrange(2))]
            said["outcomes"] = alone + [self.shared() for _ in range(self.random.randrange(2))]
        return engagement(**said)

    def row(self) -> dict[str, Any]:
        return self.engagement(f"row-{self.random.randrange(12)}")

    def parent(self) -> dict[str, str]:
        """Return what a cost of its own belongs to, if to anything."""
        chosen = self.random.choice(["engagement", "membership", None])
        known = {"engagement": self.ids["engagements"], "membership": self.memberships}.get(chosen or "", [])
        return {str(chosen): self.random.choice(known)} if known else {}

    def credits(self) -> list[dict[str, str]]:
        return [{"engagement": identity, "credit": "0.3"} for identity in self.some(self.ids["engagements"], 2)]

    def record(self, where: str) -> dict[str, Any]:
        """Return a record of its own, with every member that a change may touch."""
        if where == "engagements":
            return self.engagement()
        if where == "costs":
            return self.cost() | {"engagement": None, "membership": None} | self.parent()
        return BARE | self.outcome() | {"credits": self.credits()}

    async def step(self) -> None:
        """Do one of the things that a city's system does."""
        doing = [
            self.create,
            self.create,
            self.put,
            self.put,
            self.batch,
            self.change,
            self.change,
            self.change,
            self.drop,
        ]
        await self.random.choice(doing)()

    async def create(self) -> None:
        where = self.random.choice(["engagements", "engagements", "costs", "outcomes"])
        made = await self.city.http.post(f"{self.city.path}/{where}", json=self.record(where))
        self.note("create", made)
        if made.status_code == 201:
            self.ids[where].append(made.json()["id"])

    async def put(self) -> None:
        said = self.row()
        path = f"{self.city.path}/engagements/by-external-id/{said['external_id']}"
        self.note("put", await self.city.http.put(path, json=said))

    async def batch(self) -> None:
        rows = [self.row() for _ in range(self.random.randint(1, 6))]
        self.note("batch", await self.city.http.post(f"{self.city.path}/engagements/batch", json=rows))

    async def change(self) -> None:
        where = self.random.choice(list(self.ids))
        if not self.ids[where]:
            return
        said = self.record(where)
        if where != "outcomes":
            said = {name: said[name] for name in self.some(said, 6)}
        path = f"{self.city.path}/{where}/{self.random.choice(self.ids[where])}"
        self.note("change", await self.city.http.patch(path, json=said, headers={"If-Match": "*"}))

    async def drop(self) -> None:
        where = self.random.choice(list(self.ids))
        if len(self.ids[where]) < 3:
            return
        identity = self.ids[where].pop(self.random.randrange(len(self.ids[where])))
        self.note(
            "drop", await self.city.http.delete(f"{self.city.path}/{where}/{identity}", headers={"If-Match": "*"})
        )

    def note(self, what: str, answer: httpx.Response) -> None:
        assert answer.status_code < 500, answer.text
        self.statuses.append((what, answer.status_code))


@pytest.fixture(scope="module")
async def writers(world: World) -> list[Writer]:
    """Three cities, each with a writer that has written much while the others did."""
    networks = [await world.network() for _ in range(4)]
    made = []
    for seed, currency in enumerate(["EUR", "USD", "JPY"]):
        city = await world.city(currency)
        joined = [await world.joins(city, network) for network in networks]
        codes = [network.code for network in networks]
        made.append(Writer(city, codes, [membership["id"] for membership in joined], seed))

    async def write(writer: Writer) -> None:
        for _ in range(STEPS):
            await writer.step()

    # Two systems write for each city, one step after the other each, so that they meet at the city's lock.
    await asyncio.gather(*(write(writer) for writer in made for _ in range(2)))
    return made


async def test_the_writing_was_worth_judging(writers: list[Writer]) -> None:
    for writer in writers:
        done = [status for _, status in writer.statuses if status < 300]
        assert len(done) > STEPS
        assert {what for what, status in writer.statuses if status < 300} == {
            "create",
            "put",
            "batch",
            "change",
            "drop",
        }


async def test_the_rollup_is_what_the_records_add_up_to(writers: list[Writer], admin: asyncpg.Connection) -> None:
    for writer in writers:
        assert await check.differences(admin, UUID(writer.city.id)) == []


async def test_the_rollup_is_what_a_rebuild_makes(writers: list[Writer], admin: asyncpg.Connection) -> None:
    for writer in writers:
        kept = await cells(admin, writer.city.id)
        async with admin.transaction():
            await service.rebuild(admin, UUID(writer.city.id))
            rebuilt = await cells(admin, writer.city.id)

        assert len(kept) > 50
        assert kept == rebuilt


async def test_the_ledger_is_whole_and_the_last_entry_is_the_answer(
    writers: list[Writer], admin: asyncpg.Connection
) -> None:
    last = """
    SELECT DISTINCT ON (resource_id) resource, resource_id::text, action, body,
           (body::json ->> 'version')::int AS version
    FROM ledger_entry WHERE city_id = $1 AND resource IN ('engagement', 'cost', 'outcome')
    ORDER BY resource_id, seq DESC
    """
    for writer in writers:
        compared = 0
        for row in await admin.fetch(last, UUID(writer.city.id)):
            answer = await writer.city.http.get(f"{writer.city.path}/{row['resource']}s/{row['resource_id']}")
            if answer.status_code == 200 and answer.json()["version"] == row["version"]:
                assert row["action"] != "deleted"
                assert json.loads(row["body"]) == answer.json()
                compared += 1
            elif row["action"] == "deleted":
                assert answer.status_code == 404

        assert compared > 15
        assert (await verify(admin, writer.city.code)).sound


@pytest.mark.parametrize("group_by", GROUPINGS)
@pytest.mark.parametrize("period", [ALWAYS, Period(date(2022, 1, 1), date(2022, 12, 31))])
async def test_impact_by_rollup_is_impact_by_records(
    writers: list[Writer], admin: asyncpg.Connection, group_by: queries.GroupBy, period: Period
) -> None:
    for writer in writers:
        city = UUID(writer.city.id)
        for network in [None, *await network_ids(admin, writer)]:
            if network is not None and group_by in {"theme", "sdg"}:
                continue
            kept = await queries.city_sums(admin, city, group_by, period, "eur", network)

            assert told(kept) == told(await by_records(admin, city, network, group_by, period))


async def by_records(
    admin: asyncpg.Connection, city: UUID, network: UUID | None, group_by: str, period: Period
) -> list[Summed]:
    """Return what the library makes of the records one by one."""
    cash = SHIPPED["cash@1"]
    asked = Asked(
        group_by, period, "EUR", "last_known", cash, None, Decimal("0.90"), None, 7, 100, None, date(2026, 1, 1)
    )
    bundles = bundled(await gather(admin, [city], network, asked), network, asked)
    frame = framed(asked, (bundle.items() for bundle in bundles.values()))
    sums = {key: assess(bundle.items(), frame) for key, bundle in bundles.items()}
    return [Summed(key, dict(each.values), each.missing) for key, each in sums.items()]


async def cells(admin: asyncpg.Connection, city: str) -> set[tuple[Any, ...]]:
    """Return the rollup's cells that hold anything."""
    rows = await admin.fetch("SELECT * FROM rollup WHERE city_id = $1", UUID(city))
    return {tuple(row.values()) for row in rows if any(value for value in row.values() if isinstance(value, Decimal))}


async def network_ids(admin: asyncpg.Connection, writer: Writer) -> list[UUID]:
    rows = await admin.fetch("SELECT id FROM network WHERE code = ANY($1)", writer.networks)
    return [row["id"] for row in rows]


def told(groups: list[Summed]) -> dict[str, tuple[int, dict[str, Decimal]]]:
    """Return sums by group, without noughts."""
    return {
        group.key: (group.missing, {name: value for name, value in group.values.items() if value}) for group in groups
    }
