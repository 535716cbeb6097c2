"""Cities, networks, keys and records for tests, made through the API's own doors."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx

from proxeny_api.boot import Place
from proxeny_api.keys.command import create_key


@dataclass(frozen=True)
class Holder:
    """A city or network with a client that has its key."""

    id: str
    code: str
    key: str
    http: httpx.AsyncClient

    @property
    def path(self) -> str:
        """Where its records are."""
        return f"/v1/cities/{self.code}"


@dataclass(frozen=True)
class World:
    """The operator, and what it makes."""

    anonymous: httpx.AsyncClient
    operator: httpx.AsyncClient

    @classmethod
    async def create(cls, anonymous: httpx.AsyncClient, place: Place) -> "World":
        """Return a world whose operator has a key made by the command."""
        key = await create_key(
            place.admin_url,
            place.pepper,
            kind="operator",
            owner=None,
            scopes=None,
            days=1,
            environment="test",
            name="tests",
        )
        return cls(anonymous, with_key(anonymous, key))

    async def city(self, currency: str = "EUR", country: str = "GR", **more: Any) -> Holder:
        """Create a city with a code of its own, and a key that may do all a city may."""
        code = f"city-{secrets.token_hex(5)}"
        body = {"code": code, "name": f"City {code}", "country": country, "currency": currency, **more}
        made = await self.operator.post("/v1/cities", json=body)
        assert made.status_code == 201, made.text
        return await self.holder("city", code, made.json()["id"])

    async def network(self, **more: Any) -> Holder:
        """Create a network with a code of its own, and a key that may do all a network may."""
        code = f"net-{secrets.token_hex(5)}"
        body = {"code": code, "name": f"Network {code}", "scope": "international", "kind": "city_network", **more}
        made = await self.operator.post("/v1/networks", json=body)
        assert made.status_code == 201, made.text
        return await self.holder("network", code, made.json()["id"])

    async def holder(self, kind: str, code: str, identity: str) -> Holder:
        """Issue a key for a city or network that is there."""
        wanted = {kind: code, "name": "tests", "scopes": ["read", "write", "keys"]}
        made = await self.operator.post("/v1/keys", json=wanted)
        assert made.status_code == 201, made.text
        return Holder(identity, code, made.json()["secret"], with_key(self.anonymous, made.json()["secret"]))

    async def joins(self, city: Holder, network: Holder, sharing: str = "records") -> dict[str, Any]:
        """Make a city a member that shares so much."""
        made = await city.http.post(f"{city.path}/memberships", json={"network": network.code, "sharing": sharing})
        assert made.status_code == 201, made.text
        membership: dict[str, Any] = made.json()
        return membership


def with_key(anonymous: httpx.AsyncClient, key: str) -> httpx.AsyncClient:
    """Return a client on the same app that carries a key."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.AsyncClient(
        transport=anonymous._transport,
        base_url=anonymous.base_url,
        headers=headers,
        timeout=60,
    )


def engagement(**changes: Any) -> dict[str, Any]:
    """Return an engagement that may be posted."""
    return {
        "kind": "mission",
        "title": "A study visit (made up)",
        "starts_on": "2024-04-08",
        "visibility": "public",
        "tags": ["made-up"],
        **changes,
    }


def cost(amount: str = "100.00", **changes: Any) -> dict[str, Any]:
    """Return a cost that may stand in an engagement."""
    return {"category": "travel", "amount": amount, "currency": "EUR", "incurred_on": "2024-04-08", **changes}


def proxy(value: str = "42.50", **changes: Any) -> dict[str, Any]:
    """Return a valuation proxy that may be posted."""
    return {
        "code": "officer-hour",
        "title": "An hour of an officer (made up)",
        "value": value,
        "currency": "EUR",
        "unit": "hour",
        "year": 2024,
        "source": "Pay scale (made up)",
        **changes,
    }


def budget(amount: str = "1000000.00", **changes: Any) -> dict[str, Any]:
    """Return a yearly budget that may be posted."""
    return {"year": 2024, "amount": amount, "currency": "EUR", "source": "Council (made up)", **changes}


def method(rate: str = "0.021", **changes: Any) -> dict[str, Any]:
    """Return a method that may be posted."""
    return {
        "name": "ours",
        "title": "As we count (made up)",
        "source": "Guideline 4 (made up)",
        "parameters": {"schedule": [{"through": None, "rate": rate}]},
        **changes,
    }


def outcome(**changes: Any) -> dict[str, Any]:
    """Return an outcome that may stand in an engagement."""
    return {"kind": "policy_change", "title": "A plan (made up)", "occurred_on": "2025-02-11", **changes}
