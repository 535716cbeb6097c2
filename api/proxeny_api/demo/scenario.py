"""The made-up scenario: the study's cast with invented memberships, engagements, costs and outcomes of 2019 to 2023."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from proxeny_api.demo.cast import Record, cities, networks
from proxeny_api.demo.engagements import Setting, engagements
from proxeny_api.demo.memberships import fees, memberships
from proxeny_api.demo.numbering import numbering


@dataclass(frozen=True, slots=True)
class Scenario:
    """Records in the shapes in which the API takes them; those of a city are found under its code.

    A fee is a cost with a `network` in place of the id of its `membership`, which only the API can tell.
    """

    cities: list[Record]
    networks: list[Record]
    memberships: dict[str, list[Record]]
    fees: dict[str, list[Record]]
    engagements: dict[str, list[Record]]


def scenario(seed: int = 2017) -> Scenario:
    """Return the scenario of the seed: the same records each time.

    Each city has a stream of random numbers of its own, so that a change to one city leaves the others as they are.
    """
    made = Scenario(cities(), networks(), {}, {}, {})
    for city in made.cities:
        _play(Random(f"{seed}/{city['code']}"), city, made)
    return made


def _play(random: Random, city: Record, made: Scenario) -> None:
    code = city["code"]
    new_id = numbering(code)
    first_year = random.choices((2019, 2020, 2021, 2022), (10, 3, 2, 1))[0]
    made.memberships[code] = joined = memberships(random, city)
    made.fees[code] = fees(random, joined, first_year, new_id)
    made.engagements[code] = engagements(random, Setting(city, made.cities, joined, first_year, new_id))
