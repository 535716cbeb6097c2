"""What figures rest on: evidence, levers at which they turn, claims that several make, pilots that became policy."""

import pytest

from tests.api.impacts import impact, post, value, values
from tests.api.worth import figure, gain, good, own_method, told, total
from tests.make import Holder, World, cost, engagement, outcome

LEVERS = ("deadweight", "attribution_to_others", "displacement", "drop_off")


async def test_a_higher_floor_of_evidence_lets_less_through(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("10.00"))  # of unknown evidence, which counts as none
    for level in (0, 1, 3, 5):
        await post(city, "outcomes", gain(f"{level + 1}00.00", evidence_strength=level))

    found = await total(city)

    floors = [value(found, f"evidence.floor.{level}") for level in range(6)]
    assert floors == ["13.100000", "12.000000", "10.000000", "10.000000", "6.000000", "6.000000"]
    assert value(found, "sroi") == floors[0]
    await post(city, "outcomes", gain("0.50", kind="negative_effect", evidence_strength=5))
    assert await told(city, "evidence.floor.5") == "5.995000"


async def test_a_floor_that_nothing_reaches_is_no_nought(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("10.00", evidence_strength=2))

    assert [await told(city, f"evidence.floor.{level}") for level in (2, 3)] == ["0.100000", "(no_outcomes)"]


@pytest.mark.parametrize("method", ["green-book@1", "sroi-guide@1", "omb-a94@2023"])
@pytest.mark.parametrize("lever", LEVERS)
async def test_the_lever_that_breaks_even_put_in_makes_benefits_cover_costs(
    world: World, city: Holder, lever: str, method: str
) -> None:
    async def keep(books: Holder, **levers: str) -> None:
        await post(books, "costs", cost("100.00"))
        for amount, deadweight in [("75.00", "0.1"), ("25.00", "0.5")]:
            told = {"deadweight": deadweight, "attribution_to_others": "0.2", "drop_off": "0.15", **levers}
            await post(books, "outcomes", gain(amount, duration_years=3, **told))

    await keep(city)
    found = await told(city, f"break_even.{lever}", method=method)
    other = await world.city()
    await keep(other, **{lever: found})

    assert 0 < float(found) < 1
    assert abs(float(await told(other, "bcr", method=method)) - 1) < 1e-5
    assert abs(float(await told(other, "npv", method=method))) <= 0.01


