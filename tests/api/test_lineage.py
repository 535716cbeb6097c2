"""Every figure leads down to its records, and can be made again from what its lineage says alone."""

import json
import random
from decimal import Decimal, localcontext
from typing import Any

import pytest

from proxeny.indicators import catalogue
from proxeny.indicators.lineage import recompute
from proxeny.indicators.rounding import EXACT
from proxeny_api.impact.returns import IDS
from tests.api.impacts import impact, post, told
from tests.make import Holder, World, cost, engagement, outcome

THEMES = ["climate_change", "culture", "energy"]


def some(chance: random.Random, number: int, networks: list[Holder]) -> dict[str, Any]:
    """Return a made-up engagement whose outcomes have levers, ranges and scenarios of all sorts."""
    year = chance.randint(2019, 2024)
    valued: dict[str, Any] = {
        "deadweight": chance.choice([None, "0.2", "0"]),
        "attribution_to_others": chance.choice([None, "0.25"]),
        "displacement": chance.choice([None, "0.1"]),
        "drop_off": chance.choice([None, "0.3"]),
        "duration_years": chance.choice([None, 1, 4]),
        "evidence_strength": chance.choice([None, 0, 3, 5]),
        "occurred_on": f"{year + 1}-05-0{chance.randint(1, 9)}",
        "credit": chance.choice(["1", "0.4", "0.333333"]),
    }
    unit = {"quantity": str(chance.randint(1, 90)), "unit_value": "120.50", "currency": "EUR"}
    money = {"kind": "funding", "amount": f"{chance.randint(1, 9)}000.00", "currency": chance.choice(["EUR", "USD"])}
    course = {"gross": "90", "leakage": "0.1"}
    courses = {"counterfactual": {"intervention": course, "reference": {**course, "gross": "20"}}}
    return engagement(
        external_id=f"e-{number}",
        title=f"=Engagement {number} (made up)",
        starts_on=f"{year}-03-01",
        networks=[{"network": network.code, "share": "0.333333"} for network in chance.sample(networks, 2)],
        themes=chance.sample(THEMES, chance.randint(0, 3)),
        leader_hours="2.5",
        costs=[
            cost(f"{chance.randint(1, 900)}.25", incurred_on=f"{year}-03-01", currency=chance.choice(["EUR", "USD"])),
            cost("70.10", incurred_on=f"{year}-09-01", category="staff_time", estimated=chance.random() < 0.5),
        ],
        outcomes=[
            {**outcome(kind="pilot", external_id=f"p-{number}"), **valued, **unit, **chance.choice([{}, courses])},
            {**outcome(kind="funding", external_id=f"f-{number}"), **valued, **money},
        ],
    )


@pytest.fixture(scope="module")
async def books(world: World) -> tuple[Holder, list[Holder]]:
    """A city with two networks, thirty engagements, a fee, overhead and an outcome that is nobody's."""
    chance, city = random.Random(5), await world.city()
    networks = [await world.network() for _ in range(2)]
    memberships = [await world.joins(city, network, "records") for network in networks]
    rows = [some(chance, number, networks) for number in range(30)]
    answer = (await city.http.post(f"{city.path}/engagements/batch", json=rows)).json()
    assert answer["created"] == 30, answer
    await post(city, "costs", cost("33.33", membership=memberships[0]["id"], category="membership_fee"))
    await post(city, "costs", cost("5.55", currency="USD"))
    await post(city, "outcomes", outcome(kind="funding", amount="70", currency="USD", unit=None, quantity=None))
    await post(city, "budgets", {"year": 2022, "amount": "900000", "currency": "EUR", "source": "Made up"})
    return city, networks


