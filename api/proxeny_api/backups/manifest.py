"""What a backup says of itself: when and of what it was made, and the SHA-256 of every file that belongs to it."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from proxeny_api.embedded import EmbeddedError
from proxeny_api.embedded.durably import write

NAME = "manifest.json"
# What is being made or removed has a name that begins so, and is no backup.
UNFINISHED = "unfinished-"
CHUNK = 1 << 20


class BackupDamaged(EmbeddedError):
    """A backup, or the archive of the log, is not what was written."""


class Stored(BaseModel):
    """A file of a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """All that has to be known of a backup; it is written last, and without it there is no backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_by: str
    ended: AwareDatetime
    log_from: str
    log_until: str
    pepper: str
    files: dict[str, Stored]


def mark_of(pepper: bytes) -> str:
    """Return by what a pepper is known that is not in the backup itself."""
    return hmac.new(pepper, b"backup", "sha256").hexdigest()[:32]


def summed(path: Path) -> Stored:
    """Return the size and the SHA-256 of a file."""
    found, size = hashlib.sha256(), 0
    for chunk in chunks(path):
        found.update(chunk)
        size += len(chunk)
    return Stored(size=size, sha256=found.hexdigest())


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def files_below(folder: Path) -> dict[str, Path]:
    """Return every file below a folder by its path in it, the manifest itself left out."""
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    found.pop(NAME, None)
    return found


def save(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, on disk before this returns."""
    write(folder / NAME, json.dumps(manifest.model_dump(mode="json"), indent=1) + "\n")


def load(folder: Path) -> Manifest:
    """Return the manifest of a backup; raises BackupDamaged where it is none, or not one of ours."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise BackupDamaged(f"{folder} is no backup: it has no {NAME}.") from None
    except ValidationError as error:
        raise BackupDamaged(f"{folder / NAME} cannot be read: {error.error_count()} faults in it.") from None


def check_names(folder: Path, manifest: Manifest) -> None:
    """Raise BackupDamaged, naming the first, where a file is missing or one is there that does not belong."""
    there = files_below(folder).keys()
    for name in sorted(there ^ manifest.files.keys()):
        fault = "does not belong to this backup" if name in there else "is missing"
        raise BackupDamaged(f"{folder / name} {fault}.")


def found(archive: Path) -> list[tuple[Path, Manifest]]:
    """Return the whole backups of an archive's lines, oldest first; what was never finished is none of them."""
    folders = {path.parent for depth in ("*", "*/*") for path in archive.glob(f"{depth}/{NAME}")}
    listed = [(folder, load(folder)) for folder in folders if not folder.name.startswith(UNFINISHED)]
    return sorted(listed, key=lambda each: each[1].ended)


def choose(source: Path, at: datetime | None) -> tuple[Path, Manifest]:
    """Return the newest backup that leads to an instant; raises EmbeddedError where there is none, or not one line."""
    listed = [(source, load(source))] if (source / NAME).exists() else found(source)
    if not listed:
        raise EmbeddedError(f"There is no whole backup in {source}.")
    lines = sorted({str(folder.parent) for folder, _ in listed})
    if len(lines) > 1:
        raise EmbeddedError(f"There are backups of several data folders in {source}; say which: {', '.join(lines)}.")
    early = [(folder, manifest) for folder, manifest in listed if at is None or manifest.ended <= at]
    if not early:
        raise EmbeddedError(f"The oldest backup there is leads to instants from {listed[0][1].ended.isoformat()} on.")
    return early[-1]
