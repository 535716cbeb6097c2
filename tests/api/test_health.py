"""How the server says that it is well, what it counts, and what it logs."""

import asyncio
import json
import logging
import re
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from proxeny_api import telemetry
from proxeny_api.errors import Unavailable
from proxeny_api.health import service
from tests.make import World, engagement


class Away:
    """A database that cannot be reached, or that takes its time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        await asyncio.sleep(self.seconds)
        if self.seconds >= 0:
            raise Unavailable
        yield


@pytest.fixture
def logged() -> Iterator[None]:
    """Logging as the server configures it, undone afterwards."""
    root, access = logging.getLogger(), logging.getLogger("uvicorn.access")
    before = (root.handlers[:], root.level, access.disabled)
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in before[0]:
        root.addHandler(handler)
    root.setLevel(before[1])
    access.disabled = before[2]


async def samples(client: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Return the numbers of /metrics by name and labels."""
    text = (await client.get("/metrics")).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_server_that_is_well_says_so_to_everybody(anonymous: httpx.AsyncClient, path: str) -> None:
    answer = await anonymous.get(path)

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_server_that_stops_is_alive_but_not_ready(anonymous: httpx.AsyncClient, app: FastAPI) -> None:
    app.state.stopping = True
    try:
        ready, alive = await anonymous.get("/readyz"), await anonymous.get("/healthz")
    finally:
        app.state.stopping = False

    assert (ready.status_code, alive.status_code) == (503, 200)
    assert int(ready.headers["retry-after"]) > 0
    assert ready.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("seconds", [0.0, 60.0])
async def test_without_a_database_it_is_not_ready_and_says_so_in_time(
    anonymous: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr(service, "SECONDS", 0.2)
    started, database = time.monotonic(), app.state.database

    app.state.database = Away(seconds)
    try:
        ready, alive = await anonymous.get("/readyz"), await anonymous.get("/healthz")
    finally:
        app.state.database = database

    assert (ready.status_code, alive.status_code) == (503, 200)
    assert "retry-after" in ready.headers
    assert time.monotonic() - started < 2


async def test_requests_are_counted_by_route_and_not_by_what_fills_it(
    anonymous: httpx.AsyncClient, world: World
) -> None:
    city = await world.city()
    route = "/v1/cities/{city}"
    before = await samples(anonymous)

    await city.http.get(city.path)
    await city.http.head(city.path)
    await city.http.get("/v1/cities/nowhere")
    await anonymous.get(f"/v1/{city.code}/nothing")
    after = await samples(anonymous)

    def more(*labels: str) -> float:
        return after.get(labels, 0) - before.get(labels, 0)

    assert more("proxeny_requests_total", "GET", route, "2xx") == 1
    assert more("proxeny_requests_total", "HEAD", route, "2xx") == 1
    assert more("proxeny_requests_total", "GET", route, "4xx") == 1
    assert more("proxeny_requests_total", "GET", "unmatched", "4xx") == 1
    assert more("proxeny_request_seconds_count", route) == 3
    assert after["proxeny_requests_in_flight",] == 1
    assert not any(city.code in label for labels in after for label in labels)


async def test_a_made_up_method_makes_no_series_of_its_own(anonymous: httpx.AsyncClient) -> None:
    await anonymous.request("BREW", "/v1/methods")

    assert not any("BREW" in labels for labels in await samples(anonymous))


@pytest.mark.usefixtures("logged")
async def test_each_request_is_one_line_without_query_body_or_key(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    city = await world.city()
    telemetry.configure_logging("INFO")

    answer = await city.http.get(f"{city.path}/engagements?text=secretword", headers={"X-Request-Id": "a-request"})

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    ours = [line for line in lines if line["logger"].startswith("proxeny_api")]
    [line] = [line for line in ours if line["event"] == "request"]
    assert line["route"] == "/v1/cities/{city}/engagements"
    assert (line["method"], line["status"], line["request_id"]) == ("GET", 200, "a-request")
    assert line["bytes"] == len(answer.content)
    assert line["milliseconds"] > 0
    assert line["level"] == "info"
    assert "secretword" not in json.dumps(ours)
    assert city.key not in json.dumps(ours)


@pytest.mark.usefixtures("logged")
async def test_an_export_and_an_erasure_leave_no_word_of_theirs_in_the_log(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    city = await world.city()
    telemetry.configure_logging("DEBUG")
    body = engagement(title="secretword jo@example.org")
    made = await city.http.post(f"{city.path}/engagements", json=body)
    await city.http.delete(made.headers["Location"], headers={"If-Match": "*"})

    exported = await city.http.get(f"{city.path}/export")
    wanted = {"resource": "engagement", "id": made.json()["id"]}
    erased = await city.http.post(f"{city.path}/erasures", json=wanted)

    lines = [line for line in capsys.readouterr().err.splitlines() if '"logger": "proxeny_api' in line]
    said = "\n".join(lines)
    assert "secretword" in exported.text
    assert (exported.status_code, erased.status_code) == (200, 200)
    assert said.count('"event": "request"') == 4
    for word in ("secretword", "jo@example.org", city.key, made.json()["id"]):
        assert word not in said


@pytest.mark.usefixtures("logged")
async def test_an_error_is_logged_with_its_trace_as_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.configure_logging("INFO")

    try:
        raise LookupError("lost")
    except LookupError:
        logging.getLogger("proxeny_api.http").exception("Unforeseen: %s", "GET")

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "Unforeseen: GET"
    assert "LookupError: lost" in json.loads(line)["exception"]


@pytest.mark.usefixtures("logged")
async def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        telemetry.configure_logging("LOUD")


async def test_the_page_of_the_document_loads_nothing_and_runs_nothing(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/docs")

    policy = answer.headers["content-security-policy"]
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert b64encode(sha256(style.encode()).digest()).decode() in policy
    assert not re.search(r"<(script|link|img|iframe|object|form)|\son\w+=|javascript:|(src|href)=\"http", answer.text)


async def test_the_page_names_every_operation_and_schema(anonymous: httpx.AsyncClient) -> None:
    document = (await anonymous.get("/openapi.json")).json()

    text = (await anonymous.get("/docs")).text

    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
            assert f'href="#{operation["operationId"]}"' in text
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets <= set(re.findall(r'id="([^"]+)"', text))
