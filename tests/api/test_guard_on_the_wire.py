"""Promises A3 and A11 against a real server: what only bytes on a socket can do."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
import uvicorn

from proxeny_api.http import protocol
from tests.api.guarded import guarded

GET = b"GET /v1/records/1 HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /v1/records HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
MEBIBYTE = 1 << 20


class Server(uvicorn.Server):
    """A server in a thread, on a port of its own."""

    def __init__(self) -> None:
        app = guarded(body_stall_seconds=0.5)
        super().__init__(
            uvicorn.Config(
                app,
                loop="uvloop",
                http=protocol.BoundedProtocol,
                lifespan="off",
                log_level="critical",
                timeout_keep_alive=1,
            )
        )
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = self.socket.getsockname()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.run, args=([server.socket],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def wire(server: Server) -> Iterator[socket.socket]:
    """Yield a connection; afterwards a new one must be served within two seconds."""
    with closing(connected(server)) as connection:
        yield connection
    before = time.monotonic()
    with closing(connected(server)) as another:
        another.sendall(GET)
        assert read(another)[0] == 200
    assert time.monotonic() - before < 2


def connected(server: Server) -> socket.socket:
    return socket.create_connection(server.address, timeout=5)


def read(connection: socket.socket) -> tuple[int, bytes]:
    """Return status and body of one answer that has a Content-Length; nought when there is none."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return 0, received
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", b"0")):
        body += connection.recv(65536)
    return int(head.split()[1]), body


def refusal(connection: socket.socket) -> int:
    status, body = read(connection)
    assert json.loads(body)["status"] == status
    return status


def test_a_chunked_body_over_the_limit_is_413(wire: socket.socket) -> None:
    wire.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"

    sent = 0
    try:
        while sent < 64 * MEBIBYTE:
            wire.sendall(chunk)
            sent += 65536
    except (BrokenPipeError, ConnectionResetError):
        pass

    assert sent < 16 * MEBIBYTE
    assert refusal(wire) == 413


def test_a_client_that_sends_it_all_sees_the_413_and_goes_on(server: Server) -> None:
    with httpx.Client(base_url="http://{}:{}".format(*server.address)) as client:
        for size in (MEBIBYTE + 1, 2 * MEBIBYTE, 50 * MEBIBYTE):
            answer = client.post("/v1/records", content=b" " * size, headers={"Content-Type": "application/json"})

            assert (answer.status_code, answer.json()["status"]) == (413, 413)
            assert client.get("/v1/records/1").status_code == 200


def test_after_a_small_excess_the_same_connection_serves_on(wire: socket.socket) -> None:
    wire.sendall(POST + b"Content-Length: %d\r\n\r\n" % (MEBIBYTE + 1) + b" " * (MEBIBYTE + 1))
    assert refusal(wire) == 413

    wire.sendall(GET)

    assert read(wire)[0] == 200


@pytest.mark.parametrize(
    "half",
    [
        POST + b"Content-Length: 100\r\n\r\n{",
        POST + b"Content-Length: 100\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
        POST.replace(b"/v1/records", b"/v1/records/engagements/batch") + b"Content-Length: 100\r\n\r\n[",
    ],
)
def test_a_stalled_body_is_408_and_the_end(wire: socket.socket, half: bytes) -> None:
    wire.sendall(half)

    assert refusal(wire) == 408
    assert wire.recv(1) == b""


def test_a_client_that_goes_away_half_way_hurts_nobody(server: Server) -> None:
    for half in (POST + b"Content-Length: 100\r\n\r\n{", POST, b"GE", b"", GET.replace(b"/v1/records/1", b"/stream")):
        with closing(connected(server)) as connection:
            connection.sendall(half)
    with closing(connected(server)) as connection:
        connection.sendall(GET)
        assert read(connection)[0] == 200


def test_heads_that_never_end_are_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.4)
    for start in (b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"\r\n\r\n"):
        with closing(connected(server)) as connection:
            connection.sendall(start)
            before = time.monotonic()

            assert connection.recv(1) == b""
            assert time.monotonic() - before < 2


def test_a_slow_answer_outlives_the_time_for_the_next_head(
    wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    wire.sendall(GET.replace(b"/v1/records/1", b"/slow") + b"GET /v1/re")

    assert read(wire) == (200, b'"slow"')
    assert wire.recv(1) == b""


def test_junk_behind_a_request_is_not_taken_for_its_answer(wire: socket.socket) -> None:
    wire.sendall(GET.replace(b"/v1/records/1", b"/slow") + b"junk\r\n\r\n")

    assert wire.recv(65536) == b""


def test_half_an_answer_does_not_look_whole(server: Server) -> None:
    url = "http://{}:{}/stream?broken=true".format(*server.address)

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url)


def test_head_leaves_the_connection_in_step(wire: socket.socket) -> None:
    wire.sendall(b"HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n")
    head = wire.recv(65536)

    wire.sendall(GET)

    assert b"content-length: 5000" in head
    assert head.endswith(b"\r\n\r\n")
    assert read(wire)[0] == 200