async def test_what_cannot_break_even_says_so(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", gain("99.00"))

    found = await total(city)

    assert {value(found, f"break_even.{lever}") for lever in LEVERS} == {"(not_reached)"}


async def claims(city: Holder, network: Holder, amount: str | None, key: str | None, share: str = "1") -> None:
    """Record a grant that a network had a part in, which others may record too."""
    shared = [{"network": network.code, "share": share}]
    money = {"kind": "funding", "amount": amount, "currency": "EUR"} if amount else {}
    told = outcome(**money, claim_key=key, **dict.fromkeys(LEVERS[:3], "0"))
    await post(city, "engagements", engagement(networks=shared, costs=[cost("10.00")], outcomes=[told]))


@pytest.mark.parametrize("shown", [{}, {"indicators": "value.net"}])
async def test_what_two_cities_claim_counts_once_for_their_network(
    world: World, network: Holder, shown: dict[str, str]
) -> None:
    cities = [await world.city() for _ in range(2)]
    for city in cities:
        await world.joins(city, network)
        await claims(city, network, "1000.00", "grant-7")
    await claims(cities[0], network, "50.00", None)
    method = "cash@1"

    theirs = await impact(network, method=method, **shown)
    own = [await told(city, "value.net", method=method) for city in cities]
    members = await network.http.get(f"/v1/networks/{network.code}/members/impact?method={method}&indicators=value.net")

    assert value(theirs["total"], "value.net") == "1050.00"
    assert own == ["1050.00", "1000.00"]
    told_of = {each["city"]: value(each, "value.net") for each in members.json()["items"]}
    assert told_of == dict(zip([city.code for city in cities], own, strict=True))
    if not shown:
        assert value(theirs["total"], "outcomes.count") == "2"
        assert value(theirs["total"], "double_count.factor") == "1.500000"
        assert await told(cities[0], "double_count.factor") == "1.000000"


@pytest.mark.parametrize("shown", [{}, {"indicators": "value.net"}, {"indicators": "value.net,cost.total"}])
async def test_a_claim_without_a_value_is_a_claim_too(world: World, network: Holder, shown: dict[str, str]) -> None:
    """Four claim the same, of which one says what it is worth: a quarter of that is the network's for sure."""
    for amount in ("1000.00", None, None, None):
        city = await world.city()
        await world.joins(city, network)
        await claims(city, network, amount, "grant-8")

    assert value((await impact(network, **shown))["total"], "value.net") == "250.00"


async def test_claims_of_less_than_one_together_are_left_as_they_are(world: World, network: Holder) -> None:
    for share in ("0.3", "0.6"):
        city = await world.city()
        await world.joins(city, network)
        await claims(city, network, "1000.00", "grant-9", share)

    found = (await impact(network, group_by="network"))["total"]

    assert (value(found, "value.net"), value(found, "double_count.factor")) == ("900.00", "1.000000")


async def test_a_pilot_is_adopted_by_a_policy_that_is_not_earlier(city: Holder) -> None:
    for day in ("2024-06-01", "2024-07-01", "2024-05-31", None):
        policy = [outcome(occurred_on=day)] if day else []
        pilot = outcome(kind="pilot", occurred_on="2024-06-01")
        await post(city, "engagements", engagement(outcomes=[pilot, *policy]))

    found = figure(await total(city, level="0.95"), "pilot.adoption_rate")

    assert (found["value"], found["n"], found["interval"]["kind"]) == ("0.500000", 4, "wilson")
    # Wilson's interval of 2 of 4 at z = 1.96: 0.5 ± 0.35.
    assert (found["interval"]["low"], found["interval"]["high"]) == ("0.150039", "0.849961")


async def test_a_proxy_says_what_one_is_worth_and_how_sure_that_is(world: World) -> None:
    widths = []
    for span in ({}, {"low": "39.00", "high": "41.00"}, {"low": "0.00", "high": "400.00"}):
        city = await world.city()
        proxy = {"code": "hour", "title": "An hour", "value": "40.00", "year": 2024, "unit": "hour", **span}
        await post(city, "proxies", {**proxy, "currency": "EUR", "source": "Pay scale (made up)"})
        by_proxy = {"unit_value": None, "currency": None, "proxy": "hour", "evidence_strength": 5}
        await post(city, "outcomes", {**good("12", "1.00"), **by_proxy})

        found = figure(await total(city), "value.net")
        widths.append(float(found["interval"]["high"]) - float(found["interval"]["low"]))

        assert (found["value"], found["status"]) == ("480.00", "ok")
        assert await told(city, "value.net", indicators="value.net,cost.total") == "480.00"
        assert await told(city, "value.net", method="cash@1") == "(no_outcomes)"
    assert 0 < widths[1] < widths[0] < widths[2]


async def test_more_claimants_than_shapleys_rule_can_weigh_are_told_of(city: Holder) -> None:
    made = [(await post(city, "engagements", engagement()))["id"] for _ in range(11)]
    credits = [{"engagement": each, "credit": "0.05"} for each in made]
    await post(city, "outcomes", gain("1.00", credits=credits[:10]))
    method = await own_method(city, credits="shapley")
    assert values(await impact(city, method=method), "outcomes.count") == {"total": "1"}
    crowded = await post(city, "outcomes", gain("1.00", credits=credits))

    for path in ("impact", "impact/sroi/lineage", "impact/tornado"):
        refused = await city.http.get(f"{city.path}/{path}", params={"method": method})
        assert refused.status_code == 422, refused.text
        assert crowded["id"] in refused.json()["detail"]
        assert refused.json()["errors"][0]["pointer"] == "/query/method"
