"""Tampering with the ledger or the rollup as somebody who may do all in the database is found, and named."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from proxeny_api.changes.verify import Broken, Head, Stored, Walk, fault, judge, renumber, verify_all
from proxeny_api.errors import NotFound
from proxeny_api.ledger.chain import GENESIS, Entry, entry_hash
from tests.api.tampering import chain_of_seven, swap
from tests.make import Holder, World

CITY = UUID(int=7)


def entry(seq: int, previous: bytes, body: str = "{}") -> Stored:
    """Return a sound entry."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    covered = Entry(
        CITY, seq, at, "city:k", "r", "created", "cost", CITY, "private", (), sha256(body.encode()).digest(), previous
    )
    return Stored(covered, entry_hash(covered), body)


def chain_of(length: int) -> list[Stored]:
    stored: list[Stored] = []
    for seq in range(1, length + 1):
        stored.append(entry(seq, stored[-1].hash if stored else GENESIS))
    return stored


def walked(entries: list[Stored], head: Stored) -> Broken | None:
    walk = Walk(Head(CITY, "athens", head.entry.seq, head.hash))
    for stored in entries:
        walk.step(stored)
    return walk.end()


def test_a_sound_chain_has_no_fault() -> None:
    entries = chain_of(4)

    assert walked(entries, entries[-1]) is None


def test_each_fault_has_its_name() -> None:
    one, two = chain_of(2)

    assert fault(two, 2, one.hash) is None
    assert fault(two, 1, GENESIS) == "gap"
    assert fault(two._replace(body="{ }"), 2, one.hash) == "altered body"
    assert fault(two._replace(entry=two.entry._replace(actor="city:other")), 2, one.hash) == "altered entry"
    assert fault(two, 2, GENESIS) == "broken link"
    assert fault(two._replace(body=None), 2, one.hash) is None


def test_the_first_fault_of_a_chain_is_named() -> None:
    entries = chain_of(5)

    assert walked([*entries[:1], *entries[2:]], entries[-1]) == Broken("athens", 2, "gap")
    assert walked(entries[:3], entries[-1]) == Broken("athens", 4, "head")
    assert walked(entries, entries[3]) == Broken("athens", 5, "head")
    assert walked([entries[0], entry(2, bytes(32)), *entries[2:]], entries[-1]) == Broken("athens", 2, "broken link")


@pytest.fixture
async def city(world: World) -> Holder:
    """A city whose chain has seven entries."""
    return await chain_of_seven(world)


async def test_what_the_api_wrote_is_sound(admin_url: str, city: Holder) -> None:
    report = await verify_all(admin_url, city.code)

    assert report.sound
    assert (report.chains, report.entries, report.hints) == (1, 7, [])


async def test_the_whole_database_is_verified_while_others_write(admin_url: str, city: Holder) -> None:
    report = await verify_all(admin_url)

    assert report.chains > 1
    assert city.code not in {broken.chain for broken in report.broken}


async def test_an_unknown_city_is_refused(admin_url: str) -> None:
    with pytest.raises(NotFound, match="No city nowhere"):
        await verify_all(admin_url, "nowhere")


async def test_a_login_bound_by_row_level_security_is_refused(login_url: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await verify_all(login_url)


TAMPERING = {
    "altered body": "UPDATE ledger_entry SET body = replace(body, 'Number 1', 'Number 9') WHERE {} AND seq = 4",
    "altered entry": "UPDATE ledger_entry SET visibility = 'private' WHERE {} AND seq = 4",
    "gap": "DELETE FROM ledger_entry WHERE {} AND seq = 4",
}


@pytest.mark.parametrize("what", ["altered body", "altered entry", "gap"])
async def test_tampering_is_found_at_its_entry(tampering: asyncpg.Connection, city: Holder, what: str) -> None:
    await tampering.execute(TAMPERING[what].format("city_id = $1"), UUID(city.id))

    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 4, what)]


async def test_a_body_altered_with_its_hash_is_an_altered_entry(tampering: asyncpg.Connection, city: Holder) -> None:
    query = "UPDATE ledger_entry SET body = '{}', body_hash = sha256('{}') WHERE city_id = $1 AND seq = 4"
    await tampering.execute(query, UUID(city.id))

    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 4, "altered entry")]


