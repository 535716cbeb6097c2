"""Cities and networks: made by the operator, changed by themselves, seen as far as each may."""

from typing import Any

import pytest

from tests.make import Holder, World

CITY: dict[str, Any] = {
    "code": "x",
    "name": "\u00c5lesund \u6771\u4eac",
    "country": "NO",
    "currency": "NOK",
    "population": 66670,
    "latitude": 62.47225,
    "longitude": -6.15,
    "geonames_id": 3163392,
}
NETWORK: dict[str, Any] = {
    "code": "x",
    "name": "A network \U0001f310",
    "scope": "regional",
    "kind": "programme",
    "themes": ["health", "climate_change"],
    "website": "https://example.org/a?b=c",
}


async def test_a_city_and_a_network_come_back_as_they_were_said(world: World, city: Holder) -> None:
    for path, said in {"cities": CITY, "networks": NETWORK}.items():
        code = f"{path}-{city.code}"[:63]

        made = await world.operator.post(f"/v1/{path}", json={**said, "code": code})
        by_code = await world.operator.get(f"/v1/{path}/{code}")
        by_id = await world.operator.get(f"/v1/{path}/{made.json()['id']}")

        assert (made.status_code, made.headers["Location"]) == (201, f"/v1/{path}/{code}")
        assert {name: by_code.json()[name] for name in said} == {**said, "code": code}
        assert by_code.content == by_id.content == made.content


@pytest.mark.parametrize("longitude", [0, 180, -180, 1e-7, -0.1, 23.7278399999])
async def test_degrees_come_back_as_they_were_said(world: World, longitude: float) -> None:
    city = await world.city(longitude=longitude)

    assert (await city.http.get(city.path)).json()["longitude"] == longitude


async def test_a_code_is_taken_once(world: World, city: Holder, network: Holder) -> None:
    of_city = await world.operator.post("/v1/cities", json={**CITY, "code": city.code})
    of_network = await world.operator.post("/v1/networks", json={**NETWORK, "code": network.code})

    assert (of_city.status_code, of_network.status_code) == (409, 409)


async def test_only_the_operator_makes_cities_and_networks(city: Holder, network: Holder) -> None:
    for holder in (city, network):
        assert (await holder.http.post("/v1/cities", json=CITY)).status_code == 403
        assert (await holder.http.post("/v1/networks", json=NETWORK)).status_code == 403


async def test_a_city_changes_itself_and_never_its_code_or_currency(
    world: World, city: Holder, neighbour: Holder
) -> None:
    async def patched(client: Holder | World, changes: dict[str, Any], tag: str | None = "*") -> int:
        http = client.operator if isinstance(client, World) else client.http
        return (await http.patch(city.path, json=changes, headers={"If-Match": tag} if tag else {})).status_code

    assert await patched(city, {"population": 7}, None) == 428
    assert await patched(city, {"population": 7}, '"9"') == 412
    assert [await patched(city, {member: "xxx"}) for member in ("code", "currency", "country", "id")] == [422] * 4
    assert await patched(city, {"name": None}) == 422
    assert await patched(neighbour, {"population": 7}) == 404
    assert await patched(city, {"population": 7, "latitude": 1.5}, '"1"') == 200
    assert await patched(world, {"population": None}, '"2"') == 200
    after = (await city.http.get(city.path)).json()
    assert (after["population"], after["latitude"], after["version"]) == (None, 1.5, 3)


async def test_a_network_changes_itself(world: World, city: Holder, network: Holder) -> None:
    other, path = await world.network(), f"/v1/networks/{network.code}"

    async def patched(client: Holder, changes: dict[str, Any], tag: str | None = "*") -> int:
        return (await client.http.patch(path, json=changes, headers={"If-Match": tag} if tag else {})).status_code

    assert await patched(network, {"name": "New"}, None) == 428
    assert await patched(network, {"code": "new"}) == 422
    assert await patched(network, {"scope": None}) == 422
    assert await patched(city, {"name": "New"}) == 403
    assert await patched(other, {"name": "New"}) == 404
    assert await patched(network, {"name": "New", "themes": None, "website": None}, '"1"') == 200
    after = (await network.http.get(path)).json()
    assert (after["name"], after["themes"], after["website"], after["version"]) == ("New", [], None, 2)


async def test_each_sees_the_cities_it_may(world: World, city: Holder, neighbour: Holder, network: Holder) -> None:
    await world.joins(city, network, "totals")
    await world.joins(neighbour, network, "none")

    async def seen(client: Holder) -> list[str]:
        return [each["code"] for each in (await client.http.get("/v1/cities")).json()["items"]]

    assert (await seen(city), await seen(neighbour), await seen(network)) == (
        [city.code],
        [neighbour.code],
        [city.code],
    )
    assert (await network.http.get(city.path)).status_code == 200
    assert (await network.http.get(neighbour.path)).status_code == 404
    assert (await world.operator.get(neighbour.path)).status_code == 200


async def test_lists_are_filtered_and_in_order_of_their_codes(world: World) -> None:
    made = [await world.city(country="LI", currency="CHF") for _ in range(3)]
    nets = [await world.network(scope="national", kind="national_association", themes=["tourism"]) for _ in range(3)]

    cities = (await world.operator.get("/v1/cities", params={"country": "LI", "limit": 1000})).json()["items"]
    filters = {"scope": "national", "kind": "national_association", "theme": "tourism", "limit": "1000"}
    networks = (await world.operator.get("/v1/networks", params=filters)).json()["items"]

    assert [each["code"] for each in cities] == sorted(each.code for each in made)
    assert [each["code"] for each in networks] == sorted(each.code for each in nets)


async def test_a_network_sees_itself_only_and_a_city_sees_all(city: Holder, network: Holder, world: World) -> None:
    other = await world.network()

    own = (await network.http.get("/v1/networks")).json()["items"]

    assert [each["code"] for each in own] == [network.code]
    assert (await network.http.get(f"/v1/networks/{other.code}")).status_code == 404
    assert (await city.http.get(f"/v1/networks/{other.code}")).status_code == 200
