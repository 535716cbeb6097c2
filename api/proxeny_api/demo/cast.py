"""Who takes part in the scenario: the study's cities, and the networks that it names."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

EUROPE = frozenset({"AT", "ES", "FI", "FR", "GR", "IE", "IT", "NL", "PL", "SE"})

NETWORKS: tuple[Record, ...] = (
    {
        "code": "c40",
        "name": "C40 Cities",
        "scope": "international",
        "kind": "city_network",
        "themes": ["climate_change", "environment", "energy", "transportation"],
        "website": "https://www.c40.org",
    },
    {
        "code": "global-covenant-of-mayors",
        "name": "Global Covenant of Mayors",
        "scope": "international",
        "kind": "city_network",
        "themes": ["climate_change", "energy"],
        "website": "https://www.globalcovenantofmayors.org",
    },
    {
        "code": "iclei",
        "name": "ICLEI",
        "scope": "international",
        "kind": "city_network",
        "themes": ["environment", "urban_planning_land_sustainability", "climate_change"],
        "website": "https://iclei.org",
    },
    {
        "code": "100-resilient-cities",
        "name": "100 Resilient Cities",
        "scope": "international",
        "kind": "programme",
        "themes": ["disaster_preparedness", "infrastructure", "urban_planning_land_sustainability"],
        "website": None,
    },
    {
        "code": "eurocities",
        "name": "Eurocities",
        "scope": "regional",
        "kind": "city_network",
        "themes": ["governance_democracy", "culture", "migration", "economic_development"],
        "website": "https://eurocities.eu",
    },
    {
        "code": "us-conference-of-mayors",
        "name": "United States Conference of Mayors",
        "scope": "national",
        "kind": "national_association",
        "themes": ["governance_democracy", "safety_security_crime", "infrastructure", "poverty"],
        "website": "https://www.usmayors.org",
    },
)


def cities() -> list[Record]:
    """Return the 27 cities of the study, their places and populations from GeoNames (CC BY 4.0)."""
    text = (files("proxeny_api.demo") / "cities.json").read_text(encoding="utf-8")
    found: list[Record] = json.loads(text)["cities"]
    return found


def networks() -> list[Record]:
    """Return the six networks that the study names."""
    return [{**network, "themes": list(network["themes"])} for network in NETWORKS]


def may_join(city: Record, network: str) -> bool:
    """Say whether a city lies where the network takes its members from."""
    if network == "eurocities":
        return city["country"] in EUROPE
    if network == "us-conference-of-mayors":
        return bool(city["country"] == "US")
    return True
