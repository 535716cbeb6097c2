"""TLS, nginx, the API and PgBouncer in transaction mode work together, with the very files of deploy/."""

import asyncio
import secrets
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from proxeny_api.keys.command import create_key
from proxeny_api.keys.secret import login_password
from tests.deploy.stack import PEPPER, Front, api, command, folder, fronted, pooled
from tests.faults.running import Running
from tests.make import engagement

CITIES = ("athens", "bilbao", "cork", "delft", "essen", "faro")


@dataclass
class Stack:
    """What stands: the way in, the servers behind it, the pooler's port, and a key of each city."""

    front: Front
    servers: list[Running]
    place: Path
    login: str
    pooler: int
    keys: dict[str, str]

    def stop(self) -> None:
        """Stop the servers."""
        for server in self.servers:
            server.stop()

    def login_url(self, *, password: str = "") -> str:
        """Return the login's URL through the pooler."""
        return f"postgresql://{self.login}{password}@127.0.0.1:{self.pooler}/{self.login.removesuffix('_login')}"


@pytest.fixture(scope="module")
def owned(server_url: str) -> Iterator[str]:
    """The owner's URL of an empty database."""
    name = f"proxeny_deploy_{secrets.token_hex(4)}"
    asyncio.run(execute(server_url, f"CREATE DATABASE {name}"))
    yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    asyncio.run(execute(server_url, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE IF EXISTS {name}_login"))


async def execute(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture(scope="module")
def stack(owned: str) -> Iterator[Stack]:
    """All of it, with two servers that hold the login alone and ask about every key anew."""
    userlist = command(owned, "login-url", "--pgbouncer")  # as every command, it migrates first
    login = userlist.split('"')[1]
    key = asyncio.run(
        create_key(
            owned, PEPPER.encode(), kind="operator", owner=None, scopes=None, days=1, environment="test", name=""
        )
    )
    with ExitStack() as kept:
        pooler = kept.enter_context(pooled(owned, userlist))
        place = kept.enter_context(folder())
        made = Stack(Front("", "", httpx.create_ssl_context()), [], place, login, pooler, {})
        kept.callback(made.stop)
        with ThreadPoolExecutor(2) as pool:
            starting = [pool.submit(api, place, made.login_url(), PROXENY_KEY_CACHE="0") for _ in range(2)]
            made.servers = [started.result() for started in starting]
        made.front = kept.enter_context(fronted(*(urlsplit(server.url).port or 0 for server in made.servers)))
        with made.front.client(key) as operator:
            made.keys = {city: founded(operator, city) for city in CITIES}
        yield made


def founded(operator: httpx.Client, code: str) -> str:
    """Found a city, and return a key of it."""
    said = {"code": code, "name": code.title(), "country": "GR", "currency": "EUR"}
    assert operator.post("/v1/cities", json=said).status_code == 201
    made = operator.post("/v1/keys", json={"city": code, "name": "tests", "scopes": ["read", "write"]})
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


def test_nobody_gets_anothers_records_over_three_connections_that_all_share(stack: Stack) -> None:
    with ThreadPoolExecutor(len(CITIES)) as pool:
        done = list(pool.map(lambda city: goes_to_and_fro(stack, city), CITIES))

    assert [titles for titles, _ in done] == [{city} for city in CITIES]
    assert {status for _, statuses in done for status in statuses} == {200, 201}
    assert {len(statuses) for _, statuses in done} == {25}


def goes_to_and_fro(stack: Stack, city: str) -> tuple[set[str], list[int]]:
    """Write and read as a city; return the titles that it was shown, and every status."""
    titles, statuses = set(), []
    with stack.front.client(stack.keys[city]) as client:
        rows = [engagement(title=city, external_id=f"row-{number}") for number in range(60)]
        statuses.append(client.post(f"/v1/cities/{city}/engagements/batch", json=rows).status_code)
        for number in range(8):
            statuses.append(client.post(f"/v1/cities/{city}/engagements", json=engagement(title=city)).status_code)
            listed = client.get(f"/v1/cities/{city}/engagements", params={"limit": 100})
            statuses += [listed.status_code, client.get(f"/v1/cities/{city}/impact").status_code]
            titles |= {row["title"] for row in listed.json()["items"]}
            assert len(listed.json()["items"]) == 61 + number
    return titles, statuses


def test_what_the_api_asks_of_its_connections_holds_behind_the_pooler(stack: Stack) -> None:
    asked = ("statement_timeout", "idle_in_transaction_session_timeout", "jit", "timezone")
    password = login_password(PEPPER.encode())

    assert asyncio.run(shown(stack.login_url(password=f":{password}"), asked)) == ["1min", "1min", "off", "UTC"]


async def shown(url: str, names: tuple[str, ...]) -> list[str]:
    """Return settings of a session."""
    connection = await asyncpg.connect(url, statement_cache_size=0, server_settings={"timezone": "UTC"})
    async with connection.transaction():
        values = [await connection.fetchval(f"SHOW {name}") for name in names]
    await connection.close()
    return values


def test_only_tls_leads_in_and_the_numbers_stay_inside(stack: Stack) -> None:
    plain = httpx.get(f"{stack.front.http}/v1/me?x=1")
    with stack.front.client() as client:
        outside = [client.get("/metrics"), client.get("/healthz")]
    inside = httpx.get(f"{stack.servers[0].url}/metrics", headers={"Host": "localhost"})

    assert (plain.status_code, plain.headers["location"]) == (308, "https://localhost/v1/me?x=1")
    assert [answer.status_code for answer in (*outside, inside)] == [404, 200, 200]
    assert "max-age=31536000" in outside[1].headers["strict-transport-security"]


def test_a_refusal_of_nginx_is_a_problem_too(stack: Stack) -> None:
    with stack.front.client(stack.keys["athens"]) as client:
        large = client.post("/v1/cities/athens/engagements", content=b" " * (18 << 20))
    with ThreadPoolExecutor(8) as pool, stack.front.client() as client:
        many = list(pool.map(lambda _: client.get("/healthz"), range(400)))
    refused = [answer for answer in many if answer.status_code == 429]

    assert problem(large) == (413, "/problems/too-large")
    assert refused
    assert {answer.status_code for answer in many} == {200, 429}
    assert problem(refused[0]) == (429, "/problems/too-many-requests")
    assert refused[0].headers["retry-after"] == "1"


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and type of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["request_id"]
    assert said["status"] == answer.status_code
    return answer.status_code, said["type"]


def test_servers_are_replaced_one_after_another_and_no_request_fails(stack: Stack) -> None:
    stop = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(asks_on, stack, city, stop) for city in CITIES[:3]]
        for number, old in enumerate(stack.servers):
            port = str(urlsplit(old.url).port)
            old.tell(signal.SIGTERM)
            assert old.ended() == 0
            old.stop()
            stack.servers[number] = api(stack.place, stack.login_url(), "--port", port)
        stop.set()
        answers = [answer for asked in asking for answer in asked.result()]

    assert len(answers) > 10
    assert [answer.text for answer in answers if answer.status_code not in {200, 201}] == []


def asks_on(stack: Stack, city: str, enough: threading.Event) -> list[httpx.Response]:
    """Write and read as a city until it is enough; return every answer."""
    answers: list[httpx.Response] = []
    with stack.front.client(stack.keys[city]) as client:
        while not enough.wait(0.1):
            path = f"/v1/cities/{city}/engagements/by-external-id/kept-{len(answers) % 5}"
            answers.append(client.put(path, json=engagement(title=f"{city} {len(answers)}")))
            answers.append(client.get(f"/v1/cities/{city}/engagements"))
    return answers


def test_without_any_server_the_answer_is_to_try_again(stack: Stack) -> None:
    stack.stop()
    with stack.front.client(stack.keys["athens"]) as client:
        away = client.get("/v1/me")

    assert problem(away) == (503, "/problems/unavailable")
    assert away.headers["retry-after"] == "2"


def test_the_pepper_makes_the_password_and_the_owner_is_not_told_to_servers(stack: Stack) -> None:
    log = (stack.place / "stderr").read_text()

    assert PEPPER not in log
    assert f"{stack.login}:" not in log
