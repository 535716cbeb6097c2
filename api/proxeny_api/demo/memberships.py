"""Made-up memberships of a city in the networks, and the fees that were paid for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from proxeny_api.demo.cast import NETWORKS, Record, may_join
from proxeny_api.demo.money import round_amount

NOTE = "Made up for the demonstration"
LAST_YEAR = 2023

# The chance that a city which may join did.
JOINING = {
    "c40": 0.75,
    "global-covenant-of-mayors": 0.8,
    "iclei": 0.65,
    "100-resilient-cities": 0.5,
    "eurocities": 0.9,
    "us-conference-of-mayors": 1.0,
}
# Euros a year; the networks that are not here ask for none.
YEARLY_FEES = {"iclei": 6_000, "eurocities": 16_000, "us-conference-of-mayors": 22_000}
CLOSED_ON = {"100-resilient-cities": "2019-07-31"}
FOUNDED = {"global-covenant-of-mayors": 2016, "100-resilient-cities": 2014}

ROLES = {"observer": 1, "member": 12, "executive": 3, "chair": 1, "host": 1}
FUNCTIONS = {
    "executive": ("Seat on the steering committee", "Vice-presidency", "Lead of the regional group"),
    "chair": ("Presidency", "Chair of a working group"),
    "host": ("Host of the regional office", "Host of the yearly assembly"),
}
SHARING = {"none": 1, "totals": 2, "indicators": 4, "records": 3}
# Four cities may join it: a sum over them is too small to hide in, so they say more or it could show nothing.
OPEN_SHARING = {"us-conference-of-mayors": {"indicators": 2, "records": 2}}
CONTACT = {"weekly": 2, "monthly": 5, "six_monthly": 2, "yearly": 1}
REGULARITY = {"at_least_yearly": 6, "irregular": 2, "unknown": 1}


def weighted(random: Random, weights: dict[str, int]) -> str:
    """Return one of the codes, each as likely as its weight."""
    return random.choices(list(weights), list(weights.values()))[0]


def memberships(random: Random, city: Record) -> list[Record]:
    """Return the city's memberships, in the order of the networks; at least one."""
    open_to_it = [str(network["code"]) for network in NETWORKS if may_join(city, str(network["code"]))]
    joined = [code for code in open_to_it if random.random() < JOINING[code]]
    return [_membership(random, city, code) for code in joined or open_to_it[:1]]


def _membership(random: Random, city: Record, network: str) -> Record:
    role = weighted(random, ROLES)
    function = random.choice(FUNCTIONS.get(role, ("Contact point in the city's international office",)))
    joined = date(random.randint(FOUNDED.get(network, 2005), 2017), 1, 1) + timedelta(random.randrange(365))
    fee = YEARLY_FEES.get(network)
    return {
        "network": network,
        "role": role,
        "function": f"{function} (made up)",
        "joined_on": joined.isoformat(),
        "left_on": CLOSED_ON.get(network),
        "annual_fee": None if fee is None else round_amount(random, fee, city["currency"]),
        "currency": None if fee is None else city["currency"],
        "contact_frequency": weighted(random, CONTACT),
        "meeting_regularity": weighted(random, REGULARITY),
        "sharing": weighted(random, OPEN_SHARING.get(network, SHARING)),
    }


def fees(random: Random, joined: list[Record], first_year: int, new_id: Callable[[], str]) -> list[Record]:
    """Return a cost for each year of each membership with a fee, naming its `network` in place of the membership."""
    return [
        {
            "external_id": new_id(),
            "network": membership["network"],
            "category": "membership_fee",
            "amount": membership["annual_fee"],
            "currency": membership["currency"],
            "incurred_on": date(year, random.randint(1, 3), random.randint(1, 28)).isoformat(),
            "funded_by": "city",
            "estimated": False,
            "description": NOTE,
        }
        for membership in joined
        if membership["annual_fee"] is not None
        for year in range(first_year, LAST_YEAR + 1)
    ]
