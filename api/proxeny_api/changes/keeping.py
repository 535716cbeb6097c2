"""Verify against the checkpoints that are kept outside the database, and sign new ones of what was found sound."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from proxeny_api import signing
from proxeny_api.changes.verify import Anchor, Broken, Head, VerifyReport, verify_all
from proxeny_api.fields import now
from proxeny_api.ledger import checkpoints
from proxeny_api.ledger.checkpoints import Checkpoint, Kept, Standing
from proxeny_api.settings import Settings
from proxeny_api.signing import Signer


class Judged(NamedTuple):
    """What was found, and the newest checkpoint of each chain that is sound."""

    report: VerifyReport
    checkpoints: list[Checkpoint]


async def verified(
    settings: Settings, admin_url: str, city: str | None, *, full: bool, others: Sequence[Path] = ()
) -> Judged:
    """Recompute chains from their last checkpoint on, or whole, and keep a checkpoint of each that is sound.

    `others` are files of checkpoints that were kept elsewhere; chains are held against those too.
    """
    signer, kept = signing.signer(settings), Kept(signing.place_of(settings) / checkpoints.FOLDER)
    known = list(kept.all(last=not full))
    given = [checkpoints.read(line) for path in others for line in path.read_text(encoding="utf-8").splitlines()]
    good, forged = _sorted_out([*known, *given], signer)
    report = await verify_all(admin_url, city, good, full=full)
    report.broken += [found for found in forged if city in (None, found.chain)]
    newest = {UUID(checkpoint.id): checkpoint for checkpoint in known}
    made = [_made(head, newest.get(head.id), signer) for head in report.heads if head.seq]
    kept.keep(checkpoint for checkpoint in made if checkpoint not in newest.values())
    return Judged(report, made)


def _sorted_out(found: Sequence[Checkpoint], signer: Signer) -> tuple[list[Anchor], list[Broken]]:
    """Return what the signed checkpoints say, in the order of their numbers, and those that no key of ours signed."""
    good, forged = [], []
    for checkpoint in sorted(found, key=lambda checkpoint: checkpoint.seq):
        if checkpoint.is_signed(signer):
            told = Anchor(UUID(checkpoint.id), checkpoint.code, checkpoint.seq, bytes.fromhex(checkpoint.hash))
            good.append(told)
        else:
            forged.append(Broken(checkpoint.code, checkpoint.seq, "forged checkpoint"))
    return good, forged


def _made(head: Head, newest: Checkpoint | None, signer: Signer) -> Checkpoint:
    """Return the checkpoint of a sound chain's end: that which is kept already, or a new one."""
    seq, digest = head.seq or 0, head.hash or b""
    if newest is not None and (newest.seq, newest.hash) == (seq, digest.hex()) and newest.key_id == signer.key_id:
        return newest
    return checkpoints.signed(Standing(head.kind, head.id, head.code, seq, digest), now(), signer)


def write(folder: Path, made: Sequence[Checkpoint], signer: Signer) -> list[Path]:
    """Write checkpoints into a folder, a file each, and beside them the public keys to check them with."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for checkpoint in made:
        path = folder / f"{checkpoint.kind}-{checkpoint.code}-{checkpoint.seq}.json"
        path.write_bytes(checkpoint.written() + b"\n")
        written.append(path)
    keys = {"keys": [{**key._asdict(), "algorithm": checkpoints.ALGORITHM} for key in signer.listed()]}
    (folder / "signing-keys.json").write_bytes(checkpoints.canonical(keys) + b"\n")
    return written
