"""A backup made under load leads to any instant after it, byte for byte; a damaged or half-made one leads nowhere."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from proxeny_api import embedded
from proxeny_api.backups import manifest
from proxeny_api.backups.restoring import Restored, Wanted, restore
from tests.faults.counting import Count, counting, keys_of, stored
from tests.faults.running import COMMAND, command, environment, serve, soon

CITIES = ("bilbao", "porto")
Entry = dict[str, Any]


@dataclass
class Kept:
    """A data folder whose server has ended, its archive with one backup, and an instant amid the load."""

    data_dir: Path
    archive: Path
    backup: Path
    instant: datetime
    keys: dict[str, str]
    counts: dict[str, Count]
    acknowledged_before: dict[str, set[str]]
    sent_before: dict[str, set[str]]
    chains: dict[str, list[Entry]]
    figures: dict[tuple[str, str], bytes]

    @property
    def pepper(self) -> bytes:
        return (self.data_dir / "pepper").read_bytes()

    @property
    def log(self) -> Path:
        return self.backup.parent / "wal"

    def wanted(self, data_dir: Path, at: datetime | None = None, **more: Any) -> Wanted:
        return Wanted(more.pop("source", self.archive), data_dir, at, self.pepper, **more)


def changes(city: httpx.Client, code: str) -> list[Entry]:
    """Return every entry of a city's chain."""
    found: list[Entry] = []
    params = {"limit": "1000"}
    while True:
        page = city.get(f"/v1/cities/{code}/changes", params=params).json()
        found += page["items"]
        if not page["more"]:
            return found
        params["after"] = page["next_cursor"]


def figures(city: httpx.Client, code: str, at: str) -> bytes:
    """Return a city's figures as of an instant."""
    answer = city.get(f"/v1/cities/{code}/impact", params={"as_of": at})
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.fixture(scope="module")
def kept(folder: Path) -> Kept:
    """Write from several clients in two cities, back up meanwhile, note an instant, go on, and stop."""
    data_dir, archive = folder / "data", folder / "archive"
    data_dir.mkdir()
    server = serve(data_dir, PROXENY_BACKUP_DIR=str(archive))
    try:
        keys = dict(zip(CITIES, keys_of(server, *CITIES), strict=True))
        with counting(server, keys["bilbao"], "bilbao") as one, counting(server, keys["porto"], "porto") as other:
            made = command(data_dir, "backup", str(archive), "--json")
            assert made.returncode == 0, made.stderr
            time.sleep(0.5)
            counts = {"bilbao": one, "porto": other}
            # In this order: what was answered by then had been committed, what was not yet sent was not.
            answered = {code: set(count.acknowledged) for code, count in counts.items()}
            instant = datetime.now(UTC)
            sent = {code: set(count.tried) for code, count in counts.items()}
            time.sleep(0.5)
        told = json.loads(made.stdout)
        assert told["archived"] is True
        found = Kept(data_dir, archive, Path(told["backup"]), instant, keys, counts, answered, sent, {}, {})
        for code in CITIES:
            with server.client(keys[code]) as city:
                remember(found, city, code)
    finally:
        server.stop()
    return found


def remember(kept: Kept, city: httpx.Client, code: str) -> None:
    """Keep a city's chain, and its figures as of the two entries of which one was the last to be committed in time."""
    kept.chains[code] = changes(city, code)
    before = [entry for entry in kept.chains[code] if datetime.fromisoformat(entry["at"]) <= kept.instant]
    kept.figures |= {(code, entry["at"]): figures(city, code, entry["at"]) for entry in before[-2:]}


