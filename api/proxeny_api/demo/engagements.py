"""Made-up engagements of one city, with their costs and outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from proxeny_api.demo.cast import NETWORKS, Record, may_join
from proxeny_api.demo.costs import costs
from proxeny_api.demo.memberships import LAST_YEAR, NOTE
from proxeny_api.demo.outcomes import outcomes
from proxeny_api.demo.profiles import PROFILES, choose_kind, choose_mode
from proxeny_api.demo.titles import SDGS, SUBJECTS, Topic, choose_topic, engagement_title

THEMES = {str(network["code"]): list(network["themes"]) for network in NETWORKS}


class Setting(NamedTuple):
    """What the engagements of one city have in common."""

    city: Record
    cast: list[Record]
    memberships: list[Record]
    first_year: int
    new_id: Callable[[], str]


def engagements(random: Random, setting: Setting) -> list[Record]:
    """Return 12 to 40 engagements in the order of their days, more of them the longer the city has kept records."""
    years = LAST_YEAR - setting.first_year + 1
    first = date(setting.first_year, 1, 8)
    span = (date(LAST_YEAR, 12, 15) - first).days
    number = random.randint(max(12, 5 * years), 8 * years)
    days = sorted(first + timedelta(random.randrange(span)) for _ in range(number))
    return [_engagement(random, setting, day) for day in days]


def _engagement(random: Random, setting: Setting, day: date) -> Record:
    external_id = setting.new_id()
    shares = _shares(random, setting.memberships, day)
    kind = choose_kind(random, day, bool(shares))
    topic = _topic(random, setting, shares)
    record = {
        "external_id": external_id,
        "kind": kind,
        "diplomacy_type": "city_networks" if shares else PROFILES[kind].diplomacy_type,
        "title": engagement_title(random, kind, topic, bool(shares)),
        "description": NOTE,
        "starts_on": day.isoformat(),
        "networks": shares,
        "themes": _themes(random, topic),
        "sdgs": [random.choice(SDGS[topic.theme])],
        "mode": choose_mode(random, kind, day),
        "diplomatic_functions": list(PROFILES[kind].functions[: random.randint(1, 2)]),
        "visibility": random.choice(("private", "network", "public") if shares else ("private", "public")),
        "tags": ["made-up"],
    }
    record |= _course(random, kind, day) | _presence(random, kind)
    record |= _whereabouts(random, record, setting.city, topic.partner)
    record["costs"] = costs(random, setting.city["currency"], day, record, setting.new_id)
    cancelled = record["status"] == "cancelled"
    record["outcomes"] = [] if cancelled else outcomes(random, setting.city, day, topic, setting.new_id)
    return record


def _shares(random: Random, memberships: list[Record], day: date) -> list[Record]:
    """Return the shares of the networks that the city was in on the day: one, two or none."""
    text = day.isoformat()
    current = [
        str(each["network"])
        for each in memberships
        if each["joined_on"] <= text and (each["left_on"] is None or text <= each["left_on"])
    ]
    draw = random.random()
    if not current or draw < 0.18:
        return []
    # A programme that is about to close takes up more of its members' months.
    first = random.choices(current, [3 if code == "100-resilient-cities" else 1 for code in current])[0]
    others = [code for code in current if code != first]
    if not others or draw > 0.32:
        return [{"network": first, "share": "1"}]
    return [{"network": first, "share": "0.7"}, {"network": random.choice(others), "share": "0.3"}]


def _topic(random: Random, setting: Setting, shares: list[Record]) -> Topic:
    network = str(shares[0]["network"]) if shares else ""
    partners = [other for other in setting.cast if other != setting.city and may_join(other, network)]
    return choose_topic(random, THEMES.get(network, []), random.choice(partners))


def _themes(random: Random, topic: Topic) -> list[str]:
    if random.random() < 0.6:
        return [topic.theme]
    return [topic.theme, random.choice([theme for theme in SUBJECTS if theme != topic.theme])]


def _course(random: Random, kind: str, day: date) -> Record:
    """Return when it ended and what became of it; what ran on beyond the last year is still under way."""
    longest = PROFILES[kind].days
    ends_on = day + timedelta(random.randint(longest // 2, longest) - (longest < 10))
    if random.random() < (0.2 if date(2020, 3, 1) <= day <= date(2020, 8, 31) else 0.03):
        return {"status": "cancelled", "ends_on": None}
    status = "ongoing" if ends_on.year > LAST_YEAR else "completed"
    return {"status": status, "ends_on": max(ends_on, day).isoformat()}


def _presence(random: Random, kind: str) -> Record:
    """Return who took part and for how long: hours by the half, and no leader's hours without a leader."""
    profile = PROFILES[kind]
    leaders = int(profile.leader_hours > 0 and random.random() < 0.45)
    leader_hours = random.randint(2, 2 * profile.leader_hours) / 2 if leaders else 0
    staff_hours = random.randint(profile.staff_hours // 2, 2 * profile.staff_hours) / 2
    return {
        "leader_hours": f"{leader_hours:g}",
        "staff_hours": f"{staff_hours:g}",
        "participants": {
            "leaders": leaders,
            "staff": random.randint(1, profile.people),
            "partners": random.randint(0, 2 * profile.people),
        },
    }


def _whereabouts(random: Random, record: Record, city: Record, partner: Record) -> Record:
    """Return with whom and where: at the partner's for a journey, at home for a visit received, nowhere online."""
    away = PROFILES[record["kind"]].journey in {"away", "either"}
    host = partner if away else city
    met = partner["name"] in record["title"] or random.random() < 0.3
    return {
        "counterparts": [{"name": partner["name"], "country": partner["country"], "city": partner["code"]}] * met,
        "place": None if record["mode"] == "online" else {"name": host["name"], "country": host["country"]},
    }
