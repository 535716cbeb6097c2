"""Every door of the document, as somebody would try it on objects that are not theirs."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from tests.make import budget, cost, engagement, method, outcome, proxy

RANDOM = "01939c1e-7f6a-7000-8000-3d1f5b8a2c4e"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PASSING_WORDS = (
    (UUID, "<id>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<at>"),
    (re.compile(r"[0-9a-f]{64}"), "<hash>"),
)
PASSING = ("date", "x-request-id", "content-length", "ratelimit", "etag")


class Target(NamedTuple):
    """What is tried: codes and ids of a city's, or random ones."""

    city: str = "no-such-city"
    network: str = "no-such-network"
    engagement: str = RANDOM
    cost: str = RANDOM
    outcome: str = RANDOM
    membership: str = RANDOM
    key: str = RANDOM
    proxy: str = RANDOM
    budget: str = RANDOM
    method: str = "no-such-method@1"
    external_id: str = "no-such-external-id"


class Try(NamedTuple):
    """A request of a door: its body and its query."""

    body: Any = None
    query: dict[str, str] | None = None


def _plain(_: Target) -> Try:
    return Try()


DOORS: dict[str, Callable[[Target], Try]] = {
    "create_city": lambda t: Try({"code": t.city, "name": "x", "country": "GR", "currency": "EUR"}),
    "list_cities": _plain,
    "get_city": _plain,
    "update_city": lambda _: Try({"population": 1}),
    "create_network": lambda t: Try({"code": t.network, "name": "x", "scope": "regional", "kind": "other"}),
    "list_networks": _plain,
    "get_network": _plain,
    "update_network": lambda _: Try({"name": "x"}),
    "create_membership": lambda t: Try({"network": t.network}),
    "list_memberships": _plain,
    "get_membership": _plain,
    "update_membership": lambda _: Try({"sharing": "records"}),
    "delete_membership": _plain,
    "batch_engagements": lambda t: Try([engagement(external_id=t.external_id)]),
    "create_engagement": lambda t: Try(engagement(external_id=t.external_id)),
    "list_engagements": lambda _: Try(query={"text": "SECRET"}),
    "get_engagement_by_external_id": _plain,
    "put_engagement_by_external_id": lambda _: Try(engagement()),
    "get_engagement": _plain,
    "update_engagement": lambda _: Try({"title": "x"}),
    "delete_engagement": _plain,
    "create_cost": lambda t: Try(cost(engagement=t.engagement)),
    "list_costs": lambda t: Try(query={"engagement": t.engagement}),
    "get_cost": _plain,
    "update_cost": lambda t: Try({"engagement": t.engagement}),
    "delete_cost": _plain,
    "create_outcome": lambda t: Try(outcome(credits=[{"engagement": t.engagement, "credit": "0.1"}])),
    "list_outcomes": lambda t: Try(query={"engagement": t.engagement}),
    "get_outcome": _plain,
    "update_outcome": lambda t: Try({"credits": [{"engagement": t.engagement, "credit": "0.1"}]}),
    "delete_outcome": _plain,
    "create_proxy": lambda _: Try(proxy()),
    "list_proxies": _plain,
    "get_proxy": _plain,
    "update_proxy": lambda _: Try({"title": "x"}),
    "delete_proxy": _plain,
    "create_budget": lambda _: Try(budget()),
    "list_budgets": _plain,
    "get_budget": _plain,
    "update_budget": lambda _: Try({"source": "x"}),
    "delete_budget": _plain,
    "create_city_method": lambda _: Try(method()),
    "list_city_methods": _plain,
    "get_city_method": _plain,
    "get_city_impact": lambda _: Try(query={"group_by": "network"}),
    "get_tornado": lambda _: Try(query={"draws": "100"}),
    "get_lineage": _plain,
    "get_network_impact": lambda _: Try(query={"group_by": "network"}),
    "list_member_impacts": _plain,
    "list_claims": lambda _: Try(query={"over": "false"}),
    "list_claim_candidates": _plain,
    "list_outcome_duplicates": _plain,
    "list_city_changes": _plain,
    "get_checkpoint": _plain,
    "export_city": _plain,
    "erase_record": lambda t: Try({"resource": "cost", "id": t.cost}),
    "list_network_changes": _plain,
    "load_rates": lambda _: Try({"source": "x", "rates": [{"currency": "ZMW", "day": "2024-04-05", "per_eur": "7"}]}),
    "load_price_indices": lambda _: Try(
        {
            "source": "x",
            "indices": [{"currency": "ZMW", "year": 2024, "value": "7"}],
        }
    ),
    "get_me": _plain,
    "create_key": lambda t: Try({"name": "x", "city": t.city}),
    "list_keys": _plain,
    "rotate_key": lambda _: Try({"overlap_hours": 1}),
    "revoke_key": _plain,
}
OF_NOBODY = frozenset({
    "list_vocabularies", "get_vocabulary", "list_indicators", "get_indicator", "list_methods", "get_method",
    "list_rates", "get_rate", "list_price_indices", "get_health", "get_readiness", "get_metrics",
    "list_signing_keys",
})  # fmt: skip
METHODS = ("get", "put", "post", "patch", "delete")


def operations(document: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return method and path of each operation in a document, by its id."""
    return {
        operation["operationId"]: (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


async def attempt(
    client: httpx.AsyncClient, door: tuple[str, str], name: str, target: Target, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Try a door on a target."""
    method, path = door
    parts = {f"{part}_id": value for part, value in target._asdict().items()} | {
        "city": target.city,
        "network": target.network,
        "method": target.method,
        "indicator": "cost.total",
        "external_id": quote(target.external_id, safe=""),
    }
    tried = DOORS[name](target)
    conditions = {"If-Match": "*"} if method in {"patch", "delete"} else {}
    return await client.request(
        method.upper(),
        path.format(**parts),
        json=tried.body,
        params=tried.query,
        headers={**conditions, **(headers or {})},
    )


def seen(answer: httpx.Response, target: Target) -> tuple[int, str, list[tuple[str, str]]]:
    """Return all of an answer that may tell one target from another, without the names that were asked for."""
    text = answer.text
    if answer.headers.get("content-type") == "application/problem+json":
        problem = answer.json()
        text = str({name: value for name, value in problem.items() if name not in {"request_id", "instance"}})
    for name, value in target._asdict().items():
        text = text.replace(value, f"<{name}>")
    for pattern, word in PASSING_WORDS:
        text = pattern.sub(word, text)
    headers = [(name, value) for name, value in sorted(answer.headers.items()) if not name.startswith(PASSING)]
    return answer.status_code, re.sub(r"<(engagement|cost|outcome|membership|key|proxy|budget)>", "<id>", text), headers
