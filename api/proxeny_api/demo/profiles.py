"""How each kind of engagement looks: how common, how long, who takes part, what it is for."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import NamedTuple

PANDEMIC = (date(2020, 3, 15), date(2021, 12, 31))


class Profile(NamedTuple):
    """A kind's plausible sizes: days, hours and people are the most that are drawn."""

    weight: float
    days: int
    leader_hours: int
    staff_hours: int
    people: int
    journey: str
    """`away`: always a journey; `either`: a journey unless online; `home`: received here; `desk`: nobody moves."""
    diplomacy_type: str
    """What it is when it belongs to no network."""
    functions: tuple[str, ...]
    extras: tuple[str, ...]
    """Cost categories beside travel and time."""


PLACE, POLICY = "place_based_global_engagement", "municipal_foreign_policy"
TWINS, OTHERS = "city_twinning_bilateral", "nonmunicipal_city_networking"
TALK, DEAL, LEARN, SEEN = "communicate", "negotiate", "gather_information", "participate_international_society"

PROFILES = {
    "network_activity": Profile(20, 3, 6, 60, 4, "either", OTHERS, (TALK, SEEN), ("event", "in_kind", "overhead")),
    "conference": Profile(12, 3, 16, 50, 5, "either", PLACE, (SEEN, TALK), ("event", "translation", "other")),
    "mission": Profile(9, 4, 24, 80, 6, "away", POLICY, (LEARN, TALK), ("translation", "leader_time")),
    "delegation": Profile(9, 2, 8, 40, 8, "home", POLICY, (TALK, LEARN), ("event", "translation", "in_kind")),
    "trade_mission": Profile(4, 5, 32, 90, 10, "away", POLICY, (DEAL, TALK), ("event", "translation", "leader_time")),
    "twinning_activity": Profile(5, 5, 8, 60, 12, "away", TWINS, (TALK, "prevent_conflict"), ("event", "in_kind")),
    "agreement_signing": Profile(3, 1, 8, 24, 4, "either", TWINS, (DEAL, SEEN), ("event", "leader_time")),
    "advocacy_campaign": Profile(4, 45, 10, 80, 3, "desk", POLICY, (DEAL, SEEN), ("consultancy", "other")),
    "peer_exchange": Profile(12, 3, 6, 70, 5, "either", OTHERS, (LEARN,), ("translation", "in_kind", "event")),
    "training": Profile(7, 4, 0, 90, 20, "either", OTHERS, (LEARN,), ("consultancy", "event")),
    "report_or_data_exchange": Profile(6, 20, 0, 100, 2, "desk", OTHERS, (LEARN, TALK), ("consultancy", "overhead")),
    "joint_project": Profile(5, 300, 12, 400, 8, "either", PLACE, (DEAL, LEARN), ("co_financing", "consultancy")),
    "online_meeting": Profile(5, 1, 3, 12, 4, "desk", OTHERS, (TALK,), ("overhead", "translation")),
    "other": Profile(2, 10, 4, 30, 4, "home", PLACE, (TALK,), ("event", "other")),
}


def in_pandemic(day: date) -> bool:
    """Say whether hardly anybody travelled on the day."""
    return PANDEMIC[0] <= day <= PANDEMIC[1]


def choose_kind(random: Random, day: date, networked: bool) -> str:
    """Return a kind of engagement: journeys are rare in the pandemic, meetings online common."""
    weights = {kind: profile.weight for kind, profile in PROFILES.items()}
    if in_pandemic(day):
        weights |= {kind: weights[kind] * 0.15 for kind in weights if PROFILES[kind].journey in {"away", "home"}}
        weights["online_meeting"] *= 6
    for kind in ("twinning_activity", "trade_mission", "delegation", "agreement_signing"):
        weights[kind] *= 0.5 if networked else 2
    return random.choices(list(weights), list(weights.values()))[0]


def choose_mode(random: Random, kind: str, day: date) -> str:
    """Return how people met."""
    journey = PROFILES[kind].journey
    if journey == "desk":
        return "online"
    if journey in {"away", "home"}:
        return "in_person"
    if in_pandemic(day):
        return random.choices(("online", "hybrid"), (92, 8))[0]
    return random.choices(("in_person", "hybrid", "online"), (92, 5, 3) if day.year < 2020 else (65, 17, 18))[0]
