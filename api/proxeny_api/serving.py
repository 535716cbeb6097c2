"""Running the application under uvicorn in this process, until told to stop; what is under way is finished first."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from proxeny_api.boot import Place
from proxeny_api.http.protocol import BoundedProtocol
from proxeny_api.main import create_app
from proxeny_api.main import serving as guarded
from proxeny_api.settings import Settings
from proxeny_api.telemetry import configure_logging

DRAIN_SECONDS = 20
# While requests are under way the doors stay open for those who ask `/readyz`, so long at most.
LEAVE_SECONDS = 5.0


class Draining(uvicorn.Server):
    """A server that says when it is there, and that it is leaving while it finishes what is under way."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as uvicorn calls it
        """Begin to leave; unlike uvicorn's own, it does not raise the signal again, which would end us by it."""
        self._app.state.stopping = True
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def main_loop(self) -> None:
        """Serve until told to leave, then go on for as long as requests are under way."""
        await super().main_loop()
        deadline = time.monotonic() + LEAVE_SECONDS
        while self.server_state.tasks and not self.force_exit and time.monotonic() < deadline:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address; raises OSError with a sentence where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise OSError(f"Nothing can listen on {host}:{port}: {os.strerror(error.errno or 0)}.") from error
    return listening


def announce(listening: socket.socket) -> None:
    """Print the one line that says that the server is ready, and where."""
    host, port = listening.getsockname()[:2]
    print(f"Proxeny serves at http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)  # noqa: T201


def run(settings: Settings, place: Place, login_url: str, listening: socket.socket) -> None:
    """Serve from this process until told to stop, and say when the server is ready."""
    app = create_app(settings, login_url, place.pepper)
    serve(app, settings, listening, lambda: announce(listening))


def serve(app: FastAPI, settings: Settings, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve an application on a socket until told to stop."""
    configure_logging(settings.log_level)
    host, port = listening.getsockname()[:2]
    config = configuration(guarded(app), settings, host=host, port=port)
    Draining(config, app, ready).run(sockets=[listening])


def configuration(app: ASGIApp, settings: Settings, *, host: str, port: int) -> uvicorn.Config:
    """Return how uvicorn is to run the application."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedProtocol,
        loop="uvloop",
        lifespan="on",
        access_log=False,
        log_level=settings.log_level.lower(),
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        backlog=2048,
    )
