"""`proxeny verify-checkpoint`: a city that kept checkpoints elsewhere finds offline what was done to its history."""

import io
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from proxeny import AsyncProxeny, cli
from proxeny.checkpoints import Found, entries_of, is_signed, verify
from tests.api.tampering import WAYS, chain_of_seven, undone
from tests.make import Holder, World, engagement


class Drawer:
    """What a city put away: checkpoints, public keys, and changes as they were told later."""

    def __init__(self, folder: Path, live: str, city: Holder) -> None:
        self.folder, self.city = folder, city
        self.client = AsyncProxeny(base_url=live, api_key=city.key)

    async def put_away(self, name: str) -> str:
        """Put a checkpoint away, and the keys that are told now."""
        checkpoint = await self.client.cities.checkpoint(self.city.code)
        keys = await self.client.signing_keys()
        (self.folder / "keys.json").write_text(keys.model_dump_json(), encoding="utf-8")
        path = self.folder / name
        path.write_text(checkpoint.model_dump_json(), encoding="utf-8")
        return str(path)

    async def changes(self) -> str:
        """Put all changes away as they are told now, a line each."""
        lines = [change.model_dump_json() async for change in self.client.cities.follow(self.city.code, limit=3)]
        path = self.folder / "changes.ndjson"
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    def put(self, file: str, text: str) -> str:
        """Put something else in the place of what was put away; return that."""
        before = Path(file).read_text(encoding="utf-8")
        Path(file).write_text(text, encoding="utf-8")
        return before

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        """Change what was put away."""
        self.put(file, change(Path(file).read_text(encoding="utf-8")))

    def judge(self, changes: str, *checkpoints: str, more: tuple[str, ...] = ()) -> int:
        """Run the command."""
        keys = str(self.folder / "keys.json")
        return cli.main(["verify-checkpoint", *checkpoints, "--keys", keys, "--changes", changes, *more])


@pytest.fixture
async def drawer(world: World, live: str, tmp_path: Path) -> AsyncIterator[Drawer]:
    """The drawer of a city whose chain has seven entries."""
    made = Drawer(tmp_path, live, await chain_of_seven(world))
    async with made.client:
        yield made


async def test_an_untouched_history_is_sound(drawer: Drawer, capsys: pytest.CaptureFixture[str]) -> None:
    first = await drawer.put_away("first.json")
    await drawer.city.http.post(f"{drawer.city.path}/engagements", json=engagement())
    second = await drawer.put_away("second.json")
    await drawer.city.http.post(f"{drawer.city.path}/engagements", json=engagement())

    assert drawer.judge(await drawer.changes(), first, second) == 0
    assert capsys.readouterr().out == "sound up to entry 8 and on\n"


NAMED = {
    "remove": ["gap at entry 4"],
    "swap": ["altered entry at entry 4"],
    "cut off": ["cut off at entry 5"],
    "make anew": ["rewritten at entry 7"],
}


@pytest.mark.parametrize("way", NAMED)
async def test_what_was_done_to_a_history_is_found_and_named(
    drawer: Drawer, admin: asyncpg.Connection, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    kept = await drawer.put_away("kept.json")
    async with undone(admin, drawer.city):
        await WAYS[way](admin, drawer.city)
        changes = await drawer.changes()

    assert drawer.judge(changes, kept) == 1
    assert capsys.readouterr().out.splitlines() == NAMED[way]


async def test_changes_after_a_checkpoint_are_enough_from_there_on(drawer: Drawer) -> None:
    kept = await drawer.put_away("kept.json")
    for _ in range(3):
        await drawer.city.http.post(f"{drawer.city.path}/engagements", json=engagement())
    later = await drawer.changes()

    drawer.edit(later, lambda text: "\n".join(text.splitlines()[7:]))
    assert drawer.judge(later, kept) == 0
    drawer.edit(later, lambda text: "\n".join(text.splitlines()[1:]))
    assert drawer.judge(later, kept) == 1


async def test_pages_as_they_were_answered_do_as_well(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = await drawer.put_away("kept.json")
    page = await drawer.city.http.get(f"{drawer.city.path}/changes")
    monkeypatch.setattr(sys, "stdin", io.StringIO(page.text))

    assert drawer.judge("-", kept, more=("--json",)) == 0
    assert json.loads(capsys.readouterr().out) == {"sound": True, "found": []}


async def test_a_checkpoint_that_no_known_key_signed_proves_nothing(
    drawer: Drawer, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = await drawer.put_away("kept.json")
    drawer.edit(kept, lambda text: text.replace('"seq":7', '"seq":5'))

    assert drawer.judge(await drawer.changes(), kept) == 1
    assert capsys.readouterr().out == "forged checkpoint at entry 5\n"


async def test_what_cannot_be_judged_is_said_so(drawer: Drawer, capsys: pytest.CaptureFixture[str]) -> None:
    kept, changes = await drawer.put_away("kept.json"), await drawer.changes()

    for file, text in ((kept, "{}"), (kept, "[]"), (changes, "[]"), (changes, "{"), (changes, '{"seq": 1}')):
        before = drawer.put(file, text)
        assert drawer.judge(changes, kept) == 2
        assert capsys.readouterr().err.startswith("proxeny: this cannot be judged. ")
        drawer.put(file, before)
    assert drawer.judge("nowhere.ndjson", kept) == 2


async def test_without_the_extra_one_is_told_how_to_get_it(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = await drawer.put_away("kept.json")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)

    assert drawer.judge(await drawer.changes(), kept) == 2
    assert "proxeny[verify]" in capsys.readouterr().err


def row(body: str) -> dict[str, Any]:
    """Return an entry as an export has it, made elsewhere."""
    digest = "6df7e3a2a0f0b4f2f9d7f4d2f2f0d3a5c4b1e0d9c8b7a6958473625140312213"
    told = {"seq": 1, "at": "2026-11-23T10:00:00+00:00", "actor": "city:k", "request_id": "r", "action": "created"}
    more = {"resource": "cost", "resource_id": str(UUID(int=7)), "visibility": "private", "network_ids": []}
    return {**told, **more, "body": body, "body_hash": rf"\x{digest}", "hash": rf"\x{digest}"}


def test_a_body_that_is_not_what_its_hash_says_is_altered() -> None:
    lines = [json.dumps({"table": "ledger_entry", "row": row("{}")})]
    checkpoint = {"id": str(UUID(int=7)), "seq": 1, "hash": "00", "key_id": "nobodys", "format": "x"}

    assert not is_signed(checkpoint, {})
    assert verify([checkpoint], {}, entries_of(lines)) == [Found(1, "forged checkpoint"), Found(1, "altered body")]
