"""W3: reads a second, beside bare FastAPI routes that answer the same bytes; one worker each, the same lean client."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx

from benchmarks.bare import Said, routes
from benchmarks.figures import answer, middle
from benchmarks.load import Fire, generator, request
from benchmarks.stage import City, Stage, bodies, cast, client, post_batches, stage

ENGAGEMENTS, ROUNDS, SECONDS, CONNECTIONS = 20_000, 5, 0.6, 8
KEPT = ("content-type", "etag", "cache-control", "vary")
TARGETS = {
    "one": ("one engagement by id", "≥ 0.4"),
    "figure": ("a city's impact, answered again as it was made before", "≥ 0.7"),
    "not modified": ("304 of a city's impact whose ETag the client has", "≥ 0.8"),
    "one, not modified": ("304 of one engagement whose ETag the client has", ""),
    "page": ("a page of 100 engagements", ""),
}


class Asked(NamedTuple):
    """What our server is asked, one path after the other, and what the bare route answers."""

    paths: Sequence[str]
    headers: dict[str, str]
    said: Said


def run(
    engagements: int = ENGAGEMENTS, rounds: int = ROUNDS, seconds: float = SECONDS, connections: int = CONNECTIONS
) -> dict[str, Any]:
    """Return the rates as shares of the bare routes', each between two samples of its limit."""
    with stage() as running, generator() as fire:
        city = cast(running)[0]
        with client(running.address, city.key) as http:
            post_batches(http, city.code, bodies(0, engagements))
            asked = questions(http, city, engagements)
        answers = {f"/{number}": each.said for number, each in enumerate(asked.values())}
        with routes(running.folder, answers) as limit:
            samples = [_round(fire, running, city, limit, asked, seconds, connections) for _ in range(rounds)]
        postgres = running.postgres
    figures = {
        name: middle(f"share of a bare route: {what}", [s[name]["ours"] / s[name]["bare"] for s in samples], target)
        for name, (what, target) in TARGETS.items()
    }
    return answer("one", figures, connections=connections, samples=samples, postgres=postgres)


def questions(http: httpx.Client, city: City, engagements: int) -> dict[str, Asked]:
    """Return what is asked, having seen that each is answered."""
    root = f"/v1/cities/{city.code}"
    page = f"{root}/engagements?limit=100"
    pages = http.get(f"{root}/engagements?limit={min(engagements, 1_000)}").raise_for_status().json()
    ones = [f"{root}/engagements/{item['id']}" for item in pages["items"]]
    http.headers["Accept-Encoding"] = "identity"
    impact = f"{root}/impact"
    return {
        "one": _asked(http, ones),
        "figure": _asked(http, [impact]),
        "not modified": _asked(http, [impact], http.get(impact).headers["etag"]),
        "one, not modified": _asked(http, ones[:1], http.get(ones[0]).headers["etag"]),
        "page": _asked(http, [page]),
    }


def _asked(http: httpx.Client, paths: Sequence[str], etag: str | None = None) -> Asked:
    headers = {} if etag is None else {"If-None-Match": etag}
    found = http.get(paths[0], headers=headers)
    if found.status_code != (200 if etag is None else 304):
        raise RuntimeError(f"{paths[0]} was answered with {found.status_code}.")
    kept = {name: value for name, value in found.headers.items() if name in KEPT}
    return Asked(paths, headers, Said(found.status_code, kept, found.content))


def _round(
    fire: Fire, running: Stage, city: City, limit: str, asked: dict[str, Asked], seconds: float, connections: int
) -> dict[str, dict[str, float]]:
    """Return the requests a second of each question, and of its bare route before and after."""
    sample = {}
    key = {"Authorization": f"Bearer {city.key}"}
    for number, (name, each) in enumerate(asked.items()):
        bare = [request("GET", limit, f"/{number}", {**each.headers, **key})]
        ours = [request("GET", running.address, path, {**each.headers, **key}) for path in each.paths]
        parts = [ours[first::connections] or ours for first in range(connections)]
        status = each.said.status
        before = fire(limit, [bare] * connections, status, seconds).rate
        fired = fire(running.address, parts, status, seconds)
        after = fire(limit, [bare] * connections, status, seconds).rate
        sample[name] = {"ours": fired.rate, "bare": (before + after) / 2, "p50_ms": fired.p50, "p99_ms": fired.p99}
    return sample
