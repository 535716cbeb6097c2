"""The change feeds through HTTP: in order, with tombstones, resumable, and no wider than consent."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.changes.feed import of_network
from proxeny_api.errors import BadRequest
from proxeny_api.principals import NOBODY, Principal
from tests.make import Holder, World, cost, engagement, outcome


@dataclass(frozen=True)
class Feeds:
    """Reads feeds once no transaction of the cluster holds a network's back that began before the reading."""

    admin: asyncpg.Connection

    async def read(self, holder: Holder, **query: Any) -> dict[str, Any]:
        """Return one answer of a holder's own feed."""
        kind = "cities" if holder.code.startswith("city-") else "networks"
        if kind == "networks":
            await self._settle()
        answer = await holder.http.get(f"/v1/{kind}/{holder.code}/changes", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def end(self, holder: Holder) -> str:
        """Return the cursor at the end of a holder's feed."""
        found = await self.read(holder, limit=1000)
        assert not found["more"]
        return str(found["next_cursor"])

    async def _settle(self) -> None:
        newest = await self.admin.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_sleep(0.01)"
        async with asyncio.timeout(30):
            while await self.admin.fetchval(oldest) < newest:
                continue


@pytest.fixture
def feeds(admin: asyncpg.Connection) -> Feeds:
    return Feeds(admin)


async def post(city: Holder, **said: Any) -> dict[str, Any]:
    made = await city.http.post(f"{city.path}/engagements", json=engagement(**said))
    assert made.status_code == 201, made.text
    return dict(made.json())


async def patch(city: Holder, record: dict[str, Any], kind: str = "engagements", **said: Any) -> dict[str, Any]:
    path = f"{city.path}/{kind}/{record['id']}"
    stored = await city.http.get(path)
    headers = {"If-Match": stored.headers["ETag"], "Content-Type": "application/merge-patch+json"}
    made = await city.http.patch(path, json=said, headers=headers)
    assert made.status_code == 200, made.text
    return dict(made.json())


async def drop(city: Holder, record: dict[str, Any]) -> None:
    gone = await city.http.delete(f"{city.path}/engagements/{record['id']}", headers={"If-Match": "*"})
    assert gone.status_code == 204, gone.text


def told(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["action"], item["resource"]) for item in found["items"]]


