"""The made-up scenario: the same each time, within the code lists and the rules of the records, and labelled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from iso4217 import Currency

from proxeny_api.demo.scenario import Scenario, scenario
from proxeny_api.vocabularies.codes import LISTS

Record = dict[str, Any]

MONEY = re.compile(r"(0|[1-9][0-9]{0,13})(\.[0-9]+)?")
HOURS = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]{1,2})?")
SHARE = re.compile(r"0(\.[0-9]{1,6})?|1")
ENGAGEMENT_CODES = {
    "kind": "engagement_kind",
    "diplomacy_type": "diplomacy_type",
    "status": "engagement_status",
    "mode": "mode",
    "visibility": "visibility",
    "themes": "theme",
    "sdgs": "sdg",
    "diplomatic_functions": "diplomatic_function",
}
COST_CODES = {"category": "cost_category", "funded_by": "funded_by"}
OUTCOME_CODES = {
    "kind": "outcome_kind",
    "status": "outcome_status",
    "level": "policy_level",
    "funding_stage": "funding_stage",
    "unit": "capacity_unit",
}
MEMBERSHIP_CODES = {
    "role": "membership_role",
    "contact_frequency": "contact_frequency",
    "meeting_regularity": "meeting_regularity",
    "sharing": "sharing",
}
NETWORK_CODES = {"scope": "scope", "kind": "network_kind", "themes": "theme"}


@pytest.fixture(scope="module", params=[2017, 1, 99])
def made(request: pytest.FixtureRequest) -> Scenario:
    return scenario(request.param)


def of_all_cities(records: dict[str, list[Record]]) -> list[Record]:
    return [record for city in records.values() for record in city]


def engagements(made: Scenario) -> list[Record]:
    return of_all_cities(made.engagements)


def costs(made: Scenario) -> list[Record]:
    return [cost for each in engagements(made) for cost in each["costs"]] + of_all_cities(made.fees)


def outcomes(made: Scenario) -> list[Record]:
    return [outcome for each in engagements(made) for outcome in each["outcomes"]]


def unknown_codes(records: list[Record], lists: dict[str, str]) -> Iterator[tuple[str, object]]:
    for record in records:
        for member, vocabulary in lists.items():
            value = record.get(member)
            for code in value if isinstance(value, list) else [value]:
                if code is not None and code not in LISTS[vocabulary]:
                    yield member, code


def test_the_same_seed_makes_the_same_scenario() -> None:
    assert scenario(5) == scenario(5)
    assert scenario() == scenario(2017)
    assert scenario(5) != scenario(6)


def test_the_cast_is_the_studys(made: Scenario) -> None:
    assert len(made.cities) == 27
    assert [network["code"] for network in made.networks] == [
        "c40",
        "global-covenant-of-mayors",
        "iclei",
        "100-resilient-cities",
        "eurocities",
        "us-conference-of-mayors",
    ]
    codes = {city["code"] for city in made.cities}
    assert set(made.memberships) == set(made.fees) == set(made.engagements) == codes


def test_a_city_has_its_place_and_people(made: Scenario) -> None:
    members = {"code", "name", "country", "currency", "population", "latitude", "longitude", "geonames_id"}
    for city in made.cities:
        assert set(city) == members
        assert city["population"] > 300_000
        assert -90 <= city["latitude"] <= 90
        assert -180 <= city["longitude"] <= 180


def test_every_code_is_in_its_list(made: Scenario) -> None:
    found = [
        *unknown_codes(made.networks, NETWORK_CODES),
        *unknown_codes(of_all_cities(made.memberships), MEMBERSHIP_CODES),
        *unknown_codes(engagements(made), ENGAGEMENT_CODES),
        *unknown_codes(costs(made), COST_CODES),
        *unknown_codes(outcomes(made), OUTCOME_CODES),
    ]

    assert found == []


def test_everything_says_that_it_is_made_up(made: Scenario) -> None:
    for record in [*engagements(made), *outcomes(made)]:
        assert "made-up" in record["tags"]
        assert record["title"].endswith(" (made up)")
    for cost in costs(made):
        assert cost["description"] == "Made up for the demonstration"
    for membership in of_all_cities(made.memberships):
        assert membership["function"].endswith(" (made up)")


def test_money_has_the_digits_of_its_currency(made: Scenario) -> None:
    fees = [each | {"amount": each["annual_fee"]} for each in of_all_cities(made.memberships)]
    amounts = [record for record in [*costs(made), *outcomes(made), *fees] if record.get("amount") is not None]
    for record in amounts:
        assert MONEY.fullmatch(record["amount"]), record["amount"]
        assert Decimal(record["amount"]) > 0
        _, _, decimals = record["amount"].partition(".")
        assert len(decimals) == Currency(record["currency"]).exponent


def test_an_amount_and_its_currency_come_together(made: Scenario) -> None:
    for outcome in outcomes(made):
        assert (
            ("amount" in outcome) == ("currency" in outcome) == (outcome["kind"] in {"funding", "investment_or_trade"})
        )
        assert ("quantity" in outcome) == ("unit" in outcome) == (outcome["kind"] == "capacity_built")
        assert ("funding_stage" in outcome) == (outcome["kind"] == "funding")
    for membership in of_all_cities(made.memberships):
        assert (membership["annual_fee"] is None) == (membership["currency"] is None)


def test_shares_and_credits_are_at_most_one(made: Scenario) -> None:
    for engagement in engagements(made):
        shares = [network["share"] for network in engagement["networks"]]
        assert all(SHARE.fullmatch(share) for share in shares)
        assert sum(map(Decimal, shares)) <= 1
    assert all(SHARE.fullmatch(outcome["credit"]) and Decimal(outcome["credit"]) > 0 for outcome in outcomes(made))


def test_an_engagement_counts_for_networks_that_the_city_was_in(made: Scenario) -> None:
    for code, records in made.engagements.items():
        terms = {each["network"]: (each["joined_on"], each["left_on"] or "9") for each in made.memberships[code]}
        for engagement in records:
            for network in engagement["networks"]:
                joined, left = terms[network["network"]]
                assert joined <= engagement["starts_on"] <= left


def test_days_follow_each_other(made: Scenario) -> None:
    for engagement in engagements(made):
        start = date.fromisoformat(engagement["starts_on"])
        assert 2019 <= start.year <= 2023
        assert engagement["ends_on"] is None or date.fromisoformat(engagement["ends_on"]) >= start
        for outcome in engagement["outcomes"]:
            lag = date.fromisoformat(outcome["occurred_on"]) - start
            assert timedelta(days=30) <= lag <= timedelta(days=600)
    for cost in costs(made):
        assert 1900 <= date.fromisoformat(cost["incurred_on"]).year <= 2100


def test_hours_are_written_as_the_api_takes_them(made: Scenario) -> None:
    for engagement in engagements(made):
        assert HOURS.fullmatch(engagement["leader_hours"])
        assert HOURS.fullmatch(engagement["staff_hours"])
        assert (engagement["leader_hours"] == "0") == (engagement["participants"]["leaders"] == 0)


def test_external_ids_are_unique(made: Scenario) -> None:
    records = [*engagements(made), *costs(made), *outcomes(made)]

    times = Counter(record["external_id"] for record in records)

    assert set(times.values()) == {1}
    assert all(re.fullmatch(r"demo-[a-z-]+-[0-9]{4}", external_id) for external_id in times)


def test_a_city_has_two_to_five_years_of_engagements(made: Scenario) -> None:
    for records in made.engagements.values():
        assert 12 <= len(records) <= 40
        assert len({record["starts_on"][:4] for record in records}) in {2, 3, 4, 5}
        assert all(1 <= len(record["costs"]) <= 4 and len(record["outcomes"]) <= 2 for record in records)


def test_memberships_keep_to_the_networks_countries(made: Scenario) -> None:
    countries = {city["code"]: city["country"] for city in made.cities}
    for code, joined in made.memberships.items():
        networks = [each["network"] for each in joined]
        assert networks
        assert len(networks) == len(set(networks))
        assert "eurocities" not in networks or countries[code] not in {"US", "JP", "ZA", "BR", "AR", "CL", "MX"}
        assert ("us-conference-of-mayors" in networks) == (countries[code] == "US")


def test_a_fee_belongs_to_a_membership_of_the_city(made: Scenario) -> None:
    for code, paid in made.fees.items():
        fees = {each["network"]: (each["annual_fee"], each["currency"]) for each in made.memberships[code]}
        assert all(fees[fee["network"]] == (fee["amount"], fee["currency"]) for fee in paid)


def test_every_kind_occurs_and_every_network_can_be_shown() -> None:
    made = scenario()
    shown = Counter(
        each["network"] for each in of_all_cities(made.memberships) if each["sharing"] in {"indicators", "records"}
    )

    assert {each["kind"] for each in engagements(made)} == set(LISTS["engagement_kind"])
    assert {each["kind"] for each in outcomes(made)} == set(LISTS["outcome_kind"])
    assert min(shown[network["code"]] for network in made.networks) >= 4


def test_people_travel_less_in_the_pandemic() -> None:
    def travel(year: str) -> Decimal:
        of_year = [each for each in engagements(scenario()) if each["starts_on"].startswith(year)]
        journeys = sum(cost["category"] == "travel" for each in of_year for cost in each["costs"])
        return Decimal(journeys) / len(of_year)

    assert travel("2021") < travel("2019") / 4
    assert travel("2021") < travel("2023") / 4


def test_money_without_a_published_rate_is_the_exception() -> None:
    made = scenario()
    for code, local in (("buenos-aires", "ARS"), ("santiago", "CLP")):
        currencies = Counter(cost["currency"] for each in made.engagements[code] for cost in each["costs"])
        assert 0 < currencies[local] < currencies["USD"]
