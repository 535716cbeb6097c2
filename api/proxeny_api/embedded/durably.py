"""Files that are there whole or not at all, also after the power went."""

import os
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Write a private file beside its place and move it there when it is on disk."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    move(Path(name), path)


def move(path: Path, place: Path) -> None:
    """Rename within a file system, and have the new name on disk before going on."""
    path.rename(place)
    sync(place.parent)


def sync(folder: Path) -> None:
    """Have the names in a folder on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