async def test_an_entry_made_anew_with_every_hash_breaks_the_next_link(
    tampering: asyncpg.Connection, city: Holder
) -> None:
    names = ", ".join(Entry._fields)
    row = await tampering.fetchrow(f"SELECT {names} FROM ledger_entry WHERE city_id = $1 AND seq = 4", UUID(city.id))
    assert row is not None
    forged = entry_hash(Entry(*row.values())._replace(body_hash=sha256(b"{}").digest()))
    query = "UPDATE ledger_entry SET body = '{}', body_hash = sha256('{}'), hash = $2 WHERE city_id = $1 AND seq = 4"
    await tampering.execute(query, UUID(city.id), forged)

    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 5, "broken link")]


async def test_two_entries_swapped_are_found(tampering: asyncpg.Connection, city: Holder) -> None:
    await swap(tampering, city)

    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 4, "altered entry")]


async def test_a_tail_cut_off_is_found_by_the_head(tampering: asyncpg.Connection, city: Holder) -> None:
    await tampering.execute("DELETE FROM ledger_entry WHERE city_id = $1 AND seq > 4", UUID(city.id))

    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 5, "head")]


async def test_a_head_lost_or_set_back_is_found(tampering: asyncpg.Connection, city: Holder) -> None:
    await tampering.execute("UPDATE ledger_head SET seq = 6 WHERE city_id = $1", UUID(city.id))
    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 7, "head")]

    await tampering.execute("DELETE FROM ledger_head WHERE city_id = $1", UUID(city.id))
    assert (await judge(tampering, city.code)).broken == [Broken(city.code, 7, "head")]


async def test_a_body_that_was_erased_leaves_the_chain_sound(tampering: asyncpg.Connection, city: Holder) -> None:
    query = "UPDATE ledger_entry SET body = NULL, erased_at = now() WHERE city_id = $1 AND seq = 4"
    await tampering.execute(query, UUID(city.id))

    assert (await judge(tampering, city.code)).sound


async def test_a_sum_altered_in_the_rollup_is_found(tampering: asyncpg.Connection, city: Holder) -> None:
    where = "city_id = $1 AND dimension = 'kind' AND cost_travel_eur > 0"
    await tampering.execute(f"UPDATE rollup SET cost_travel_eur = cost_travel_eur + 0.01 WHERE {where}", UUID(city.id))

    report = await judge(tampering, city.code)

    (found,) = report.rollup_differences
    assert (found.city, found.difference.column) == (city.code, "cost_travel_eur")
    assert str(found.difference.kept - found.difference.due) == "0.01"
    assert not report.sound


async def test_cells_of_nought_are_as_good_as_none(tampering: asyncpg.Connection, city: Holder) -> None:
    columns = "city_id, dimension, network_id, value, year, shared"
    query = f"INSERT INTO rollup ({columns}) VALUES ($1, 'kind', $1, 'x', 1, true)"
    await tampering.execute(query, UUID(city.id))
    assert (await judge(tampering, city.code)).sound

    await tampering.execute("DELETE FROM rollup WHERE city_id = $1", UUID(city.id))
    assert (await judge(tampering, city.code)).rollup_differences


async def test_transaction_ids_of_another_cluster_are_told_of_and_renumbered(
    tampering: asyncpg.Connection, city: Holder
) -> None:
    order = "SELECT array_agg(seq ORDER BY txid, seq) FROM ledger_entry WHERE city_id = $1"
    await tampering.execute("UPDATE ledger_entry SET txid = txid + 1000000000")
    before = await tampering.fetchval(order, UUID(city.id))
    assert len((await judge(tampering, city.code)).hints) == 1

    await renumber(tampering)

    report = await judge(tampering, city.code)
    assert report.sound
    assert report.hints == []
    assert await tampering.fetchval(order, UUID(city.id)) == before
    assert await tampering.fetchval("SELECT max(txid) FROM ledger_entry") == 0
