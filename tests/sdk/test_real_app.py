"""The client on the real app: many rows at once, lists of several pages, refusals by their kind."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from proxeny import AsyncProxeny, Proxeny, errors
from proxeny.models import Allocation, EngagementCreate, NestedCost, NestedOutcome
from proxeny_api.main import serving
from tests.make import Holder, World, cost, engagement, outcome


@pytest.fixture
async def city(world: World) -> Holder:
    return await world.city()


@pytest.fixture
async def client(app: FastAPI, city: Holder) -> AsyncIterator[AsyncProxeny]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(serving(app))) as http:
        yield AsyncProxeny(city.key, "http://proxeny.test", http_client=http)


def rows(count: int) -> list[dict[str, Any]]:
    """Return engagements of a city's own system."""
    return [engagement(external_id=f"e{number}", costs=[cost()], outcomes=[outcome()]) for number in range(count)]


async def test_rows_that_break_a_rule_are_refused_in_their_place(client: AsyncProxeny, city: Holder) -> None:
    mixed = rows(7)
    mixed[2]["starts_on"] = "2024-02-30"
    mixed[5]["costs"][0]["amount"] = "1,00"

    results = [result async for result in client.engagements.upsert_many(city.code, mixed, batch_size=3)]

    assert [result.status for result in results] == ["created"] * 2 + ["refused"] + ["created"] * 2 + [
        "refused",
        "created",
    ]
    assert [result.index for result in results] == list(range(7))
    assert [result.errors[0].pointer for result in results if result.errors] == ["/starts_on", "/costs/0/amount"]
    assert len([one async for one in client.engagements.list(city.code)]) == 5


async def test_sending_the_same_rows_again_changes_nothing(client: AsyncProxeny, city: Holder) -> None:
    first = await client.engagements.upsert_many(city.code, rows(5), batch_size=2).finish()
    again = await client.engagements.upsert_many(city.code, [*rows(4), engagement(external_id="e4")]).finish()

    assert (first.created, again.unchanged, again.updated) == (5, 4, 1)


async def test_a_batch_sent_twice_under_one_key_is_stored_once(client: AsyncProxeny, city: Holder) -> None:
    new = [engagement(), engagement()]

    first = await client.engagements.batch(city.code, new, idempotency_key="one-batch")
    replayed = await client.engagements.batch(city.code, new, idempotency_key="one-batch")

    assert replayed == first
    assert len([one async for one in client.engagements.list(city.code)]) == 2


async def test_a_batch_without_a_key_of_its_own_is_another_one(client: AsyncProxeny, city: Holder) -> None:
    await client.engagements.batch(city.code, [engagement()])
    await client.engagements.batch(city.code, [engagement()])

    assert len([one async for one in client.engagements.list(city.code)]) == 2


async def test_progress_tells_how_rows_fare(
    client: AsyncProxeny, city: Holder, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.engagements.upsert_many(city.code, rows(5), batch_size=3, progress=True).finish()

    assert capsys.readouterr().err.splitlines()[-1] == "5 rows: 5 created, 0 updated, 0 unchanged, 0 refused"


async def test_models_go_in_as_they_come_out(client: AsyncProxeny, city: Holder, world: World) -> None:
    network = await world.network()
    spent = NestedCost(category="travel", amount=Decimal("4180.10"), currency="EUR", incurred_on=date(2024, 4, 8))
    gained = NestedOutcome(kind="pilot", title="Shade", occurred_on=date(2025, 1, 1), credit=Decimal("0.25"))
    shares = [Allocation(network=network.code, share=Decimal("0.7"))]
    new = EngagementCreate(
        kind="mission", title="Visit", starts_on=date(2024, 4, 8), networks=shares, costs=[spent], outcomes=[gained]
    )

    made = await client.engagements.create(city.code, new)

    assert str(made.costs[0].amount) == "4180.10"
    assert str(made.outcomes[0].credit) == "0.25"
    assert (made.networks[0].network, str(made.networks[0].share)) == (network.code, "0.7")


async def test_a_list_of_several_pages_is_walked_to_its_end(client: AsyncProxeny, city: Holder) -> None:
    await client.engagements.upsert_many(city.code, rows(11)).finish()
    listed = client.engagements.list(city.code, limit=4)

    pages = [len(page.items) async for page in listed.pages()]
    names = [one.external_id async for one in listed]

    assert pages == [4, 4, 3]
    assert sorted(map(str, names)) == sorted(f"e{number}" for number in range(11))


async def test_a_cursor_of_another_question_is_refused(client: AsyncProxeny, city: Holder) -> None:
    await client.engagements.upsert_many(city.code, rows(2)).finish()
    page = await client.engagements.list(city.code, limit=1).first_page()

    with pytest.raises(errors.BadRequest):
        await client.engagements.list(city.code, limit=1, kind="mission").page(page.next_cursor)


async def test_refusals_are_raised_by_their_kind_and_name_their_request(client: AsyncProxeny, city: Holder) -> None:
    made = await client.engagements.create(city.code, engagement(external_id="taken"))

    with pytest.raises(errors.NotFound) as missing:
        await client.engagements.get(city.code, uuid4())
    with pytest.raises(errors.Conflict):
        await client.engagements.create(city.code, engagement(external_id="taken"))
    with pytest.raises(errors.StaleVersion):
        await client.engagements.update(city.code, made, title="New", if_match=made.version + 1)
    with pytest.raises(errors.PreconditionRequired):
        await client.engagements.delete(city.code, str(made.id))
    with pytest.raises(errors.Forbidden):
        await client.cities.create(code="another", name="Another", country="GR", currency="EUR")

    assert missing.value.request_id
    assert missing.value.problem.type.startswith("/problems/")


async def test_a_refused_field_is_named(client: AsyncProxeny, city: Holder) -> None:
    with pytest.raises(errors.Invalid) as raised:
        await client.costs.create(city.code, cost("12,34"))

    assert raised.value.errors[0].pointer == "/amount"


def test_a_wrong_key_is_refused_over_http(live: str) -> None:
    with Proxeny("pxk_city_test_wrong", live) as client, pytest.raises(errors.Unauthorized) as raised:
        client.me()

    assert raised.value.request_id


def test_many_rows_go_over_http_as_they_come(live: str, city: Holder) -> None:
    seen = []
    with Proxeny(city.key, live) as client:
        for result in client.engagements.upsert_many(city.code, iter(rows(5)), batch_size=2):
            seen.append(result.status)
            assert len(list(client.engagements.list(city.code))) >= len(seen)

    assert seen == ["created"] * 5
