"""Post a scenario through the SDK as its users do; what is there already stays as it is."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from proxeny import Proxeny
from proxeny.errors import Conflict
from proxeny_api.demo.scenario import Scenario


@dataclass
class Posted:
    """The keys made on the way, what everybody is called, and what became of the engagements."""

    city_keys: dict[str, str] = field(default_factory=dict)
    network_keys: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    engagements: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def summary(self) -> str:
        """What was posted, in one sentence."""
        there = f", {self.unchanged:,} of them there already" if self.unchanged else ""
        return (
            f"{len(self.city_keys)} cities, {len(self.network_keys)} networks, {self.engagements:,} engagements{there}."
        )


def post(made: Scenario, address: str, operator_key: str) -> Posted:
    """Post a scenario; raises RuntimeError where the API refuses any of it."""
    posted = Posted()
    with Proxeny(operator_key, address) as operator:
        for network in made.networks:
            with suppress(Conflict):
                operator.networks.create(network)
            posted.names[network["code"]] = network["name"]
            posted.network_keys[network["code"]] = _key(operator, network=network["code"])
        for city in made.cities:
            with suppress(Conflict):
                operator.cities.create(city)
            posted.names[city["code"]] = city["name"]
            posted.city_keys[city["code"]] = _key(operator, city=city["code"])
    for code, key in posted.city_keys.items():
        with Proxeny(key, address) as client:
            _post_city(client, code, made, posted)
    if posted.refused:
        raise RuntimeError(f"The API refused {posted.refused} engagements of the scenario.")
    return posted


def _key(operator: Proxeny, **owner: str) -> str:
    """Return a new key that lasts a day."""
    secret = operator.keys.create(name="demonstration", scopes=["read", "write"], days=1, **owner).secret
    if secret is None:
        raise RuntimeError("The API gave a key without its secret.")
    return secret


def _post_city(client: Proxeny, code: str, made: Scenario, posted: Posted) -> None:
    """Post one city's memberships, fees and engagements."""
    known = {membership.network: str(membership.id) for membership in client.memberships.list(code)}
    for membership in made.memberships[code]:
        if membership["network"] not in known:
            known[membership["network"]] = str(client.memberships.create(code, membership).id)
    for fee in made.fees[code]:
        with suppress(Conflict):
            client.costs.create(code, _fee(fee, known))
    summary = client.engagements.upsert_many(code, made.engagements[code]).finish()
    posted.engagements += len(made.engagements[code])
    posted.unchanged += summary.unchanged
    posted.refused += summary.refused


def _fee(fee: Mapping[str, Any], memberships: Mapping[str, str]) -> dict[str, Any]:
    """Return a fee as a cost of its membership."""
    cost = {name: value for name, value in fee.items() if name != "network"}
    return {**cost, "membership": memberships[fee["network"]]}
