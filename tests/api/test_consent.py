"""What a network sees of a member: what carries its name and is not private, as long as the city shares it."""

from typing import Any

import pytest

from tests.make import Holder, World, cost, engagement, outcome


async def post(holder: Holder, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post a record and return it."""
    made = await holder.http.post(f"{holder.path}/{path}", json=body)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def items(asker: Holder, city: Holder, path: str, **query: str) -> list[dict[str, Any]]:
    """Return what a network is shown in a list of a city's."""
    answer = await asker.http.get(f"{city.path}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_network_sees_its_own_share_only(world: World, city: Holder, network: Holder) -> None:
    other = await world.network()
    await world.joins(city, network)
    shares = [{"network": network.code, "share": "0.5"}, {"network": other.code, "share": "0.25"}]
    made = await post(city, "engagements", engagement(networks=shares, costs=[cost()], outcomes=[outcome()]))

    read = (await network.http.get(f"{city.path}/engagements/{made['id']}")).json()

    assert read == {**made, "networks": [made["networks"][0]]}
    assert other.code not in str(await items(network, city, "engagements"))
    assert await items(network, city, "engagements", network=other.code) == []


async def test_a_network_sees_what_carries_its_name_and_is_not_private(
    world: World, city: Holder, network: Holder
) -> None:
    membership = await world.joins(city, network)
    share = [{"network": network.code, "share": "1"}]
    nested = {"costs": [cost()], "outcomes": [outcome(), outcome(title="hidden", visibility="private")]}
    seen = await post(city, "engagements", engagement(networks=share, visibility="network", **nested))
    await post(city, "engagements", engagement(networks=share, visibility="private", **nested))
    await post(city, "engagements", engagement(visibility="public", **nested))
    fee = await post(city, "costs", cost("9", membership=membership["id"]))
    await post(city, "costs", cost("8"))
    await post(city, "outcomes", outcome(visibility="public"))

    engagements = await items(network, city, "engagements")
    costs = await items(network, city, "costs")
    outcomes = await items(network, city, "outcomes")

    assert [each["id"] for each in engagements] == [seen["id"]]
    assert [each["id"] for each in costs] == [seen["costs"][0]["id"], fee["id"]]
    assert [each["id"] for each in outcomes] == [seen["outcomes"][0]["id"]]
    assert engagements[0]["outcomes"] == [{**outcomes[0], "credit": "1"}]


async def test_credits_of_engagements_that_a_network_may_not_see_are_not_there(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network)
    share = [{"network": network.code, "share": "1"}]
    seen = await post(city, "engagements", engagement(networks=share, visibility="network"))
    hidden = await post(city, "engagements", engagement(networks=share, visibility="private"))
    credits = [{"engagement": each["id"], "credit": "0.5"} for each in (seen, hidden)]
    both = await post(city, "outcomes", outcome(visibility="public", credits=credits))
    await post(city, "outcomes", outcome(visibility="public", title="of the hidden", credits=credits[1:]))

    listed = await items(network, city, "outcomes")

    assert [each["id"] for each in listed] == [both["id"]]
    assert listed[0]["credits"] == credits[:1]
    assert hidden["id"] not in str(listed)


async def test_what_becomes_private_or_loses_its_share_is_gone_at_once(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network)
    share = [{"network": network.code, "share": "1"}]
    made = await post(city, "engagements", engagement(networks=share, costs=[cost()], outcomes=[outcome()]))
    path = f"{city.path}/engagements/{made['id']}"
    paths = ["engagements", "costs", "outcomes"]

    async def shown(changes: dict[str, Any]) -> list[int]:
        patched = await city.http.patch(path, json=changes, headers={"If-Match": "*"})
        assert patched.status_code == 200, patched.text
        return [len(await items(network, city, each)) for each in paths]

    assert await shown({"visibility": "public"}) == [1, 1, 1]
    assert await shown({"visibility": "private"}) == [0, 0, 0]
    assert await shown({"visibility": "network"}) == [1, 1, 1]
    assert await shown({"networks": []}) == [0, 0, 0]


async def test_a_network_is_told_of_a_cost_that_moved_out_of_its_sight(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network)
    seen = await post(city, "engagements", engagement(networks=[{"network": network.code}]))
    hidden = await post(city, "engagements", engagement(visibility="private"))
    moved = await post(city, "costs", cost(engagement=seen["id"]))

    path = f"{city.path}/costs/{moved['id']}"
    await city.http.patch(path, json={"engagement": hidden["id"]}, headers={"If-Match": "*"})
    changes = (await network.http.get(f"/v1/networks/{network.code}/changes")).json()["items"]

    assert await items(network, city, "costs") == []
    assert ("withdrawn", moved["id"]) in [(change["action"], change["resource_id"]) for change in changes]


LEAVING: list[dict[str, Any]] = [{"sharing": "none"}, {"sharing": "totals"}, {"left_on": "2024-01-01"}]


@pytest.mark.parametrize("changes", LEAVING)
async def test_a_withdrawal_holds_from_the_next_request(
    world: World, city: Holder, network: Holder, changes: dict[str, Any]
) -> None:
    membership = await world.joins(city, network)
    await post(
        city, "engagements", engagement(networks=[{"network": network.code}], costs=[cost()], outcomes=[outcome()])
    )
    paths = ["engagements", "costs", "outcomes", "impact"]

    async def statuses() -> list[int]:
        answers = [await network.http.get(f"{city.path}/{path}") for path in paths]
        return [answer.status_code for answer in answers]

    before = await statuses()
    path = f"{city.path}/memberships/{membership['id']}"
    await city.http.patch(path, json=changes, headers={"If-Match": "*"})
    after = await statuses()

    assert (before, after) == ([200] * 4, [404] * 4)
    assert await total_cost(network) is None


async def total_cost(network: Holder) -> str | None:
    """Return a network's whole cost, or None where it may not be told."""
    figures = (await network.http.get(f"/v1/networks/{network.code}/impact")).json()["total"]["figures"]
    value: str | None = next(figure["value"] for figure in figures if figure["indicator"] == "cost.total")
    return value
