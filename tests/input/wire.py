"""Requests as bytes on a socket, and the answers to them: no client stands between that would mend or refuse them."""

import select
import socket
import time
from contextlib import suppress
from http.client import BadStatusLine, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

PIECE = 64 << 10
PATIENCE = 10.0
SOON = 2.0


class Answer(NamedTuple):
    """An answer; status 0 where the server hung up without one."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection to a server."""

    def __init__(self, url: str) -> None:
        self._address = (str(urlsplit(url).hostname), int(urlsplit(url).port or 0))
        self._socket = socket.create_connection(self._address, PATIENCE)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def ask(self, request: bytes, method: str = "GET") -> Answer:
        """Send a request for as long as nothing is answered, and return what is."""
        self._send(request)
        response = HTTPResponse(self._socket, method=method)
        try:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
        except (BadStatusLine, ConnectionError):
            return Answer(0, {}, b"")

    def _send(self, request: bytes) -> None:
        """Send a request until it is sent or answered; who is hung up on meanwhile may still find an answer."""
        pieces = memoryview(request)
        with suppress(ConnectionError):
            while pieces and not select.select([self._socket], [], [], 0)[0]:
                pieces = pieces[self._socket.send(pieces[:PIECE]) :]

    def is_served(self, request: bytes) -> bool:
        """Tell whether a good request is answered within two seconds, here or, where this is closed, on a new one."""
        begun = time.monotonic()
        answer = self.ask(request)
        if answer.status == 0:
            self._socket.close()
            self._socket = socket.create_connection(self._address, PATIENCE)
            answer = self.ask(request)
        return answer.status == 200 and time.monotonic() - begun < SOON


def written(method: str, target: bytes, headers: dict[str, str | list[str]], body: bytes | None) -> bytes:
    """Return a request; a header with several values is there several times."""
    lines = [method.encode() + b" " + target + b" HTTP/1.1"]
    for name, said in headers.items():
        lines += [f"{name}: {value}".encode() for value in (said if isinstance(said, list) else [said])]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")
