"""A lean client for many requests: raw HTTP/1.1 over kept connections, in a process of its own, on uvloop.

A usual client in Python takes as long as the server it measures. This one writes bytes made beforehand and reads
only the status and the length of an answer, some 20 microseconds a request, the same for a limit and for ours.
"""

import asyncio
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from statistics import quantiles
from typing import NamedTuple, Self, cast
from urllib.parse import urlsplit

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
IDLE_SECONDS = 3.0
"""After so long a connection is made anew, for servers hang up on idle ones."""


class Fired(NamedTuple):
    """How a volley of requests went."""

    requests: int
    seconds: float
    p50: float
    """Milliseconds."""
    p99: float
    refused: int
    """Answers with another status than the one expected."""

    @property
    def rate(self) -> float:
        """Requests a second; raises RuntimeError where any was answered otherwise than expected."""
        if self.refused:
            raise RuntimeError(f"{self.refused} of {self.requests} requests were answered otherwise than expected.")
        return self.requests / self.seconds


Fire = Callable[[str, Sequence[Sequence[bytes]], int, float | None], Fired]


def request(method: str, address: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {urlsplit(address).netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def generator() -> Iterator[Fire]:
    """Lend a function that fires requests from a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda *volley: pool.submit(fire, *volley).result()


def fire(address: str, requests: Sequence[Sequence[bytes]], status: int, seconds: float | None = None) -> Fired:
    """Send each connection's requests one after the other, all connections at once: each once, or over and over."""
    return uvloop.run(_fire(address, requests, status, seconds))


async def _fire(address: str, requests: Sequence[Sequence[bytes]], status: int, seconds: float | None) -> Fired:
    place, loop = urlsplit(address), asyncio.get_running_loop()
    barrels = [Barrel(each, f"HTTP/1.1 {status} ".encode(), loop.create_future()) for each in requests]
    for barrel in barrels:
        await loop.create_connection(partial(_same, barrel), place.hostname or "", place.port or 80)
    start = time.perf_counter()
    for barrel in barrels:
        barrel.begin(start + seconds if seconds else None)
    await asyncio.gather(*(barrel.over for barrel in barrels))
    took = time.perf_counter() - start
    times = [each for barrel in barrels for each in barrel.times]
    cuts = quantiles(times, n=100)
    refused = sum(barrel.refused for barrel in barrels)
    return Fired(len(times), took, cuts[49] * 1000, cuts[98] * 1000, refused)


class Wire:
    """One connection from this process, for questions that are asked one at a time."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address, key
        self._socket, self._used = self._connected(), time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, path: str) -> None:
        """Ask, and read the whole answer; raises RuntimeError where it is no 200."""
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._socket.close()
            self._socket = self._connected()
        self._socket.sendall(request("GET", self._address, path, {"Authorization": f"Bearer {self._key}"}))
        answer = bytearray()
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        told = LENGTH.search(answer, 0, end)
        whole = end + 4 + (int(told[1]) if told else 0)
        while len(answer) < whole:
            answer += self._more()
        self._used = time.monotonic()
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{path} was answered with {bytes(answer[:300])!r}.")

    def _connected(self) -> socket.socket:
        place = urlsplit(self._address)
        made = socket.create_connection((place.hostname or "", place.port or 80))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 20)
        if not data:
            raise ConnectionError("The server hung up.")
        return data


def _same(barrel: "Barrel") -> "Barrel":
    return barrel


class Barrel(asyncio.Protocol):
    """One connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(self, requests: Sequence[bytes], expected: bytes, over: asyncio.Future[None]) -> None:
        self.times: list[float] = []
        self.refused = 0
        self.over = over
        self._requests, self._expected = requests, expected
        self._until: float | None = None
        self._head, self._missing, self._sent = b"", 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none of asyncio's classes

    def begin(self, until: float | None) -> None:
        """Send the first request; go on until all were sent, or over and over until an instant."""
        self._until = until
        self._send()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = self._length(end) - (len(self._head) - end - 4)
        if self._missing <= 0:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("The server hung up."))

    def _length(self, end: int) -> int:
        told = LENGTH.search(self._head, 0, end)
        if told is None and b"\r\ntransfer-encoding:" in self._head[:end].lower():
            raise ValueError("An answer in chunks is not understood here.")
        return int(told[1]) if told else 0

    def _answered(self) -> None:
        self.times.append(time.perf_counter() - self._sent)
        self.refused += not self._head.startswith(self._expected)
        self._head, self._missing = b"", 0
        done = len(self.times) >= len(self._requests) if self._until is None else time.perf_counter() >= self._until
        if not done:
            self._send()
        else:
            self.over.set_result(None)
            self._transport.close()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._requests[len(self.times) % len(self._requests)])
