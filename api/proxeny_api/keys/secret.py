"""What a key looks like, and the keyed hash by which it is known."""

import hmac
import re
import secrets
import zlib
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_DIGITS, CHECK_DIGITS = 43, 6
FORM = re.compile(r"pxk_(city|network|operator)_([a-z]{2,12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)


def mint(kind: str, environment: str) -> str:
    """Return a new key of 256 random bits: ``pxk_<kind>_<environment>_<43 base62><6 base62 of its CRC-32>``."""
    body = f"pxk_{kind}_{environment}_{_base62(secrets.randbits(256), SECRET_DIGITS)}"
    return body + _check(body)


def is_whole(key: str) -> bool:
    """Tell by form and checksum whether a text can be a key at all, so that junk costs no query."""
    return FORM.fullmatch(key) is not None and hmac.compare_digest(_check(key[:-CHECK_DIGITS]), key[-CHECK_DIGITS:])


def mac(key: str, pepper: bytes) -> bytes:
    """Return the HMAC-SHA256 of a key under the pepper: all that is stored of it."""
    return hmac.new(pepper, key.encode(), sha256).digest()


def login_password(pepper: bytes) -> str:
    """Return the password of the database's login, which every process of one pepper can work out."""
    return hmac.new(pepper, b"database login", sha256).hexdigest()


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECK_DIGITS)


def _base62(number: int, digits: int) -> str:
    written = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        written = ALPHABET[digit] + written
    return written
