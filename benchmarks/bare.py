"""The limit of answers: bare FastAPI routes, each answering the same bytes whenever it is asked, under uvicorn."""

import pickle
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI, Response

from proxeny_api import serving


class Said(NamedTuple):
    """An answer as a route is to give it."""

    status: int
    headers: dict[str, str]
    body: bytes


def route(said: Said) -> Callable[[], Awaitable[Response]]:
    """Return an endpoint that answers so."""

    async def endpoint() -> Response:
        return Response(said.body, said.status, said.headers)

    return endpoint


@contextmanager
def routes(folder: Path, answers: dict[str, Said]) -> Iterator[str]:
    """Lend the address of a server that answers so at each path."""
    stored = folder / "answers"
    stored.write_bytes(pickle.dumps({path: tuple(said) for path, said in answers.items()}))
    command = [sys.executable, "-m", "benchmarks.bare", str(stored)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.terminate()


def main(stored: Path) -> None:
    """Serve the stored answers, having printed the address."""
    app = FastAPI()
    for path, said in pickle.loads(stored.read_bytes()).items():  # noqa: S301 - our own parent wrote it
        app.add_api_route(path, route(Said(*said)))
    listening = serving.listen("127.0.0.1", 0)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", access_log=False, log_level="error")
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
