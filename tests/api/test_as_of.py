"""A figure as it stood at an instant stays as it was, whatever is edited, removed or handed in late."""

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.impacts import post, value
from tests.api.impacts import told as told_of
from tests.api.test_lineage import some
from tests.make import Holder, World, cost, engagement, outcome

EDITS, INSTANTS = 200, 10
QUESTIONS: list[dict[str, str]] = [
    {"group_by": "network"},
    {"group_by": "year", "method": "sroi-guide@1"},
    {"group_by": "theme", "currency": "USD", "draws": "500"},
]


async def edit(chance: random.Random, city: Holder, networks: list[Holder], number: int) -> None:
    """Do one thing to a city's records: something new, something late, a change or a removal."""
    listed = (await city.http.get(f"{city.path}/engagements", params={"limit": 200})).json()["items"]
    kind = chance.choice(["put", "put", "put", "patch", "patch", "cost", "outcome", "drop", "drop outcome", "credit"])
    outcomes = (await city.http.get(f"{city.path}/outcomes", params={"limit": 200})).json()["items"]
    star = {"If-Match": "*"}
    if kind == "put" or not listed or not outcomes:
        row = some(chance, chance.randint(0, 25), networks)
        answer = await city.http.put(f"{city.path}/engagements/by-external-id/{row['external_id']}", json=row)
    elif kind == "patch":
        path = f"{city.path}/engagements/{chance.choice(listed)['id']}"
        answer = await city.http.patch(path, json={"leader_hours": f"{number}"}, headers=star)
    elif kind == "cost":
        answer = await city.http.post(f"{city.path}/costs", json=cost("12.34", engagement=chance.choice(listed)["id"]))
    elif kind == "outcome":
        credits = [{"engagement": chance.choice(listed)["id"], "credit": "0.5"}]
        answer = await city.http.post(f"{city.path}/outcomes", json=outcome(kind="pilot", credits=credits))
    elif kind == "credit":
        credits = [{"engagement": each["id"], "credit": "0.25"} for each in chance.sample(listed, min(2, len(listed)))]
        path = f"{city.path}/outcomes/{chance.choice(outcomes)['id']}"
        answer = await city.http.patch(path, json={"credits": credits}, headers=star)
    elif kind == "drop outcome":
        answer = await city.http.delete(f"{city.path}/outcomes/{chance.choice(outcomes)['id']}", headers=star)
    else:
        answer = await city.http.delete(f"{city.path}/engagements/{chance.choice(listed)['id']}", headers=star)
    assert answer.status_code in {200, 201, 204} or "credits" in answer.text, answer.text


async def told(holder: Holder, city: Holder, question: dict[str, str]) -> bytes:
    """Return the very bytes of an answer."""
    answer = await holder.http.get(f"{city.path}/impact", params=question)
    assert answer.status_code == 200, answer.text
    return answer.content


def shown(body: dict[str, Any]) -> list[Any]:
    """Return the figures of an answer but for when it was asked."""
    groups = [body["total"], *body["groups"]]
    return [(group["key"], told_of(group)["figures"]) for group in groups]


@pytest.fixture(scope="module")
async def edited(world: World) -> tuple[Holder, list[Holder]]:
    """A city with two networks, one of which may see its indicators."""
    city, networks = await world.city(), [await world.network() for _ in range(2)]
    for network in networks:
        membership = await world.joins(city, network, "records")
        await post(city, "costs", cost("33.33", membership=membership["id"], category="membership_fee"))
    await post(city, "proxies", PROXY)
    return city, networks


PROXY = {
    "code": "hour", "title": "An hour", "value": "40", "currency": "EUR", "unit": "hour", "year": 2022,
    "source": "Made up", "visibility": "network",
}  # fmt: skip