async def test_a_citys_feed_tells_everything_in_order_with_tombstones(world: World, feeds: Feeds) -> None:
    city = await world.city()
    made = await post(city)
    await patch(city, made, title="Another title (made up)")
    await drop(city, made)

    found = await feeds.read(city)

    engagements = [item for item in found["items"] if item["resource"] == "engagement"]
    assert [item["action"] for item in engagements] == ["created", "updated", "deleted"]
    assert [item["seq"] for item in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert told(found)[:2] == [("created", "city"), ("created", "key")]
    assert engagements[0]["body"] == made
    assert engagements[1]["body"]["title"] == "Another title (made up)"
    assert engagements[2]["body"] is None
    assert {item["resource_id"] for item in engagements} == {made["id"]}
    assert {item["city"] for item in found["items"]} == {city.code}
    assert engagements[0]["actor_kind"] == "city"
    assert engagements[0]["actor_key"]


async def test_a_cursor_goes_on_where_the_answer_before_ended(world: World, feeds: Feeds) -> None:
    city = await world.city()
    for _ in range(5):
        await post(city)
    whole = (await feeds.read(city))["items"]

    walked: list[dict[str, Any]] = []
    found = await feeds.read(city, limit=2)
    while found["more"]:
        walked += found["items"]
        found = await feeds.read(city, limit=2, after=found["next_cursor"])
    walked += found["items"]

    assert walked == whole
    at_end = await feeds.read(city, after=found["next_cursor"])
    assert at_end["items"] == []
    await post(city)
    assert told(await feeds.read(city, after=at_end["next_cursor"])) == [("created", "engagement")]


async def test_a_long_poll_answers_when_a_change_comes(world: World, feeds: Feeds) -> None:
    city = await world.city()
    after = await feeds.end(city)
    started = time.monotonic()
    waiting = asyncio.create_task(feeds.read(city, after=after, wait=20))
    await asyncio.sleep(0.3)

    await post(city)

    assert told(await waiting) == [("created", "engagement")]
    assert time.monotonic() - started < 5


async def test_a_long_poll_without_a_change_ends_when_its_time_is_up(world: World, feeds: Feeds) -> None:
    city = await world.city()
    after = await feeds.end(city)
    started = time.monotonic()

    found = await feeds.read(city, after=after, wait=1)

    assert found["items"] == []
    assert 0.9 <= time.monotonic() - started < 4


async def test_a_key_revoked_during_a_long_poll_is_refused(world: World, feeds: Feeds) -> None:
    city = await world.city()
    after = await feeds.end(city)
    waiting = asyncio.create_task(city.http.get(f"{city.path}/changes", params={"after": after, "wait": 20}))
    await asyncio.sleep(0.2)
    key_id = (await city.http.get("/v1/me")).json()["key_id"]

    gone = await world.operator.delete(f"/v1/keys/{key_id}")

    assert gone.is_success, gone.text
    answer = await waiting
    assert answer.status_code == 401 or told(answer.json()) == [("updated", "key")]


async def test_feeds_of_others_are_not_there(world: World, anonymous: httpx.AsyncClient) -> None:
    city, other, network, rival = await world.city(), await world.city(), await world.network(), await world.network()
    city_feed, network_feed = f"/v1/cities/{city.code}/changes", f"/v1/networks/{network.code}/changes"

    assert (await other.http.get(city_feed)).status_code == 404
    assert (await rival.http.get(network_feed)).status_code == 404
    assert (await network.http.get(city_feed)).status_code == 403
    assert (await city.http.get(network_feed)).status_code == 403
    assert (await anonymous.get(city_feed)).status_code == 401


async def test_cursors_belong_to_one_feed(world: World, feeds: Feeds) -> None:
    city, other, network = await world.city(), await world.city(), await world.network()
    cursor = await feeds.end(city)

    for holder in (other, network):
        kind = "networks" if holder is network else "cities"
        answer = await holder.http.get(f"/v1/{kind}/{holder.code}/changes", params={"after": cursor})
        assert answer.status_code == 400
    forged = await city.http.get(f"{city.path}/changes", params={"after": cursor[:-3] + "abc"})
    assert forged.status_code == 400
    assert (await city.http.get(f"{city.path}/changes", params={"wait": 31})).status_code in {400, 422}


async def test_a_network_sees_its_own_chain_and_what_members_share(world: World, feeds: Feeds) -> None:
    network = await world.network()
    sharing, totals, stranger = await world.city(), await world.city(), await world.city()
    await world.joins(sharing, network)
    await world.joins(totals, network, sharing="totals")
    await world.joins(stranger, network, sharing="none")
    after = await feeds.end(network)
    shares = [{"network": network.code, "share": "1"}]
    made = await post(sharing, networks=shares)
    await post(sharing, networks=shares, visibility="private")
    await post(sharing)
    await post(totals, networks=shares)
    await post(stranger, networks=shares)

    found = await feeds.read(network, after=after)

    (item,) = found["items"]
    assert item["resource_id"] == made["id"]
    assert (item["city"], item["actor_kind"]) == (sharing.code, "city")
    assert (item["actor_key"], item["request_id"]) == (None, None)
    whole = await feeds.read(network)
    assert told(whole)[:2] == [("created", "network"), ("created", "key")]
    assert whole["items"][0]["actor_key"] is not None
    assert {item["city"] for item in whole["items"] if item["resource"] == "membership"} == {sharing.code, totals.code}


async def test_a_network_sees_no_more_in_a_body_than_it_may_read(world: World, feeds: Feeds) -> None:
    city, network, rival = await world.city(), await world.network(), await world.network()
    await world.joins(city, network)
    await world.joins(city, rival)
    shares = [{"network": network.code, "share": "0.6"}, {"network": rival.code, "share": "0.4"}]
    nested = [outcome(title="Shown (made up)"), outcome(title="Kept back (made up)", visibility="private")]
    made = await post(city, networks=shares, outcomes=nested, costs=[cost()])

    found = await feeds.read(network)
    body = next(item["body"] for item in found["items"] if item["resource"] == "engagement")
    read = await network.http.get(f"{city.path}/engagements/{made['id']}")
    assert read.status_code == 200, read.text
    assert body == read.json()
    assert len(body["networks"]) == len(body["outcomes"]) == len(body["costs"]) == 1


async def test_a_network_is_told_what_it_does_not_see_any_more(world: World, feeds: Feeds) -> None:
    city, network, rival = await world.city(), await world.network(), await world.network()
    await world.joins(city, network)
    await world.joins(city, rival)
    shares = [{"network": network.code, "share": "1"}]
    hidden, moved, dropped = [await post(city, networks=shares) for _ in range(3)]
    after = await feeds.end(network)
    await patch(city, hidden, visibility="private")
    await patch(city, moved, networks=[{"network": rival.code, "share": "1"}])
    await drop(city, dropped)

    found = await feeds.read(network, after=after)

    expected = [("withdrawn", hidden["id"]), ("withdrawn", moved["id"]), ("deleted", dropped["id"])]
    assert [(item["action"], item["resource_id"]) for item in found["items"]] == expected
    assert {item["city"] for item in found["items"]} == {city.code}
    assert all(item["body"] is None for item in found["items"])
    assert all(item["at"] for item in found["items"])
    again = (await feeds.read(network))["items"]
    bodies = {item["resource_id"]: item["body"] for item in again if item["resource"] == "engagement"}
    assert bodies == {hidden["id"]: None, moved["id"]: None, dropped["id"]: None}
    assert ("created", moved["id"]) not in [(i["action"], i["resource_id"]) for i in (await feeds.read(rival))["items"]]


async def test_nothing_is_shown_after_sharing_is_withdrawn(world: World, feeds: Feeds) -> None:
    city, network = await world.city(), await world.network()
    membership = await world.joins(city, network)
    await post(city, networks=[{"network": network.code, "share": "1"}])
    after = await feeds.end(network)

    await patch(city, membership, "memberships", sharing="none")
    await post(city, networks=[{"network": network.code, "share": "1"}])

    assert told(await feeds.read(network, after=after)) == [("withdrawn", "membership")]
    assert "engagement" not in {item["resource"] for item in (await feeds.read(network))["items"]}


async def test_sharing_less_than_records_hides_the_records_but_tells_of_it(world: World, feeds: Feeds) -> None:
    city, network = await world.city(), await world.network()
    membership = await world.joins(city, network)
    await post(city, networks=[{"network": network.code, "share": "1"}])
    after = await feeds.end(network)

    await patch(city, membership, "memberships", sharing="totals")

    found = await feeds.read(network, after=after)
    assert told(found) == [("updated", "membership")]
    assert found["items"][0]["body"]["sharing"] == "totals"
    assert "engagement" not in {item["resource"] for item in (await feeds.read(network))["items"]}


async def test_numbers_have_no_gap_under_writers_at_once(world: World, feeds: Feeds) -> None:
    city = await world.city()

    await asyncio.gather(*(post(city, title=f"Number {number} (made up)") for number in range(20)))

    found = await feeds.read(city, limit=1000)
    assert [item["seq"] for item in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert sum(item["resource"] == "engagement" for item in found["items"]) == 20


async def test_cursors_of_a_history_that_was_restored_since_are_refused(
    app: FastAPI, world: World, feeds: Feeds
) -> None:
    city, network = await world.city(), await world.network()
    after = await feeds.end(city)
    await feeds.admin.execute("UPDATE ledger_entry SET hash = sha256('other') WHERE city_id = $1", UUID(city.id))

    answer = await city.http.get(f"{city.path}/changes", params={"after": after})

    assert answer.status_code == 400
    assert "begin again" in answer.json()["detail"]
    principal = Principal("network", UUID(network.id), network.code, None, NOBODY, frozenset({"read"}))
    async with app.state.database.transaction(principal, writes=False) as connection:
        with pytest.raises(BadRequest, match="begin again"):
            await of_network(connection, principal.owner_id, ["another", 1, str(NOBODY), 1], 10)
    for table in ("ledger_entry", "ledger_head"):
        await feeds.admin.execute(f"DELETE FROM {table} WHERE city_id = $1", UUID(city.id))
