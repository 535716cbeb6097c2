"""What several outcomes claim under one key, across cities: who is told of it, and who is not."""

from decimal import Decimal

import pytest

from tests.api.claiming import KEY, across, claims, duplicates, grant, post, through
from tests.make import Holder, World, engagement

LEVELS = ("none", "totals", "indicators", "records")


async def test_what_two_cities_claim_is_added_up_and_scaled_to_one(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    for holder in (city, neighbour):
        await world.joins(holder, network)
    [first] = await through(city, network, grant(claim_key=KEY, credit="0.9"), share="0.5")
    [second] = await through(neighbour, network, grant(claim_key=KEY, status="verified"), share="0.75")

    [claim] = await claims(network)

    assert (claim["claim_key"], claim["claimed"], claim["over"], claim["n"]) == (KEY, "1.2", True, 2)
    assert claim["scale"] == "0.8333333333333333333333333333"
    assert Decimal(claim["claimed"]) * Decimal(claim["scale"]) <= 1
    wanted = sorted([(city.code, first, "0.45"), (neighbour.code, second, "0.75")], key=lambda one: str(one[0]))
    assert claim["claimants"] == [
        {
            "city": code,
            "outcome": made["id"],
            **{name: made[name] for name in ("version", "title", "kind", "status", "amount", "currency")},
            "claimed": claimed,
        }
        for code, made, claimed in wanted
    ]


async def test_claims_of_one_or_less_are_listed_where_they_are_asked_for(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    for holder in (city, neighbour):
        await world.joins(holder, network)
        await through(holder, network, grant(claim_key=KEY, credit="0.5"))
    await through(city, network, grant(claim_key="of one alone"))

    assert await claims(network) == await claims(network, over="true") == []
    [claim] = await claims(network, over="false")
    assert (claim["claim_key"], claim["claimed"], claim["scale"], claim["over"]) == (KEY, "1", "1", False)


async def test_only_what_is_reported_or_verified_counts_and_what_is_rejected_claims_nothing(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network)
    statuses = ("expected", "reported", "verified", "rejected", "superseded")
    await through(city, network, *(grant(claim_key=KEY, status=status, credit="0.4") for status in statuses))

    [claim] = await claims(network, over="false")

    assert (claim["claimed"], claim["n"], claim["over"]) == ("0.8", 3, False)
    assert [one["status"] for one in claim["claimants"]] == ["expected", "reported", "verified"]


@pytest.mark.parametrize("level", LEVELS)
async def test_members_that_do_not_share_records_are_neither_listed_nor_counted(world: World, level: str) -> None:
    network, first, second, asked = await world.network(), *[await world.city() for _ in range(3)]
    for holder in (first, second):
        await world.joins(holder, network)
        await through(holder, network, grant(claim_key=KEY, credit="0.6"), grant(title="The new tram (made up)"))
    before = [await claims(network, over="false"), await across(network)]

    await world.joins(asked, network, level)
    await through(asked, network, grant(claim_key=KEY, credit="0.6"), grant(title="The new tram (made up)"))
    after = [await claims(network, over="false"), await across(network)]

    assert before[0][0]["claimed"] == "1.2"
    assert len(before[1][0]["outcomes"]) == 2
    if level == "records":
        assert after[0][0]["claimed"] == "1.8"
        assert len(after[1][0]["outcomes"]) == 3
    else:
        assert after == before


async def test_what_is_private_or_of_another_network_is_neither_listed_nor_counted(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    other = await world.network()
    for holder in (city, neighbour):
        await world.joins(holder, network)
    await through(city, network, grant(claim_key=KEY), grant(title="The new tram (made up)"))
    before = [await claims(network, over="false"), await across(network)]

    both = grant(claim_key=KEY), grant(title="The new tram (made up)")
    await through(neighbour, network, *({**one, "visibility": "private"} for one in both))
    await through(neighbour, network, *({**one, "visibility": "public"} for one in both), visibility="private")
    await through(neighbour, other, *both)
    for one in both:
        await post(neighbour, "outcomes", {**one, "visibility": "public"})

    assert [await claims(network, over="false"), await across(network)] == before == [[], []]


async def test_credit_of_a_private_engagement_is_not_counted(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    for holder in (city, neighbour):
        await world.joins(holder, network)
    await through(neighbour, network, grant(claim_key=KEY, credit="0.9"))
    share = [{"network": network.code, "share": "1"}]
    made = [await post(city, "engagements", engagement(networks=share, visibility=v)) for v in ("public", "private")]
    credits = [{"engagement": one["id"], "credit": "0.5"} for one in made]
    await post(city, "outcomes", grant(claim_key=KEY, credits=credits, visibility="public"))

    [claim] = await claims(network)

    assert claim["claimed"] == "1.4"


@pytest.mark.parametrize("changes", [{"sharing": "indicators"}, {"left_on": "2024-01-01"}])
async def test_a_withdrawal_takes_a_members_claims_away_at_once(
    world: World, city: Holder, neighbour: Holder, network: Holder, changes: dict[str, str]
) -> None:
    membership = await world.joins(city, network)
    await world.joins(neighbour, network)
    for holder in (city, neighbour):
        await through(holder, network, grant(claim_key=KEY), grant(title="The new tram (made up)"))
    assert [len(await claims(network)), len(await across(network))] == [1, 1]

    path = f"{city.path}/memberships/{membership['id']}"
    assert (await city.http.patch(path, json=changes, headers={"If-Match": "*"})).status_code == 200

    assert [await claims(network, over="false"), await across(network)] == [[], []]


async def test_a_walk_of_pages_shows_each_key_and_each_group_once(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    keys = ["Zürich", "a", "B", "é", "ab", "a|b", "_"]
    titles = ["Shade for the tram stops", "A new library", "Cool roofs", "Bicycle lanes to the harbour"]
    for holder in (city, neighbour):
        await world.joins(holder, network)
        named = [grant(claim_key=key) for key in keys]
        alike = [grant(title=title, occurred_on=day) for title in titles for day in ("2025-03-01", "2025-04-30")]
        await through(holder, network, *named, *alike, *alike)

    one_by_one, at_once = await claims(network, limit="1"), await claims(network)
    assert one_by_one == at_once
    assert [claim["claim_key"] for claim in at_once] == sorted(keys)
    for listed, size in ((across, 4), (duplicates, 2)):
        asker = network if listed is across else city
        by_one, by_hundred = await listed(asker, limit="1"), await listed(asker)
        assert by_one == by_hundred
        assert [len(group["outcomes"]) for group in by_hundred] == [size] * 8


async def test_a_second_asking_is_answered_304(world: World, city: Holder, network: Holder) -> None:
    await world.joins(city, network)
    await through(city, network, grant(claim_key=KEY), grant(claim_key=KEY), grant(), grant())
    own = f"/v1/networks/{network.code}/claims"
    for asker, path in ((network, own), (network, f"{own}/candidates"), (city, f"{city.path}/outcomes/duplicates")):
        first = await asker.http.get(path)
        again = await asker.http.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert first.headers["ETag"].startswith('W/"')
        assert (again.status_code, again.content) == (304, b"")


async def test_only_the_network_and_only_the_city_may_ask(
    world: World, city: Holder, neighbour: Holder, network: Holder
) -> None:
    other = await world.network()
    await world.joins(city, network)
    own = f"/v1/networks/{network.code}/claims"

    async def asked(holder: Holder, path: str) -> int:
        return (await holder.http.get(path)).status_code

    for path in (own, f"{own}/candidates"):
        assert [await asked(holder, path) for holder in (network, other, city)] == [200, 404, 403]
    path = f"{city.path}/outcomes/duplicates"
    assert [await asked(holder, path) for holder in (city, neighbour, network)] == [200, 404, 403]
    assert await asked(network, own.replace(network.code, network.id)) == 200


async def test_the_doors_stand_beside_those_of_outcomes(city: Holder) -> None:
    made = await post(city, "outcomes", grant())
    path = f"{city.path}/outcomes/duplicates"

    patched = await city.http.patch(path, json={"title": "x"}, headers={"If-Match": "*"})
    read = await city.http.get(f"{city.path}/outcomes/{made['id']}")
    nothing = await city.http.get(f"{city.path}/outcomes/duplicate")

    assert (patched.status_code, patched.headers["Allow"]) == (405, "GET, HEAD")
    assert (read.status_code, nothing.status_code) == (200, 404)
