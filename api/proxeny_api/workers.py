"""Several processes that serve on one socket: begun anew when one dies, stopped together, gone with their parent."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import NamedTuple

from proxeny_api.boot import Place
from proxeny_api.main import create_app
from proxeny_api.serving import DRAIN_SECONDS, LEAVE_SECONDS, announce, serve
from proxeny_api.settings import Settings

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = DRAIN_SECONDS + LEAVE_SECONDS + 3
START_SECONDS = 60.0


class Worker(NamedTuple):
    """A process that serves, and where it says that it is ready."""

    process: SpawnProcess
    ready: Connection


def run(settings: Settings, place: Place, login_url: str, listening: socket.socket, workers: int) -> None:
    """Serve from several processes until told to stop; raises ValueError where the first of them cannot start."""
    with _signals() as told:
        crew = [_begin(settings, place, login_url, listening) for _ in range(workers)]
        try:
            if all(_is_ready(worker, told) for worker in crew):
                announce(listening)
            while told not in wait([told, *(worker.process.sentinel for worker in crew)]):
                # One that dies as soon as it starts must not keep us busy.
                time.sleep(0.2)
                crew = [
                    worker if worker.process.is_alive() else _begin(settings, place, login_url, listening)
                    for worker in crew
                ]
        finally:
            listening.close()
            _end(crew)


@contextmanager
def _signals() -> Iterator[int]:
    """Lend a descriptor that becomes readable when somebody tells us to stop."""
    told, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing)
    kept = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in kept.items():
            signal.signal(number, handler)
        os.close(told)
        os.close(writing)


def _begin(settings: Settings, place: Place, login_url: str, listening: socket.socket) -> Worker:
    ready, telling = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=work, args=(settings, login_url, place.pepper, listening, telling))
    process.start()
    telling.close()
    return Worker(process, ready)


def _is_ready(worker: Worker, told: int) -> bool:
    """Wait until a worker is ready: true; false where we are told to stop meanwhile."""
    found = wait([told, worker.ready], START_SECONDS)
    if told in found:
        return False
    try:
        return bool(worker.ready.recv()) if found else False
    except EOFError:
        raise ValueError("A worker ended as it started; its log says why.") from None


def _end(crew: list[Worker]) -> None:
    """Tell all workers to finish, and end those that do not in time."""
    for worker in crew:
        worker.process.terminate()
    deadline = time.monotonic() + PATIENCE
    for worker in crew:
        worker.process.join(max(0.0, deadline - time.monotonic()))
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def work(settings: Settings, login_url: str, pepper: bytes, listening: socket.socket, telling: Connection) -> None:
    """Serve as one of several processes; ends by itself when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        sys.exit("This runs below the server's own process only.")

    def follow() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()
    serve(create_app(settings, login_url, pepper), settings, listening, lambda: telling.send(True))
