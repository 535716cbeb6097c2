"""Checkpoints that are kept outside the database tell what the chain by itself cannot: that all of it was made anew."""

from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from proxeny_api import signing
from proxeny_api.changes import keeping
from proxeny_api.changes.verify import Anchor, Broken, judge
from proxeny_api.ledger import checkpoints
from proxeny_api.ledger.checkpoints import Kept
from proxeny_api.settings import Settings
from tests.api.tampering import WAYS, chain_of_seven, cut_off, make_anew, undone
from tests.make import Holder, World, engagement

FOUND = {
    "alter": Broken("", 4, "altered body"),
    "remove": Broken("", 4, "gap"),
    "swap": Broken("", 4, "altered entry"),
    "cut off": Broken("", 7, "cut off"),
    "make anew": Broken("", 7, "rewritten"),
}


@pytest.fixture
async def city(world: World) -> Holder:
    """A city whose chain has seven entries."""
    return await chain_of_seven(world)


@pytest.fixture
def keeper(admin_url: str, tmp_path: Path) -> Settings:
    """The settings of somebody who keeps checkpoints and keys in a folder of their own."""
    return Settings(database_url=admin_url, data_dir=tmp_path)


async def signed(city: Holder) -> Anchor:
    """Return what the city's own checkpoint says."""
    told = (await city.http.get(f"{city.path}/ledger/checkpoint")).json()
    return Anchor(UUID(told["id"]), told["code"], told["seq"], bytes.fromhex(told["hash"]))


async def test_a_checkpoint_says_where_the_ledger_ends_and_is_signed(city: Holder, settings: Settings) -> None:
    answer = await city.http.get(f"{city.path}/ledger/checkpoint")
    last = (await city.http.get(f"{city.path}/changes")).json()["items"][-1]

    checkpoint = checkpoints.read(answer.text)
    assert (checkpoint.code, checkpoint.id, checkpoint.seq, checkpoint.hash) == (city.code, city.id, 7, last["hash"])
    assert answer.content == checkpoint.written()
    assert checkpoint.is_signed(signing.signer(settings))
    for member in ("code", "id", "at", "hash"):
        assert not checkpoint._replace(**{member: getattr(checkpoint, member)[:-1] + "x"}).is_signed(
            signing.signer(settings)
        )
    assert not checkpoint._replace(seq=6).is_signed(signing.signer(settings))


async def test_public_keys_are_told_to_everybody_and_secrets_to_nobody(world: World, settings: Settings) -> None:
    answer = await world.anonymous.get("/v1/ledger/keys")

    current, before = answer.json()["keys"]
    assert (current["current"], before["current"]) == (True, False)
    assert before["public_key"] in str(settings.signing_keys)
    assert signing.signer(settings).secret.hex() not in answer.text


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_the_databases_keeper_does_is_found_and_named(
    tampering: asyncpg.Connection, city: Holder, way: str
) -> None:
    anchor = await signed(city)
    await WAYS[way](tampering, city)

    (found,) = (await judge(tampering, city.code, [anchor])).broken

    assert (found.seq, found.what) == (FOUND[way].seq, FOUND[way].what)


@pytest.mark.parametrize("way", ["make anew", "cut off"])
async def test_a_chain_that_is_sound_by_itself_is_found_only_by_its_checkpoint(
    tampering: asyncpg.Connection, city: Holder, way: str
) -> None:
    anchor = await signed(city)
    await WAYS[way](tampering, city)

    assert (await judge(tampering, city.code)).broken == []
    for full in (True, False):
        (found,) = (await judge(tampering, city.code, [anchor], full=full)).broken
        assert found.what == FOUND[way].what


async def test_the_first_checkpoint_that_a_history_does_not_hold_to_is_named(
    tampering: asyncpg.Connection, city: Holder
) -> None:
    hashes = await tampering.fetch("SELECT seq, hash FROM ledger_entry WHERE city_id = $1 ORDER BY seq", UUID(city.id))
    anchors = [Anchor(UUID(city.id), city.code, row["seq"], row["hash"]) for row in hashes]
    await make_anew(tampering, city)

    assert (await judge(tampering, city.code, anchors)).broken == [Broken(city.code, 4, "rewritten")]


async def test_a_chain_that_was_removed_whole_is_missed(tampering: asyncpg.Connection, city: Holder) -> None:
    anchor = await signed(city)
    for table in ("withdrawal", "ledger_entry", "ledger_head"):
        await tampering.execute(f"DELETE FROM {table} WHERE city_id = $1", UUID(city.id))

    for full in (True, False):
        assert (await judge(tampering, None, [anchor], full=full)).broken == [Broken(city.code, 7, "cut off")]


async def test_a_head_removed_is_found_without_reading_all(tampering: asyncpg.Connection, city: Holder) -> None:
    anchor = await signed(city)
    await tampering.execute("DELETE FROM ledger_head WHERE city_id = $1", UUID(city.id))

    assert (await judge(tampering, None, [anchor], full=False)).broken == [Broken(city.code, 7, "head")]


