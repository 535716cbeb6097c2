"""The same question has the same answer, byte for byte, from whichever process and with whatever remembered."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings
from tests.api.impacts import post
from tests.api.worth import gain, good
from tests.conftest import PEPPER
from tests.make import Holder, World, cost, engagement, with_key

ELSEWHERE = """
import asyncio, httpx, json, sys
from proxeny_api.main import create_app, serving
from proxeny_api.settings import Settings

async def main(admin_url, login_url, pepper, key, paths):
    settings = Settings(database_url=admin_url, pepper=pepper, environment="test")
    app = create_app(settings, login_url, pepper.encode())
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(serving(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://proxeny.test") as client:
            headers = {"Authorization": f"Bearer {key}"}
            answers = [await client.get(path, headers=headers) for path in paths]
            return [[answer.headers["ETag"], answer.text] for answer in answers]

print(json.dumps(asyncio.run(main(**json.loads(sys.argv[1])))))
"""
QUESTIONS = [
    {},
    {"group_by": "network", "method": "sroi-guide@1", "level": "0.99"},
    {"group_by": "theme", "currency": "USD", "seed": "3", "draws": "500"},
    {"group_by": "year", "indicators": "cost.total,outcomes.count"},
    {"indicators": "sroi,npv"},
]


@pytest.fixture
async def busy(world: World, city: Holder, network: Holder) -> Holder:
    """A city of which much is uncertain."""
    membership = await world.joins(city, network)
    await post(city, "costs", cost("9.00", membership=membership["id"], estimated=True))
    for number in range(1, 13):
        outcomes = [gain(f"{number}50.00", credit="0.5"), good("30", "2.50", deadweight=None, duration_years=2)]
        told = {"networks": [{"network": network.code, "share": "0.7"}], "themes": ["energy", "health", "culture"]}
        costs = [cost("100.00"), cost("20.00", estimated=True)]
        await post(city, "engagements", engagement(**told, costs=costs, outcomes=outcomes))
    return city


def paths(city: Holder) -> list[str]:
    """Return the addresses of all questions."""
    return [str(httpx.URL(f"{city.path}/impact", params=question)) for question in QUESTIONS]


def elsewhere(given: dict[str, Any]) -> list[list[str]]:
    """Return ETag and body of each address as another process answers."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, json.dumps(given)],
        capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": "12345"},
    )  # fmt: skip
    answers: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def without_instant(text: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """Return an answer without the instants in it."""
    return json.loads(text, object_hook=lambda each: {name: told for name, told in each.items() if name != "as_of"})


async def test_another_app_with_nothing_remembered_gives_the_same_bytes(
    busy: Holder, settings: Settings, login_url: str
) -> None:
    first = [await busy.http.get(path) for path in paths(busy)]
    other: FastAPI = create_app(settings, login_url, PEPPER.encode())

    async with other.router.lifespan_context(other):
        transport = httpx.ASGITransport(serving(other), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://proxeny.test") as anonymous:
            client = with_key(anonymous, busy.key)
            again = [await client.get(path) for path in paths(busy)]

    assert [answer.headers["ETag"] for answer in again] == [answer.headers["ETag"] for answer in first]
    assert [answer.content for answer in again] == [answer.content for answer in first]


async def test_another_process_gives_the_same_bytes(
    busy: Holder, network: Holder, admin_url: str, login_url: str
) -> None:
    """Sets come in another order there: nothing may hang on it. A network is not told when others last changed."""
    ways: list[tuple[Holder, Callable[[str], Any]]] = [(busy, str), (network, without_instant)]
    for holder, told in ways:
        asked = paths(busy)
        first = [await holder.http.get(path) for path in asked]
        given = {"admin_url": admin_url, "login_url": login_url, "pepper": PEPPER, "key": holder.key, "paths": asked}

        again = await asyncio.to_thread(elsewhere, given)

        assert [tag for tag, _ in again] == [answer.headers["ETag"] for answer in first]
        assert [told(text) for _, text in again] == [told(answer.text) for answer in first]


async def test_what_has_not_changed_is_not_sent_again(busy: Holder) -> None:
    answer = await busy.http.get(f"{busy.path}/impact")

    same = await busy.http.get(f"{busy.path}/impact", headers={"If-None-Match": answer.headers["ETag"]})
    other = await busy.http.get(f"{busy.path}/impact?seed=8", headers={"If-None-Match": answer.headers["ETag"]})
    await post(busy, "costs", cost("1.00"))
    changed = await busy.http.get(f"{busy.path}/impact", headers={"If-None-Match": answer.headers["ETag"]})

    assert (same.status_code, same.content, other.status_code, changed.status_code) == (304, b"", 200, 200)
    assert changed.json()["as_of"] > answer.json()["as_of"]


async def test_the_instant_that_is_told_brings_the_same_figures_later(busy: Holder) -> None:
    answer = (await busy.http.get(f"{busy.path}/impact")).json()
    await post(busy, "costs", cost("1000.00"))
    await post(busy, "outcomes", gain("1000.00"))

    then = await busy.http.get(f"{busy.path}/impact", params={"as_of": answer["as_of"]})
    now = await busy.http.get(f"{busy.path}/impact")

    def figures(body: dict[str, Any]) -> list[dict[str, Any]]:
        return [{**figure, "lineage": None} for figure in body["total"]["figures"]]

    assert figures(then.json()) == figures(answer) != figures(now.json())
    assert then.json()["as_of"] == answer["as_of"]
