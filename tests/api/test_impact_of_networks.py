"""A network's impact: over the members that consent, and of each as far as it does."""

from typing import Any

import pytest

from tests.api.impacts import impact, post, told, value, values
from tests.make import Holder, World, cost, engagement, outcome


async def member(world: World, network: Holder, sharing: str, amount: str = "100.00", **said: Any) -> Holder:
    """Make a member with one engagement that is wholly the network's."""
    city = await world.city()
    await world.joins(city, network, sharing)
    nested = {"costs": [cost(amount)], "outcomes": [outcome()]}
    await post(
        city, "engagements", engagement(networks=[{"network": network.code, "share": "1"}], **{**nested, **said})
    )
    return city


async def test_a_network_adds_up_the_members_that_share(world: World, network: Holder) -> None:
    await member(world, network, "records")
    await member(world, network, "indicators", "50.00")
    await member(world, network, "none", "1000.00")

    body = await impact(network, group_by="network")

    assert body["subject"] == {"kind": "network", "code": network.code}
    assert body["members"] == {"sharing": 2, "totals_only": 0, "totals_included": False}
    assert values(body, "cost.total") == {network.code: "150.00", "total": "150.00"}
    assert value(body["total"], "outcomes.count") == "2"


async def test_members_that_share_totals_count_as_a_block_of_five(world: World, network: Holder) -> None:
    await member(world, network, "records", "1.00")
    for _ in range(4):
        await member(world, network, "totals", "10.00")

    of_four = await impact(network)
    await member(
        world, network, "totals", "10.00", starts_on="2022-01-01", costs=[cost("10.00", incurred_on="2022-01-01")]
    )
    of_five = await impact(network)
    by_year = await impact(network, group_by="year")
    of_days = await impact(network, from_="2000-01-01")
    by_theme = await impact(network, group_by="theme")
    in_dollars = await impact(network, policy="strict")

    assert value(of_four["total"], "cost.total") == "1.00"
    assert of_four["members"] == {"sharing": 1, "totals_only": 4, "totals_included": False}
    assert value(of_five["total"], "cost.total") == "51.00"
    assert of_five["members"] == {"sharing": 1, "totals_only": 5, "totals_included": True}
    for body in (by_year, of_days, by_theme):
        assert (value(body["total"], "cost.total"), body["members"]["totals_included"]) == ("1.00", False)
    assert value(in_dollars["total"], "cost.total") == "51.00"


async def test_a_block_of_which_too_few_have_records_is_left_out(world: World, network: Holder) -> None:
    for _ in range(4):
        await member(world, network, "totals", "10.00")
    await member(world, network, "totals", visibility="private")

    body = await impact(network)

    assert body["members"] == {"sharing": 0, "totals_only": 5, "totals_included": False}
    assert {(figure["value"], figure["status"], figure["reason"]) for figure in body["total"]["figures"]} == {
        (None, "suppressed", "too_few_members")
    }
    assert body["groups"] == []


async def test_amounts_without_a_rate_of_one_in_the_block_are_not_told(world: World, network: Holder) -> None:
    await member(world, network, "records", "1.00")
    for _ in range(4):
        await member(world, network, "totals", "10.00")
    await member(world, network, "totals", costs=[cost("777.00", currency="ARS")])

    body = await impact(network)

    assert body["unconverted"] == []
    assert body["members"] == {"sharing": 1, "totals_only": 5, "totals_included": False}
    assert value(body["total"], "cost.total") == "1.00"


async def test_a_network_without_members_that_share_has_nothing_to_tell(world: World, network: Holder) -> None:
    await member(world, network, "none")

    body = await impact(network)

    assert {(figure["value"], figure["status"]) for figure in body["total"]["figures"]} == {(None, "insufficient_data")}


@pytest.mark.parametrize("changes", [{"sharing": "none"}, {"left_on": "2020-01-01"}])
async def test_a_withdrawal_holds_from_the_next_request(world: World, network: Holder, changes: dict[str, str]) -> None:
    await member(world, network, "indicators", "1.00")
    city = await member(world, network, "indicators", "10.00")
    before = await impact(network)
    [membership] = (await city.http.get(f"{city.path}/memberships")).json()["items"]

    await city.http.patch(f"{city.path}/memberships/{membership['id']}", json=changes, headers={"If-Match": "*"})
    after = await impact(network)
    members = (await network.http.get(f"/v1/networks/{network.code}/members/impact")).json()["items"]

    assert [value(body["total"], "cost.total") for body in (before, after)] == ["11.00", "1.00"]
    assert len(members) == 1


async def test_what_is_private_is_in_no_figure_of_a_network(world: World, network: Holder) -> None:
    city = await member(world, network, "records", "1.00")
    share = [{"network": network.code, "share": "1"}]
    hidden = {"networks": share, "visibility": "private", "leader_hours": "9"}
    public = outcome(visibility="public", kind="pilot")
    await post(city, "engagements", engagement(**hidden, costs=[cost("500.00")], outcomes=[public]))
    await post(city, "engagements", engagement(networks=share, outcomes=[outcome(kind="pilot", visibility="private")]))

    bodies = [await impact(network, **period) for period in ({}, {"from_": "1900-01-02"})]
    bodies += [await impact(network, city.path, **period) for period in ({}, {"from_": "1900-01-02"})]

    for body in bodies:
        found = [
            value(body["total"], name)
            for name in ("cost.total", "hours.leader", "outcomes.count.pilot", "engagements.count")
        ]
        assert found == ["1.00", "0", "0", "2"]


async def test_a_network_sees_its_part_of_a_member(world: World, city: Holder, network: Holder) -> None:
    other, membership = await world.network(), await world.joins(city, network, "indicators")
    shares = [{"network": network.code, "share": "0.6"}, {"network": other.code, "share": "0.4"}]
    await post(
        city, "engagements", engagement(networks=shares, costs=[cost("100.00")], outcomes=[outcome(credit="0.5")])
    )
    await post(city, "costs", cost("7.00", membership=membership["id"]))
    await post(city, "costs", cost("1000.00"))

    body = await impact(network, city.path, group_by="network")

    assert values(body, "cost.total") == {network.code: "67.00", "total": "67.00"}
    assert value(body["total"], "outcomes.count") == "0.3"
    assert other.code not in str(body)


async def test_each_member_that_shares_its_indicators_is_listed_by_code(world: World, network: Holder) -> None:
    amounts = {}
    for number, sharing in enumerate(["records", "indicators", "totals", "none", "indicators"]):
        city = await member(world, network, sharing, f"{number}.50")
        if sharing in {"records", "indicators"}:
            amounts[city.code] = f"{number}.50"
    path = f"/v1/networks/{network.code}/members/impact"

    items: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await network.http.get(path, params=query)).json()
        items += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    exactly = (await network.http.get(path, params={"from": "1900-01-02"})).json()["items"]

    assert {item["city"]: value(item, "cost.total") for item in items} == amounts
    assert [item["city"] for item in items] == sorted(amounts)
    assert [told(item) for item in exactly] == [told(item) for item in items]


async def test_members_are_a_grouping_of_their_own(network: Holder) -> None:
    refused = await network.http.get(f"/v1/networks/{network.code}/members/impact", params={"group_by": "year"})

    assert refused.status_code == 400
