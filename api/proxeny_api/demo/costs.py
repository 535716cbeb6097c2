"""Made-up costs of an engagement: the journey, people's time, and what the kind brings with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from proxeny_api.demo.cast import Record
from proxeny_api.demo.memberships import NOTE, weighted
from proxeny_api.demo.money import amount, working_currency
from proxeny_api.demo.profiles import PROFILES

# Euros an hour of staff, a person's journey, a person's night.
STAFF_HOUR, JOURNEY, NIGHT = 42, 640, 130
EXTRAS = {
    "event": 4_500,
    "consultancy": 7_000,
    "translation": 900,
    "leader_time": 1_400,
    "in_kind": 1_500,
    "co_financing": 18_000,
    "overhead": 600,
    "other": 700,
}
FUNDERS = {"city": 80, "network": 9, "partner": 6, "external_grant": 4, "other": 1}
ABROAD = frozenset({"travel", "accommodation"})


def costs(random: Random, city_currency: str, day: date, engagement: Record, new_id: Callable[[], str]) -> list[Record]:
    """Return the one to four costs of an engagement, all on the day; one is all that is left of a cancelled one."""
    home = working_currency(random, city_currency)
    abroad = random.choice(("EUR", "USD")) if random.random() < 0.2 else home
    found = _sizes(random, engagement)
    if engagement["status"] == "cancelled":
        found = found[:1]
    return [
        {
            "external_id": new_id(),
            "category": category,
            "amount": amount(random, euros, abroad if category in ABROAD else home),
            "currency": abroad if category in ABROAD else home,
            "incurred_on": day.isoformat(),
            "funded_by": "city" if category in {"staff_time", "leader_time"} else weighted(random, FUNDERS),
            "estimated": category in {"staff_time", "leader_time", "in_kind"},
            "description": NOTE,
        }
        for category, euros in found
    ]


def _sizes(random: Random, engagement: Record) -> list[tuple[str, float]]:
    """Return the categories of the costs with their rough worth in euros."""
    profile = PROFILES[engagement["kind"]]
    travellers = 1 + engagement["participants"]["leaders"] + engagement["participants"]["staff"] // 2
    found: list[tuple[str, float]] = []
    if profile.journey in {"away", "either"} and engagement["mode"] != "online":
        found.append(("travel", JOURNEY * travellers))
        found.append(("accommodation", NIGHT * travellers * min(profile.days, 5)))
    found.append(("staff_time", STAFF_HOUR * max(float(engagement["staff_hours"]), 1)))
    # An event online costs little beside one in a hall.
    scale = 0.3 if engagement["mode"] == "online" else 1
    extra = random.choice(_possible(profile.extras, engagement["participants"]["leaders"]))
    if random.random() < 0.55:
        found.append((extra, EXTRAS[extra] * scale))
    return found


def _possible(extras: tuple[str, ...], leaders: int) -> list[str]:
    """Return the extras without the time of leaders when none took part."""
    return [extra for extra in extras if leaders or extra != "leader_time"]
