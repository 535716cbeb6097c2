"""A served process with a city's records of every kind, and requests made of cases for it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from proxeny_api.boot import Place
from tests.api.doors import DOORS, Target
from tests.api.scenes import post, record
from tests.faults.running import Running
from tests.input.case import Case, body_of, bytes_of, operations
from tests.input.wire import written
from tests.make import World, cost, outcome

SECRET = "s3cr3t"
OPERATORS = {"create_city", "create_network", "load_rates", "load_price_indices"}
REQUIRED = dict.fromkeys(("list_rates", "list_price_indices"), "currency=USD")
OF_ALL = {
    "vocabulary": "theme", "indicator": "cost.total", "currency": "USD", "day": "2024-04-05",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """The server, whose keys there are, and what the marks in cases stand for."""

    server: Running
    keys: Mapping[str, str]
    target: Target
    known: Mapping[str, str]
    held: int
    stored: int

    def said(self, case: Case) -> bytes:
        """Return the value of a case as it is sent."""
        return bytes_of(case.value or "", self.known)

    def good(self) -> bytes:
        """Return a request that is always good."""
        return written("GET", b"/v1/me", self._headers("city", None), None)

    def request(self, case: Case) -> bytes:
        """Return the bytes of a case's request."""
        if case.raw is not None:
            return bytes_of(case.raw, self.known)
        method = case.method or operations()[case.door]["method"]
        target = self._target(case)
        good: Any = DOORS[case.door](target).body if case.door in DOORS else None
        if case.within:
            good = {**good, "costs": [cost()], "outcomes": [outcome()]}
        body = body_of(case, good, self.known)
        address = bytes_of(case.path if case.path is not None else self._path(case.door, target), self.known)
        query = "&".join(filter(None, [case.query, REQUIRED.get(case.door) if "currency=" not in case.query else None]))
        if query:
            address += b"?" + bytes_of(query, self.known)
        headers = self._headers(case.asker or usual_asker(case.door), body)
        if method in {"PATCH", "DELETE"}:
            headers["If-Match"] = "*"
        for name, said in case.headers.items():
            values = [
                bytes_of(each, self.known).decode("latin-1") for each in (said if isinstance(said, list) else [said])
            ]
            headers = {known: value for known, value in headers.items() if known.lower() != name.lower()}
            if values != [""]:
                headers[name] = values
        return written(method, address, headers, body)

    def memory(self) -> int:
        """Return the most bytes that the server's process has ever held."""
        return most_held(self.server)

    def _headers(self, asker: str, body: bytes | None) -> dict[str, str | list[str]]:
        headers: dict[str, str | list[str]] = {"Host": "proxeny.test"}
        if asker in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[asker]}"
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        return headers

    def _target(self, case: Case) -> Target:
        """Return what is asked for; what may be made gets names of its own."""
        if operations()[case.door]["method"] != "POST":
            return self.target
        name = hashlib.sha256(f"{case.door} {case.what}".encode()).hexdigest()[:12]
        return self.target._replace(external_id=name)

    def _path(self, door: str, target: Target) -> str:
        ids = {f"{part}_id": value for part, value in target._asdict().items()}
        method = "green-book@1" if door == "get_method" else target.method
        parts: dict[str, Any] = {**OF_ALL, **ids, **target._asdict(), "method": method}
        parts["external_id"] = quote(target.external_id, safe="")
        return str(operations()[door]["path"]).format(**parts)


def usual_asker(door: str) -> str:
    """Return who asks at a door, where a case does not say."""
    operation = operations()[door]
    if door in OPERATORS:
        return "operator"
    if operation.get("security") == []:
        return "nobody"
    return "network" if operation["path"].startswith("/v1/networks/") else "city"


def most_held(server: Running) -> int:
    """Return the most bytes that a server's process has ever held."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) << 10


async def staged(server: Running, place: Place) -> Stage:
    """Return a stage: a city in a network that it shares its records with, and another city."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as anonymous:
        world = await World.create(anonymous, place)
        network = await world.network()
        city, other = await world.city(), await world.city()
        targets = []
        for holder in (city, other):
            membership = await world.joins(holder, network)
            await post(holder, "costs", cost(membership=membership["id"]))
            targets.append((await record(holder, [network], "public", "public"))._replace(membership=membership["id"]))
            await record(holder, [network], "private", "private")
        mine, theirs = targets
        pages = {
            name: (await holder.http.get(f"{holder.path}/engagements", params={"limit": 1})).json()["next_cursor"]
            for name, holder in (("cursor", city), ("their cursor", other))
        }
        operator = str(world.operator.headers["authorization"]).removeprefix("Bearer ")
        revoked = (await city.http.post("/v1/keys", json={"name": "revoked"})).json()
        await city.http.delete(f"/v1/keys/{revoked['id']}")
        stored = len((await city.http.get(f"{city.path}/changes", params={"limit": 1000})).json()["items"])
    keys = {"city": city.key, "network": network.key, "operator": operator, "other": other.key}
    known = {
        **mine._asdict(), **{f"their {name}": value for name, value in theirs._asdict().items()}, **pages,
        "key": city.key, "revoked key": revoked["secret"],
    }  # fmt: skip
    return Stage(server, keys, mine, known, most_held(server), stored)
