"""The key that signs checkpoints of the ledger: its secret outside the database, and the public keys that were before.

A ring of keys is a text of words: one `secret:` with 64 hexadecimal digits, which signs, and any number of `public:`,
which signed once and go on being listed.
"""

import os
import re
import secrets
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from proxeny_api import embedded
from proxeny_api.settings import Settings

FILE = "signing-keys"
WORD = re.compile("(secret|public):([0-9a-f]{64})")
BAD_RING = "Signing keys are words of `secret:` or `public:` and 64 hexadecimal digits, one `secret:` among them."


class PublicKey(NamedTuple):
    """A public key as everybody is told of it."""

    id: str
    public_key: str
    current: bool


class Signer(NamedTuple):
    """The key that signs, and the public keys of those that signed before it."""

    secret: bytes
    retired: tuple[bytes, ...] = ()

    @property
    def public(self) -> bytes:
        """The public key of the one that signs."""
        return self._private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        """The id of the key that signs."""
        return key_id(self.public)

    def listed(self) -> list[PublicKey]:
        """Return every public key, the newest first."""
        past = (PublicKey(key_id(public), public.hex(), current=False) for public in reversed(self.retired))
        return [PublicKey(self.key_id, self.public.hex(), current=True), *past]

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message."""
        return self._private().sign(message)

    def public_of(self, identity: str) -> Ed25519PublicKey | None:
        """Return the public key of an id, or None for one that is not listed."""
        found = [public for public in (self.public, *self.retired) if key_id(public) == identity]
        return Ed25519PublicKey.from_public_bytes(found[0]) if found else None

    def rotated(self) -> "Signer":
        """Return a ring with a new key, and the present one among those that signed before."""
        return Signer(secrets.token_bytes(32), (*self.retired, self.public))

    def written(self) -> str:
        """Return the ring as a text."""
        return "".join(f"public:{public.hex()}\n" for public in self.retired) + f"secret:{self.secret.hex()}\n"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


def ring(text: str) -> Signer:
    """Read a ring of keys; raises ValueError, without its words, for a text that is none."""
    found = [WORD.fullmatch(word) for word in text.split()]
    words = [(match[1], bytes.fromhex(match[2])) for match in found if match]
    private = [key for kind, key in words if kind == "secret"]
    if len(words) != len(found) or len(private) != 1:
        raise ValueError(BAD_RING)
    return Signer(private[0], tuple(key for kind, key in words if kind == "public"))


def place_of(settings: Settings) -> Path:
    """Return the folder where the file of keys lies, and the checkpoints that were verified."""
    return settings.data_dir or embedded.default_data_dir()


def signer(settings: Settings) -> Signer:
    """Return the ring of the settings, or that of the file in the data folder, made where there is none."""
    if settings.signing_keys is not None:
        return ring(settings.signing_keys)
    path = place_of(settings) / FILE
    if not path.exists():
        _write(path, Signer(secrets.token_bytes(32)), anew=True)
    return ring(path.read_text(encoding="ascii"))


def rotate(settings: Settings) -> Signer:
    """Have a new key sign from now on; raises ValueError where the keys are not kept in a file."""
    if settings.signing_keys is not None:
        raise ValueError("The signing keys come from PROXENY_SIGNING_KEYS: change them there.")
    after = signer(settings).rotated()
    _write(place_of(settings) / FILE, after, anew=False)
    return after


def _write(path: Path, keys: Signer, *, anew: bool) -> None:
    """Put a ring into its file, which is whole at every moment and readable by its owner only.

    Of several processes that make it anew at once one does, and the others read what that one wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(keys.written())
        file.flush()
        os.fsync(file.fileno())
    if not anew:
        draft.replace(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        if not path.exists():
            raise
    finally:
        draft.unlink()
