"""W2: the time of an impact answer as the records grow from 2,000 to 200,000 engagements.

Asked of what sums alone can tell, each time with another seed, so that no answer is one that was made before; and of
every figure, which is made anew after each write and remembered until the next.
"""

import time
from statistics import median
from typing import Any

import httpx

from benchmarks.stage import City, Stage, bodies, cast, client, post_batches, stage
from proxeny.indicators import catalogue

SIZES = (2_000, 20_000, 200_000)
CITIES = 4
REQUESTS = 60
SUMS = ",".join(definition.id for definition in catalogue() if not definition.valued)
NETWORK = "net-7"


def run(sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """Return the median milliseconds of each question at each size, and the largest growth."""
    with stage() as running:
        cities = cast(running, CITIES)
        network_key = _join(running, cities)
        posted, times = 0, {}
        for size in sizes:
            for city in cities:
                batches = bodies(posted // CITIES, (size - posted) // CITIES)
                with client(running.address, city.key) as http:
                    post_batches(http, city.code, batches)
            posted = size
            times[size] = _questions(running, cities[0], network_key)
    growth = {
        question: max(times[size][question] for size in sizes) / min(times[size][question] for size in sizes)
        for question in times[sizes[0]]
    }
    return {
        "milliseconds": {str(size): times[size] for size in sizes},
        "growth": growth,
        "largest": max(growth.values()),
    }


def _join(running: Stage, cities: list[City]) -> str:
    """Have every city share its indicators with one network, and return that network's key."""
    for city in cities:
        with client(running.address, city.key) as http:
            body = {"network": NETWORK, "sharing": "indicators"}
            http.post(f"/v1/cities/{city.code}/memberships", json=body).raise_for_status()
    with client(running.address, running.operator) as operator:
        made = operator.post("/v1/keys", json={"network": NETWORK, "name": "bench"})
        return str(made.raise_for_status().json()["secret"])


def _questions(running: Stage, city: City, network_key: str) -> dict[str, float]:
    """Return the median milliseconds of each question, asked in turn."""
    with client(running.address, city.key) as own, client(running.address, network_key) as network:
        asked: dict[str, tuple[httpx.Client, str]] = {
            f"city by {group}": (own, f"/v1/cities/{city.code}/impact?group_by={group}&indicators={SUMS}")
            for group in ("none", "network", "kind", "theme", "sdg", "year")
        }
        asked |= {
            f"network by {group}": (network, f"/v1/networks/{NETWORK}/impact?group_by={group}&indicators={SUMS}")
            for group in ("none", "kind", "year")
        }
        asked["members"] = (network, f"/v1/networks/{NETWORK}/members/impact?indicators={SUMS}")
        samples: dict[str, list[float]] = {question: [] for question in asked}
        for number in range(REQUESTS):
            for question, (http, path) in asked.items():
                start = time.perf_counter()
                http.get(f"{path}&seed={number}").raise_for_status()
                samples[question].append((time.perf_counter() - start) * 1000)
        for name, (http, path) in {
            "city, every figure, as before": (own, f"/v1/cities/{city.code}/impact"),
            "network, every figure, as before": (network, f"/v1/networks/{NETWORK}/impact"),
        }.items():
            samples[name] = []
            for number in range(REQUESTS):
                start = time.perf_counter()
                http.get(path).raise_for_status()
                if number:
                    samples[name].append((time.perf_counter() - start) * 1000)
    return {question: median(values) for question, values in samples.items()}
