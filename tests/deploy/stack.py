"""The files of deploy/ at work: PgBouncer before a database, the API behind it, nginx with TLS in front."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml

from proxeny_api.embedded.account import server_account
from tests.faults.running import COMMAND, Running, serve, soon
from tests.programs import program

DEPLOY = Path(__file__).parents[2] / "deploy"
PEPPER = "a pepper that the tests of deploy know"
SIGNING_KEYS = f"secret:{'5e' * 32}"


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody takes connections on a port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Return a text with every one of these words replaced; each must be there."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder that other accounts can enter."""
    made = Path(tempfile.mkdtemp(prefix="proxeny-deploy-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(command: list[str], log: Path, ready: Callable[[], bool]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in the foreground until this ends, from when it is ready."""
    with log.open("ab") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        assert soon(lambda: process.poll() is not None or ready()), log.read_text()
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(10)


def knows_prepared_statements(pgbouncer: str) -> bool:
    """Tell whether this PgBouncer, 1.21 or newer, keeps track of prepared statements."""
    told = subprocess.run([pgbouncer, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)", told)
    assert found is not None, told
    return (int(found[1]), int(found[2])) >= (1, 21)


@contextmanager
def pooled(admin_url: str, userlist: str) -> Iterator[int]:
    """Lend the port of a PgBouncer with deploy/pgbouncer/pgbouncer.ini, three connections wide so that all share."""
    pgbouncer = program("pgbouncer")
    parts = urlsplit(admin_url)
    asked = parse_qs(parts.query)
    host, server_port = asked.get("host", [parts.hostname])[0], asked.get("port", [parts.port or 5432])[0]
    port, name = free_port(), parts.path[1:]
    ours = f"{name} = host={host} port={server_port} dbname={name}"
    with folder() as place:
        (place / "userlist.txt").write_text(userlist)
        text = changed(
            (DEPLOY / "pgbouncer/pgbouncer.ini").read_text(),
            {
                "proxeny = host=postgres port=5432 dbname=proxeny": ours,
                "listen_addr = 0.0.0.0": "listen_addr = 127.0.0.1",
                "listen_port = 6432": f"listen_port = {port}",
                "/etc/pgbouncer/": f"{place}/",
                "default_pool_size = 20": "default_pool_size = 3",
            },
        )
        if not knows_prepared_statements(pgbouncer):
            text = changed(text, {"max_prepared_statements = 200\n": ""})
        (place / "pgbouncer.ini").write_text(text)
        account = server_account(place / "none")
        command = [pgbouncer, *(["-u", account.name] if account else []), str(place / "pgbouncer.ini")]
        with running(command, place / "log", lambda: listens(port)):
            yield port


def compose() -> dict[str, Any]:
    """Return deploy/compose.yaml."""
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def api(place: Path, login_url: str, *words: str, **more: str) -> Running:
    """Start an API with the settings that deploy/compose.yaml gives it, on the login alone."""
    told: dict[str, str] = compose()["services"]["api"]["environment"]
    filled = {name: value.replace("${SERVER_NAME:-localhost}", "localhost") for name, value in told.items()}
    secrets = {"PROXENY_PEPPER": PEPPER, "PROXENY_SIGNING_KEYS": SIGNING_KEYS}
    ours = {"PROXENY_LOGIN_URL": login_url, "PROXENY_LOG_LEVEL": "WARNING", **secrets}
    return serve(place, *words, **(filled | ours | more))


@dataclass
class Front:
    """nginx in front: where it is, and whom it believes."""

    http: str
    https: str
    trust: ssl.SSLContext

    def client(self, key: str = "") -> httpx.Client:
        """Return a client that checks the certificate."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.https, verify=self.trust, headers=headers, timeout=30)


def certificate(place: Path) -> None:
    """Make a certificate for this machine's own name."""
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(place / "tls.key"), "-out", str(place / "tls.crt")],
        capture_output=True, check=True,
    )  # fmt: skip


@contextmanager
def fronted(*upstreams: int) -> Iterator[Front]:
    """Lend an nginx with deploy/nginx/proxeny.conf.template before APIs on these ports."""
    nginx = program("nginx")
    http, https = free_port(), free_port()
    with folder() as place:
        certificate(place)
        filled = {
            "${API_SERVERS}": "".join(f"server 127.0.0.1:{port} max_fails=0;" for port in upstreams),
            "${SERVER_NAME}": "localhost",
            "${HTTP_PORT}": f"127.0.0.1:{http}",
            "${HTTPS_PORT}": f"127.0.0.1:{https}",
            "${TLS_FOLDER}": str(place),
        }
        text = changed((DEPLOY / "nginx/proxeny.conf.template").read_text(), filled)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"{kind}_temp_path {place}/{kind};\n" for kind in kinds)
        user = "user root;" if os.geteuid() == 0 else ""
        (place / "nginx.conf").write_text(
            f"{user} daemon off; pid {place}/pid; error_log {place}/log warn;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{folders}{text}}}\n"
        )
        command = [nginx, "-p", str(place), "-e", str(place / "log"), "-c", str(place / "nginx.conf")]
        with running(command, place / "log", lambda: listens(http) and listens(https)):
            trust = ssl.create_default_context(cafile=str(place / "tls.crt"))
            yield Front(f"http://localhost:{http}", f"https://localhost:{https}", trust)


def command(admin_url: str, *words: str) -> str:
    """Return what a command of the owner's said."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PROXENY_")}
    told = {"PROXENY_DATABASE_URL": admin_url, "PROXENY_PEPPER": PEPPER}
    done = subprocess.run([COMMAND, *words], env=ours | told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
