"""What a review of figures by a method found: each once wrong, or still."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from proxeny.indicators.lineage import recompute
from proxeny_api.ledger.service import Chain, Change
from proxeny_api.principals import NOBODY, Principal
from tests.api.impacts import impact, post, value
from tests.api.worth import figure, gain, good, told
from tests.make import Holder, World, cost, engagement, method, outcome

STAR = {"If-Match": "*"}


def at_once() -> str:
    """Return the instant that it is."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
async def shared(world: World, city: Holder, network: Holder) -> dict[str, Any]:
    """An engagement that a network sees, with a cost and an outcome of its own."""
    await world.joins(city, network, "records")
    row = engagement(external_id="e", networks=[{"network": network.code}], costs=[cost("777.00")])
    return await post(city, "engagements", {**row, "outcomes": [gain("1000", external_id="o", visibility="public")]})


async def seen(network: Holder, city: Holder, indicator: str, **query: str) -> str | None:
    """Return a figure as the network is told it."""
    return value((await impact(network, city.path, indicators=indicator, **query))["total"], indicator)


async def test_an_outcome_made_private_is_not_told_as_it_was_before(
    shared: dict[str, Any], city: Holder, network: Holder
) -> None:
    before, path = at_once(), f"{city.path}/outcomes/{shared['outcomes'][0]['id']}"
    assert await seen(network, city, "value.gross", as_of=before) == "1000.00"

    await city.http.patch(path, json={"visibility": "private"}, headers=STAR)

    for instant in (before, at_once()):
        assert await seen(network, city, "value.gross", as_of=instant) == "(no_outcomes)"
        lineage = f"{city.path}/impact/value.gross/lineage"
        answer = await network.http.get(lineage, params={"as_of": instant})
        assert answer.json()["records"]["outcomes"] == []


async def test_an_outcome_that_a_put_makes_private_is_not_told_as_it_was_before(
    shared: dict[str, Any], city: Holder, network: Holder
) -> None:
    before, hidden = at_once(), gain("1000", external_id="o", visibility="private")
    row = engagement(external_id="e", networks=[{"network": network.code}], outcomes=[hidden])

    answer = await city.http.put(f"{city.path}/engagements/by-external-id/e", json=row)

    assert answer.status_code == 200
    assert await seen(network, city, "value.gross", as_of=before) == "(no_outcomes)"


async def test_a_cost_moved_out_of_sight_is_not_told_as_it_was_before(
    shared: dict[str, Any], city: Holder, network: Holder
) -> None:
    hidden = await post(city, "engagements", engagement(visibility="private"))
    before, path = at_once(), f"{city.path}/costs/{shared['costs'][0]['id']}"

    await city.http.patch(path, json={"engagement": hidden["id"]}, headers=STAR)

    assert [await seen(network, city, "cost.total", as_of=instant) for instant in (before, at_once())] == ["0.00"] * 2


async def test_what_was_dropped_while_out_of_sight_does_not_come_back_with_its_engagement(
    shared: dict[str, Any], city: Holder, network: Holder
) -> None:
    path = f"{city.path}/engagements/{shared['id']}"
    extra = await post(city, "costs", cost("5.00", engagement=shared["id"]))
    late = await post(city, "outcomes", gain("9", credits=[{"engagement": shared["id"], "credit": "1"}]))
    for change in ({"visibility": "private"}, {"visibility": "public"}):
        await city.http.patch(path, json=change, headers=STAR)
        await city.http.delete(f"{city.path}/outcomes/{late['id']}", headers=STAR)
        await city.http.delete(f"{city.path}/costs/{extra['id']}", headers=STAR)

    for indicator in ("cost.total", "value.gross"):
        now = await seen(network, city, indicator)
        assert await seen(network, city, indicator, as_of=at_once()) == now


async def test_totals_in_several_currencies_do_not_tell_what_each_of_the_block_spent(
    world: World, network: Holder
) -> None:
    for number in range(5):
        city, day = await world.city(), f"{2019 + number}-03-06"
        await world.joins(city, network, "totals")
        spent = [cost("100.00", incurred_on=day)]
        row = engagement(starts_on=day, networks=[{"network": network.code}], costs=spent)
        await post(city, "engagements", row)

    shown = {currency: await impact(network, currency=currency) for currency in ("EUR", "USD", "TRY")}

    assert [body["members"]["totals_included"] for body in shown.values()] == [True, False, False]


