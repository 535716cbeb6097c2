"""What each of a network's own doors tells of a member, by how much the member shares: no more than that."""

from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI

from tests.api.doors import Target, attempt, operations
from tests.api.scenes import post, shares
from tests.make import Holder, World, cost, engagement, outcome

LEVELS = ("none", "totals", "indicators", "records")
ASKERS = ("stranger", "left", *LEVELS)
AMOUNT, PART, CLAIM = "88.40", "8.84", "one-heat-plan"
PLAN = "A plan against heat, adopted by the council in spring"
# A tenth of the member's only cost; its code; what its records say: the least that it shares where a door tells them.
TOLD: dict[str, dict[str, str]] = {
    "get_network": {},
    "get_network_impact": {"figure": "indicators"},
    "list_member_impacts": {"figure": "indicators", "code": "indicators"},
    "list_claims": {"code": "records", "record": "records"},
    "list_claim_candidates": {"code": "records", "record": "records"},
    "list_network_changes": {"code": "totals", "record": "records"},
}


class Members(NamedTuple):
    """A member, another that shares all its records with each network, and the networks by what the first shares."""

    member: Holder
    networks: dict[str, Holder]
    doors: dict[str, tuple[str, str]]

    @property
    def signs(self) -> dict[str, str]:
        """By what each sort of news of the member is known in an answer."""
        return {"figure": f'"{PART}"', "code": self.member.code, "record": "SECRET"}


def reaches(asker: str, level: str) -> bool:
    """Tell whether what is shared with a network is as much as a level."""
    return asker in LEVELS and LEVELS.index(asker) >= LEVELS.index(level)


@pytest.fixture(scope="module")
async def members(world: World, app: FastAPI) -> Members:
    """Make two members of all networks, whose outcomes claim the same and look alike."""
    member, witness = await world.city(), await world.city()
    networks = {name: await world.network() for name in ASKERS}
    said: dict[str, Any] = {"networks": shares(list(networks.values())), "visibility": "network"}
    claimed = {"claim_key": CLAIM, "kind": "funding", "amount": "7000.00", "currency": "EUR"}
    for city, title, spent in ((member, f"{PLAN} SECRET", [cost(AMOUNT)]), (witness, PLAN, [])):
        claims = [outcome(title=title, **claimed), outcome(title=title, **{**claimed, "claim_key": None})]
        await post(city, "engagements", engagement(**said, title=title, costs=spent, outcomes=claims))
    for name, network in networks.items():
        await post(witness, "memberships", {"network": network.code, "sharing": "records"})
        if name != "stranger":
            ended = {"sharing": "records", "left_on": "2020-01-01"} if name == "left" else {"sharing": name}
            await post(member, "memberships", {"network": network.code, **ended})
    return Members(member, networks, operations(app.openapi()))


async def test_no_door_of_a_network_is_without_its_line(app: FastAPI) -> None:
    doors = {
        name for name, (method, path) in operations(app.openapi()).items() if method == "get" and "{network}" in path
    }

    assert doors == set(TOLD)


@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize("door", TOLD)
async def test_a_door_tells_of_a_member_what_it_shares_and_no_more(members: Members, door: str, asker: str) -> None:
    network = members.networks[asker]

    answer = await attempt(network.http, members.doors[door], door, Target(network=network.code))

    assert answer.status_code == 200
    told = {sort for sort, sign in members.signs.items() if sign in answer.text}
    assert told == {sort for sort, level in TOLD[door].items() if reaches(asker, level)}


@pytest.mark.parametrize("door", TOLD)
async def test_after_a_withdrawal_each_door_tells_what_it_tells_a_stranger(
    members: Members, world: World, door: str
) -> None:
    network, other = await world.network(), await world.city()
    said = engagement(networks=shares([network]), visibility="network", title="SECRET", costs=[cost(AMOUNT)])
    await post(other, "engagements", said)
    joined = await post(other, "memberships", {"network": network.code, "sharing": "records"})
    place, headers = f"{other.path}/memberships/{joined['id']}", {"If-Match": "*"}

    before = await attempt(network.http, members.doors[door], door, Target(network=network.code))
    await other.http.patch(place, json={"sharing": "none"}, headers=headers)
    after = await attempt(network.http, members.doors[door], door, Target(network=network.code))

    shown = door in {"get_network_impact", "list_member_impacts", "list_network_changes"}
    assert any(sign in before.text for sign in (PART, "SECRET", other.code)) == shown
    assert "SECRET" not in after.text
    assert f'"{PART}"' not in after.text
