"""A city with a record of every kind, as those who are not to see it find it."""

from typing import Any

from tests.api.doors import Target
from tests.make import Holder, budget, cost, engagement, method, outcome, proxy

YEARS = {"public": 2024, "network": 2022, "private": 2023}


def shares(networks: list[Holder]) -> list[dict[str, str]]:
    """Return a tenth for each network."""
    return [{"network": network.code, "share": "0.1"} for network in networks]


async def post(holder: Holder, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post a record and return it."""
    made = await holder.http.post(f"{holder.path}/{path}", json=body)
    assert made.status_code == 201, made.text
    record: dict[str, Any] = made.json()
    return record


async def record(victim: Holder, networks: list[Holder], name: str, visibility: str) -> Target:
    """Make an engagement that all networks have a share in, with a cost and an outcome, and one of all other kinds."""
    nested = {
        "costs": [cost("77.01", description="SECRET")],
        "outcomes": [outcome(title="SECRET", external_id=f"outcome-{name}")],
    }
    said = engagement(
        title=f"SECRET {name}", external_id=f"there-{name}", networks=shares(networks), visibility=visibility, **nested
    )
    made = await post(victim, "engagements", said)
    key = (await victim.http.post("/v1/keys", json={"name": "SECRET"})).json()["id"]
    worth = await post(victim, "proxies", proxy(code=f"secret-{name}", title=f"SECRET {name}", visibility=visibility))
    yearly = await post(victim, "budgets", budget("77.01", year=YEARS[visibility], source="SECRET"))
    own = await post(victim, "methods", method(name=f"secret-{name}", title=f"SECRET {name}"))
    return Target(
        victim.code, networks[0].code, made["id"], made["costs"][0]["id"], made["outcomes"][0]["id"], key=key,
        external_id=f"there-{name}", proxy=worth["id"], budget=yearly["id"], method=own["id"],
    )  # fmt: skip
