"""A city's system as a process of its own: `python writing.py URL KEY ROUNDS` writes what another one writes too."""

import json
import sys
from collections import Counter
from typing import Any

import httpx

ROWS = 60
SINGLES = 20


def row(number: int, turn: int, *, prefix: str = "row") -> dict[str, Any]:
    """Return an engagement with a cost and an outcome of external ids; what it costs depends on the turn."""
    name = f"{prefix}-{number}"
    cost = {"category": "travel", "amount": f"{turn}.01", "currency": "EUR", "incurred_on": "2024-04-08"}
    outcome = {"kind": "pilot", "title": "A pilot (made up)", "occurred_on": "2025-02-11"}
    return {
        "external_id": name,
        "kind": "mission",
        "title": f"Visit {number} (made up)",
        "starts_on": "2024-04-08",
        "costs": [cost | {"external_id": f"{name}-cost"}],
        "outcomes": [outcome | {"external_id": f"{name}-outcome"}],
    }


def write(city: httpx.Client, rounds: int) -> Counter[str]:
    """Write the same rows in every round, in batches and singly; return how often each thing became of them."""
    became: Counter[str] = Counter()
    for turn in range(rounds):
        rows = [row(number, turn) for number in range(ROWS)]
        answer = city.post("engagements/batch", json=rows)
        became[f"batch {answer.status_code}"] += 1
        became.update(f"row {result['status']}" for result in answer.json()["results"])
        for number in range(SINGLES):
            single = row(number, turn, prefix="single")
            put = city.put(f"engagements/by-external-id/{single['external_id']}", json=single)
            became[f"put {put.status_code}"] += 1
            posted = city.post("engagements", json=row(number, turn, prefix="posted"))
            became[f"post {posted.status_code}"] += 1
    return became


if __name__ == "__main__":
    url, key, turns = sys.argv[1:]
    with httpx.Client(base_url=f"{url}/", headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        print(json.dumps(write(client, int(turns))))
