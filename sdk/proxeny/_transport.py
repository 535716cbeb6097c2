"""The course of one request over its repetitions, without I/O: the send loops of both clients do as this says.

Errors of HTTP clients are recognised here alone, by the names of their classes: httpx and httpx2 have the same names
and nothing in common.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from proxeny import _retries
from proxeny._answers import Answer, refusal
from proxeny._positions import Positions
from proxeny._requests import Request
from proxeny._settings import Settings
from proxeny._version import __version__
from proxeny.errors import ConnectionFailed, InvalidArgument, ProxenyError, ResponseUnreadable, TimedOut

USER_AGENT = f"proxeny-python/{__version__} python/{sys.version_info.major}.{sys.version_info.minor}"
MARGIN = 10.0
"""Seconds that an answer may take on top of what the server was asked to wait."""


class AsyncStreamed(Answer, Protocol):
    """An answer whose body comes piece by piece."""

    async def aread(self) -> bytes:
        """Read all of it."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """Walk its pieces."""


class Streamed(Answer, Protocol):
    """An answer whose body comes piece by piece."""

    def read(self) -> bytes:
        """Read all of it."""

    def iter_bytes(self) -> Iterator[bytes]:
        """Walk its pieces."""


class AsyncHttpClient(Protocol):
    """What this client needs of an asynchronous HTTP client: ``httpx.AsyncClient`` and its like have it."""

    async def request(
        self, method: str, url: str, *, content: bytes | None, headers: dict[str, str], timeout: float | None
    ) -> Answer:
        """Send one request and return the answer with its body."""

    def stream(
        self, method: str, url: str, *, headers: dict[str, str], timeout: float | None
    ) -> AbstractAsyncContextManager[AsyncStreamed]:
        """Send one request and lend the answer while its body comes."""

    async def aclose(self) -> None:
        """Close what is open."""


class HttpClient(Protocol):
    """What this client needs of an HTTP client: ``httpx.Client`` and its like have it."""

    def request(
        self, method: str, url: str, *, content: bytes | None, headers: dict[str, str], timeout: float | None
    ) -> Answer:
        """Send one request and return the answer with its body."""

    def stream(
        self, method: str, url: str, *, headers: dict[str, str], timeout: float | None
    ) -> AbstractContextManager[Streamed]:
        """Send one request and lend the answer while its body comes."""

    def close(self) -> None:
        """Close what is open."""


@dataclass(slots=True)
class Exchange:
    """One request, how often it was sent, and what to do next."""

    settings: Settings
    request: Request
    positions: Positions
    tries: int = 0

    def headers(self) -> dict[str, str]:
        """Return the headers of the next try, the key among them."""
        self.tries += 1
        key = self.settings.api_key
        asker = {"Authorization": f"Bearer {key}"} if key else {}
        kinds = "application/json, application/problem+json"
        demand = self.positions.demand() if self.request.method == "GET" else {}
        return {"Accept": kinds, "User-Agent": USER_AGENT, **asker, **demand, **self.request.headers}

    @property
    def url(self) -> str:
        """Where to send it."""
        return self.settings.base_url + self.request.target

    @property
    def timeout(self) -> float | None:
        """Seconds to wait: longer than what the server was asked to take."""
        patience = self.settings.timeout
        if patience is None or not self.request.at_least:
            return patience
        return max(patience, self.request.at_least + MARGIN)

    def pause_after_failure(self, failure: ProxenyError) -> float | None:
        """Return the seconds to wait before the next try, None when there is none."""
        if isinstance(failure, ConnectionFailed | TimedOut) and self._may_repeat():
            return _retries.pause(self.tries)
        return None

    def pause_after_refusal(self, answer: Answer) -> float:
        """Return the seconds to wait before the next try, or raise the refusal."""
        wanted = _retries.retry_after(answer.headers)
        if _retries.passing(answer.status_code, wanted) and self._may_repeat():
            return _retries.pause(self.tries, wanted)
        raise refusal(answer)

    def _may_repeat(self) -> bool:
        return self.request.repeatable and self.tries <= self.settings.max_retries


def good(answer: Answer) -> bool:
    """Whether the answer is what was asked for."""
    return 200 <= answer.status_code < 300


def failure_of(error: Exception, request: Request) -> ProxenyError | None:
    """Return our error for one of an HTTP client's, None for one that is not an HTTP client's."""
    names = {base.__name__ for base in type(error).__mro__}
    asked = f"{request.method} {request.target}"
    if names & {"TimeoutException", "TimeoutError"}:
        return TimedOut(f"{asked} was not answered in time ({type(error).__name__}).")
    if names & {"UnsupportedProtocol", "LocalProtocolError", "InvalidURL"}:
        return InvalidArgument(f"{asked} cannot be sent ({type(error).__name__}).")
    if names & {"TransportError", "OSError"}:
        return ConnectionFailed(f"{asked} found no server, or lost it ({type(error).__name__}: {error}).")
    if names & {"DecodingError", "TooManyRedirects", "RequestError"}:
        return ResponseUnreadable(f"{asked} got an answer that cannot be read ({type(error).__name__}).", 0)
    return None