async def test_ten_earlier_instants_stay_as_they_were(edited: tuple[Holder, list[Holder]]) -> None:
    (city, networks), chance = edited, random.Random(11)
    before: list[tuple[dict[str, str], bytes]] = []
    for number in range(EDITS):
        await edit(chance, city, networks, number)
        if number % (EDITS // INSTANTS) == EDITS // INSTANTS - 1:
            now = [(question, await city.http.get(f"{city.path}/impact", params=question)) for question in QUESTIONS]
            instant = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            for question, current in now:
                asked = {**question, "as_of": instant}
                then = await city.http.get(f"{city.path}/impact", params=asked)
                assert shown(then.json()) == shown(current.json())
                before.append((asked, then.content))
            await asyncio.sleep(0.002)

    assert len(before) == INSTANTS * len(QUESTIONS)
    for asked, content in before:
        assert await told(city, city, asked) == content


async def test_rates_loaded_later_and_a_changed_proxy_change_nothing_earlier(
    edited: tuple[Holder, list[Holder]], world: World
) -> None:
    city, _ = edited
    await post(city, "outcomes", outcome(kind="other", quantity="3", unit=None, proxy="hour"))
    await post(city, "costs", cost("100", currency="XAF"))
    instant = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    asked = {"as_of": instant}
    first = await told(city, city, asked)

    listed = (await city.http.get(f"{city.path}/proxies")).json()["items"]
    changed = await city.http.patch(
        f"{city.path}/proxies/{listed[0]['id']}", json={"value": "90"}, headers={"If-Match": "*"}
    )
    rates = [{"currency": "XAF", "day": "2024-04-08", "per_eur": "655.957"}]
    loaded = await world.operator.post("/v1/rates", json={"source": "Made up", "rates": rates})

    assert (changed.status_code, loaded.status_code) == (200, 201), loaded.text
    assert await told(city, city, asked) == first
    assert (await city.http.get(f"{city.path}/impact")).json()["unconverted"] == []
    assert b'"currency":"XAF"' in first


async def test_what_is_still_to_come_cannot_be_asked_for(edited: tuple[Holder, list[Holder]]) -> None:
    city, _ = edited

    for instant in ("2099-01-01T00:00:00Z", "2024-01-01", "yesterday", "2024-02-30T00:00:00Z"):
        answer = await city.http.get(f"{city.path}/impact", params={"as_of": instant})

        assert answer.status_code == 400, instant
        assert answer.json()["errors"][0]["pointer"] == "/query/as_of"


async def test_before_its_first_record_a_city_has_no_figures(edited: tuple[Holder, list[Holder]]) -> None:
    city, _ = edited

    body = (await city.http.get(f"{city.path}/impact", params={"as_of": "2001-01-01T00:00:00Z"})).json()

    assert {figure["n"] for figure in body["total"]["figures"]} == {0}
    assert body["base_year"] is None


async def test_what_a_network_lost_sight_of_is_in_no_earlier_figure_of_its(world: World) -> None:
    city, network = await world.city(), await world.network()
    await world.joins(city, network, "records")
    row = engagement(
        networks=[{"network": network.code, "share": "1"}],
        costs=[cost("10.00")],
        outcomes=[outcome(kind="funding", amount="250.00", currency="EUR")],
    )
    made = await post(city, "engagements", row)
    asked = {
        "as_of": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "indicators": "funding.mobilised,cost.total",
    }
    before = (await network.http.get(f"{city.path}/impact", params=asked)).json()

    path = f"{city.path}/outcomes/{made['outcomes'][0]['id']}"
    hidden = await city.http.patch(path, json={"visibility": "private"}, headers={"If-Match": "*"})

    assert hidden.status_code == 200
    assert (value(before["total"], "funding.mobilised"), value(before["total"], "cost.total")) == ("250.00", "10.00")
    for place in (f"{city.path}/impact", f"/v1/networks/{network.code}/impact"):
        body = (await network.http.get(place, params=asked)).json()
        assert value(body["total"], "funding.mobilised") == "0.00"
        assert value(body["total"], "cost.total") == "10.00"
    lineage = await network.http.get(f"{city.path}/impact/funding.mobilised/lineage", params={"as_of": asked["as_of"]})
    assert made["outcomes"][0]["id"] not in lineage.text


async def test_a_network_without_the_records_is_given_no_way_to_them(world: World) -> None:
    city, network = await world.city(), await world.network()
    await world.joins(city, network, "indicators")
    await post(city, "engagements", engagement(networks=[{"network": network.code, "share": "1"}]))

    body = (await network.http.get(f"{city.path}/impact")).json()

    assert {figure["lineage"] for figure in body["total"]["figures"]} == {None}