async def test_only_what_is_new_is_read_again_unless_all_is_asked_for(
    city: Holder, keeper: Settings, admin_url: str
) -> None:
    first = await keeping.verified(keeper, admin_url, city.code, full=False)
    assert (first.report.entries, first.report.before) == (7, 0)
    await city.http.post(f"{city.path}/engagements", json=engagement())

    second = await keeping.verified(keeper, admin_url, city.code, full=False)
    third = await keeping.verified(keeper, admin_url, city.code, full=False)
    full = await keeping.verified(keeper, admin_url, city.code, full=True)

    assert [(run.report.entries, run.report.before) for run in (second, third, full)] == [(1, 7), (0, 8), (8, 0)]
    assert all(run.report.sound for run in (second, third, full))
    assert [kept.seq for kept in Kept(signing.place_of(keeper) / "checkpoints").all()] == [7, 8]


async def test_what_was_altered_before_the_last_checkpoint_is_found_by_a_full_run(
    tampering: asyncpg.Connection, city: Holder
) -> None:
    anchor = await signed(city)
    await WAYS["alter"](tampering, city)

    assert (await judge(tampering, city.code, [anchor], full=False)).sound
    assert not (await judge(tampering, city.code, [anchor], full=True)).sound


async def test_a_checkpoint_of_nobodys_key_is_forged(city: Holder, keeper: Settings, admin_url: str) -> None:
    await keeping.verified(keeper, admin_url, city.code, full=False)
    (file,) = (signing.place_of(keeper) / "checkpoints").iterdir()
    file.write_text(file.read_text().replace('"seq":7', '"seq":6'))

    report = (await keeping.verified(keeper, admin_url, city.code, full=False)).report

    assert report.broken == [Broken(city.code, 6, "forged checkpoint")]
    assert (report.entries, report.before) == (7, 0)


async def test_a_file_of_checkpoints_cut_short_is_named(city: Holder, keeper: Settings, admin_url: str) -> None:
    await keeping.verified(keeper, admin_url, city.code, full=False)
    (file,) = (signing.place_of(keeper) / "checkpoints").iterdir()
    file.write_text(file.read_text()[:-20])

    with pytest.raises(ValueError, match=f"{city.id}.ndjson is no file of checkpoints"):
        await keeping.verified(keeper, admin_url, city.code, full=False)


async def test_a_broken_chain_gets_no_checkpoint(world: World, keeper: Settings, admin: asyncpg.Connection) -> None:
    city, other = await chain_of_seven(world), await world.city()

    async with undone(admin, city):
        await WAYS["alter"](admin, city)
        judged = await keeping.verified(keeper, str(keeper.database_url), None, full=False)

    assert Broken(city.code, 4, "altered body") in judged.report.broken
    codes = {checkpoint.code for checkpoint in judged.checkpoints}
    assert other.code in codes
    assert city.code not in codes


async def test_checkpoints_kept_elsewhere_are_held_against_the_chain(
    city: Holder, keeper: Settings, admin_url: str, admin: asyncpg.Connection
) -> None:
    judged = await keeping.verified(keeper, admin_url, city.code, full=False)
    elsewhere = keeping.write(signing.place_of(keeper) / "elsewhere", judged.checkpoints, signing.signer(keeper))
    for file in (signing.place_of(keeper) / "checkpoints").iterdir():
        file.unlink()

    async with undone(admin, city):
        await cut_off(admin, city)
        alone = await keeping.verified(keeper, admin_url, city.code, full=True)
        held = await keeping.verified(keeper, admin_url, city.code, full=False, others=elsewhere)

    assert alone.report.broken == []
    assert held.report.broken == [Broken(city.code, 7, "cut off")]


def test_the_file_of_keys_is_made_once_and_closed_to_others(keeper: Settings) -> None:
    first, again = signing.signer(keeper), signing.signer(keeper)

    assert first == again
    assert (signing.place_of(keeper) / signing.FILE).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in signing.place_of(keeper).iterdir()) == [signing.FILE]


async def test_after_a_rotation_the_old_key_is_listed_and_its_checkpoints_hold(
    city: Holder, keeper: Settings, admin_url: str
) -> None:
    (old,) = (await keeping.verified(keeper, admin_url, city.code, full=False)).checkpoints

    signer = signing.rotate(keeper)
    (new,) = (await keeping.verified(keeper, admin_url, city.code, full=False)).checkpoints

    assert (signing.place_of(keeper) / signing.FILE).stat().st_mode & 0o777 == 0o600
    assert [key.id for key in signer.listed()] == [new.key_id, old.key_id]
    assert new.key_id != old.key_id
    assert old.is_signed(signer)
    assert new.is_signed(signer)


@pytest.mark.parametrize("text", ["", "secret:12", "public:" + "0" * 64, ("secret:" + "0" * 64 + " ") * 2, "neither"])
def test_a_ring_that_is_none_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="Signing keys are words") as refused:
        signing.ring(text)

    assert not text or text not in str(refused.value)