async def lineage_of(holder: Holder, figure: dict[str, Any]) -> dict[str, Any]:
    """Follow a figure's own link."""
    answer = await holder.http.get(figure["lineage"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("method", ["green-book@1", "sroi-guide@1", "cash@1"])
async def test_every_figure_can_be_made_again_from_its_lineage(books: tuple[Holder, list[Holder]], method: str) -> None:
    city, _ = books
    body = await impact(city, method=method)

    assert len(body["total"]["figures"]) == len(catalogue())
    for figure in body["total"]["figures"]:
        found = await lineage_of(city, figure)

        assert recompute(found) == []
        assert found["figure"]["displayed"] == figure["value"], figure["indicator"]
        assert (found["figure"]["reason"], found["figure"]["assumed"]) == (figure["reason"], figure["assumed"])


@pytest.mark.parametrize("group_by", ["network", "kind", "theme", "year"])
async def test_what_the_records_of_a_group_add_is_the_groups_figure(
    books: tuple[Holder, list[Holder]], group_by: str
) -> None:
    city, _ = books
    body = await impact(city, group_by=group_by, indicators="cost.total,value.present,sroi,hours.leader")

    for group in body["groups"]:
        for figure in group["figures"]:
            found = await lineage_of(city, figure)
            assert recompute(found) == []
            with localcontext(EXACT):
                for name, told in found["sums"].items():
                    parts = [
                        Decimal(record["contributions"].get(name, "0"))
                        for records in found["records"].values()
                        for record in records
                    ]
                    assert sum(parts, Decimal(0)) == Decimal(told), (name, figure["indicator"])
            if figure["value"] is not None and figure["unit"] == "money":
                # Groups are rounded so that they add up: by a cent at most from the exact value.
                assert abs(Decimal(figure["value"]) - Decimal(found["figure"]["value"])) < Decimal("0.01")


async def test_a_changed_digit_is_found(books: tuple[Holder, list[Holder]]) -> None:
    city, _ = books
    [figure] = (await impact(city, indicators="sroi"))["total"]["figures"]
    found = await lineage_of(city, figure)
    record = found["records"]["outcomes"][3]

    record["weight"] = str(Decimal(record["weight"]) + Decimal("0.000001"))

    assert any(difference.pointer.startswith("/records/outcomes/3") for difference in recompute(found))


async def test_a_lineage_is_a_table_too_and_starts_no_formula(books: tuple[Holder, list[Holder]]) -> None:
    city, _ = books

    answer = await city.http.get(f"{city.path}/impact/cost.total/lineage", params={"format": "csv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count("\n") > 60
    assert not any(cell.startswith("=") for line in answer.text.splitlines() for cell in line.split(","))


async def test_a_network_is_told_of_its_own_part_where_records_are_shared(
    world: World, books: tuple[Holder, list[Holder]]
) -> None:
    city, networks = books
    stranger = await world.network()
    shy = await world.city()
    await world.joins(shy, networks[0], "indicators")
    path = f"{city.path}/impact/cost.total/lineage"

    mine = await networks[0].http.get(path)
    alien = await stranger.http.get(path)
    untold = await networks[0].http.get(f"{shy.path}/impact/cost.total/lineage")

    assert recompute(mine.json()) == []
    assert networks[1].id not in mine.text
    assert (alien.status_code, untold.status_code) == (404, 404)


async def test_what_there_is_no_lineage_of_is_refused(books: tuple[Holder, list[Holder]]) -> None:
    city, _ = books
    place = f"{city.path}/impact"

    unknown = await city.http.get(f"{place}/cost.totel/lineage")
    nowhere = await city.http.get(f"{place}/cost.total/lineage", params={"group_by": "network", "group": "nowhere"})
    groupless = await city.http.get(f"{place}/cost.total/lineage", params={"group": "x"})

    assert unknown.status_code == 404
    assert "cost.total" in unknown.json()["detail"]
    assert nowhere.status_code == 404
    assert groupless.status_code == 400


async def test_a_tornado_says_what_social_return_hangs_on(books: tuple[Holder, list[Holder]]) -> None:
    city, _ = books

    answer = await city.http.get(f"{city.path}/impact/tornado", params={"draws": "2000"})

    swings = answer.json()["swings"]
    assert {"values", "deadweight"} <= {swing["family"] for swing in swings}
    widths = [Decimal(swing["high"]) - Decimal(swing["low"]) for swing in swings]
    assert widths == sorted(widths, reverse=True)
    assert json.loads(answer.text)["draws"] == 2000


@pytest.mark.parametrize("group_by", ["none", "network", "kind", "theme", "sdg", "year"])
async def test_returns_asked_for_alone_are_those_among_all_figures(
    books: tuple[Holder, list[Holder]], group_by: str
) -> None:
    city, networks = books
    for holder, path in ((city, None), (networks[0], city.path), (networks[0], None)):
        for query in ({}, {"currency": "EUR", "to": "2021-12-31"}, {"currency": "USD", "from_": "2020-02-02"},
                      {"price_year": "2022"}):  # fmt: skip
            every = await impact(holder, path, group_by=group_by, **query)
            alone = await impact(holder, path, group_by=group_by, indicators=",".join(sorted(IDS)), **query)

            full = {group["key"] or group["kind"]: group for group in [every["total"], *every["groups"]]}
            for group in [alone["total"], *alone["groups"]]:
                among = told(full[group["key"] or group["kind"]])["figures"]
                wanted = [figure for figure in among if figure["indicator"] in IDS]
                assert told(group)["figures"] == wanted
            assert alone["base_year"] == every["base_year"]


@pytest.mark.parametrize("group_by", ["none", "network", "kind", "theme", "sdg", "year"])
async def test_returns_on_costs_of_which_none_is_estimated_are_those_among_all_figures(
    world: World, group_by: str
) -> None:
    chance, city, networks = random.Random(7), await world.city(), [await world.network() for _ in range(2)]
    memberships = [await world.joins(city, network, "indicators") for network in networks]
    rows = [some(chance, number, networks) for number in range(12)]
    for row in rows:
        row["costs"] = [{**each, "estimated": False, "funded_by": "partner"} for each in row["costs"]]
    assert (await city.http.post(f"{city.path}/engagements/batch", json=rows)).json()["created"] == 12
    await post(city, "costs", cost("33.33", membership=memberships[0]["id"], category="membership_fee"))
    await post(city, "costs", cost("7.00"))

    for holder, path in ((city, None), (networks[0], city.path), (networks[0], None)):
        every = await impact(holder, path, group_by=group_by)
        alone = await impact(holder, path, group_by=group_by, indicators=",".join(sorted(IDS)))

        full = {group["key"] or group["kind"]: told(group)["figures"] for group in [every["total"], *every["groups"]]}
        for group in [alone["total"], *alone["groups"]]:
            among = full[group["key"] or group["kind"]]
            assert told(group)["figures"] == [figure for figure in among if figure["indicator"] in IDS]
