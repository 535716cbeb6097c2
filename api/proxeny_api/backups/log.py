"""The archived pieces of the server's log that a recovery reads: one after another, each as it was written."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from proxeny_api.backups.manifest import BackupDamaged, summed
from proxeny_api.embedded.archiving import SUM

PIECE = re.compile("[0-9A-F]{24}")
SIZE = 16 << 20
PER_FILE = (1 << 32) // SIZE


class Pieces(NamedTuple):
    """The pieces that are whole and follow each other, and what is wrong with the one after them, if there is one."""

    paths: list[Path]
    fault: BackupDamaged | None


def piece_of(timeline: int, position: str) -> str:
    """Return the name of the piece that a position in the log lies in.

    >>> piece_of(1, "1/2F000028")
    '00000001000000010000002F'
    """
    high, low = (int(half, 16) for half in position.split("/"))
    return f"{timeline:08X}{high:08X}{low // SIZE:08X}"


def following(piece: str) -> str:
    """Return the name of the next piece.

    >>> following("0000000100000001000000FF")
    '000000010000000200000000'
    """
    number = int(piece[8:16], 16) * PER_FILE + int(piece[16:], 16) + 1
    return f"{piece[:8]}{number // PER_FILE:08X}{number % PER_FILE:08X}"


def pieces(folder: Path, begins: str, until: str) -> Pieces:
    """Return the archive's pieces from the first that a backup reads, as far as they are whole.

    The backup itself holds those that it needs; of the archive none may be missing between `until`, its last, and
    the newest there is.
    """
    whole: list[Path] = []
    names = sorted(path.name for path in folder.iterdir() if PIECE.fullmatch(path.name)) if folder.is_dir() else []
    for name in _wanted(names, begins, until):
        fault = _fault(folder / name)
        if fault is not None:
            return Pieces(whole, fault)
        if (folder / name).exists():
            whole.append(folder / name)
    return Pieces(whole, None)


def _wanted(names: list[str], begins: str, until: str) -> Iterator[str]:
    """Yield the pieces that are there from the first on, and of those after the backup's last also the missing."""
    yield from (name for name in names if begins <= name < until)
    later = [name for name in names if name >= until]
    expected = until
    while later and expected <= later[-1]:
        # The backup's own last piece is in the backup: the archive gets it when it is full.
        yield expected
        expected = following(expected)


def _fault(piece: Path) -> BackupDamaged | None:
    """Return what is wrong with a piece, if anything is."""
    if not piece.exists():
        return BackupDamaged(f"{piece} is missing, though later ones are there.")
    told = piece.with_name(piece.name + SUM)
    expected = told.read_text().split()[:1] if told.exists() else []
    if not expected:
        return BackupDamaged(f"{told} is missing or empty.")
    if summed(piece).sha256 != expected[0]:
        return BackupDamaged(f"{piece} is not as it was written: its SHA-256 is another.")
    return None
