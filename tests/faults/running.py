"""The installed command as users run it: processes of their own, on a data folder of their own."""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from proxeny_api.embedded import cluster

COMMAND = Path(sys.executable).with_name("proxeny-api")
START_SECONDS = 60


def folders() -> Iterator[Path]:
    """Yield a folder right below the temporary one: as root, pytest's own would be closed to the server's account."""
    made = Path(tempfile.mkdtemp(prefix="proxeny-run-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command: no setting but those named here."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PROXENY_", "PYTHON"))}
    return {**ours, "PROXENY_DATA_DIR": str(data_dir), **more}


def command(data_dir: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Return how a command ended and what it said."""
    return subprocess.run(
        [COMMAND, *words], env=environment(data_dir, **more), capture_output=True, text=True, timeout=60, check=False
    )


def key_of(data_dir: Path, *words: str) -> str:
    """Return a new key made by the command."""
    made = command(data_dir, "key", "create", *words)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@dataclass
class Running:
    """A server in a session of its own, as one started from a terminal is."""

    data_dir: Path
    process: subprocess.Popen[str]
    said: str

    @property
    def url(self) -> str:
        """Where it serves."""
        return self.said.split()[-1]

    def client(self, key: str) -> httpx.Client:
        """Return a client that carries a key."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def holder(self, *, city: str) -> httpx.Client:
        """Return a client with the key of a city, made if it is not there."""
        with self.client(key_of(self.data_dir, "--operator")) as operator:
            made = operator.post("/v1/cities", json={"code": city, "name": city, "country": "ES", "currency": "EUR"})
            assert made.status_code in {201, 409}, made.text
        return self.client(key_of(self.data_dir, "--city", city))

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the server's first process."""
        self.process.send_signal(number)

    def interrupt(self) -> None:
        """Do what Ctrl-C in a terminal does: interrupt every process of the session's foreground."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ended(self, seconds: float = 30) -> int:
        """Wait for its end and return its status."""
        return self.process.wait(seconds)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Stop it, however it is."""
        if self.process.poll() is None:
            self.tell(signal.SIGTERM)
            try:
                self.ended()
            except subprocess.TimeoutExpired:
                self.kill()
        if self.process.stdout:
            self.process.stdout.close()


def serve(data_dir: Path, *words: str, **more: str) -> Running:
    """Start a server on a free port, and return once it has said where it is."""
    with (data_dir / "stderr").open("a") as errors:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", "0", *words],
            env=environment(data_dir, **more),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    said = process.stdout.readline() if ready else ""
    running = Running(data_dir, process, said)
    if "http://" not in said:
        running.stop()
        raise AssertionError((data_dir / "stderr").read_text()[-2000:])
    return running


def nothing_is_left(running: Running) -> bool:
    """Say whether every process of a server has ended, those of its database too."""
    lock = cluster.claim(cluster.Files(running.data_dir))
    if lock is None:
        return False
    os.close(lock)
    listed = subprocess.run(["ps", "-eo", "sid=,args=", "-ww"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 1) for line in listed.splitlines()]
    return not any(row[0] == str(running.process.pid) or str(running.data_dir) in row[-1] for row in rows)


def soon(true: Callable[[], bool], seconds: float = 15) -> bool:
    """Wait until something is true, and say whether it came so far."""
    deadline = time.monotonic() + seconds
    while not (reached := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return reached
