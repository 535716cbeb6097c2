"""The social return of a network of 500 cities and 100,000 outcomes, with intervals: made anew, and asked again."""

import json
import time
from statistics import median
from typing import Any

import httpx

from benchmarks.figures import Figure, answer
from benchmarks.stage import City, Stage, cast, client, engagement, post_batches, stage

CITIES, OUTCOMES_OF_EACH = 500, 200
NETWORK = "net-7"
ROUNDS, AGAIN = 5, 20
QUESTIONS = {
    "social return": f"/v1/networks/{NETWORK}/impact?indicators=sroi",
    "every figure": f"/v1/networks/{NETWORK}/impact",
    "every figure by year": f"/v1/networks/{NETWORK}/impact?group_by=year",
}


def run(cities: int = CITIES, each: int = OUTCOMES_OF_EACH) -> dict[str, Any]:
    """Return the seconds of each question, made anew after a write, and the milliseconds when it is asked again."""
    with stage() as running:
        members = cast(running, cities)
        for number, city in enumerate(members):
            _fill(running, city, number * each, each)
        with client(running.address, running.operator) as operator:
            made = operator.post("/v1/keys", json={"network": NETWORK, "name": "bench"})
            key = str(made.raise_for_status().json()["secret"])
        first, anew, again = _times(running, members[0], key)
    what = f"seconds for the social return of a network with {cities * each:,} outcomes, made anew"
    figures = {
        "seconds": Figure(what, anew["social return"], "≤ 2"),
        "again": Figure("milliseconds for the same, asked again", again["social return"]),
    }
    told = {"first_seconds": first, "anew_seconds": anew, "again_milliseconds": again}
    return answer("seconds", figures, cities=cities, outcomes=cities * each, **told)


def _fill(running: Stage, city: City, first: int, count: int) -> None:
    """Post some engagements of a city in the network, each with an outcome that is worth something."""
    with client(running.address, city.key) as http:
        body = {"network": NETWORK, "sharing": "indicators"}
        http.post(f"/v1/cities/{city.code}/memberships", json=body).raise_for_status()
        rows = [json.dumps(_valued(number)).encode() for number in range(first, first + count)]
        post_batches(http, city.code, [b"\n".join(rows)])


def _valued(number: int) -> dict[str, Any]:
    """Return a made-up engagement whose outcome has a price and levers, some of them left out."""
    row = engagement(number)
    [outcome] = row["outcomes"]
    worth = {"quantity": str(1 + number % 40), "unit": "people", "unit_value": f"{100 + number % 900}.50"}
    levers = {
        "deadweight": [None, "0.1", "0.2", "0.3"][number % 4],
        "drop_off": [None, "0.15"][number % 2],
        "duration_years": 1 + number % 5,
        "evidence_strength": number % 6,
    }
    money = {name: value for name, value in outcome.items() if name not in {"amount", "kind"}}
    outcomes = [{**money, "kind": "capacity_built", **worth, "currency": "EUR", **levers}]
    return {**row, "networks": [{"network": NETWORK, "share": "1"}], "outcomes": outcomes}


def _times(running: Stage, city: City, key: str) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return the time of the first answer, the median of those after a write, and of those without one between."""
    first: dict[str, float] = {}
    anew: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    again: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    with client(running.address, key) as network, client(running.address, city.key) as own:
        for turn in range(ROUNDS):
            for question, path in QUESTIONS.items():
                own.post(f"/v1/cities/{city.code}/engagements", json=_written(turn, question)).raise_for_status()
                seconds = _asked(network, path)
                first.setdefault(question, seconds)
                anew[question].append(seconds)
                again[question] += [_asked(network, path) * 1000 for _ in range(AGAIN)]
    return (
        first,
        {question: median(values) for question, values in anew.items()},
        {question: median(values) for question, values in again.items()},
    )


def _written(turn: int, question: str) -> dict[str, Any]:
    return {**_valued(turn), "external_id": f"written-{turn}-{question}", "costs": [], "outcomes": []}


def _asked(http: httpx.Client, path: str) -> float:
    start = time.perf_counter()
    http.get(path).raise_for_status()
    return time.perf_counter() - start
