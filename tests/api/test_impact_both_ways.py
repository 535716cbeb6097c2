"""The rollup and the records give the same figures, whatever was written, changed and removed."""

import random
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from proxeny.indicators import catalogue
from proxeny_api.changes.verify import verify
from proxeny_api.rollups.measures import COST_CATEGORIES, OUTCOME_KINDS
from tests.api.impacts import impact, told, values
from tests.make import Holder, World, cost, engagement, outcome

GROUPS = ("none", "network", "kind", "theme", "sdg", "year")
# What kept sums can tell: asked for alone, it is answered from them; of odd days, from the records.
SUMS = ",".join(definition.id for definition in catalogue() if not definition.valued)
EVERYTHING = {"from_": "1900-01-02"}  # not whole years, so that the records must be read


def some_engagement(chance: random.Random, number: int, networks: list[Holder]) -> dict[str, Any]:
    """Return an engagement with a bit of everything."""
    day = f"{chance.choice([2022, 2023, 2024])}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
    named = chance.sample(networks, chance.randint(0, 2))
    outcomes = []
    for _ in range(chance.randint(0, 2)):
        kind = chance.choice(OUTCOME_KINDS)
        extra = (
            {"amount": f"{chance.randint(0, 999)}.50", "currency": chance.choice(["EUR", "USD", "GBP"])}
            if chance.random() < 0.6
            else {}
        )
        capacity = {"quantity": "3.5", "unit": chance.choice(["people", "hours"])} if chance.random() < 0.3 else {}
        outcomes.append(
            outcome(
                kind=kind, credit=chance.choice(["0.3", "0.333333", "0.5"]), occurred_on=day,
                level=chance.choice([None, "local"]),
                external_id=chance.choice([None, f"o{chance.randint(0, 5)}"]) if kind == "pilot" else None,
                status=chance.choice(["expected", "reported", "verified", "rejected"]),
                visibility=chance.choice([None, "private", "public"]), **extra, **capacity,
            )
        )  # fmt: skip
    costs = [
        cost(
            f"{chance.randint(0, 9999)}", category=chance.choice(COST_CATEGORIES),
            currency=chance.choice(["EUR", "USD", "JPY"]),
            incurred_on=day, funded_by=chance.choice(["city", "partner"]),
        )
        for _ in range(chance.randint(0, 3))
    ]  # fmt: skip
    return engagement(
        external_id=f"e{number}", starts_on=day, kind=chance.choice(["mission", "conference"]),
        status=chance.choice(["planned", "completed", "completed", "cancelled"]),
        networks=[{"network": each.code, "share": chance.choice(["0.5", "0.1", "0.333333"])} for each in named],
        themes=chance.sample(["health", "energy", "other"], chance.randint(0, 3)),
        sdgs=chance.sample(["11", "11.5", "11.6", "13", "1.1"], chance.randint(0, 4)),
        leader_hours=f"{chance.randint(0, 20)}.5", visibility=chance.choice(["private", "network", "public"]),
        costs=costs, outcomes=outcomes,
    )  # fmt: skip


@pytest.fixture(scope="module", params=[1, 2])
async def books(request: pytest.FixtureRequest, world: World) -> tuple[Holder, list[Holder]]:
    """A city with random records, some of them written over and removed again."""
    chance = random.Random(request.param)
    city, networks = await world.city(), [await world.network() for _ in range(3)]
    memberships = [await world.joins(city, network, "indicators") for network in networks]
    for count in (30, 30):
        rows = [some_engagement(chance, number, networks) for number in range(count)]
        answer = (await city.http.post(f"{city.path}/engagements/batch", json=rows)).json()
        assert answer["created"] + answer["updated"] > 20
    for membership in memberships[:2]:
        await city.http.post(f"{city.path}/costs", json=cost("33.33", membership=membership["id"]))
    await city.http.post(f"{city.path}/costs", json=cost("5.55", currency="USD"))
    await city.http.post(f"{city.path}/outcomes", json=outcome(kind="funding", amount="70", currency="USD"))
    listed = (await city.http.get(f"{city.path}/engagements")).json()["items"]
    for each in chance.sample(listed, 5):
        deleted = await city.http.delete(f"{city.path}/engagements/{each['id']}", headers={"If-Match": "*"})
        assert deleted.status_code == 204
    return city, networks


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Compare two answers but for when and for which days; groups without any record count as absent."""
    assert told(one["total"]) == told(other["total"])
    shown = [{group["key"] or group["kind"]: told(group) for group in body["groups"]} for body in (one, other)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("group_by", GROUPS)
async def test_a_citys_figures_are_those_of_its_records(books: tuple[Holder, list[Holder]], group_by: str) -> None:
    city, _ = books

    for currency in ({}, {"currency": "EUR"}):
        same(
            await impact(city, group_by=group_by, indicators=SUMS, **currency),
            await impact(city, group_by=group_by, indicators=SUMS, **currency, **EVERYTHING),
        )


@pytest.mark.parametrize("group_by", GROUPS)
async def test_a_networks_figures_are_those_of_the_records(books: tuple[Holder, list[Holder]], group_by: str) -> None:
    city, networks = books

    for network in networks:
        sums = {"group_by": group_by, "indicators": SUMS}
        same(await impact(network, **sums), await impact(network, **sums, **EVERYTHING))
        of_city = [await impact(network, city.path, **sums, **period) for period in ({}, EVERYTHING)]
        same(*of_city)


@pytest.mark.parametrize("indicator", ["cost.total", "cost.own", "funding.mobilised"])
async def test_the_groups_add_up_to_the_total(books: tuple[Holder, list[Holder]], indicator: str) -> None:
    city, _ = books

    for group_by in GROUPS[1:]:
        found = values(await impact(city, group_by=group_by), indicator)
        total = found.pop("total")

        assert f"{sum(Decimal(str(part)) for part in found.values()):.2f}" == total


async def test_the_chain_and_the_rollup_hold(books: tuple[Holder, list[Holder]], admin: asyncpg.Connection) -> None:
    report = await verify(admin, books[0].code)

    assert report.entries > 60
    assert (report.broken, report.rollup_differences) == ([], [])


async def test_a_year_asked_for_is_the_year_of_the_groups(books: tuple[Holder, list[Holder]]) -> None:
    city, _ = books
    by_year = await impact(city, group_by="year")

    for group in by_year["groups"]:
        year = {"from_": f"{group['key']}-01-01", "to": f"{group['key']}-12-31"}
        alone = await impact(city, **year)
        almost = await impact(city, **{**year, "from_": f"{int(group['key']) - 1}-12-31"})

        assert [figure["n"] for figure in alone["total"]["figures"]] == [figure["n"] for figure in group["figures"]]
        assert told(alone["total"]) == told(almost["total"])
