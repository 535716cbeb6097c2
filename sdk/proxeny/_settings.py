"""What a client needs to know before its first request."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from types import EllipsisType
from urllib.parse import urlsplit

from proxeny.errors import InvalidArgument

DEFAULT_BASE_URL = "http://127.0.0.1:8000"
DEFAULT_TIMEOUT = 30.0
DEFAULT_MAX_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the API is, who asks, and how patient the client is."""

    base_url: str
    """Address of the API without a closing slash."""
    api_key: str | None = field(repr=False)
    timeout: float | None = DEFAULT_TIMEOUT
    """Seconds to wait for each part of an answer; None waits for ever."""
    max_retries: int = DEFAULT_MAX_RETRIES
    """How often a request that is safe to repeat is sent again."""

    def changed(
        self, api_key: str | EllipsisType, timeout: float | EllipsisType | None, max_retries: int | EllipsisType
    ) -> Settings:
        """Return the same settings with another key or another patience; what is ``...`` stays."""
        key = self.api_key if isinstance(api_key, EllipsisType) else _checked_key(api_key)
        patience = self.timeout if isinstance(timeout, EllipsisType) else timeout
        retries = self.max_retries if isinstance(max_retries, EllipsisType) else max_retries
        _check_patience(patience, retries)
        return replace(self, api_key=key, timeout=patience, max_retries=retries)


def resolve(api_key: str | None, base_url: str | None, timeout: float | None, max_retries: int) -> Settings:
    """Return checked settings; what is None is read from PROXENY_BASE_URL and PROXENY_API_KEY."""
    address = base_url or os.environ.get("PROXENY_BASE_URL") or DEFAULT_BASE_URL
    key = api_key if api_key is not None else os.environ.get("PROXENY_API_KEY")
    _check_patience(timeout, max_retries)
    return Settings(_checked_address(address), _checked_key(key), timeout, max_retries)


def _checked_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidArgument("The base URL must begin with http:// or https:// and name a host.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidArgument("The base URL takes no user, password, query or fragment.")
    return address.rstrip("/")


def _checked_key(key: str | None) -> str | None:
    """Return the key without surrounding blanks; a bad one is refused here, where no message shows it."""
    stripped = (key or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", stripped):
        raise InvalidArgument("The API key holds characters that no key has.")
    return stripped or None


def _check_patience(timeout: float | None, max_retries: int) -> None:
    if timeout is not None and timeout <= 0:
        raise InvalidArgument("A timeout is a positive number of seconds, or None.")
    if max_retries < 0:
        raise InvalidArgument("The number of retries is nought or more.")
