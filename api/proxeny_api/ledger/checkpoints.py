"""Signed checkpoints: what a chain's head was at an instant, so that a history made anew is found by who kept one."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature

from proxeny_api.ledger.chain import instant
from proxeny_api.signing import Signer

FORMAT = "proxeny-checkpoint@1"
ALGORITHM = "ed25519"
FOLDER = "checkpoints"


class Checkpoint(NamedTuple):
    """A chain's position and the hash of the entry there, as the holder of a key signed them."""

    format: str
    kind: str
    id: str
    code: str
    seq: int
    hash: str
    at: str
    key_id: str
    signature: str

    def message(self) -> bytes:
        """Return what the signature covers: every other member, in canonical form."""
        return canonical({name: value for name, value in self._asdict().items() if name != "signature"})

    def written(self) -> bytes:
        """Return the whole of it in canonical form."""
        return canonical(self._asdict())

    def is_signed(self, signer: Signer) -> bool:
        """Tell whether a key of the ring signed it."""
        key = signer.public_of(self.key_id)
        if key is None or self.format != FORMAT:
            return False
        try:
            key.verify(bytes.fromhex(self.signature), self.message())
        except (InvalidSignature, ValueError):
            return False
        return True


class Standing(NamedTuple):
    """Where a chain ends: whose it is, by kind, id and code, the number of its last entry and that one's hash."""

    kind: str
    id: UUID
    code: str
    seq: int
    hash: bytes


def canonical(members: dict[str, Any]) -> bytes:
    """Return a flat object of texts and whole numbers in the canonical form of RFC 8785: sorted, without blanks."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def signed(standing: Standing, at: datetime, signer: Signer) -> Checkpoint:
    """Return the checkpoint of a chain's end."""
    unsigned = Checkpoint(
        FORMAT,
        standing.kind,
        str(standing.id),
        standing.code,
        standing.seq,
        standing.hash.hex(),
        instant(at),
        signer.key_id,
        "",
    )
    return unsigned._replace(signature=signer.sign(unsigned.message()).hex())


def read(text: str) -> Checkpoint:
    """Read a checkpoint; raises ValueError for a text that is none."""
    members = json.loads(text)
    if not isinstance(members, dict) or members.keys() != set(Checkpoint._fields):
        raise ValueError("There is a checkpoint without its members, or with others.")
    kinds = {name: int if name == "seq" else str for name in Checkpoint._fields}
    if not all(type(members[name]) is kind for name, kind in kinds.items()):
        raise ValueError("There is a checkpoint with members of the wrong kind.")
    return Checkpoint(**members)


class Kept:
    """The checkpoints of chains that were found sound, a file for each chain, in a folder that the database has not."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self, *, last: bool = False) -> Iterator[Checkpoint]:
        """Yield every chain's checkpoints in the order of their keeping, or the last of each alone.

        Raises ValueError, naming the file, for one that holds anything else.
        """
        for path in sorted(self._folder.glob("*.ndjson")):
            lines = path.read_text(encoding="utf-8").splitlines()
            for line in lines[-1:] if last else lines:
                try:
                    yield read(line)
                except ValueError as error:
                    raise ValueError(f"{path} is no file of checkpoints: put it aside, or restore it.") from error

    def keep(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Add checkpoints, each to its chain's."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for checkpoint in checkpoints:
            with self._path(UUID(checkpoint.id)).open("ab") as file:
                file.write(checkpoint.written() + b"\n")

    def _path(self, chain: UUID) -> Path:
        return self._folder / f"{chain}.ndjson"
