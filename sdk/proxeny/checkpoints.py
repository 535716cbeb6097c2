"""Hold a ledger against signed checkpoints that were kept elsewhere, offline: was its history altered or made anew?

What is checked is what the API answers as a city's changes, or the ledger in an export, and the checkpoints that the
city kept, with the public keys that it knew then. Signatures need the extra `verify`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

FORMAT = "proxeny-checkpoint@1"
GENESIS = "00" * 32
COVERED = ("actor", "request_id", "action", "resource", "resource_id", "visibility")


class Found(NamedTuple):
    """What is wrong, and at which entry of the ledger."""

    seq: int
    what: str


class Entry(NamedTuple):
    """An entry: its number, what its hash covers beside the body's hash and the entry before, and the hash it tells."""

    seq: int
    lines: tuple[str, ...]
    body_hash: str
    body: str | None
    hash: str

    def computed(self, chain: str, previous: str) -> str:
        """Return the hash that the entry must have in a chain, after another one."""
        at, *rest = self.lines
        lines = (chain, str(self.seq), at, *rest, self.body_hash, previous)
        return sha256("\n".join(lines).encode()).hexdigest()


def canonical(members: Mapping[str, Any]) -> bytes:
    """Return a checkpoint's members in the canonical form of RFC 8785: sorted, without blanks.

    >>> canonical({"seq": 2, "at": "é"}).decode()
    '{"at":"é","seq":2}'
    """
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def verify(checkpoints: Sequence[Mapping[str, Any]], keys: Mapping[str, str], entries: Iterable[Entry]) -> list[Found]:
    """Return all that is wrong: nothing where every entry follows the one before and every checkpoint is held to.

    ``keys`` are public keys by their ids, in hexadecimal. Of each kind what comes first is told. An entry is a `gap`
    where another one should be, `altered body` or `altered entry`; the history is `rewritten` where the entry of a
    checkpoint is another one now, and `cut off` where it is not there any more; a checkpoint that no known key signed
    is a `forged checkpoint`. Raises ValueError for checkpoints of several chains, and for what is no checkpoint.
    """
    found = [Found(one["seq"], "forged checkpoint") for one in checkpoints if not is_signed(one, keys)]
    signed = {one["seq"]: one["hash"] for one in checkpoints if is_signed(one, keys)}
    chains = {one["id"] for one in checkpoints}
    if len(chains) != 1:
        message = "Checkpoints of one chain at a time."
        raise ValueError(message)
    return [*found, *_walk(chains.pop(), signed, entries)]


def is_signed(checkpoint: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    """Tell whether one of the keys signed a checkpoint; raises ValueError where the extra `verify` is not installed."""
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    except ImportError as error:
        message = "Signatures need the extra: pip install 'proxeny[verify]'."
        raise ValueError(message) from error
    public = keys.get(checkpoint["key_id"])
    if public is None or checkpoint["format"] != FORMAT:
        return False
    covered = canonical({name: value for name, value in checkpoint.items() if name != "signature"})
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(checkpoint["signature"]), covered
        )
    except InvalidSignature:
        return False
    return True


def _walk(chain: str, signed: Mapping[int, str], entries: Iterable[Entry]) -> Iterator[Found]:
    """Yield the first break of the chain, and the first checkpoint that it does not hold to."""
    begun, seq, previous = False, 0, GENESIS
    rewritten = broken = None
    for entry in entries:
        if not begun and entry.seq - 1 in signed:
            seq, previous = entry.seq - 1, signed[entry.seq - 1]
        begun = True
        if broken is None:
            broken = _fault(entry, chain, seq + 1, previous)
        if rewritten is None and signed.get(entry.seq, entry.hash) != entry.hash:
            rewritten = Found(entry.seq, "rewritten")
        seq, previous = entry.seq, entry.hash
    yield from (one for one in (broken, rewritten) if one is not None)
    beyond = [position for position in signed if position > seq]
    if beyond:
        yield Found(seq + 1, "cut off")


def _fault(entry: Entry, chain: str, seq: int, previous: str) -> Found | None:
    if entry.seq != seq:
        return Found(seq, "gap")
    if entry.body is not None and sha256(entry.body.encode()).hexdigest() != entry.body_hash:
        return Found(seq, "altered body")
    return None if entry.computed(chain, previous) == entry.hash else Found(seq, "altered entry")


def entries_of(lines: Iterable[str]) -> Iterator[Entry]:
    """Yield the entries in lines of JSON: changes, pages of changes, or an export; raises ValueError for others."""
    for line in lines:
        found = json.loads(line) if line.strip() else {}
        if not isinstance(found, dict):
            message = "There is a line that is no object of JSON."
            raise ValueError(message)  # noqa: TRY004 - what is malformed is a ValueError
        yield from map(_entry, found.get("items", [found] if "seq" in found else []))
        if found.get("table") == "ledger_entry":
            yield _row(found["row"])


def _entry(change: Mapping[str, Any]) -> Entry:
    """Return an entry as the feed of a city's own changes tells it."""
    if change["body_hash"] is None:
        message = f"The change {change['seq']} does not tell what its hash covers: it is of another's chain."
        raise ValueError(message)
    actor = f"{change['actor_kind']}:{change['actor_key']}"
    return Entry(change["seq"], _lines({**change, "actor": actor}), change["body_hash"], None, change["hash"])


def _row(row: Mapping[str, Any]) -> Entry:
    """Return an entry as an export has it, with the very text of its body."""
    digest = row["body_hash"].removeprefix("\\x"), row["hash"].removeprefix("\\x")
    return Entry(row["seq"], _lines(row), digest[0], row["body"], digest[1])


def _lines(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an entry's hash covers of what is told of it, a line each."""
    at = datetime.fromisoformat(told["at"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return (at, *(str(told[name]) for name in COVERED), ",".join(told["network_ids"]))
