"""Several servers on one database behind nginx, each a process of its own with a port of its own."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import PEPPER
from tests.faults.running import Running, serve
from tests.programs import program

SERVERS = 3
START_SECONDS = 20
CONFIGURATION = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_max_body_size 17m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream proxeny {{ {servers} keepalive 16; }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://proxeny;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Request-Id $request_id;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_read_timeout 90s;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Cluster:
    """Where each server is, and where nginx is before them all; clients of theirs are closed at the end."""

    servers: list[str]
    front: str
    open: ExitStack

    @property
    def everywhere(self) -> list[str]:
        """Every address at which the same is served."""
        return [*self.servers, self.front]

    def clients(self, key: str) -> list[httpx.Client]:
        """Return a client of each server, with a key."""
        return [self.client(address, key) for address in self.servers]

    def client(self, address: str, key: str) -> httpx.Client:
        """Return a client of one address, with a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return self.open.enter_context(httpx.Client(base_url=address, headers=headers, timeout=60))


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(admin_url: str, **settings: Any) -> Iterator[Cluster]:
    """Lend three servers on a database, and nginx before them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="proxeny-many-")))
        told = {"PROXENY_DATABASE_URL": admin_url, "PROXENY_PEPPER": PEPPER, "PROXENY_ENVIRONMENT": "test", **settings}
        addresses = []
        for number in range(SERVERS):
            home = folder / str(number)
            home.mkdir()
            server: Running = serve(home, **told)
            stack.callback(server.stop)
            addresses.append(server.url)
        front = stack.enter_context(_fronted(folder / "nginx", addresses))
        yield Cluster(addresses, front, stack.enter_context(ExitStack()))


@contextmanager
def _fronted(folder: Path, addresses: list[str]) -> Iterator[str]:
    """Lend the address of an nginx that shares requests out in turn."""
    nginx = program("nginx")
    folder.mkdir()
    port = free_port()
    configuration = folder / "nginx.conf"
    servers = " ".join(f"server {address.removeprefix('http://')};" for address in addresses)
    user = "user root;" if os.geteuid() == 0 else ""
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port, servers=servers, user=user))
    command = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)]
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _wait_for(port, process, folder / "error.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nginx does not answer: {log.read_text()}")