async def test_a_value_that_one_of_the_block_alone_has_is_not_told(world: World, network: Holder) -> None:
    for number in range(5):
        city = await world.city()
        await world.joins(city, network, "totals")
        outcomes = [gain("123456.78")] if number == 0 else []
        row = engagement(networks=[{"network": network.code}], costs=[cost()], outcomes=outcomes)
        await post(city, "engagements", row)

    body = await impact(network)

    assert figure(body["total"], "value.gross")["value"] != "123456.78"


async def test_a_member_that_shares_nothing_moves_no_etag_of_a_network(
    world: World, city: Holder, network: Holder
) -> None:
    await world.joins(city, network, "none")
    path = f"/v1/networks/{network.code}/impact"
    before = (await network.http.get(path)).headers["etag"]

    await post(city, "engagements", engagement(visibility="private"))

    assert (await network.http.get(path)).headers["etag"] == before


async def test_an_instant_at_which_a_write_is_under_way_is_told_the_same_afterwards(
    admin: asyncpg.Connection, city: Holder
) -> None:
    made = await post(city, "costs", cost("100.00"))
    owner = Principal("city", UUID(city.id), city.code, "EUR", NOBODY, frozenset())
    async with admin.transaction():
        chain = await Chain.lock(admin, UUID(city.id), owner, "review")
        instant = at_once()
        during = await city.http.get(f"{city.path}/impact", params={"as_of": instant})
        await chain.append([Change("deleted", "cost", made["id"], "private", [], orjson.dumps(made))])

    assert during.status_code == 503
    assert during.headers["retry-after"]
    assert await told(city, "cost.total", as_of=instant) == "0.00"


async def test_networks_that_were_left_since_are_compared_as_of_then(world: World, city: Holder) -> None:
    networks = [await world.network(themes=["climate_change", theme]) for theme in ("health", "culture")]
    memberships = [await world.joins(city, network) for network in networks]
    await post(city, "costs", cost())
    instant = at_once()
    then = await told(city, "overlap", as_of=instant)

    await city.http.delete(f"{city.path}/memberships/{memberships[1]['id']}", headers=STAR)

    assert then == "0.333333"
    assert await told(city, "overlap", as_of=instant) == then


async def test_networks_overlap_as_much_whatever_the_groups_are(world: World, city: Holder) -> None:
    networks = [await world.network(themes=["climate_change", theme]) for theme in ("health", "culture")]
    for network in networks:
        await world.joins(city, network)
    await post(city, "engagements", engagement(networks=[{"network": networks[0].code}], costs=[cost()]))

    assert len({await told(city, "overlap", group_by=group_by) for group_by in ("none", "network", "kind")}) == 1


@pytest.mark.parametrize("query", [{"price_year": "2023"}, {"currency": "XAF"}])
async def test_a_lineage_of_what_cannot_be_converted_is_recomputed_equal(city: Holder, query: dict[str, str]) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", outcome(kind="pilot", amount="5", currency="EUR"))

    for indicator in ("cost.total", "outcomes.count"):
        answer = await city.http.get(f"{city.path}/impact/{indicator}/lineage", params=query)
        assert recompute(answer.json()) == []


async def test_unit_values_without_a_rate_are_listed(city: Holder) -> None:
    await post(city, "costs", cost("100.00"))
    await post(city, "outcomes", good("3", "50", currency="XAF"))

    body = await impact(city)

    assert value(body["total"], "value.gross") == "(no_rate)"
    assert body["unconverted"] == [{"records": "outcome", "currency": "XAF", "amount": "150"}]


async def test_a_rate_at_which_a_return_has_more_digits_than_are_told_is_refused(city: Holder) -> None:
    await post(city, "outcomes", gain("99999999999999", "1900-01-01"))
    await post(city, "costs", cost("0.01", incurred_on="2100-12-31", estimated=True))

    refused = await city.http.post(f"{city.path}/methods", json=method("999"))
    highest = (await post(city, "methods", method("1")))["id"]

    assert refused.status_code == 422
    for path in ("impact", "impact/tornado", "impact/sroi/lineage"):
        answer = await city.http.get(f"{city.path}/{path}", params={"method": highest})
        assert answer.status_code == 200, answer.text
        assert not {"NaN", "Infinity"} & set(answer.text.split('"'))
    assert Decimal(await told(city, "sroi", method=str(highest))) > 1
