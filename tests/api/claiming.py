"""Outcomes that several claim in tests, and asking for what is told of them."""

from typing import Any

from tests.make import Holder, engagement, outcome

KEY = "life-2024-0117"


def grant(title: str = "Grant for shade (made up)", **changes: Any) -> dict[str, Any]:
    """Return an outcome that moved money."""
    return outcome(**{"kind": "funding", "title": title, "amount": "1000.00", "currency": "EUR", **changes})


async def post(holder: Holder, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post a record and return it."""
    made = await holder.http.post(f"{holder.path}/{path}", json=body)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def through(city: Holder, network: Holder, *gained: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """Record outcomes of an engagement that is a network's; return them."""
    said = engagement(networks=[{"network": network.code, "share": changes.pop("share", "1")}], **changes)
    found: list[dict[str, Any]] = (await post(city, "engagements", {**said, "outcomes": list(gained)}))["outcomes"]
    return found


async def items(asker: Holder, path: str, **query: str) -> list[dict[str, Any]]:
    """Return everything of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        answer = await asker.http.get(path, params={**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


async def claims(network: Holder, **query: str) -> list[dict[str, Any]]:
    """Return a network's claims."""
    return await items(network, f"/v1/networks/{network.code}/claims", **query)


async def across(network: Holder, **query: str) -> list[dict[str, Any]]:
    """Return what may be the same across a network's cities."""
    return await items(network, f"/v1/networks/{network.code}/claims/candidates", **query)


async def duplicates(city: Holder, **query: str) -> list[dict[str, Any]]:
    """Return what may be the same in a city."""
    return await items(city, f"{city.path}/outcomes/duplicates", **query)


def ids(groups: list[dict[str, Any]]) -> list[list[str]]:
    """Return the ids of the outcomes of each group."""
    return [[one["id"] for one in group["outcomes"]] for group in groups]


async def patch(city: Holder, record: dict[str, Any], **changes: Any) -> None:
    """Change an outcome."""
    answer = await city.http.patch(f"{city.path}/outcomes/{record['id']}", json=changes, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