def test_a_backup_made_under_load_leads_to_an_instant_byte_for_byte(kept: Kept, folder: Path) -> None:
    data_dir = folder / "at-an-instant"
    words = ("--into", str(data_dir), "--at", kept.instant.isoformat(), "--pepper", str(kept.data_dir / "pepper"))
    done = command(kept.data_dir, "restore", str(kept.archive), *words, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verified"]["sound"] is True

    server = serve(data_dir, PROXENY_BACKUP_DIR=str(kept.archive))
    try:
        for code in CITIES:
            with server.client(kept.keys[code]) as city:
                chain, names = changes(city, code), set(stored(city, code))
                assert 0 < len(chain) < len(kept.chains[code])
                assert chain == kept.chains[code][: len(chain)]
                assert figures(city, code, chain[-1]["at"]) == kept.figures[code, chain[-1]["at"]]
                assert kept.acknowledged_before[code] <= names <= kept.sent_before[code]
    finally:
        server.stop()

    # Its history is its own from here on, and goes into a line of its own.
    assert len([line for line in kept.archive.iterdir() if (line / "wal").is_dir()]) == 2


def restored(kept: Kept, data_dir: Path, **more: Any) -> Restored:
    return restore(kept.wanted(data_dir, source=kept.backup.parent, **more))


def test_to_the_end_nothing_acknowledged_is_missing_and_what_is_there_is_only_replaced_when_told(
    kept: Kept, folder: Path
) -> None:
    data_dir = folder / "to-the-end"
    entries = sum(len(chain) for chain in kept.chains.values())

    first = restored(kept, data_dir, keep_pepper=True)
    with pytest.raises(embedded.EmbeddedError, match=r"is there already: restore elsewhere, or say --replace"):
        restored(kept, data_dir)
    again = restored(kept, data_dir, replace=True)
    with embedded.start(data_dir), pytest.raises(embedded.EmbeddedError, match=r"A server runs in .*: stop it first"):
        restored(kept, data_dir, replace=True)

    for done in (first, again):
        assert done.report.sound
        # The chains of both cities, and that of the operator.
        assert done.report.entries > entries
        assert done.report.chains == 3
    assert (data_dir / "pepper").read_bytes() == kept.pepper
    assert len(list(data_dir.glob("postgres.before-*"))) == 1
    assert not list(data_dir.glob("restoring-*"))


def test_an_instant_that_cannot_be_reached_is_refused_and_leaves_nothing(kept: Kept, folder: Path) -> None:
    data_dir = folder / "unreachable"

    with pytest.raises(embedded.EmbeddedError, match="The oldest backup there is leads to instants from 2"):
        restored(kept, data_dir, at=kept.instant - timedelta(days=1))
    with pytest.raises(embedded.EmbeddedError, match=r"The archived log ends before .*, and nothing later is in it"):
        restored(kept, data_dir, at=kept.instant + timedelta(days=1))
    with pytest.raises(embedded.EmbeddedError, match="The pepper is not the one that the backup was made with"):
        restore(kept.wanted(data_dir, source=kept.backup)._replace(pepper=b"another pepper, long enough"))

    assert nothing_restored(data_dir)


def nothing_restored(data_dir: Path) -> bool:
    """Say whether a folder holds no database, nor any part of one."""
    return not [path for path in data_dir.glob("*") if path.name.startswith(("postgres", "restoring-"))]


def altered(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    replaced(path, bytes(content))


def cut(path: Path) -> None:
    """Take the second half off a file."""
    content = path.read_bytes()
    replaced(path, content[: len(content) // 2])


def replaced(path: Path, content: bytes) -> None:
    """Put a new file there, for the old one is also that of the original."""
    path.unlink()
    path.write_bytes(content)


def largest(folder: Path) -> Path:
    return max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def pieces(line: Path) -> list[Path]:
    return sorted(path for path in (line / "wal").iterdir() if len(path.name) == 24)


DAMAGES: dict[str, tuple[Callable[[Path, Path], Path], Callable[[Path], None], str]] = {
    "a table altered": (lambda backup, _: largest(backup / "postgres" / "base"), altered, "its SHA-256 is another"),
    "a table cut": (lambda backup, _: largest(backup / "postgres" / "base"), cut, "bytes, not"),
    "a file gone": (lambda backup, _: backup / "postgres" / "PG_VERSION", Path.unlink, "is missing"),
    "a file slipped in": (lambda backup, _: backup / "postgres" / "postgresql.auto.conf.d", Path.touch, "not belong"),
    "a password altered": (lambda backup, _: backup / "postgres-password", altered, "its SHA-256 is another"),
    "a manifest cut": (lambda backup, _: backup / "manifest.json", cut, "cannot be read"),
    "a piece of log altered": (lambda _, line: pieces(line)[-1], altered, "its SHA-256 is another"),
    "a piece of log cut": (lambda _, line: pieces(line)[-1], cut, "its SHA-256 is another"),
    "a piece of log gone": (lambda _, line: pieces(line)[-2], Path.unlink, "is missing, though later ones are there"),
    "a sum of the log emptied": (
        lambda _, line: pieces(line)[-1].with_name(f"{pieces(line)[-1].name}.sha256"),
        lambda path: replaced(path, b""),
        "is missing or empty",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_the_damage_named(kept: Kept, folder: Path, damage: str) -> None:
    where, done, said = DAMAGES[damage]
    line, data_dir = folder / "damaged" / kept.backup.parent.name, folder / "of-damaged"
    shutil.rmtree(line.parent, ignore_errors=True)
    shutil.copytree(kept.backup.parent, line, copy_function=os.link)
    hurt = where(line / kept.backup.name, line)
    done(hurt)

    with pytest.raises(manifest.BackupDamaged, match=f"{hurt}.*{said}"):
        restore(kept.wanted(data_dir, source=line))

    assert nothing_restored(data_dir)


def test_a_killed_backup_is_none_and_the_next_one_clears_it_away(kept: Kept) -> None:
    line = kept.backup.parent
    before = [folder for folder, _ in manifest.found(line)]
    making = subprocess.Popen(
        [COMMAND, "backup", str(kept.archive)], env=environment(kept.data_dir), stdout=subprocess.DEVNULL
    )
    assert soon(lambda: bool(list(line.glob("unfinished-*/postgres/*"))))
    making.kill()
    making.wait()

    assert list(line.glob("unfinished-*"))
    assert [folder for folder, _ in manifest.found(line)] == before == [kept.backup]
    with pytest.raises(manifest.BackupDamaged, match=r"is no backup: it has no manifest\.json"):
        manifest.load(next(line.glob("unfinished-*")))
    assert soon(lambda: command(kept.data_dir, "backup", str(kept.archive), "--keep", "1").returncode == 0)
    ((newest, told),) = manifest.found(line)
    assert newest != kept.backup
    assert not list(line.glob("unfinished-*"))
    assert all(piece.name >= told.log_from for piece in pieces(line))
